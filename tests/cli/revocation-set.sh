#!/bin/sh
# The compact revocation set: made, signed, judged by libdevid and by OpenSSL.
. "$(dirname "$0")/lib.sh"
main_store
for n in 1 2 3 4; do
    request r$n
    expect 0 issued issue --product meter-3 --uid 0000000$n --csr r$n.csr \
        --out d$n.pem --chain --passphrase file:pass
done

# sets NUMBER: product-N.set; the root's own CRL once.
set_of() {
    expect 0 "crl_number.*$1" export --product meter-3 --format revocation-set \
        --out "product-$1.set" --passphrase file:pass
}
verdict() {
    wanted=$1
    shift
    expect "$wanted" . verify "$@" --crl root.crl
}
expect 0 . crl --root --out root.crl --passphrase file:pass

set_of 1
for n in 1 2 3 4; do
    verdict 0 d$n.pem --crl product-1.set
done
expect 0 revoked revoke --uid 00000001 --reason keyCompromise
expect 0 held revoke --uid 00000002 --reason certificateHold
set_of 2
verdict 1 d1.pem --crl product-2.set
grep -q 'certificate is revoked or on hold' err || failed 'another verdict'
verdict 1 d2.pem --crl product-2.set
verdict 0 d3.pem --crl product-2.set
verdict 0 d1.pem --crl product-1.set
expect 0 released revoke --uid 00000002 --release
set_of 3
verdict 0 d2.pem --crl product-3.set
verdict 1 d1.pem --crl product-3.set

# Numbers are of the same row as a CRL's, and a CRL may stand beside a set.
expect 0 'crl_number.*4' crl --product meter-3 --out product.crl \
    --passphrase file:pass
verdict 1 d1.pem --crl product.crl
verdict 0 d3.pem --crl product.crl --crl product-3.set

# By the documented format: the signature is over all octets before it.
awk '/BEGIN/{n++} n==2' d1.pem >ca.pem
openssl x509 -in ca.pem -noout -pubkey >ca.pub
body=$((88 + 4 * 1 + 4 * 1))
head -c "$body" product-3.set >body
tail -c +$((body + 1)) product-3.set >signature
true_that 'OpenSSL verifies the signature' openssl dgst -sha256 -verify ca.pub \
    -signature signature body
hex() {
    basenc --base16 -w 0 | tr A-F a-f
}
same 'magic and version' 4445564944534554010100 \
    "$(head -c 11 product-3.set | hex)"
same 'the key id is the CA'\''s' \
    "$(openssl x509 -in ca.pem -noout -ext subjectKeyIdentifier |
        tail -n 1 | tr -d ' :\n' | tr A-F a-f)" \
    "$(tail -c +13 product-3.set | head -c 20 | hex)"
same 'one entry: salted SHA-256 of the serial, octets 5 to 8' "$(
    {
        tail -c +73 product-3.set | head -c 16
        openssl x509 -in d1.pem -noout -serial | sed 's/serial=//' |
            tr -d '\n' | basenc --base16 -d
    } | sha256sum | cut -c 9-16)" \
    "$(tail -c +93 product-3.set | head -c 4 | hex)"

# Changed, cut, lengthened, stale, of another issuer: each refused.
cp product-3.set changed.set
octet='\377'
[ "$(tail -c +94 product-3.set | head -c 1 | hex)" != ff ] || octet='\000'
printf "$octet" | dd of=changed.set bs=1 seek=93 conv=notrunc status=none
verdict 1 d3.pem --crl changed.set
head -c 90 product-3.set >cut.set
verdict 1 d3.pem --crl cut.set
grep -q 'malformed, cut short or too long' err || failed 'another verdict'
{ cat product-3.set && printf x; } >long.set
verdict 1 d3.pem --crl long.set
verdict 1 d3.pem --crl product-3.set --at 2099-01-01
expect 0 . product add other --passphrase file:pass
quick_keys store
expect 0 . export --product other --format revocation-set --out other.set \
    --passphrase file:pass
expect 1 'no CRL of the issuer' verify d3.pem --crl other.set --crl root.crl

# The root's own set in place of its CRL.
expect 0 'size.*1[5-9]' export --root --format revocation-set --out root.set \
    --passphrase file:pass
expect 0 accepted verify d3.pem --crl product-3.set --crl root.set
expect 0 . revoke --product meter-3 --reason cACompromise
expect 0 . export --root --format revocation-set --out root-2.set \
    --passphrase file:pass
expect 1 'revoked' verify d3.pem --crl product-3.set --crl root-2.set
expect 3 'CA.s certificate is revoked' export --product meter-3 \
    --format revocation-set --passphrase file:pass

# A dry run uses no number, and what makes no sense is said.
expect 0 'crl_number.*2.*true|dry_run' export --product other \
    --format revocation-set --dry-run --passphrase file:pass
expect 0 'crl_number.*2' crl --product other --out other.crl \
    --passphrase file:pass
expect 2 'of one CA' export --all --format revocation-set \
    --passphrase file:pass
expect 2 'is not signed' export --all --format pem --days 3
expect 2 'must be 1 to 3650' export --root --format revocation-set --days 0
expect 6 . export --product other --format revocation-set --out none.set
[ ! -e none.set ] || failed 'an output without a passphrase'
nothing_left
done_testing
