#!/bin/sh
# issue --batch: what a night may bring. Killed at random moments and begun
# again, a store that somebody else holds, a list that changes meanwhile, two
# runs at once, single issues beside a run.
#
# NIGHT_KILLS: how many times it is killed amid its rows (10; with
# DEVCA_TESTS_LONG 200, and 40 under the sanitizers).
. "$(dirname "$0")/lib.sh"
DEVCA_STORE=$work/store
export DEVCA_STORE
# Keys in the clear: a run is then at its rows at once.
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root' --out root.pem
expect 0 active product add meter-3 --uid-format hex:4
batch="issue --product meter-3 --batch"
kills=${NIGHT_KILLS:-10}
lock_seconds=3
[ "$kills" -lt 100 ] || lock_seconds=60

header() {
    echo uid,public_key
}
count() {
    devca query --where "$1" --count
}

# ---- killed at random moments ----
# The same set as a run that was let be, none twice, and results complete. What
# was told before a kill is true after it. A run that was through before its kill
# came does not count.
is_telling() {
    [ "$(wc -l <told)" -gt 1 ] || ! kill -0 "$runner"
}
random=$$
# nap MILLISECONDS: at most so long
nap() {
    random=$(((random * 1103515245 + 12345) % 2147483648))
    sleep "$(printf '%d.%03d' $((random / 65536 % $1 / 1000)) \
        $((random / 65536 % $1 % 1000)))"
}
milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}
# Parts that take half a second or so, wherever this runs.
{ header && device_rows 1 300; } >part.csv
span=$(milliseconds)
expect 0 '300 would be issued' $batch part.csv --dry-run
span=$(($(milliseconds) - span + 1))
step=$((75000 / span + 50))
part=$((step * 2))
: >seen
hits=0
amid=0
n=0
while [ "$hits" -lt "$kills" ] && [ "$n" -lt $((kills * 3)) ]; do
    # Each row is in two parts, so that runs find half of theirs done.
    { header && device_rows $((n * step + 1)) "$part"; } >part.csv
    n=$((n + 1))
    "$DEVCA" $batch part.csv --results - --out night/ --force >told \
        2>/dev/null </dev/null &
    runner=$!
    # Every other one after its first group, the others whenever.
    [ $((n % 2)) = 0 ] || until_true is_telling
    nap 400
    kill -9 $runner 2>/dev/null
    wait $runner 2>/dev/null
    [ $? != 137 ] || hits=$((hits + 1))
    lines=$(wc -l <told)
    [ "$lines" -lt 2 ] || [ "$lines" -gt "$part" ] || amid=$((amid + 1))
    # Whole lines alone: the last one may have been on its way.
    grep -E ',(issued|already),' told | grep "$(printf '\r')" |
        cut -d, -f2,3 >>seen
done
rows=$((n * step + step))
{ header && device_rows 1 "$rows"; } >night.csv
rm -r night
echo "batch-night: $n runs, $hits killed, $amid amid what they told" >&2
true_that 'some were killed amid what they told' [ "$amid" -gt 0 ]
same 'runs were killed before their end' "$kills" "$hits"
true_that 'a certificate was told before a kill' test -s seen
expect 0 ' 0 refused, 0 malformed' $batch night.csv --out night/ \
    --results night.out
same 'every row has its result' $((rows + 1)) "$(wc -l <night.out)"
same 'every UID once' "$rows" "$(tail -n +2 night.out | cut -d, -f2 | sort -u |
    wc -l)"
same 'the store has as many' "$rows" "$(count 'uid < 10000000')"
sort -u seen >told
tail -n +2 night.out | cut -d, -f2,3 | sort >final
same 'what was told has stayed so' '' "$(comm -23 told final)"
same 'the store has these' "$(cut -d, -f2 final | sort | md5sum)" \
    "$(sqlite3 store/identity.db 'SELECT lower(hex(serial)) FROM certificate
        WHERE device_id IS NOT NULL' | sort | md5sum)"
same 'a file each' "$rows" "$(find night -name '*.pem' -size +0 | wc -l)"
same 'the store is sound' ok \
    "$(sqlite3 store/identity.db 'PRAGMA integrity_check')"

