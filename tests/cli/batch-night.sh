#!/bin/sh
# issue --batch: what a night may bring. Killed at random moments and begun
# again, a store that somebody else holds, a list that changes meanwhile, two
# runs at once, single issues beside a run.
#
# NIGHT_KILLS: how many times it is killed (10; 200 with DEVCA_TESTS_LONG).
. "$(dirname "$0")/lib.sh"
DEVCA_STORE=$work/store
export DEVCA_STORE
# Keys in the clear: a run is then at its rows at once.
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root' --out root.pem
expect 0 active product add meter-3 --uid-format hex:4
batch="issue --product meter-3 --batch"
kills=${NIGHT_KILLS:-10}
part=600
rows=$((kills * part / 2))
lock_seconds=3
[ "$kills" -lt 100 ] || lock_seconds=60

# keys FIRST COUNT: lines of uid,public_key; multiples of one point would be
# quicker made but no key is anybody's here
keys() {
    python3 - "$1" "$2" <<'PYTHON'
import base64, sys
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
     0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
HEAD = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d030107034200")


def add(a, b):
    slope = ((3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P) if a == b
             else (b[1] - a[1]) * pow(b[0] - a[0], -1, P)) % P
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def times(point, n):
    total = None
    while n:
        if n & 1:
            total = add(total, point) if total else point
        point, n = add(point, point), n >> 1
    return total


first, count = int(sys.argv[1]), int(sys.argv[2])
point = times(G, first + 2)
for uid in range(first, first + count):
    octets = b"\x04" + b"".join(v.to_bytes(32, "big") for v in point)
    print("%08x,%s" % (uid, base64.b64encode(HEAD + octets).decode()))
    point = add(point, G)
PYTHON
}
header() {
    echo uid,public_key
}
count() {
    devca query --where "$1" --count
}

# ---- killed at random moments ----
# The same set as a run that was let be, none twice, and results complete. What
# was told before a kill is true after it.
is_telling() {
    [ "$(wc -l <told)" -gt 1 ]
}
{ header && keys 1 "$rows"; } >night.csv
: >seen
seed=$$
cut_off=0
n=0
while [ "$n" -lt "$kills" ]; do
    # Two kills for each part of the list: the second hits one that goes on.
    first=$((n / 2 * part + 2))
    { header && sed -n "$first,$((first + part - 1))p" night.csv; } >part.csv
    n=$((n + 1))
    seed=$(((seed * 1103515245 + 12345) % 2147483648))
    "$DEVCA" $batch part.csv --results - --out night/ --force >told \
        2>/dev/null </dev/null &
    runner=$!
    # The first kill of a part comes after its first group, the second whenever.
    [ $((n % 2)) = 0 ] || until_true is_telling
    sleep "$(printf '0.%03d' $((seed / 65536 % 400)))"
    kill -9 $runner 2>/dev/null
    wait $runner 2>/dev/null
    lines=$(wc -l <told)
    [ "$lines" -lt 1 ] || [ "$lines" -gt "$part" ] || cut_off=$((cut_off + 1))
    # Whole lines alone: the last one may have been on its way.
    grep -E ',(issued|already),' told | grep "$(printf '\r')" |
        cut -d, -f2,3 >>seen
done
rm -r night
echo "batch-night: $kills kills, $cut_off of them before the last row was told" >&2
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
{ header && keys 268435456 20; } >held.csv
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
{ header && keys 536870912 2000; } >shrinking.csv
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
{ header && keys 805306368 300; } >one.csv
{ header && keys 805306468 300; } >two.csv
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

# ---- a signal ----
mkfifo slow
"$DEVCA" $batch slow --results slow.out >/dev/null 2>err &
runner=$!
exec 8>slow
{ header && keys 1073741824 5; } >&8
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
