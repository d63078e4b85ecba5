#!/bin/sh
# The doctor and keys on a token: there, and those of their CAs; a ceremony whose
# root is on one.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/token.sh"
make_token acme
(umask 077 && echo 4321 >wrong)
expect 0 plain init --org Acme --country DE --no-passphrase
expect 0 . root create --name 'Acme Root' --key-uri "$(key root)" --pin file:pin
expect 0 active product add meter-3 --key-uri "$(key meter-3)" --pin file:pin

# finds WHAT STATUS FINDINGS [OPTION...]: "check object" of each, sorted.
finds() {
    what=$1
    wanted="$2 $3"
    shift 3
    devca --json doctor "$@" >out 2>err
    same "$what" "$wanted" "$? $(jq -r 'select(.check) | .check' out | sort |
        xargs)"
}

finds 'a sound store' 0 '' --pin file:pin
finds 'nothing is known without the PIN' 0 ''
finds 'a PIN that is wrong' 1 'key-token key-token' --pin file:wrong
true_that 'what to do about a PIN' grep -q '"todo":"plug the token in' out
true_that 'and why' grep -q 'PIN is wrong' out
expect 6 'PIN of the token: No such file' doctor --pin file:nosuch

cp -R store sound
product=$(sqlite3 store/identity.db \
    'SELECT key_uri FROM authority WHERE kind = 2')
sqlite3 store/identity.db "CREATE TEMP TABLE o AS SELECT kind, public_key
    FROM authority; UPDATE authority SET public_key =
    (SELECT o.public_key FROM o WHERE o.kind <> authority.kind)"
finds 'keys swapped' 1 \
    'certificate-owner certificate-owner key-match key-match' --pin file:pin
true_that 'whose they are' grep -q 'is not the key of the CA meter-3' out
rm -rf store && cp -R sound store
# No token is asked for a key by a URI that the journal does not know: its module
# would get the PIN.
sqlite3 store/identity.db "UPDATE authority
    SET key_uri = 'pkcs11:object=meter-3?module-path=$work/none.so' WHERE kind = 2"
finds "somebody's module" 1 'authorities journal' --pin file:pin
true_that 'what of it' grep -q 'the key_uri on record is not that of row' out
# Nor when the journal's row is changed to say so too.
sqlite3 store/identity.db "UPDATE journal SET details = replace(details,
    '$product', 'pkcs11:object=meter-3?module-path=$work/none.so')
    WHERE act = 5"
same 'the row says so' 1 "$(devca audit log | grep -c none.so)"
finds 'and its row' 1 'authorities journal' --pin file:pin
true_that 'what of that' grep -q 'is not as it was when its leaf was made' out
finds 'of a sample' 1 authorities --pin file:pin --sample 1
rm -rf store && cp -R sound store
# Nor, of a sample, by what no row was read about.
expect 0 . product request meter-9 --key-uri "$(key meter-9)" --pin file:pin \
    --out meter-9.req
finds 'a request that is sound' 0 '' --pin file:pin
sqlite3 store/identity.db "UPDATE authority
    SET key_uri = 'pkcs11:object=meter-9?module-path=$work/none.so'
    WHERE name = 'meter-9'"
finds 'a request' 1 'authorities journal' --pin file:pin
finds 'a request, of a sample' 0 '' --pin file:pin --sample 1
rm -rf store && cp -R sound store

mv tokens away
finds 'the token is gone' 1 'key-token key-token' --pin file:pin
mv away tokens
id=$(echo "$product" | sed -n 's/.*;id=\([%0-9A-Fa-f]*\).*/\1/p' | tr -d %)
true_that 'a key is taken away' pkcs11-tool --module "$real" --token-label acme \
    --login --pin geheim-0815 --delete-object --type privkey --id "$id"
finds 'a key is gone' 1 'key-token' --pin file:pin
true_that 'which' grep -q 'object=meter-3' out
# ---- the same in a ceremony: a key made beforehand, by its fingerprint ----
unset DEVCA_STORE
pkcs11-tool --module "$real" --token-label acme --login --pin geheim-0815 \
    --keypairgen --key-type EC:prime256v1 --label vault --id 77 \
    >tool.log 2>&1 || failed 'no key' "$(cat tool.log)"
pkcs11-tool --module "$real" --token-label acme --read-object --type pubkey \
    --id 77 --output-file spki.der >tool.log 2>&1
spki=$(openssl pkey -pubin -inform DER -in spki.der -outform DER | sha256sum |
    cut -d ' ' -f 1)
cat >plan.json <<END
{"ceremony": "a root on a token", "store": "vault", "transcript": "t",
 "attends": [{"name": "A", "role": "r"}], "secrets": {"pin": "env:TOKEN_PIN"},
 "steps": [
  {"id": "store", "run": "init", "options": {"org": "Acme", "no-passphrase": true}},
  {"id": "root", "run": "root create",
   "options": {"name": "R", "out": "r.pem", "existing-key": true,
               "key-uri": "$(key vault)"},
   "expect": {"key_fingerprint": "$spki"}},
  {"id": "test", "run": "key test", "expect": {"outcome": "works", "token": "acme"}},
  {"id": "crl", "run": "crl", "options": {"root": true, "out": "r.crl"}}]}
END
sed "s/$spki/$(printf '0%.0s' $(seq 64))/; s/\"t\"/\"u\"/; s/\"vault\"/\"other\"/" \
    plan.json >wrong.json
TOKEN_PIN=geheim-0815
export TOKEN_PIN
expect 4 'key_fingerprint: is' ceremony run wrong.json
same 'no root with another key' 'init' \
    "$(devca --store other --json audit log | jq -r .act)"
expect 0 'crl.done' ceremony run plan.json
true_that 'openssl takes the root' openssl verify -x509_strict -CAfile r.pem \
    r.pem
not_true_that 'the PIN in the transcript' grep -q geheim t.json t.txt
done_testing
