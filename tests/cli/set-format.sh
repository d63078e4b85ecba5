#!/bin/sh
# Revocation sets by docs/formats.md alone: a reader and a writer that were made
# from the page (set_judge.py) and devca agree on every octet and every device.
. "$(dirname "$0")/lib.sh"
judge="python3 $TREE/tests/cli/set_judge.py"
DEVCA_STORE=$work/store
export DEVCA_STORE
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root' --out root.pem
expect 0 active product add narrow --uid-format hex:4
expect 0 active product add wide --uid-format hex:4 --key-type p384

# key_id PRODUCT: of its CA, and its public key in PRODUCT.pub
key_id() {
    openssl x509 -in "$1-ca.pem" -noout -pubkey -out "$1.pub" >/dev/null 2>&1
    openssl x509 -in "$1-ca.pem" -noout -ext subjectKeyIdentifier |
        tail -n 1 | tr -d ' :\n' | tr A-F a-f
}
# judged PRODUCT WHAT: the next set of it says what the store says
judged() {
    "$DEVCA" --json export --product "$1" --format revocation-set \
        --out "$1.set" --force >"$1.record" 2>err || failed "no set of $1"
    "$DEVCA" --json query --product "$1" >"$1.devices" 2>err
    checks=$((checks + 1))
    told=$($judge read "$1.set" "$1.record" "$(key_id "$1")" "$1.pub" \
        "$1.devices" 2>&1)
    [ "$told" = "$2" ] || failed "the set of $1" "wanted: $2" "got:    $told"
}

first=1
for product in narrow wide; do
    python3 "$TREE/tests/cli/rows.py" $first 400 >$product.csv
    expect 0 '400 issued' issue --product $product --batch $product.csv \
        --out $product/ --chain
    awk '/BEGIN/{n++} n==2' "$product/$(printf %08x $first).pem" \
        >$product-ca.pem
    first=$((first + 1000))
done
judged narrow '0 of 400, k 0, sha256'
{ echo uid && seq 3 3 120 | xargs printf '%08x\n'; } >some
expect 0 . revoke --batch some --reason keyCompromise
judged narrow '40 of 400, k 1, sha256'
{ echo uid && seq 1002 2 1300 | xargs printf '%08x\n'; } >some
expect 0 . revoke --batch some --reason superseded
judged wide '150 of 400, k 3, sha384'
expect 0 held revoke --uid 000003e9 --reason certificateHold
judged wide '151 of 400, k 3, sha384'
expect 0 released revoke --uid 000003e9 --release
judged wide '150 of 400, k 3, sha384'

# libdevid agrees with the reader, device by device.
expect 0 . export --root --format revocation-set --out root.set
for uid in 1 2 3 6 7 120 123; do
    wanted=0
    [ $((uid % 3)) != 0 ] || [ $uid -gt 120 ] || wanted=1
    expect $wanted . verify "narrow/$(printf %08x $uid).pem" \
        --crl narrow.set --crl root.set
done
for uid in 1001 1002 1003 1300 1302; do
    wanted=0
    [ $((uid % 2)) != 0 ] || [ $uid -gt 1300 ] || wanted=1
    expect $wanted . verify "wide/$(printf %08x $uid).pem" \
        --crl wide.set --crl root.set
done

# And with the writer: whatever k, number and times.
serial() {
    jq -r "select(.uid == \"$1\") | .serial" narrow.devices
}
id=$(key_id narrow)
key=$(ls store/keys/product-narrow-*.pem)
one=$(serial 00000001)
two=$(serial 00000002)
for k in 0 1 7 16; do
    $judge write made.set "$key" "$id" $k 12345678901 2026-01-01T00:00:00Z \
        2099-12-31T23:59:59Z "$one" "$two" 00 7fffffff ||
        failed "a set of $k bits could not be written"
    for uid in 00000001 00000002; do
        expect 1 'revoked or on hold' verify narrow/$uid.pem --crl made.set \
            --crl root.set
    done
    expect 0 accepted verify narrow/00000003.pem --crl made.set --crl root.set
done
end=$(date -u -d '10 days' +%Y-%m-%dT%H:%M)
$judge write made.set "$key" "$id" 0 1 2026-01-01T00:00:00Z "$end:58Z" "$one"
expect 0 accepted verify narrow/00000002.pem --crl made.set --crl root.set \
    --at "$end:58Z"
expect 1 'crl-stale' verify narrow/00000002.pem --crl made.set --crl root.set \
    --at "$end:59Z"
nothing_left
done_testing
