#!/bin/sh
# Partitioned and delta CRLs, as a profile has them, judged by OpenSSL, certtool
# and libdevid.
. "$(dirname "$0")/lib.sh"
passphrase
DEVCA_STORE=$work/store
export DEVCA_STORE
unset DEVCA_CLOCK
# Clocks of their own, so that what is later is later by more than a second.
at() {
    DEVCA_CLOCK=$1
    export DEVCA_CLOCK
}
at 2026-01-01T00:00:00Z
expect 0 . init --org Acme --country DE --passphrase file:pass
expect 0 . root create --name 'Acme Root' --out root.pem --passphrase file:pass
sed 's/"name": "ieee8021ar-idevid"/"name": "sharded"/
    s#"extensions": {#"extensions": {\
    "cRLDistributionPoints": {"fullName": ["http://crl.example/{product}/{shard}.crl"], "shards": 4},\
    "freshestCRL": {"fullName": ["http://crl.example/{product}/{shard}-delta.crl"]},#' \
    "$TREE/pki-templates/ieee8021ar-idevid.json" >sharded.json
expect 0 . profile check sharded.json
expect 0 active product add meter --profile intermediate --uid-format hex:4 \
    --device-profile ./sharded.json --passphrase file:pass
quick_keys "$DEVCA_STORE"
expect 0 . crl --root --out root.crl --days 3650 --passphrase file:pass
openssl crl -inform DER -in root.crl -out root-crl.pem

# One device in each of at least two partitions: until there are.
shard_of() {
    openssl x509 -in "$1" -noout -text | sed -n 's#.*/meter/\([0-9]*\)\.crl#\1#p'
}
n=1
while [ "$n" -le 12 ]; do
    request r
    expect 0 issued issue --product meter --uid "$(printf %08x $n)" --csr r.csr \
        --out d$n.pem --chain --passphrase file:pass
    n=$((n + 1))
done
mine=$(shard_of d1.pem)
same 'the partition is the serial'\''s' "$mine" "$((0x$(openssl x509 -in d1.pem \
    -noout -serial | tail -c 9) % 4 + 1))"
other=0
for n in 2 3 4 5 6 7 8 9 10 11 12; do
    [ "$(shard_of d$n.pem)" = "$mine" ] || other=$n
done
[ "$other" -gt 0 ] || failed 'twelve devices in one partition'
theirs=$(shard_of d$other.pem)

# list NAME OPTION...: NAME.crl and NAME.pem
list() {
    name=$1
    shift
    expect 0 "crl_number" crl --product meter --days 365 --out "$name.crl" \
        --passphrase file:pass "$@"
    openssl crl -inform DER -in "$name.crl" -out "$name.pem"
}
# openssl_says TIME DEVICE OPTION... -- LIST...: the leaf's revocation
openssl_says() {
    when=$(date -u -d "$1" +%s)
    device=$2
    shift 2
    options=
    while [ "$1" != -- ]; do
        options="$options $1"
        shift
    done
    shift
    cat root-crl.pem "$@" >lists.pem
    # shellcheck disable=SC2086
    openssl verify -attime "$when" -x509_strict -crl_check_all $options \
        -CAfile root.pem -CRLfile lists.pem -untrusted "$device" "$device"
}
devid_says() {
    wanted=$1
    pattern=$2
    device=$3
    shift 3
    lists='--crl root.crl'
    for each; do
        lists="$lists --crl $each"
    done
    # shellcheck disable=SC2086
    expect "$wanted" "$pattern" verify "$device" $lists --at "$DEVCA_CLOCK"
}

at 2026-02-01T00:00:00Z
list mine-1 --shard "$mine"
list theirs-1 --shard "$theirs"
true_that 'its own partition: openssl' openssl_says 2026-02-02 d1.pem -- mine-1.pem
true_that 'as docs/formats.md has it: -crl_check' openssl verify -crl_check \
    -attime "$(date -u -d 2026-02-02 +%s)" -CAfile root.pem -CRLfile mine-1.pem \
    -untrusted d1.pem d1.pem
not_true_that 'another partition: openssl' \
    openssl_says 2026-02-02 d1.pem -- theirs-1.pem
devid_says 0 accepted d1.pem mine-1.crl
devid_says 1 'no CRL of the issuer' d1.pem theirs-1.crl
devid_says 0 accepted d$other.pem mine-1.crl theirs-1.crl
openssl crl -in mine-1.pem -noout -text >text
true_that 'the point is critical' \
    grep -q 'Issuing Distribution Point: critical' text
true_that 'the point is the certificate'\''s' grep -q "meter/$mine.crl" text
true_that 'the delta has a place' grep -q "meter/$mine-delta.crl" text
true_that 'certtool reads it' certtool --crl-info --inder --infile mine-1.crl
expect 0 - lint mine-1.crl

# Only what belongs to the partition is in its list; a list of all has all.
expect 0 revoked revoke --uid 00000001 --reason keyCompromise
expect 0 revoked revoke --uid "$(printf %08x $other)" --reason superseded
at 2026-03-01T00:00:00Z
list mine-2 --shard "$mine"
list all-2
same 'one entry' 1 "$(openssl crl -in mine-2.pem -noout -text |
    grep -c 'Serial Number')"
