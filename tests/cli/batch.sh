#!/bin/sh
# issue --batch: one bad row never stops the run, a run may be killed and begun
# again, and nobody is issued twice.
. "$(dirname "$0")/lib.sh"
main_store
batch="issue --product meter-3 --passphrase file:pass --batch"

{ echo uid,public_key && device_rows 1 60; } >good.csv

expect 0 '60 issued' $batch good.csv --results r.csv --out all.pem --jobs 2
same 'results: one line a row' 61 "$(wc -l <r.csv)"
same 'in the order of the list' 2 "$(sed -n 2p r.csv | cut -d, -f1)"
same 'all of them in the bundle' 60 "$(grep -c 'BEGIN CERT' all.pem)"
same 'and in the store' 60 "$(devca query --count)"
expect 0 '0 issued, 60 already' $batch good.csv --results again.csv
same 'the same serials again' "$(cut -d, -f3 r.csv | md5sum)" \
    "$(cut -d, -f3 again.csv | md5sum)"
mkdir certs
expect 0 '60 already' $batch good.csv --out certs --chain
same 'a file for each' 60 "$(ls certs | wc -l)"
true_that 'openssl verifies one of them' openssl verify -x509_strict \
    -CAfile root.pem -untrusted certs/0000000a.pem certs/0000000a.pem
expect 5 'exists already' $batch good.csv --out all.pem

# Bad rows, each told by its line, between good ones.
request r1
base64 -w0 <r1.csr >/dev/null
openssl req -in r1.csr -outform DER -out r1.der
csr=$(base64 -w0 <r1.der)
request r2
mkfifo fifo
mkdir below
cp r2.csr below/r2.csr
{
    printf '\357\273\277uid,csr\r\n'
    printf '00000101,%s\r\n' "$csr"
    printf '00000101,%s\r\n' "$csr"
    printf '00000102,%s\r\n' "$csr"
    printf '00000101,r2.csr\r\n'
    printf '"00000103","below/r2.csr"\r\n'
    printf '00000104,../r1.csr\r\n'
    printf '00000105,/etc/passwd\r\n'
    printf '00000106,fifo\r\n'
    printf '00000107,nosuch\r\n'
    printf 'xyz,%s\r\n' "$csr"
    printf '0001,%s\r\n' "$csr"
    printf '00000108\r\n'
    printf '00000109,a,b\r\n'
    printf '00000110,"open\r\n'
} >mixed.csv
expect 3 '2 issued, 1 already, 2 refused, 9 malformed' $batch mixed.csv \
    --results mixed.out
same 'a result for every row' 15 "$(wc -l <mixed.out)"
same 'codes' 'uid-in-use key-in-use' "$(awk -F, '$4 == "refused" {print $5}' \
    mixed.out | sort -r | tr '\n' ' ' | sed 's/ $//')"
printf '00000201,%s\n' "$csr" >headless.csv
expect 4 'first line' $batch headless.csv
: >empty.csv
expect 4 'first line' $batch empty.csv
printf 'uid,serial\n' >wrong.csv
expect 4 'first line' $batch wrong.csv
{
    echo uid,csr
    head -c 10000000 /dev/zero | tr '\0' a
    printf '\n00000202,%s\n' "$csr"
    printf '00000203,a\000b\n'
} >long.csv
expect 3 '1 refused, 2 malformed' $batch long.csv
expect 2 'does not go with' $batch good.csv --uid 00000001
for option in key-out key-type key-passphrase csr; do
    expect 2 "^devca: issue: --$option: does not go with --batch" $batch good.csv \
        --$option file:pass
done
expect 1 'no product' issue --product nosuch --batch good.csv \
    --passphrase file:pass
WRONG=no
export WRONG
expect 6 'wrong' issue --product meter-3 --batch good.csv --passphrase env:WRONG

# From a pipe.
{ echo uid,public_key && device_rows 1000 3; } >pipe.csv
"$DEVCA" $batch - <pipe.csv >out 2>err
same 'from standard input' 0 $?
same 'and issued' 3 "$(devca query --where 'uid >= 000003e8' --count)"

