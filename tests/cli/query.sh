#!/bin/sh
# query, show, export: the identity database.
. "$(dirname "$0")/lib.sh"
main_store
for n in 1 2 3 4 5; do
    openssl ecparam -name prime256v1 -genkey -noout -out k$n.key 2>/dev/null
    openssl pkey -in k$n.key -pubout -out k$n.pub
    expect 0 issued issue --product meter-3 --uid 0000000$n \
        --public-key k$n.pub --out d$n.pem --chain --passphrase file:pass
done
expect 0 revoked revoke --uid 00000002 --reason superseded
expect 0 held revoke --uid 00000003 --reason certificateHold

same 'all' 5 "$(devca query --count)"
same 'active' 3 "$(devca query --status active --count)"
same 'revoked' 1 "$(devca query --status revoked --count)"
same 'held' 1 "$(devca query --status held --count)"
same 'by UID, whatever case' 00000001 \
    "$(devca --json query --uid 00000001 | jq -r .uid)"
same 'JSON Lines' 5 "$(devca --json query | jq -s length)"
same 'tab-separated lines' 5 "$(devca query | wc -l)"
serial=$(devca --json query --uid 00000004 | jq -r .serial)
same 'by serial' 00000004 "$(devca --json query --serial "$serial" | jq -r .uid)"
same 'the serial is that of the certificate' "$serial" "$(openssl x509 -in d4.pem \
    -noout -serial | sed 's/serial=//' | tr A-F a-f)"
same 'the fingerprint too' "$(openssl x509 -in d4.pem -outform DER |
    sha256sum | cut -d' ' -f1)" \
    "$(devca --json query --uid 00000004 | jq -r .fingerprint)"

# Pages.
cursor=$(devca --json query --limit 2 | tail -n 1 | jq -r .cursor)
expect 2 'limit: must be 1 or more' query --limit 0
expect 2 'limit: must be 1 or more' audit log --limit 0
same 'the rest after a page' 3 "$(devca query --after "$cursor" | wc -l)"

# Expressions.
same 'where uid' 2 "$(devca query --where 'uid >= 00000004' --count)"
same 'where and' 1 "$(devca query --where 'uid >= 00000004 and uid < 00000005' \
    --count)"
same 'where status' 1 "$(devca query --where 'status = held' --count)"
expect 2 'where|field' query --where 'der = 00'
expect 2 . query --where "uid = 1'; DROP TABLE certificate; --"
expect 2 . query --where 'uid ='
same 'nothing was dropped' 5 "$(devca query --count)"
expect 2 '[-]-limit: does not go with --count' query --count --limit 2
same 'expires before' 0 "$(devca query --expires-before 2090-01-01 --count)"
expect 2 'not a time' query --expires-before tomorrow

# Ends around the first second of 1970, and nothing but ends: zero is a time.
cp -R store epoch
sqlite3 epoch/identity.db "UPDATE certificate SET not_after = device_id - 2
    WHERE device_id < 4"
while read -r before count; do
    same "expires before $before" "$count" \
        "$(devca --store epoch query --expires-before "$before" --count)"
done <<'EDGES'
1969-12-31T23:59:59Z 0
1970-01-01 1
1970-01-01T00:00:00Z 1
1970-01-01T00:00:01Z 2
1970-01-01T00:00:02Z 3
EDGES
same 'those alone' 00000001 "$(devca --store epoch --json query \
    --expires-before 1970-01-01 | jq -r .uid)"
expect 1 'nothing matches' query --expires-before 1970-01-01
expect 1 'query: ffffffff: nothing matches' query --uid ffffffff
for count in '' --count; do
    expect 1 'query: nosuch: product: no product of that name' query \
        --product nosuch $count
done
expect 1 'no product of that name' show --uid 00000001 --product nosuch
expect 4 'zz: RFC 5280 4.1.2.2: serial: is not' query --serial zz

# One device.
expect 0 'reason.*superseded' show --uid 00000002
same 'show by serial' 00000004 "$(devca --json show --serial "$serial" |
    jq -r 'select(.der) | .uid')"
