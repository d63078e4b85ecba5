#!/bin/sh
# Keys on a token: made there, used there, never to leave. SoftHSM is the token.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/token.sh"
make_token acme

# Root and product on the token, judged by others.
expect 0 plain init --org Acme --country DE --no-passphrase
expect 0 'dry_run.*true' root create --name 'Acme Root' --dry-run \
    --key-uri "$(key root)" --pin file:pin
same 'a dry run leaves no key' 0 "$(objects | wc -l)"
expect 0 'key_uri.*object=root;id=%' root create --name 'Acme Root' \
    --key-uri "$(key root)" --pin file:pin --out root.pem
expect 0 'p384' product add meter-3 --uid-format hex:4 --key-type p384 \
    --key-uri "$(key meter-3)" --pin file:pin
request dev
expect 0 issued issue --product meter-3 --uid 0a1b2c3d --csr dev.csr \
    --out dev.pem --chain --pin file:pin
true_that 'openssl verifies the chain' openssl verify -x509_strict \
    -CAfile root.pem -untrusted dev.pem dev.pem
expect 0 accepted verify dev.pem --anchor root.pem
expect 0 . crl --product meter-3 --pem --out m.crl --pin file:pin
expect 0 . crl --root --pem --out r.crl --pin file:pin
cat m.crl r.crl >both.crl
true_that 'openssl verifies the lists' openssl verify -x509_strict \
    -crl_check_all -CAfile root.pem -CRLfile both.crl -untrusted dev.pem dev.pem

# What the token says of them, and that it does not give them out.
same 'two keys, neither to leave' 2 \
    "$(objects | grep -c 'sensitive, always sensitive, never extractable')"
not_true_that 'a PIN in the store' grep -rqa -e geheim-08 "$DEVCA_STORE"
same 'no CA key in a file' 0 "$(find "$DEVCA_STORE/keys" -name '[pr]*' | wc -l)"

expect 6 'on a token.*gives no key out' key split --root --threshold 2 \
    --shares 2 --out shares
not_true_that 'a PIN that would not help' grep -e --pin err
same 'no folder for shares' 1 "$([ -e shares ]; echo $?)"

# PINs. A wrong one is tried once.
(umask 077 && echo 4321 >wrong)
expect 6 'wants its PIN' crl --root --out x.crl
expect 6 'PIN is wrong.*CKR_PIN_INCORRECT' crl --root --out x.crl \
    --pin file:wrong
[ ! -e x.crl ] || failed 'a list without a signature'

# What is not there.
expect 3 'already.*nothing was changed' product add second \
    --key-uri "$(key meter-3)" --pin file:pin
expect 6 'no token' product add second --pin file:pin \
    --key-uri "pkcs11:token=nosuch;object=x?module-path=$module"
expect 6 'cannot be loaded' product add second --pin file:pin \
    --key-uri 'pkcs11:token=acme;object=x?module-path=/nowhere/lib.so'
expect 6 'no PKCS #11 module' product add second --pin file:pin \
    --key-uri "pkcs11:token=acme;object=x?module-path=$(libc_path)"
expect 2 'names no module' product add second --pin file:pin \
    --key-uri 'pkcs11:token=acme;object=x'
expect 2 'never stands in a URI' product add second --pin file:pin \
    --key-uri "$(key x)&pin-value=geheim-0815"
expect 6 'no private key' product add second --existing-key --pin file:pin \
    --key-uri "$(key nosuch)"
expect 2 'needs a label' product add second --pin file:pin \
    --key-uri "pkcs11:token=acme?module-path=$module"
same 'no product of those' 1 "$(devca product list | wc -l)"

# A key that was there before, and two of one label.
make_key old 01
expect 0 active product add second --existing-key --pin file:pin \
    --key-uri "$(key old)"
make_key old 02
expect 6 '2 private keys.*match' crl --product second --out x.crl \
    --pin file:pin
expect 3 'is the key of second already' product add third --existing-key \
    --pin file:pin --key-uri "$(key old ';id=%01')"
expect 0 active product add fourth --existing-key --pin file:pin \
    --key-uri "$(key old ';id=%02')"

# Many, by two threads.
python3 "$TREE/tests/cli/rows.py" 1 2000 >all.csv
batch="issue --product meter-3 --pin file:pin --jobs 2 --batch"
expect 0 '2000 issued' $batch all.csv --results r.csv
same 'no serial twice' 2000 "$(cut -d, -f3 r.csv | sed 1d | sort -u | wc -l)"

