#!/bin/sh
# sign.sh SIGNER.pem SIGNER.key CA.pem APPLICATION.bin IMAGE.bin
# Signs the application with the key, and puts both certificates, the signature
# and the application together as the boot manager looks for them (main.c).
# PASSPHRASE: where openssl takes the key's passphrase from, file:pass if unset.
set -eu
signer=$1 key=$2 ca=$3 application=$4 image=$5
room=4096 # from IMAGE_BASE to APPLICATION_BASE (platform.h)
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

# word NUMBER: four octets, the lowest first.
word() {
    for shift in 0 8 16 24; do
        printf "\\$(printf %o $(($1 >> shift & 255)))"
    done
}

octets() {
    wc -c <"$1"
}

openssl x509 -in "$signer" -outform DER -out "$parts/signer"
openssl x509 -in "$ca" -outform DER -out "$parts/ca"
openssl dgst -sha256 -sign "$key" -passin "${PASSPHRASE-file:pass}" \
    -out "$parts/signature" "$application"
{
    word 0x31474D49
    word "$(octets "$parts/signer")"
    word "$(octets "$parts/ca")"
    word "$(octets "$parts/signature")"
    word "$(octets "$application")"
    cat "$parts/signer" "$parts/ca" "$parts/signature"
} >"$parts/head"
[ "$(octets "$parts/head")" -le $room ] || {
    echo "sign.sh: certificates and signature take more than $room octets" >&2
    exit 1
}
head -c $((room - $(octets "$parts/head"))) /dev/zero | tr '\0' '\377' \
    >"$parts/pad"
cat "$parts/head" "$parts/pad" "$application" >"$image"