same 'two entries' 2 "$(openssl crl -in all-2.pem -noout -text |
    grep -c 'Serial Number')"
not_true_that 'revoked: openssl' openssl_says 2026-03-02 d1.pem -- mine-2.pem
devid_says 1 'revoked' d1.pem mine-2.crl
devid_says 1 'revoked' d1.pem all-2.crl
devid_says 1 'revoked' d$other.pem all-2.crl
not_true_that 'a list of all names no partition' \
    grep -q 'Distribution Point' all-2.pem

# A delta: what came since, and what went.
at 2026-03-02T00:00:00Z
for n in 3 4; do
    expect 0 held revoke --uid 0000000$n --reason certificateHold
done
at 2026-03-03T00:00:00Z
list base
at 2026-03-04T00:00:00Z
expect 0 released revoke --uid 00000003 --release
expect 0 revoked revoke --uid 00000005 --reason keyCompromise
expect 0 held revoke --uid 00000006 --reason certificateHold
expect 0 released revoke --uid 00000006 --release
at 2026-03-05T00:00:00Z
list delta --delta
openssl crl -in delta.pem -noout -text >text
true_that 'a delta says so' grep -q 'Delta CRL Indicator: critical' text
same 'its base' "$(openssl crl -in base.pem -noout -crlnumber |
    sed 's/.*=0x0*//')" \
    "$(openssl crl -in delta.pem -noout -text |
        sed -n '/Delta CRL Indicator/{n;s/^ *//;s/^0*//;p;}')"
same 'revoked, released and both in between' 3 "$(grep -c 'Serial Number' text)"
same 'two were taken off' 2 "$(grep -c 'Remove From CRL' text)"
true_that 'certtool reads it' certtool --crl-info --inder --infile delta.crl
devid_says 1 'critical' d7.pem delta.crl

# OpenSSL follows freshestCRL of the certificate to the delta.
deltas="-extended_crl -use_deltas"
true_that 'not yet revoked by the base' openssl_says 2026-03-06 d5.pem -- base.pem
not_true_that 'revoked by the delta' \
    openssl_says 2026-03-06 d5.pem $deltas -- base.pem delta.pem
not_true_that 'on hold by the base' openssl_says 2026-03-06 d3.pem -- base.pem
true_that 'released by the delta' \
    openssl_says 2026-03-06 d3.pem $deltas -- base.pem delta.pem
cat base.pem delta.pem >lists.pem
true_that 'as docs/formats.md has it: -use_deltas' openssl verify -crl_check \
    -extended_crl -use_deltas -attime "$(date -u -d 2026-03-06 +%s)" \
    -CAfile root.pem -CRLfile lists.pem -untrusted d3.pem d3.pem
not_true_that 'still on hold' \
    openssl_says 2026-03-06 d4.pem $deltas -- base.pem delta.pem
true_that 'never touched' \
    openssl_says 2026-03-06 d7.pem $deltas -- base.pem delta.pem

# Of a partition, too, and only beside a list of the same partition: two devices
# more in it, of which one is revoked.
found=
n=32
while [ "$(echo $found | wc -w)" -lt 2 ] && [ "$n" -lt 128 ]; do
    request r
    expect 0 issued issue --product meter --uid "$(printf %08x $n)" --csr r.csr \
        --out d$n.pem --chain --passphrase file:pass
    [ "$(shard_of d$n.pem)" != "$mine" ] || found="$found $n"
    n=$((n + 1))
done
set -- $found
expect 0 revoked revoke --uid "$(printf %08x "$2")" --reason keyCompromise
list mine-3 --shard "$mine" --delta
same 'a partition'\''s delta' 1 "$(openssl crl -in mine-3.pem -noout -text |
    grep -c 'Issuing Distribution Point: critical')"
true_that 'not yet revoked by the base of the partition' \
    openssl_says 2026-03-06 "d$2.pem" -- mine-2.pem
not_true_that 'revoked by the delta of the partition' \
    openssl_says 2026-03-06 "d$2.pem" $deltas -- mine-2.pem mine-3.pem
same 'that it is revoked is why' 1 "$(grep -c 'certificate revoked' tool.log)"
true_that 'the other by neither' \
    openssl_says 2026-03-06 "d$1.pem" $deltas -- mine-2.pem mine-3.pem
third=1
while [ "$third" = "$mine" ] || [ "$third" = "$theirs" ]; do
    third=$((third + 1))
done
expect 3 'no complete list to be based on' crl --product meter --shard "$third" \
    --delta --passphrase file:pass

# What a base has not seen, its delta has, whatever the clocks said: a revocation
# may be dated long before it is committed, or a clock be set back.
at 2026-03-10T12:00:00Z
list seen
at 2026-03-10T11:00:00Z
expect 0 revoked revoke --uid 00000007 --reason keyCompromise
expect 0 released revoke --uid 00000004 --release
at 2026-03-10T13:00:00Z
list unseen --delta
same 'dated before the base' 2 "$(openssl crl -in unseen.pem -noout -text |
    grep -c 'Serial Number')"
