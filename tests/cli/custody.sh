#!/bin/sh
# Keys in files as other programs see them, and the secrets of the running
# program as the system sees them.
. "$(dirname "$0")/lib.sh"
passphrase
DEVCA_STORE=$work/store
export DEVCA_STORE

# Encrypted, unless it is said that they shall not be.
expect 2 'passphrase' init --org Acme
expect 0 encrypted init --org Acme --passphrase file:pass
expect 6 'no passphrase was given' root create --name 'Acme Root'
expect 0 Root root create --name 'Acme Root' --passphrase file:pass
expect 0 active product add meter-3 --uid-format hex:4 --key-type p384 \
    --passphrase file:pass
expect 0 issued issue --product meter-3 --uid 00000001 --generate-key \
    --key-out device.key --out device.pem --passphrase file:pass
set -- store/keys/root-*.pem store/keys/product-*.pem device.key
same 'three keys' 3 "$#"

# PBES2: PBKDF2-HMAC-SHA256 with 600,000 rounds and 16 octets of salt of its own,
# AES-256-CBC. OpenSSL and GnuTLS read it.
for key; do
    openssl asn1parse -in "$key" >parsed
    for word in ':PBES2' ':PBKDF2' 'INTEGER *:0927C0' ':hmacWithSHA256' \
        ':aes-256-cbc' 'l= *16 prim: OCTET STRING'; do
        true_that "$key: $word" grep -Eq "$word" parsed
    done
    sed -n 's/.*l= *16 prim: OCTET STRING.*HEX DUMP.://p' parsed >>salts
    true_that "$key: openssl reads it" openssl pkey -in "$key" \
        -passin file:pass -noout
    certtool --key-info --infile "$key" --password "$(cat pass)" >told 2>&1
    true_that "$key: certtool reads it" grep -q 'EC/ECDSA' told
    same "$key: mode" 600 "$(stat -c %a "$key")"
done
not_true_that 'openssl without the passphrase' openssl pkey -in device.key \
    -passin pass:wrong -noout
same 'no salt and no IV twice' 6 "$(sort -u salts | wc -l)"
same 'the folder of keys' 700 "$(stat -c %a store/keys)"

# The program while it waits, its keys open.
request two
mkfifo rows
"$DEVCA" issue --product meter-3 --batch rows --out certs/ \
    --passphrase file:pass >out 2>err &
process=$!
exec 3>rows
printf 'uid,csr\n00000002,"%s"\n' "$(cat two.csr)" >&3
true_that 'one is issued' until_true test -s certs/00000002.pem
same 'no core file' 0 "$(awk '/^Max core file size/ { print $5 + $6 }' \
    /proc/$process/limits)"
not_true_that 'no passphrase among the words' grep -q 'correct horse' \
    /proc/$process/cmdline
if ! grep -aq __asan_init "$DEVCA"; then
    hex_of() {
        openssl pkey -in "$1" -passin file:pass -noout -text |
            sed -n '/^priv:/,/^pub:/s/^ *\([0-9a-f:]*\)$/\1/p' | tr -d ':\n'
    }
    product=$(hex_of store/keys/product-*.pem | tail -c 96)
    journal=$(hex_of store/keys/journal.pem | tail -c 64)
    python3 "$TREE/tests/cli/secrets_in_memory.py" $process \
        "product=$product" "journal=$journal" \
        "passphrase=$(tr -d '\n' <pass | od -An -tx1 -v | tr -d ' \n')" >places
    case $? in
    77) echo 'custody: may not read the memory of a process that is not dumpable' ;;
    0) same 'where the secrets are' 'journal locked passphrase locked product locked' \
        "$(sort -u places | tr '\n' ' ' | sed 's/ $//')" ;;
    *) failed 'the memory could not be read' ;;
    esac
fi
exec 3>&-
wait $process
same 'and it ends well' 0 $?

# Not dumpable: /proc shows what it has to root alone, not to its own user. Under
# a name that the user may run it by.
as_another=
if [ "$(id -u)" = 0 ]; then
    as_another='setpriv --reuid 65534 --regid 65534 --clear-groups'
    chmod 755 "$work"
fi
cp "$DEVCA" "$work/devca"
mkfifo nothing
$as_another "$work/devca" lint - <nothing >out 2>err &
process=$!
exec 3>nothing
is_hidden() {
    grep -q '^Name:.*devca' /proc/$process/status &&
        ! grep -q '^Uid:.0' /proc/$process/status &&
        [ "$(stat -c %u /proc/$process/environ)" = 0 ]
}
if ! grep -aq __asan_init "$DEVCA"; then
    true_that 'it is not dumpable' until_true is_hidden
fi
exec 3>&-
wait $process
nothing_left
done_testing
