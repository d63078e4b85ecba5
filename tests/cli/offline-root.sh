#!/bin/sh
# The root in a store of its own: only files pass between the two.
. "$(dirname "$0")/lib.sh"
passphrase
vault="--store $work/vault --passphrase file:pass"
line="--store $work/line --passphrase file:pass"

expect 0 . init $vault --org Acme --country DE
expect 0 . root create $vault --name 'Acme Root' --out root.pem
expect 0 . init $line --org Acme --country DE
expect 1 'no root CA' product add $line meter-3

quick_keys vault
expect 0 requested product request $line meter-3 --uid-format hex:4 \
    --out meter-3.req
quick_keys line
true_that 'openssl reads the request and its signature' openssl req -verify \
    -in meter-3.req -noout
expect 0 requested product request $line meter-3 --out again.req
true_that 'the same request again' cmp meter-3.req again.req
expect 3 'waits for its certificate' issue $line --product meter-3 \
    --uid 0a1b2c3d --public-key root.pem

expect 0 signed root sign $vault meter-3.req --out meter-3.pem
expect 0 already root sign $vault meter-3.req --out meter-3b.pem
true_that 'the same certificate again' cmp meter-3.pem meter-3b.pem
expect 0 already root sign $vault meter-3.req --profile intermediate \
    --out meter-3c.pem
expect 3 'signed as profile intermediate says' root sign $vault meter-3.req \
    --profile dice-intermediate

# Altered, wrong and replayed files, each by its reason.
turned='4y/ABCDEFGHIJKLMNOPQRSTUVWXYZ/BCDEFGHIJKLMNOPQRSTUVWXYZA/'
sed "$turned" meter-3.req >altered.req
expect 4 'RFC 2986|X.690|RFC' root sign $vault altered.req
expect 4 'not a certification request' root sign $vault meter-3.pem
expect 0 requested product request $line meter-4 --out meter-4.req
expect 0 signed root sign $vault meter-4.req --out meter-4.pem
expect 4 'is not the key' product install --store line meter-3 meter-4.pem
sed "$turned" meter-3.pem >altered.pem
expect 4 'RFC|X.690' product install --store line meter-3 altered.pem
same 'nothing was installed' requested \
    "$(devca --store line product show meter-3 | awk '$1=="state"{print $2}')"
expect 1 'no product' product install --store line nosuch meter-3.pem

# Another root than the one given as anchor, or than the one known.
expect 0 . init --store other --org Acme --country DE --passphrase file:pass
expect 0 . root create --store other --name 'Acme Root' --out other.pem \
    --passphrase file:pass
expect 4 'anchor' product install --store line meter-3 meter-3.pem \
    --anchor other.pem
for bad in empty.pem meter-3.req; do
    : >empty.pem
    expect 4 'anchor' product install --store line meter-3 meter-3.pem \
        --anchor $bad
done
expect 0 active product install --store line meter-3 meter-3.pem \
    --anchor root.pem
expect 3 'installed already' product install --store line meter-3 meter-3.pem
expect 0 signed root sign --store other --passphrase file:pass meter-4.req \
    --out foreign.pem
expect 4 'not the root that this store knows' product install --store line \
    meter-4 foreign.pem
openssl x509 -in meter-4.pem -outform DER -out meter-4.der
expect 0 active product install --store line meter-4 meter-4.der
expect 0 '0 faults' doctor --store line --full --passphrase file:pass

# Another key under a product's name, and a store with another owner.
expect 0 . init --store twin --org Acme --country DE --passphrase file:pass
expect 0 requested product request --store twin meter-3 --out twin.req \
    --passphrase file:pass
expect 3 'another key' root sign $vault twin.req
expect 0 . init --store foreign --org Other --passphrase file:pass
expect 0 requested product request --store foreign meter-9 --out foreign.req \
    --passphrase file:pass
expect 4 'subject' root sign $vault foreign.req

# The line works, and the vaults key never came near it.
request dev
expect 0 issued issue $line --product meter-3 --uid 0a1b2c3d --csr dev.csr \
    --out dev.pem --chain
true_that 'openssl verifies across the two stores' openssl verify \
    -x509_strict -CAfile root.pem -untrusted dev.pem dev.pem
same 'keys on the line: two products' 2 "$(ls line/keys | grep -vc journal)"
expect 6 'not in this store' crl $line --root
# Revoking the product where its issuer is.
expect 0 revoked revoke --store vault --product meter-3 --reason cACompromise
expect 0 'entries.*1' crl $vault --root --out root.crl
expect 3 "the product's CA is revoked" root sign $vault meter-3.req
# On the line it stops the line; the list is the root's to make, in its own store.
expect 0 revoked revoke --store line --product meter-3 --reason cACompromise
request next
expect 3 revoked issue $line --product meter-3 --uid 0a1b2c3e --csr next.csr
expect 0 'crl-behind.*on no list here: the key of this CA is in another store' \
    doctor --store line
expect 0 ' 0 warnings' doctor --store vault
nothing_left
done_testing