# The token gone in the middle: those that were told of are kept.
python3 "$TREE/tests/cli/rows.py" 3001 600 >more.csv
many() {
    [ "$(devca query --count)" -ge 2200 ]
}
{
    head -n 301 more.csv
    until_true many
    mv tokens away
    sed 1,301d more.csv
} | devca $batch - >out 2>err
same 'exit status' 6 $?
true_that 'said why' grep -Eq 'devca: issue: pkcs11:' err
expect 6 'token-missing|no token|not on the token|gives up' key test --product meter-3 --pin file:pin
mv away tokens
expect 0 works key test --product meter-3 --pin file:pin
expect 0 '600 issued|issued, [0-9]* already' $batch more.csv \
    --results again.csv
same 'every row has its certificate' 600 \
    "$(grep -Ec ',(issued|already),' again.csv)"

# Keys, told and tried.
expect 0 'root.Acme Root.token.p256' key list
expect 0 '"name":"meter-3","place":"token","key_type":"p384"' --json key list
expect 0 'object.*root' key show --root
expect 0 '"token":"acme".*"object":"meter-3"' --json key show --product meter-3
expect 0 'works' key test --root --pin file:pin
expect 0 '"outcome":"works","token":"acme","exportable":false' --json key test \
    --root --pin file:pin
expect 6 '"outcome":"pin"' --json key test --pin file:wrong
expect 6 '"code":"pin","exit":6' --json key test --pin file:wrong
expect 1 'no product' key test --product nosuch --pin file:pin
expect 2 'one of' key test --root --product meter-3
expect 2 'needs' key show
expect 0 encrypted init --store files --org Acme --passphrase file:pin
expect 0 . root create --store files --name Root --passphrase file:pin
expect 0 'encrypted.*true' key show --store files --root
expect 0 'file.*works' key test --store files --passphrase file:pin
expect 6 'passphrase' key test --store files --passphrase file:wrong
# Every key is told of, whatever became of those before it.
expect 0 . product add chip --store files --passphrase file:pin \
    --key-uri "$(key chip)" --pin file:pin
outcomes() {
    jq -r 'select(.name) | "\(.name)=\(.outcome)"' out | tr '\n' ' '
}
expect 6 '"code":"passphrase"' --json key test --store files --pin file:pin \
    --passphrase file:wrong
same 'the product after the root' 'Root=passphrase chip=works ' "$(outcomes)"
expect 6 '"exit":6' --json key test --store files --pin file:pin
same 'no passphrase at all' 'Root=passphrase chip=works ' "$(outcomes)"
expect 6 '"code":"pin"' --json key test --pin file:wrong
same 'all keys of the token' 4 "$(grep -c '"outcome":"pin"' out)"
mv files/keys gone
expect 6 'key-missing|cannot be found' key test --store files

# The root's token in one store, the product's key in another.
expect 0 . init --store line --org Acme --country DE --no-passphrase
expect 0 requested product request remote --store line --out remote.req \
    --key-uri "$(key remote)" --pin file:pin
expect 0 requested product request remote --store line --out again.req \
    --pin file:pin
true_that 'the same request again' cmp remote.req again.req
expect 0 signed root sign remote.req --out remote.pem --pin file:pin
expect 0 active product install --store line remote remote.pem \
    --anchor root.pem
expect 0 issued issue --store line --product remote --uid 01 --csr dev.csr \
    --out line.pem --chain --pin file:pin
true_that 'openssl verifies it' openssl verify -x509_strict \
    -CAfile root.pem -untrusted line.pem line.pem

# A key that wants the PIN for each signature.
tool --keypairgen --key-type EC:prime256v1 --label careful --id 77 \
    --usage-sign --always-auth >tool.log || failed 'no careful key'
expect 0 active product add careful --existing-key --pin file:pin \
    --key-uri "$(key careful)"
expect 0 works key test --product careful --pin file:pin
expect 1 '2 private keys on the token match' doctor --pin file:pin
expect 1 'PIN is wrong' doctor --pin file:wrong

# Two tokens of one name.
make_token acme
expect 6 '2 tokens match' crl --root --out x.crl --pin file:pin
nothing_left
done_testing
