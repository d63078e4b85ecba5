#!/bin/sh
# What has to fit together: a CA's certificate from elsewhere, the profiles of a
# product, its lists, the owner's name.
. "$(dirname "$0")/lib.sh"
passphrase
DEVCA_STORE=$work/store
export DEVCA_STORE

# A root that is not ours, which signs what it likes.
openssl ecparam -name prime256v1 -genkey -noout -out root.key
openssl req -x509 -new -key root.key -subj '/O=Acme/CN=Foreign Root' -days 3650 \
    -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem
# answer NAME REQUEST CONSTRAINTS USAGE [MORE]: NAME.pem and NAME.der
answer() {
    printf '%s\n' "basicConstraints=critical,CA:true$3" "keyUsage=critical,$4" \
        subjectKeyIdentifier=hash authorityKeyIdentifier=keyid "${5:-}" >extensions
    openssl x509 -req -in "$2" -CA root.pem -CAkey root.key -days 3000 \
        -set_serial 0x1122334455667788 -extfile extensions -out "$1.pem" \
        2>openssl.log || failed "openssl signs $1" "$(cat openssl.log)"
    openssl x509 -in "$1.pem" -outform DER -out "$1.der"
}
# put_in_place NAME PRODUCT: the CA's certificate as another program let it in.
put_in_place() {
    sqlite3 store/identity.db "UPDATE certificate
        SET der = x'$(od -An -v -tx1 "$1.der" | tr -d ' \n')'
        WHERE id = (SELECT certificate_id FROM authority WHERE name = '$2')"
}
install() {
    wanted=$1
    pattern=$2
    shift 2
    expect "$wanted" "$pattern" product install "$@" --anchor root.pem
}

expect 0 . init --org Acme --no-passphrase
expect 0 requested product request meter --uid-format hex:4 --out meter.req
answer good meter.req ,pathlen:0 keyCertSign,cRLSign
answer no-lists meter.req ,pathlen:0 keyCertSign
install 0 active meter good.pem

# A list that devices would refuse is not released.
expect 0 crl_number crl --product meter --out good.crl
put_in_place no-lists meter
for kind in '' --delta; do
    expect 3 'meter: RFC 5280 .*CRL: ' crl --product meter $kind --out none.crl
done
true_that 'nothing was released' [ ! -e none.crl ]
same 'no number was used' 1 \
    "$(sqlite3 store/identity.db 'SELECT count(*) FROM crl')"
nothing_left
done_testing
