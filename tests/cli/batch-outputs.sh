#!/bin/sh
# issue --batch: what it gives out, what it tells meanwhile, and outputs that
# cannot be written.
. "$(dirname "$0")/lib.sh"
main_store
batch="issue --product meter-3 --passphrase file:pass --batch"

der() {
    openssl req -in "$1.csr" -outform DER | base64 -w0
}
for n in 1 2 3 4 5 6; do
    request r$n
done
{ echo uid,csr && for n in 1 2 3; do echo "0000000$n,r$n.csr"; done; } >list.csv

# A dry run: every check, nothing recorded, nothing given out.
{
    cat list.csv
    echo 00000004,r1.csr
    echo 00000001,r1.csr
    echo 00000001,r2.csr
    echo 00000005,nosuch
} >mixed.csv
before=$(sqlite3 store/identity.db .dump | md5sum)
expect 3 '3 would be issued, 1 already, 2 refused, 1 malformed' $batch \
    mixed.csv --dry-run --out dry --results dry.out
same 'nothing is in the store' "$before" \
    "$(sqlite3 store/identity.db .dump | md5sum)"
same 'no certificate' 0 "$(find . -name 'dry' | wc -l)"
same 'what would be' \
    'issued issued issued refused already refused malformed' \
    "$(tail -n +2 dry.out | cut -d, -f4 | tr '\n' ' ' | sed 's/ $//')"
same 'no serial is burnt' '' \
    "$(tail -n +2 dry.out | cut -d, -f3 | tr -d '\n')"

# The first bad row ends it; what is before it is kept, what is after is not.
{
    echo uid,csr
    echo 00000001,r1.csr
    echo 0000000,r2.csr
    echo 00000003,r3.csr
} >stop.csv
expect 4 ': stop.csv, line 3, 0000000: .*not an even number' $batch stop.csv \
    --stop-on-error --results stop.out
same 'one row' 1 "$(devca query --count)"
same 'no half results' 0 "$(find . -name stop.out | wc -l)"
printf 'uid,csr\n,\n' >empty.csv
expect 4 ': empty.csv, line 2: ' $batch empty.csv --stop-on-error
expect 4 ': empty.csv, line 2: ' $batch empty.csv --stop-on-error --out made/
expect 2 'name of a certificate' $batch list.csv --out made/ --results made/x.pem
expect 5 'nowhere' $batch list.csv --out made/ --results nowhere/x.csv
true_that 'no folder is left' test ! -e made
sed -i 's/0000000,/00000002,/' stop.csv
expect 0 '2 issued, 1 already' $batch stop.csv --stop-on-error --results stop.out
same 'then all of them' 4 "$(wc -l <stop.out)"

# One file for all: PEM, or JSON Lines by its name or by --json.
expect 0 '3 already' $batch list.csv --out all.pem --chain
same 'with their issuers' 9 "$(grep -c 'BEGIN CERT' all.pem)"
expect 0 '3 already' $batch list.csv --out all.jsonl
same 'a line each' 3 "$(wc -l <all.jsonl)"
python3 - all.jsonl >lines <<'PYTHON'
import base64, json, sys
for line in open(sys.argv[1]):
    row = json.loads(line)
    der = base64.b64decode(row["der"])
    assert bytes.fromhex(row["serial"]) in der, row
    print(row["uid"])
PYTHON
same 'of these devices' '00000001 00000002 00000003 ' "$(tr '\n' ' ' <lines)"
"$DEVCA" --json $batch list.csv --out - --chain >lines 2>summary.json
same 'on standard output' 0 $?
same 'with pem' 9 "$(grep -o 'BEGIN CERT' lines | wc -l)"
true_that 'the summary is JSON' python3 -c \
    'import json; assert json.load(open("summary.json"))["already"] == 3'
expect 0 - --quiet $batch list.csv
expect 2 'cannot be the same' $batch list.csv --out x --results x
expect 2 'cannot be the same' $batch list.csv --out x --results ./x
expect 2 'cannot be the same' $batch list.csv --out "$PWD/x" --results .//x --force
expect 2 'cannot be the same' $batch list.csv --out - --results -