same 'and what was done to it' 'issue' "$(devca --json show --serial "$serial" |
    jq -r 'select(.seq) | .act')"
expect 2 'needs a UID or a serial' show
expect 2 'a UID or a serial number, not both' show --uid 00000004 \
    --serial "$serial"

# The views, with any SQLite tool.
same 'the view certificates' 5 "$(sqlite3 store/identity.db \
    "SELECT count(*) FROM certificates WHERE product = 'meter-3' AND uid <> ''")"
same 'the view devices' 00000001 "$(sqlite3 store/identity.db \
    'SELECT min(uid) FROM devices')"

# Exports.
expect 0 - export --uid 00000001 --format pem --chain --out e.pem
true_that 'the chain as it was issued' cmp e.pem d1.pem
expect 0 - export --uid 00000001 --format der --out e.der
true_that 'DER' openssl x509 -inform DER -in e.der -noout
expect 2 'holds one certificate' export --all --format der
true_that 'before the first of them' test ! -s out
expect 2 'needs one of' export --all --uid 00000001 --format der
expect 0 - export --product meter-3 --format csv --out e.csv
same 'CSV: header and rows' 6 "$(wc -l <e.csv)"
expect 0 - export --all --format jsonl --out e.jsonl
same 'JSON Lines' 5 "$(jq -s length e.jsonl)"
expect 0 - export --all --format json --chain --out e.json
expect 1 'export: ffffffff: nothing matches' export --uid ffffffff --format json
true_that 'no JSON that is not closed' test ! -s out
same 'JSON' 5 "$(jq '.certificates | length' e.json)"
expect 0 - export --product meter-3 --format pkcs7 --out e.p7b
same 'PKCS#7' 5 "$(openssl pkcs7 -inform DER -in e.p7b -print_certs -noout |
    grep -c subject)"
expect 0 - export --product meter-3 --format pkcs7 --chain --out chain.p7b
same 'PKCS#7: each issuer once' 7 "$(openssl pkcs7 -inform DER -in chain.p7b \
    -print_certs -noout | grep -c subject)"
expect 2 'no format' export --all --format docx
expect 0 - export --root --format c-header --out anchor.h
expect 0 - export --product meter-3 --format c-header --out product.h
expect 2 'c-header: .*anchor: the certificate is no CA' \
    export --all --format c-header
# Nor is a signer of code an anchor, though it has a key identifier.
request signer
expect 0 issued issue --product meter-3 --uid 0000000e --profile code-signing \
    --csr signer.csr --out signer.pem --passphrase file:pass
expect 2 'c-header: .*anchor: the certificate is no CA' \
    export --uid 0000000e --format c-header --out signer.h
not_true_that 'no anchor of it' test -e signer.h
cat >use.c <<'END'
#include "anchor.h"
#include "product.h"
const struct devid_anchor *const anchors[] = {&devid_anchor_root,
                                              &devid_anchor_meter_3};
END
true_that 'the anchors compile as C99' cc -std=c99 -Wall -Wextra -Wpedantic \
    -Werror -I"$TREE/include" -c use.c
true_that 'and as C++' c++ -x c++ -Wall -Wextra -Werror -I"$TREE/include" \
    -c use.c
# The journal by a UID, whatever case it is typed in here or was there.
uid='--product meter-3 --passphrase file:pass --uid'
openssl ecparam -name prime256v1 -genkey -noout 2>/dev/null |
    openssl ec -pubout -out k6.pub 2>/dev/null
expect 0 issued issue $uid 0000AbCd --public-key k6.pub --out d6.pem
expect 3 'another key' issue $uid 0000aBCD --public-key k5.pub --out d7.pem
for typed in 0000abcd 0000ABCD 0000aBcD; do
    same "the journal's rows about $typed" 'issue refuse' \
        "$(devca --json audit log --object $typed | jq -r .act | tr '\n' ' ' |
            sed 's/ $//')"
done
expect 1 'nothing matches' audit log --object METER-3
nothing_left
done_testing
