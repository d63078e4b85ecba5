#!/bin/sh
# Signals while a command waits: for its list, another writer, a passphrase; and
# signals that whoever started it has ignored.
. "$(dirname "$0")/lib.sh"
main_store
batch='issue --product meter-3 --passphrase file:pass --batch'
mkfifo slow
printf 'uid,public_key\n' >head.csv

issued() {
    [ "$(devca query --where "uid = $1" --count)" = 1 ]
}
# runs COMMAND...: it is at work, behind the shell that began it
runs() {
    grep -q devca "/proc/$runner/comm"
}
# A process that a shell begins in the background ignores SIGINT.
attentive='env --default-signal=INT'
waits() {
    until_true runs
    # What it waits in: nothing of it is to be seen from outside.
    sleep 0.3
}

# ---- ignored from the start ----
(trap '' HUP INT TERM && exec "$DEVCA" $batch slow >out 2>err) &
runner=$!
exec 8>slow
{ cat head.csv && device_rows 1 1; } >&8
true_that 'a row is issued' until_true issued 00000001
for signal in HUP INT TERM; do
    kill -$signal $runner
done
device_rows 2 1 >&8
exec 8>&-
wait $runner
same 'nohup: a batch goes on' 0 $?
true_that 'to its end' issued 00000002
request other
(trap '' HUP && exec "$DEVCA" issue --product meter-3 --uid 00000003 \
    --csr other.csr --passphrase stdin --out other.pem <slow >out 2>err) &
runner=$!
exec 8>slow
waits
kill -HUP $runner
cat pass >&8
exec 8>&-
wait $runner
same 'nohup: one goes on, too' 0 $?
request third

# ---- while another writer holds the store ----
hold() {
    python3 - <<'PYTHON' &
import sqlite3, time
store = sqlite3.connect("store/identity.db", isolation_level=None)
store.execute("BEGIN IMMEDIATE")
open("held", "w").close()
time.sleep(60)
PYTHON
    holder=$!
    true_that 'the store is held' until_true test -e held
    rm held
}
# A list that is through, and one that waits because the ring is full.
for count in 5 3000; do
    { cat head.csv && device_rows 1000 $count; } >list.csv
    hold
    $attentive "$DEVCA" $batch list.csv --wait 600 >out 2>err &
    runner=$!
    waits
    kill -INT $runner
    wait $runner
    same "$count rows and another writer" 7 $?
    true_that 'how to go on' grep -q 'run the same command again' err
    true_that 'it did not wait for the other' kill -0 $holder
    kill $holder
    wait $holder 2>/dev/null
    expect 0 '*' $batch list.csv
    same 'and went on' "$count" \
        "$(devca query --where 'uid >= 000003e8' --count)"
done
nothing_left

# ---- while it waits for a passphrase ----
# stopped WHAT COMMAND...: SIGTERM ends it with 7 and nothing is issued
stopped() {
    what=$1
    shift
    "$DEVCA" "$@" >out 2>err <slow &
    runner=$!
    exec 8>slow
    waits
    kill -TERM $runner
    wait $runner
    same "$what" 7 $?
    exec 8>&-
    not_true_that "$what: nothing is issued" issued 00ffffff
}
mkfifo never
{ cat head.csv && device_rows 16777215 1; } >one.csv
for source in stdin file:never fd:0; do
    stopped "a list, $source" issue --product meter-3 --batch one.csv \
        --passphrase $source
    stopped "one, $source" issue --product meter-3 --uid 00ffffff \
        --csr third.csr --passphrase $source
done

# A pipe into which somebody writes, before or afterwards.
"$DEVCA" issue --product meter-3 --batch one.csv --passphrase file:never \
    >out 2>err </dev/null &
runner=$!
waits
cat pass >never
wait $runner
same 'a pipe that is written later' 0 $?
true_that 'and read' issued 00ffffff
done_testing
