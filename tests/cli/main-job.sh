#!/bin/sh
# From an empty folder to a verified device certificate, and OpenSSL's opinion.
. "$(dirname "$0")/lib.sh"
main_store
request dev
expect 0 'issued' issue --product meter-3 --uid 0A1B2C3D --csr dev.csr \
    --out dev.pem --chain --passphrase file:pass
true_that 'openssl verifies the chain' openssl verify -x509_strict \
    -CAfile root.pem -untrusted dev.pem dev.pem
expect 0 'accepted' verify dev.pem
expect 0 'accepted' verify dev.pem --anchor root.pem --no-clock
expect 0 'accepted' verify dev.pem --at 2090-01-01
# As a clock says it that was never set.
expect 1 'not-yet-valid' verify dev.pem --at 1970-01-01
expect 1 'RFC 5280 6.1.3 .a..2.' verify dev.pem --at 2001-01-01T00:00:00Z

# The same key again: the same certificate, told as such.
expect 0 'already' issue --product meter-3 --uid 0a1b2c3d --csr dev.csr \
    --out again.pem --chain --passphrase file:pass
true_that 'the same certificate again' cmp dev.pem again.pem
same 'one certificate only' 1 "$(devca query --count)"

# A public key in each form, and a key made here.
openssl ecparam -name secp384r1 -genkey -noout -out k2.key 2>/dev/null
openssl pkey -in k2.key -pubout -out k2.pub
openssl pkey -in k2.key -pubout -outform DER -out k2.der
expect 0 issued issue --product meter-3 --uid 00000002 --public-key k2.pub \
    --out k2.pem --passphrase file:pass
expect 0 already issue --product meter-3 --uid 00000002 --public-key k2.der \
    --out k2b.pem --passphrase file:pass
expect 0 issued issue --product meter-3 --uid 00000003 --generate-key \
    --key-out dev3.key --out dev3.pem --passphrase file:pass
same 'the key is for its owner alone' 600 "$(stat -c %a dev3.key)"
true_that 'the key is encrypted' grep -q 'ENCRYPTED PRIVATE KEY' dev3.key
openssl pkey -in dev3.key -passin 'pass:correct horse battery' -pubout \
    >from-key 2>/dev/null
openssl x509 -in dev3.pem -noout -pubkey >from-cert
true_that 'the key is that of the certificate' cmp from-key from-cert
not_true_that 'no private key in the store' grep -rqa -e 'dev3.key' store

# Another key for the UID needs --rekey, which keeps the old one on record.
request new
expect 3 'uid-in-use|another key' issue --product meter-3 --uid 0a1b2c3d \
    --csr new.csr --passphrase file:pass
expect 0 'rekeyed.*true' issue --product meter-3 --uid 0a1b2c3d --csr new.csr \
    --rekey --out new.pem --passphrase file:pass
same 'old and new on record' 2 "$(devca query --uid 0a1b2c3d --count)"
same 'the old one is superseded' 1 "$(devca query --status superseded --count)"
expect 0 superseded show --uid 0a1b2c3d

# A dry run does every step and changes nothing.
request dry
expect 0 'dry_run.*true' issue --product meter-3 --uid 0000000d --csr dry.csr \
    --dry-run --out dry.pem --passphrase file:pass
same 'nothing was stored' 0 "$(devca query --uid 0000000d --count)"
[ ! -e dry.pem ] || failed 'a dry run wrote its output'

# A product keeps its profile as it was.
cp "$TREE/pki-templates/ieee8021ar-ldevid.json" own.json
sed -i 's/"ieee8021ar-ldevid"/"own"/' own.json
expect 0 active product add own --device-profile own.json --passphrase file:pass
sed -i 's/"description": "[^"]*"/"description": "changed"/' own.json
request o1
expect 0 issued issue --product own --uid 01 --csr o1.csr --out o1.pem \
    --passphrase file:pass
request o2
expect 3 'another profile' issue --product own --uid 02 --csr o2.csr \
    --profile own.json --passphrase file:pass

# The same on P-384 with SHA-384, from the root down.
expect 0 encrypted init --store wide --org Acme --passphrase file:pass
expect 0 'p384' root create --store wide --name 'Wide Root' --key-type p384 \
    --out wide-root.pem --passphrase file:pass
expect 0 'p384' product add wide --store wide --key-type p384 \
    --passphrase file:pass
request wide secp384r1
expect 3 'P-384 with SHA-384' issue --store wide --product wide \
    --uid 0a1b2c3d --csr wide.csr --passphrase file:pass
openssl req -new -sha384 -key wide.key -subj /CN=any -out wide.csr 2>/dev/null
expect 0 'p384' issue --store wide --product wide --uid 0a1b2c3d --csr wide.csr \
    --out wide.pem --chain --passphrase file:pass
expect 0 'accepted' verify --store wide wide.pem
expect 0 . crl --store wide --product wide --pem --out w1.crl \
    --passphrase file:pass
expect 0 . crl --store wide --root --pem --out w2.crl --passphrase file:pass
cat w1.crl w2.crl >wide.crl
true_that 'openssl verifies P-384' openssl verify -x509_strict -crl_check_all \
    -CAfile wide-root.pem -CRLfile wide.crl -untrusted wide.pem wide.pem
expect 0 'accepted' verify --store wide wide.pem --crl w1.crl --crl w2.crl
nothing_left
done_testing