# Nor does either take the place of the list that is read.
mkdir lists
cp r[123].csr lists
cp list.csv lists
ln list.csv other-name.csv
ln -s list.csv link.csv
for output in out results; do
    for name in list.csv ./list.csv "$PWD/list.csv" lists/../list.csv \
        other-name.csv; do
        expect 2 "[-]-$output: cannot be the same as --batch" $batch list.csv \
            --$output "$name" --force
    done
    expect 2 'cannot be the same as --batch' $batch link.csv \
        --$output list.csv --force
    expect 2 'cannot be the same as --batch' $batch link.csv \
        --$output link.csv --force
    expect 2 'cannot be the same as --batch' $batch list.csv \
        --$output list.csv --force --dry-run
    "$DEVCA" $batch - --$output list.csv --force <list.csv >out 2>err
    same "nor that of standard input: --$output" 2 $?
done
same 'the list is there' 4 "$(wc -l <list.csv)"
expect 0 '3 already' $batch lists/list.csv --out lists --results lists/results
"$DEVCA" $batch - --out - <list.csv >all.pem 2>err
same 'from standard input to standard output' '0 3' \
    "$? $(grep -c 'BEGIN CERT' all.pem)"
mkdir requests
for n in 1 2 3; do
    cp r$n.csr requests/0000000$n.csr
done
for name in requests requests/ "$PWD/requests"; do
    expect 0 '3 already' $batch requests --out "$name"
done
same 'beside each its certificate' 6 "$(ls requests | wc -l)"

# A folder: made when it ends in a slash; what is there already is not touched.
expect 0 '3 already' $batch list.csv --out certs/
same 'a file each' 3 "$(ls certs | wc -l)"
stamp=$(stat -c %i certs/00000002.pem)
head -c 100 certs/00000001.pem >cut
cat cut >certs/00000001.pem
: >certs/00000003.pem
expect 0 '3 already' $batch list.csv --out certs
same 'what was cut short is whole again' 3 "$(cat certs/*.pem | grep -c 'END CERT')"
same 'the other is the same file' "$stamp" "$(stat -c %i certs/00000002.pem)"
echo mine >certs/00000002.pem
expect 5 'holds something else' $batch list.csv --out certs
same 'and keeps it' mine "$(cat certs/00000002.pem)"
expect 0 '3 already' $batch list.csv --out certs --force
same 'unless told' 3 "$(cat certs/*.pem | grep -c 'END CERT')"

# Half way the folder can be written no more.
rm certs/00000002.pem
mkdir certs/00000002.pem
{ cat list.csv && echo "00000006,$(der r6)"; } >half.csv
expect 5 'no regular file' $batch half.csv --out certs --results half.out
same 'what was issued is in the store' 1 \
    "$(devca query --where 'uid = 00000006' --count)"
true_that 'and how to go on is told' grep -q 'run the same command again' err
rmdir certs/00000002.pem
expect 0 '4 already' $batch half.csv --out certs --results half.out
same 'then it is all there' 4 "$(cat certs/*.pem | grep -c 'END CERT')"

# So too when it is taken away between two groups, or its disk is full: what was
# issued comes with the same command.
for n in 7 8 9; do
    request r$n
done
# half_way FOLDER BLOCK UNBLOCK: a run that is blocked after its first row
half_way() {
    mkfifo gate
    "$DEVCA" $batch gate --out "$1" --results part.out --force >out 2>err &
    runner=$!
    exec 8>gate
    printf 'uid,csr\n00000007,%s\n' "$(der r7)" >&8
    true_that "$2: the first is there" until_true test -s "$1/00000007.pem"
    $2
    printf '00000008,%s\n00000009,%s\n' "$(der r8)" "$(der r9)" >&8
    exec 8>&-
    wait $runner
    same "$2: it ends" 5 $?
    true_that "$2: and says why" grep -q "00000008.pem" err
    same "$2: no half results" 0 "$(find . -name part.out | wc -l)"
    $3
    rm gate
    {
        echo uid,csr
        for n in 7 8 9; do
            echo "0000000$n,r$n.csr"
        done
    } >part.csv
    expect 0 '0 refused, 0 malformed' $batch part.csv --out "$1" \
        --results part.out
    same "$2: then it is all there" 3 "$(cat "$1"/0*.pem | grep -c 'END CERT')"
    rm part.out
}
take_away() {
    mv away elsewhere
}
bring_back() {
    mv elsewhere away
}
mkdir away
half_way away take_away bring_back
if [ "$(id -u)" != 0 ]; then
    close_folder() {
        chmod a-w closed
    }
    open_folder() {
        chmod u+w closed
    }
    mkdir closed
    half_way closed close_folder open_folder
