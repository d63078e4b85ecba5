#!/bin/sh
# The judges: OpenSSL and certtool accept what every shipped profile makes and
# see the revoked one as revoked; our own lints find no error.
. "$(dirname "$0")/lib.sh"

# walk DEVICE [INTERMEDIATE [ROOT]]
walk() {
    device=$1
    DEVCA_STORE=$work/$device
    export DEVCA_STORE
    expect 0 . init --org Acme --country DE --no-passphrase
    expect 0 . root create --name "Root of $device" --profile "${3:-root}" \
        --out "$device-root.pem"
    expect 0 active product add p1 --profile "${2:-intermediate}" \
        --device-profile "$device" --uid-format hex:8
    for n in 1 2; do
        request "$device-$n" prime256v1
        expect 0 issued issue --product p1 --uid "0011223344556$n""ff" \
            --csr "$device-$n.csr" --out "$device-$n.pem" --chain
    done
    serial=$(devca --json query --uid 00112233445562ff | jq -r .serial)
    expect 0 revoked revoke --serial "$serial" --reason keyCompromise
    expect 0 . crl --product p1 --pem --out "$device-p.crl"
    expect 0 . crl --root --pem --out "$device-r.crl"
    cat "$device-p.crl" "$device-r.crl" >"$device.crl"
    judge
}

by_openssl() {
    openssl verify -x509_strict -policy_check -crl_check_all \
        -CAfile "$device-root.pem" -CRLfile "$device.crl" \
        -untrusted "$device-$1.pem" "$device-$1.pem"
}

by_certtool() {
    certtool --verify --load-ca-certificate "$device-root.pem" \
        --load-crl "$device.crl" --infile "$device-$1.pem"
}

by_libdevid() {
    devca verify "$device-$1.pem" --crl "$device-p.crl" --crl "$device-r.crl"
}

judge() {
    for judge in by_openssl by_certtool by_libdevid; do
        true_that "$device: $judge accepts" $judge 1
        not_true_that "$device: $judge sees the revoked one" $judge 2
    done
    true_that "$device: asn1parse" openssl asn1parse -in "$device-1.pem"
    true_that "$device: openssl crl" openssl crl -in "$device-p.crl" -noout
    true_that "$device: certtool --crl-info" certtool --crl-info \
        --infile "$device-p.crl"
    for file in "$device-root.pem" "$device-1.pem" "$device.crl"; do
        expect 0 '*' lint "$file"
    done
}

walked=
for profile in $(devca profile list | awk -F'\t' \
    '$2 == "device" || $2 == "signer" { print $1 }'); do
    walked="$walked $profile"
    case $profile in
    matter-dac) walk $profile matter-pai matter-paa ;;
    dice-uds) walk $profile dice-intermediate ;;
    *) walk $profile ;;
    esac
done
same 'profiles walked' 12 "$(echo $walked | wc -w)"
same 'with their CAs all that are shipped' 17 "$(devca profile list | wc -l)"
done_testing
