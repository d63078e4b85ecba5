#!/bin/sh
# The main job, step by step: an OEM root, two products, three devices, one of
# them revoked. Prints each command and its output.
#
# usage: demo.sh DEVCA FOLDER
#   FOLDER is made afresh: an older one of this script's making is removed.
set -eu

[ $# = 2 ] || {
    echo "usage: demo.sh DEVCA FOLDER" >&2
    exit 2
}
tool=$(CDPATH='' cd "$(dirname "$1")" && pwd)/$(basename "$1")
folder=$2
mark=.made-by-demo

if [ -e "$folder" ]; then
    [ -f "$folder/$mark" ] || {
        echo "demo: $folder is not of this script's making, left alone" >&2
        exit 1
    }
    rm -rf "$folder"
fi
mkdir -p "$folder"
touch "$folder/$mark"
cd "$folder"
unset DEVCA_STORE

# A passphrase that only this user can read, never shown and never in argv.
(umask 077 && openssl rand -hex 16 >passphrase)
pass=file:passphrase

show() {
    printf '\n$'
    for word; do
        case $word in
        *[!a-zA-Z0-9._:/=-]*) printf " '%s'" "$word" ;;
        *) printf ' %s' "$word" ;;
        esac
    done
    printf '\n'
}

# Any other command; what it says beside its output matters when it fails only.
run() {
    show "$@"
    "$@" 2>run.log || {
        cat run.log >&2
        exit 1
    }
}

devca() {
    show devca "$@"
    "$tool" "$@"
}

# refused STATUS ARGUMENT...: the same, and must end with this exit status.
refused() {
    expected=$1
    shift
    status=0
    devca "$@" 2>&1 || status=$?
    echo "exit status $status"
    [ "$status" = "$expected" ] || {
        echo "demo: the exit status should be $expected" >&2
        exit 1
    }
}

say() {
    printf '\n# %s\n' "$1"
}

say 'A store, the OEM root CA, a CA for each product.'
devca --store .devca init --org 'Example Ltd' --country GB --passphrase $pass
devca root create --name 'Example Root CA' --passphrase $pass
devca product add meter-3 --uid-format hex:6 --passphrase $pass
devca product add gateway-1 --uid-format hex:8 --passphrase $pass
devca product list

say 'A device that made its own key and sends a request.'
run openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout meter.key -subj /CN=meter -out meter.csr
devca issue --product meter-3 --uid 0a1b2c3d4e5f --csr meter.csr \
    --passphrase $pass --chain --out meter.pem

say 'A device whose public key was read out on the line.'
run openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 \
    -out second.key
run openssl pkey -in second.key -pubout -out second.pub
devca issue --product meter-3 --uid 0a1b2c3d4e60 --public-key second.pub \
    --passphrase $pass --chain --out second.pem

say 'A device that is given its key, encrypted with the passphrase.'
devca issue --product gateway-1 --uid 00000000000000a7 --generate-key \
    --key-out gateway.key --passphrase $pass --chain --out gateway.pem

say 'The verifier of the boot manager accepts all three, and so does OpenSSL.'
devca export --root --format pem --out root.pem
for device in meter second gateway; do
    devca verify $device.pem --anchor root.pem
done
run openssl verify -x509_strict -CAfile root.pem -untrusted meter.pem meter.pem

say 'Everything that is known of one device.'
devca show --uid 0a1b2c3d4e5f

say 'Its key leaked: revoked, listed in the CRL, refused from then on.'
devca revoke --uid 0a1b2c3d4e5f --reason keyCompromise
devca crl --product meter-3 --passphrase $pass --out meter-3.crl
devca crl --root --passphrase $pass --out root.crl
refused 1 verify meter.pem --anchor root.pem --crl meter-3.crl --crl root.crl
devca verify second.pem --anchor root.pem --crl meter-3.crl --crl root.crl

say 'The trust anchor for firmware, a product for a spreadsheet.'
devca export --root --format c-header --out trust_anchor.h
devca export --product meter-3 --format csv --out meter-3.csv
run head -n 12 trust_anchor.h
run cut -c 1-150 meter-3.csv

say 'Asking the identity database.'
devca query --product meter-3
devca query --status revoked --json
devca query --count

printf '\nAll of it is in %s.\n' "$folder"