# Killed at any moment and begun again: the same set as if it had not been.
{ echo uid,public_key && device_rows 5000 150; } >night.csv
for wait in 0.02 0.05 0.08 0.1 0.12 0.15 0.2 0.3; do
    "$DEVCA" $batch night.csv --out night.pem --results night.out \
        >/dev/null 2>&1 </dev/null &
    runner=$!
    sleep $wait
    kill -9 $runner 2>/dev/null
    wait $runner 2>/dev/null
    rm -f night.pem night.out
done
expect 0 ' 0 refused, 0 malformed' $batch night.csv --out night.pem \
    --results night.out
same 'every row has its result' 151 "$(wc -l <night.out)"
same 'every row its certificate' 150 "$(grep -c 'BEGIN CERT' night.pem)"
same 'none twice' 150 "$(devca query --where 'uid >= 00001388' --count)"
same 'the store is sound' ok \
    "$(sqlite3 store/identity.db 'PRAGMA integrity_check')"

# Two at once over the same rows.
{ echo uid,public_key && device_rows 9000 80; } >both.csv
"$DEVCA" $batch both.csv --results b1 >/dev/null 2>&1 &
one=$!
"$DEVCA" $batch both.csv --results b2 >/dev/null 2>&1 &
two=$!
wait $one
same 'the first' 0 $?
wait $two
same 'the second' 0 $?
same 'issued once' 80 "$(cat b1 b2 | grep -c ',issued,')"
same 'the same certificates' "$(cut -d, -f3 b1 | md5sum)" \
    "$(cut -d, -f3 b2 | md5sum)"

# After hundreds of new rows nobody looks before signing, but for the writer: rows
# that are known then are found all the same.
python3 "$TREE/tests/cli/rows.py" 600000 3000 >long.csv
sed -n 2,41p long.csv >known.csv
key=$(sed -n '50s/.*,//p' long.csv)
device_rows 700000 41 >more.csv
{ cat long.csv known.csv && printf '000fffff,%s\n' "$key" && cat more.csv; } >trust.csv
expect 3 '3041 issued, 40 already, 1 refused' $batch trust.csv --results t.csv
same 'each with its first serial' 40 "$(sed -n '2,41p;3002,3041p' t.csv |
    cut -d, -f2,3 | sort | uniq -d | wc -l)"
true_that 'the used key is told' grep -q ',000fffff,.*key-in-use' t.csv
true_that 'doctor finds nothing' devca doctor

# A signal ends the run after its group and says how to go on.
mkfifo slow
"$DEVCA" $batch slow >out 2>err &
runner=$!
exec 8>slow
{ echo uid,public_key && device_rows 7000 5; } >&8
all_five() {
    [ "$(devca query --where 'uid >= 00001b58 and uid < 00001b5d' --count)" = 5 ]
}
true_that 'a slow source is committed as it comes' until_true all_five
kill -TERM $runner
exec 8>&-
wait $runner
same 'interrupted' 7 $?
true_that 'and how to go on' grep -q 'run the same command again' err
rm -f fifo slow

# A store of so many certificates (batch.h, LARGE) that the writer reads ahead:
# the same is issued, and the same refused. One certificate stands for them all.
sqlite3 store/identity.db "INSERT INTO certificate SELECT 600000, issuer_id,
    NULL, NULL, profile_id, 0, 1, 0, NULL, 7, x'007f', zeroblob(32), x'30'
    FROM certificate WHERE id = 1"
{ echo uid,public_key && device_rows 20000 70 && sed -n 's/^........,/0000ffff,/p' good.csv |
    head -1; } >many.csv
sed -n '5p' many.csv >>many.csv
expect 3 '70 issued, 1 already, 1 refused' $batch many.csv --jobs 2 \
    --out many.pem --results many-r.csv
true_that "another device's key" grep -q '^72,0000ffff,.*refused.*key' many-r.csv
same 'all of them, one twice' 71 "$(grep -c 'BEGIN CERT' many.pem)"
expect 3 '0 issued, 71 already, 1 refused' $batch many.csv
nothing_left
done_testing
