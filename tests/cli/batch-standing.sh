#!/bin/sh
# issue --batch: the CA is revoked beside a run, certificates have expired.
. "$(dirname "$0")/lib.sh"
DEVCA_STORE=$work/store
export DEVCA_STORE
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root' --out root.pem
expect 0 active product add meter-3 --uid-format hex:4
batch="issue --product meter-3 --batch"

is_issued() {
    [ "$(devca query --where 'uid >= 00000000' --count)" = "$1" ]
}
told() {
    cut -d, -f2,4,5 results | tr -d '\r' | tail -n +2 | tr '\n' ' '
}

# ---- what the CA may is asked for each group, not once ----
mkfifo gate
"$DEVCA" $batch gate --results results >out 2>err &
runner=$!
exec 8>gate
{ echo uid,public_key && device_rows 1 2; } >&8
true_that 'the first rows' until_true is_issued 2
expect 0 '*' revoke --product meter-3 --reason certificateHold
device_rows 3 2 >&8
true_that 'refused rows are on record' until_true \
    sh -c "'$DEVCA' audit log | grep -q 00000004"
expect 0 '*' revoke --product meter-3 --release
device_rows 5 1 >&8
true_that 'in force again' until_true is_issued 3
expect 0 '*' revoke --product meter-3 --reason keyCompromise
device_rows 6 1 >&8
exec 8>&-
wait $runner
same 'some were refused' 3 $?
same 'each told' "00000001,issued, 00000002,issued, 00000003,refused,revoked \
00000004,refused,revoked 00000005,issued, 00000006,refused,revoked " "$(told)"
true_that 'why' grep -q "the CA's certificate is on hold" results
same 'nothing under a CA that is revoked' 3 \
    "$(devca query --where 'uid >= 00000000' --count)"

# ---- a device whose certificate has expired has none ----
expect 0 active product add lamp --uid-format hex:4 \
    --device-profile ieee8021ar-ldevid
{ echo uid,public_key && device_rows 100 3; } >lamps.csv
batch="issue --product lamp --batch"
expect 0 '3 issued' $batch lamps.csv
expect 0 '3 already' $batch lamps.csv
DEVCA_CLOCK=$(date -u -d '+2200 days' +%Y-%m-%dT%H:%M:%SZ)
export DEVCA_CLOCK
same 'all have expired' 0 "$(devca query --product lamp --status active --count)"
expect 0 '3 would be issued' $batch lamps.csv --dry-run
expect 0 '3 issued' $batch lamps.csv --out lamps.pem --chain
expect 0 '3 already' $batch lamps.csv
same 'others' 6 "$(devca query --product lamp --count)"
awk 'n < 3; /END/ { n++ }' lamps.pem >first.pem
expect 0 accepted verify first.pem --at "$DEVCA_CLOCK"
request held
expect 0 issued issue --product lamp --uid 000000ff --csr held.csr --out held.pem
expect 0 already issue --product lamp --uid 000000ff --csr held.csr --out again.pem
expect 0 '*' revoke --product lamp --uid 000000ff --reason superseded
DEVCA_CLOCK=$(date -u -d '+4400 days' +%Y-%m-%dT%H:%M:%SZ)
expect 3 'revoked' issue --product lamp --uid 000000ff --csr held.csr
true_that 'doctor finds no fault' devca doctor
nothing_left
done_testing