elif mkdir disk && mount -t tmpfs -o size=64k tmpfs disk 2>/dev/null; then
    freeze() {
        mount -o remount,ro disk
    }
    thaw() {
        mount -o remount,rw disk
    }
    fill_up() {
        cat /dev/zero >disk/ballast 2>/dev/null
    }
    clear_up() {
        rm disk/ballast
    }
    half_way disk freeze thaw
    rm disk/*
    half_way disk fill_up clear_up
    umount disk
fi

milliseconds() {
    echo $(($(date +%s%N) / 1000000))
}
# A run whose list goes on, without a terminal: looked at below.
mkfifo held
held_since=$(milliseconds)
"$DEVCA" $batch held 2>held.err >held.out &
holder=$!
exec 7>held
printf 'uid,csr\nxyz,nosuch\n' >&7

# Past 10,000 rows the folder fans out.
{
    echo uid,csr
    yes 'xyz,nosuch' | head -n 9999
    cat list.csv | tail -n +2
} >many.csv
expect 4 '3 already, 0 refused, 9999 malformed' $batch many.csv --out fan/ \
    --results many.out
same 'the first below' 00000001.pem "$(ls fan | grep pem)"
same 'the others further down' '00000002.pem 00000003.pem ' \
    "$(ls fan/000001 | tr '\n' ' ')"
same 'all are told' 10003 "$(wc -l <many.out)"
# A list that got rows in front, or lost some, gives no file a second time; one
# that was cut short is made whole where it is.
{
    echo uid,csr
    yes 'xyz,nosuch' | head -n 20001
    cat list.csv | tail -n +2
} >more.csv
head -c 100 fan/000001/00000003.pem >cut
cat cut >fan/000001/00000003.pem
before=$(find fan -name '*.pem' | sort)
# Other numbers are not gone through up to them.
mkdir fan/000007 fan/20261122 fan/999999999999 fan/0000012
expect 4 '3 already' $batch more.csv --out fan
same 'rows more: as they were' "$before" "$(find fan -name '*.pem' | sort)"
expect 0 '3 already' $batch list.csv --out fan
same 'rows less: as they were' "$before" "$(find fan -name '*.pem' | sort)"
same 'and whole' 3 "$(cat $before | grep -c 'END CERT')"
echo mine >fan/000001/00000003.pem
expect 5 'fan/000001/00000003.pem: holds something else' $batch list.csv \
    --out fan
rm fan/000001/00000003.pem
expect 0 '3 already' $batch list.csv --out fan
same 'one that is nowhere goes by its row' fan/00000003.pem \
    "$(find fan -name '00000003.pem')"
rm fan/00000003.pem
mkdir fan/000009
mv fan/000001/00000002.pem fan/000009
expect 0 '3 already' $batch list.csv --out fan
same 'behind a gap too' fan/000009/00000002.pem \
    "$(find fan -name '00000002.pem')"
rm -r fan
mkdir fan
: >fan/000001
expect 5 '000001' $batch many.csv --out fan

# Results where a certificate's file may come to lie.
mkdir given given/000001
for results in given/00000002.pem given/000001/00000002.pem; do
    expect 2 "name of a certificate's file" $batch list.csv --out given --force \
        --results $results
done
(cd given && "$DEVCA" --store ../store $batch ../list.csv --out . --force \
    --results 00000002.pem >../out 2>../err)
same 'from within' 2 $?
expect 0 '3 already' $batch list.csv --out given --results given/results.csv
rm -r given

# Results on a full disk.
"$DEVCA" $batch list.csv --results - >/dev/full 2>err
same 'a full disk' 5 $?
true_that 'is told' grep -q 'No space left' err
if [ "$(id -u)" = 0 ] && mkdir small &&
    mount -t tmpfs -o size=16k tmpfs small 2>/dev/null; then
    expect 5 'No space left' $batch many.csv --results small/results
    same 'and nothing is left there' 0 "$(ls -A small | wc -l)"
    head -c 20000 /dev/zero >small/full 2>/dev/null
    expect 5 'No space left' $batch list.csv --out both.pem \
        --results small/results
    rm small/full
    expect 0 '3 already' $batch list.csv --out both.pem --results small/results
    umount small
fi

# Memory does not grow with the list, and a group is never held back by it.
peak() {
    ASAN_OPTIONS=quarantine_size_mb=1:${ASAN_OPTIONS:-} \
        python3 - "$DEVCA" $batch "$@" <<'PYTHON'
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL, check=False)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PYTHON
}
{ echo uid,csr && yes 'xyz,nosuch' | head -n 4000; } >short.csv
{ echo uid,csr && yes 'xyz,nosuch' | head -n 60000; } >long.csv
short=$(peak short.csv)
long=$(peak long.csv)
true_that "flat memory: $short MB, $long MB" [ "$long" -le $((short + 8)) ]
# Nor with what a row names: 400 files of 1 MiB, of which a sixteenth is held.
head -c 1048576 /dev/zero | tr '\0' A >large.csr
{ echo uid,csr && yes '00000001,large.csr' | head -n 400; } >large.csv
large=$(peak large.csv)
true_that "large requests too: $large MB" [ "$large" -le $((short + 100)) ]
# Nor with what it gives out: 28 MB of certificates and their issuers. The shorter
# list goes round the ring of slots too, so that all of them are in use.
own=$(openssl pkey -in r1.key -pubout -outform DER | base64 -w0)
for rows in 4000 12000; do
    { echo uid,public_key && yes "00000001,$own" | head -n $rows; } >out-$rows.csv
done
short=$(peak out-4000.csv --out given-4000.pem --chain)
long=$(peak out-12000.csv --out given.pem --chain --results given.csv)
same 'all are given out' 36000 "$(grep -c 'BEGIN CERT' given.pem)"
true_that "28 MB are given out" [ "$(stat -c %s given.pem)" -gt 20000000 ]
true_that "flat memory with --out: $short MB, $long MB" \
    [ "$long" -le $((short + 8)) ]
rm given.pem

# Progress on a terminal: a bar, at most ten times a second, and the time left
# where the end is known; else lines.
if command -v script >/dev/null; then
    { echo uid,csr && yes 'xyz,nosuch' | head -n 3000; } >slow.csv
    mkfifo pipe
    {
        cat slow.csv
        until_true grep -q 'done, .* failed' drawn
        sleep 2
        echo 1,2
    } >pipe &
    feeder=$!
    span=$(milliseconds)
    script -qfec "'$DEVCA' $batch pipe" drawn </dev/null >/dev/null 2>&1
    wait $feeder
    span=$(($(milliseconds) - span))
    draws=$(grep -o 'a second' drawn | wc -l)
    true_that 'a line that is drawn over' grep -q 'done, .* failed, .* a second' \
        drawn
    true_that 'and a summary' grep -q '3001 malformed' drawn
    true_that "not more often than ten times a second: $draws in $span ms" \
        [ "$draws" -le $((span / 100 + 2)) ]
    not_true_that 'no time left of what has no end' grep -q 'left' drawn
    { echo uid,csr && yes 'xyz,nosuch' | head -n 200000; } >known.csv
    script -qfec "'$DEVCA' $batch known.csv" known </dev/null >/dev/null 2>&1
    true_that 'the part that is done, and the time left' grep -Eq \
        '\[#*\.*\] +[0-9]+ % [0-9]+ done, [0-9]+ failed, [0-9]+ a second, [0-9]+:[0-5][0-9]:[0-5][0-9] left' \
        known
    # Whatever the terminal's width, on one line of it.
    for wide in 80 60 24 0; do
        script -qfec "stty cols $wide && '$DEVCA' $batch known.csv" known \
            </dev/null >/dev/null 2>&1
        widest=$(tr '\r' '\n' <known | sed -n 's/\x1b\[K.*//p' |
            awk '{ if (length > most) most = length } END { print most + 0 }')
        true_that "drawn on $wide columns: $widest" [ "$widest" -gt 0 ]
        true_that "and no more than $wide: $widest" \
            [ "$widest" -lt $((wide > 0 ? wide : 80)) ]
    done
fi
expect 4 '3000 rows, 0 issued' $batch slow.csv
not_true_that 'no bar in a file' grep -q "$(printf '\r')" err

# What was begun above: no line before ten seconds, one then.
true_that 'a line where there is no terminal' until_true grep -Eq \
    '^devca: issue: 1 done, 1 failed, [0-9]+ a second' held.err
span=$(($(milliseconds) - held_since))
lines=$(grep -c ' done, ' held.err)
exec 7>&-
wait $holder
true_that "every ten seconds: $lines in $span ms" \
    [ "$lines" -le $((span / 10000)) ]
nothing_left
done_testing