# ---- somebody else holds the store ----
{ header && device_rows 268435456 20; } >held.csv
hold() {
    python3 - "$1" <<'PYTHON' &
import sqlite3, sys, time
store = sqlite3.connect("store/identity.db", isolation_level=None)
store.execute("BEGIN IMMEDIATE")
open("held", "w").close()
time.sleep(float(sys.argv[1]))
store.execute("ROLLBACK")
PYTHON
    holder=$!
    until_true test -e held
    rm held
}
hold 30
expect 5 'another writer holds the store' $batch held.csv --wait 0
expect 5 'another writer holds the store' $batch held.csv --wait 1 \
    --results held.out
same 'nothing is issued' 0 "$(count 'uid >= 10000000')"
kill $holder
wait $holder 2>/dev/null
hold "$lock_seconds"
expect 0 '20 issued' $batch held.csv --results held.out
wait $holder
same 'all of them' 20 "$(count 'uid >= 10000000')"
expect 2 'more than a day' $batch held.csv --wait 100000

# ---- the list becomes shorter while it is read ----
mkfifo gate
{ header && device_rows 536870912 2000; } >shrinking.csv
"$DEVCA" $batch shrinking.csv --results - >gate 2>err </dev/null &
runner=$!
exec 7<gate
read -r line <&7
: >shrinking.csv
cat <&7 >told
exec 7<&-
wait $runner
same 'a list that shrinks' 5 $?
true_that 'is told' grep -q 'became shorter' err

# ---- two runs over some of the same rows, and single issues beside them ----
request single
{ header && device_rows 805306368 300; } >one.csv
{ header && device_rows 805306468 300; } >two.csv
"$DEVCA" $batch one.csv --results one.out >/dev/null 2>&1 </dev/null &
one=$!
"$DEVCA" $batch two.csv --results two.out >/dev/null 2>&1 </dev/null &
two=$!
expect 0 'issued' issue --product meter-3 --uid 40000000 --csr single.csr \
    --out single.pem
wait $one
same 'the first' 0 $?
wait $two
same 'the second' 0 $?
same 'each device once' 400 "$(count 'uid >= 30000000 and uid < 40000000')"
same 'each told as issued once' 400 "$(cat one.out two.out | grep -c ',issued,')"
same 'the same certificates to both' 200 "$({
    tail -n +2 one.out | cut -d, -f2,3
    tail -n +2 two.out | cut -d, -f2,3
} | sort | uniq -d | wc -l)"

# ---- neither starves: single issues while rows come without an end ----
more_rows() {
    n=1342177280
    while [ ! -e enough ]; do
        device_rows $n 200
        n=$((n + 200))
    done
    echo $((n - 1342177280)) >fed
}
{ header && more_rows; } | "$DEVCA" $batch - >/dev/null 2>err &
runner=$!
some_are_issued() {
    [ "$(count 'uid >= 50000000')" != 0 ]
}
true_that 'rows get through' until_true some_are_issued
before=$(count 'uid >= 50000000')
for n in 1 2 3 4 5 6 7 8; do
    request single
    expect 0 'issued' issue --product meter-3 --uid 4100000$n \
        --csr single.csr --out single-$n.pem
done
more_are_issued() {
    [ "$(count 'uid >= 50000000')" -gt "$before" ]
}
true_that 'and go on' until_true more_are_issued
: >enough
wait $runner
same 'beside single issues' 0 $?
same 'every row' "$(cat fed)" "$(count 'uid >= 50000000')"

# ---- a signal ----
mkfifo slow
# A shell has what it begins in the background ignore SIGINT.
env --default-signal=INT "$DEVCA" $batch slow --results slow.out >/dev/null 2>err &
runner=$!
exec 8>slow
{ header && device_rows 1073741824 5; } >&8
all_five() {
    [ "$(count 'uid > 40000000 and uid < 40000006')" = 5 ] ||
        [ "$(count 'uid >= 40000000 and uid < 40000006')" = 5 ]
}
true_that 'a slow source is committed as it comes' until_true all_five
kill -INT $runner
wait $runner
same 'interrupted' 7 $?
exec 8>&-
true_that 'and how to go on' grep -q 'run the same command again' err
same 'no half results' 0 "$(find . -name slow.out | wc -l)"
rm -f slow gate
nothing_left
done_testing