not_true_that 'and refused by the delta' \
    openssl_says 2026-03-11 d7.pem $deltas -- seen.pem unseen.pem
same 'what each list has seen is on record' 0 \
    "$(sqlite3 store/identity.db 'SELECT count(*) FROM crl WHERE seq IS NULL')"
# A base of a store before version 6 does not say what it saw: a day more.
sqlite3 store/identity.db 'UPDATE crl SET seq = NULL'
list older --delta
same 'by their times' 2 "$(openssl crl -in older.pem -noout -text |
    grep -c 'Serial Number')"
# No list goes back in time: a little is made good, more is told of.
at 2026-03-10T12:30:00Z
list back --delta
same 'the time of the list before' 'Mar 10 13:00:00 2026 GMT' \
    "$(openssl crl -in back.pem -noout -lastupdate | sed 's/.*=//')"
at 2026-03-10T11:59:00Z
expect 3 'thisUpdate: list [0-9]+ is of 2026-03-10T13:00:00Z, and the clock says 2026-03-10T11:59:00Z' \
    crl --product meter --delta --passphrase file:pass
at 2026-03-10T10:00:00Z
expect 3 'thisUpdate.*RFC 5280 5.1.2.4|RFC 5280 5.1.2.4.*thisUpdate' \
    crl --product meter --passphrase file:pass
at 2026-03-10T14:00:00Z

# As many partitions of another profile, at places of their own: a list there is no
# base for a delta here.
sed 's#crl.example/#other.example/#g; s/"sharded"/"elsewhere"/' sharded.json \
    >elsewhere.json
request r
expect 0 issued issue --product meter --uid 000000f0 --csr r.csr --out f0.pem \
    --profile ./elsewhere.json --passphrase file:pass
list here --shard "$mine"
expect 3 'no complete list to be based on' crl --product meter --shard "$mine" \
    --profile elsewhere --delta --passphrase file:pass
expect 0 revoked revoke --uid "$(printf %08x "$1")" --reason keyCompromise
list there --shard "$mine" --profile elsewhere
same 'its partition is told as the other'\''s' "$mine/4" "$("$DEVCA" --json crl \
    --product meter --shard "$mine" --profile elsewhere --dry-run \
    --passphrase file:pass | jq -r .shard)"
list here-2 --shard "$mine" --delta
same 'the base is the list of this place' \
    "$((0x$(openssl crl -in here.pem -noout -crlnumber | sed 's/.*=\(0x\)*//')))" \
    "$("$DEVCA" --json crl --product meter --shard "$mine" --delta --dry-run \
        --passphrase file:pass | jq .base_crl_number)"
not_true_that 'revoked by the delta of this place' \
    openssl_says 2026-03-11 "d$1.pem" $deltas -- here.pem here-2.pem
same 'that it is revoked is why' 1 "$(grep -c 'certificate revoked' tool.log)"
expect 0 'findings[^0-9]*0$' audit verify

# Everything on record, in one row of numbers.
expect 0 'shard.*/4' crl --product meter --shard "$third" --dry-run \
    --passphrase file:pass
expect 2 'must be 1 to 4' crl --product meter --shard 5 --passphrase file:pass
expect 2 "partitions are of a product" crl --root --shard 1 --passphrase file:pass
expect 3 'no partitioned CRLs' crl --product meter --shard 1 \
    --profile ieee8021ar-idevid --passphrase file:pass
sed 's/, "shards": 4//; s/"sharded"/"broken"/' sharded.json >broken.json
expect 4 'shard' profile check broken.json
sed 's/"shards": 4/"shards": 1/; s/"sharded"/"broken"/' sharded.json >broken.json
expect 4 'less than 2' profile check broken.json
sed 's#{product}/{shard}.crl#{product}.crl#; s/"sharded"/"broken"/' \
    sharded.json >broken.json
expect 4 'no {shard}' profile check broken.json

# What has expired leaves once it has stood on one list made after its end.
sed 's/"name": "ieee8021ar-idevid"/"name": "short"/
    s/"notAfter": "9999"/"notAfter": "P30D"/' \
    "$TREE/pki-templates/ieee8021ar-idevid.json" >short.json
expect 0 . product add brief --uid-format hex:4 --device-profile ./short.json \
    --passphrase file:pass
request s
expect 0 issued issue --product brief --uid 00000001 --csr s.csr --out s.pem \
    --passphrase file:pass
expect 0 revoked revoke --product brief --uid 00000001 --reason keyCompromise
entries() {
    at "$1"
    same "entries at $1" "$2" "$("$DEVCA" --json crl --product brief --force \
        --out brief.crl --passphrase file:pass | jq .entries)"
}
entries 2026-03-20T00:00:00Z 1
expect 0 . export --product brief --format revocation-set --out brief.set \
    --passphrase file:pass
entries 2026-05-01T00:00:00Z 1
entries 2026-05-02T00:00:00Z 0
same 'a set keeps it' 1 "$("$DEVCA" --json export --product brief --format \
    revocation-set --out brief-2.set --passphrase file:pass | jq .entries)"
nothing_left
done_testing
