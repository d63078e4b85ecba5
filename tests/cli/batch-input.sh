#!/bin/sh
# issue --batch: the forms of a list, and lists that are wrong.
. "$(dirname "$0")/lib.sh"
main_store
batch="issue --product meter-3 --passphrase file:pass --batch"

# der NAME: the request in base64, on one line; key NAME: its key
der() {
    openssl req -in "$1.csr" -outform DER | base64 -w0
}
key() {
    openssl pkey -in "$1.key" -pubout -outform DER | base64 -w0
}
# statuses FILE: the results' statuses in order, then what is told of UID $2
statuses() {
    tail -n +2 "$1" | cut -d, -f4 | tr '\n' ' ' | sed 's/ $//'
}
for n in 1 2 3 4 5 6 7; do
    request r$n
done

# JSON Lines: the same values, each line for itself.
{
    printf '\357\273\277{"uid":"00000001","csr":"%s"}\r\n\n' "$(der r1)"
    printf '{"csr":"r2.csr","uid":"00000002"}\n'
    printf '{"uid":"00000003","public_key":"%s"}\n' "$(key r3)"
    printf '{"uid":"00000004","csr":"%s"}' "$(awk '{printf "%s\\n", $0}' r4.csr)"
} >good.jsonl
expect 0 '4 issued' $batch good.jsonl --results good.out
same 'their lines' '1 3 4 5' \
    "$(tail -n +2 good.out | cut -d, -f1 | tr '\n' ' ' | sed 's/ $//')"
"$DEVCA" $batch - --results piped.out <good.jsonl >out 2>err
same 'from a pipe' 0 $?
{ echo read && cat good.jsonl; } >begun.jsonl
(read -r _ && "$DEVCA" $batch - --results begun.out >out 2>err) <begun.jsonl
same 'from where somebody else has read to' '0 4 already' \
    "$? $(grep -c already begun.out) already"
"$DEVCA" issue --product meter-3 --batch - --passphrase stdin <pass >out 2>err
same 'which is not where a passphrase comes from' 2 $?
for jobs in 65 -1 abc ''; do
    expect 2 '[-]-jobs' $batch good.jsonl --jobs "$jobs"
done
for jobs in 0 1 64; do
    expect 0 '4 already' $batch good.jsonl --jobs "$jobs"
done
same 'the same' "$(cut -d, -f2,3 good.out)" "$(cut -d, -f2,3 piped.out)"
{
    printf '{"uid":"00000005"}\n'
    printf '{"csr":"r5.csr"}\n'
    printf '{"uid":5,"csr":"r5.csr"}\n'
    printf '{"uid":"00000005","csr":"r5.csr","public_key":"r5.csr"}\n'
    printf '{"uid":"00000005","uid":"00000006","csr":"r5.csr"}\n'
    printf '{"uid":"00000005","csr":"r5.csr","color":"red"}\n'
    printf '["00000005","r5.csr"]\n'
    printf '{"uid":"00000005","csr":"r5.csr"\n'
    printf '{"uid":"0000\\u0000","csr":"r5.csr"}\n'
    printf '{"uid":"00\00000","csr":"r5.csr"}\n'
    printf '{"uid":"00000005","csr":"\377"}\n'
    printf '{"uid":"00000005","csr":"../r5.csr"}\n'
    printf '{"uid":"00000005","csr":"%0100d"}\n' 0
    head -c 10000000 /dev/zero | tr '\0' a
    printf '\n{"uid":"00000005","csr":"r5.csr"}\n'
} >bad.jsonl
expect 4 '1 issued, 0 already, 0 refused, 14 malformed' $batch bad.jsonl \
    --results bad.out
same 'each told in its place' 15 "$(tail -n +2 bad.out | wc -l)"
same 'its member is named' 1 "$(grep -c 'color: is no placeholder' bad.out)"

# Empty lines and blanks say nothing, in front of the first object neither.
printf '\357\273\277\n\r\n \t\n  {"uid":"00000001","csr":"r1.csr"} \n  \n%s\n' \
    '{"uid":"00000001"}' >blank.jsonl
expect 4 '2 rows, 0 issued, 1 already, 0 refused, 1 malformed' $batch \
    blank.jsonl --results blank.out
same 'their lines are counted' '4 6 ' \
    "$(tail -n +2 blank.out | cut -d, -f1 | tr '\n' ' ')"
printf ' \n' >blank.csv
expect 4 'first line' $batch blank.csv

# Placeholders of the profile's own, for each device.
cat >module.json <<'PROFILE'
{
  "name": "module", "description": "Identity of a module", "kind": "device",
  "parameters": {
    "site": {"default": "Kiel", "perDevice": true},
    "line": {"default": "A"}
  },
  "subject": [
    {"attribute": "organizationalUnitName", "value": "{site} {line}"},
    {"attribute": "serialNumber", "value": "{uid}"}
  ],
  "validity": {"notBefore": "now", "notAfter": "9999"},
  "keys": {"allowed": ["p256"]},
  "extensions": {
    "keyUsage": {"critical": true, "bits": ["digitalSignature"]},
    "authorityKeyIdentifier": {},
    "subjectAltName": {"names": [
      {"uniformResourceIdentifier": "urn:site:{site}"}
    ]}
  }
}
PROFILE
expect 0 active product add modules --device-profile module.json \
    --uid-format hex:4 --passphrase file:pass
for n in 1 2 3 4 5; do
    request p$n
done
{
    printf '{"uid":"00000001","csr":"p1.csr","site":"Ulm & Bonn"}\n'
    printf '{"uid":"00000002","csr":"p2.csr"}\n'
    printf '{"uid":"00000003","csr":"p3.csr","line":"B"}\n'
    printf '{"uid":"00000004","csr":"p4.csr","site":"%01100d"}\n' 0
    printf '{"uid":"00000005","csr":"p5.csr","site":3}\n'
} >modules.jsonl
expect 3 '2 issued, 0 already, 1 refused, 2 malformed' issue --product modules \
    --batch modules.jsonl --out modules/ --results modules.out \
    --passphrase file:pass
openssl x509 -in modules/00000001.pem -noout -subject -ext subjectAltName >text
true_that 'the row says where' grep -q 'OU = Ulm & Bonn A' text
true_that 'escaped in a URI' grep -q 'urn:site:Ulm%20%26%20Bonn' text
openssl x509 -in modules/00000002.pem -noout -subject >text
true_that 'or the profile does' grep -q 'OU = Kiel A' text
# What a device has already it gets whatever the values are, and a key or UID in use
# is told as such: the first time, when they are so by a row of the same group, as
# the second.
request p6
{
    printf '{"uid":"00000006","csr":"p6.csr"}\n'
    printf '{"uid":"00000006","csr":"p6.csr","site":"%01100d"}\n' 0
    printf '{"uid":"00000007","csr":"p6.csr","site":"%01100d"}\n' 0
    printf '{"uid":"00000006","csr":"p5.csr","site":"%01100d"}\n' 0
    printf '{"uid":"00000005","csr":"p5.csr","site":"%01100d"}\n' 0
} >group.jsonl
for run in '1 would be issued, 1' '1 issued, 1' '0 issued, 2'; do
    expect 3 "$run already, 3 refused, 0 malformed" issue --product modules \
        --batch group.jsonl --results group.out --force \
        --passphrase file:pass $(case $run in *would*) echo --dry-run ;; esac)
    same "why: $run" '  key-in-use uid-in-use profile-refused' \
        "$(tail -n +2 group.out | tr -d '\r' | cut -d, -f5 | paste -sd ' ')"
done
sed -i 's/"authorityKeyIdentifier": {},/&"extKeyUsage": {"purposes": ["{site}"]},/' \
    module.json
expect 4 'perDevice' profile check module.json

# A folder: the names are the UIDs.
mkdir many many/below
cp r6.csr many/00000006.csr
cp r7.csr many/00000007.csr
cp r1.csr many/00000008.csr
cp r1.csr many/xyz.csr
cp r1.csr many/other.txt
ln -s ../r1.csr many/00000009.csr
mkdir many/0000000a.csr
mkfifo many/0000000b.csr
: >many/0000000c.csr
expect 3 '2 issued, 0 already, 1 refused, 5 malformed' $batch many \
    --results many.out
same 'the key of another' key-in-use \
    "$(awk -F, '$2 == "00000008" {print $5}' many.out)"
expect 4 'no file UID.csr' $batch many/below
expect 5 'cannot be opened' $batch nosuch

# Headers.
: >empty.csv
expect 4 'first line' $batch empty.csv
printf '\n\n' >empty.csv
expect 4 'first line' $batch empty.csv
printf '00000201,%s\n' "$(der r1)" >headless.csv
expect 4 'first line' $batch headless.csv
for header in uid uid,serial csr,uid uid,csr,colour UID,CSR '"uid,csr"'; do
    printf '%s\n00000001,r1.csr\n' "$header" >header.csv
    expect 4 'first line' $batch header.csv
done
printf '\357\273\277"uid","csr"\r\n00000001,r1.csr\r\n' >header.csv
expect 0 '1 already' $batch header.csv
printf 'uid,csr\n' >header.csv
expect 0 '0 rows' $batch header.csv

# Paths.
ln -s r1.csr link.csr
ln -s . here
mkfifo fifo
mkdir below
cp r1.csr below
head -c 2000000 /dev/zero >huge.csr
python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind("socket")'
# A device of its own where that may be made; else the path is one to nothing.
mknod zero c 1 5 2>/dev/null
for path in ../r1.csr below/../r1.csr .. /etc/passwd /dev/zero fifo nosuch \
    below link.csr here/r1.csr below//r1.csr huge.csr socket zero ''; do
    printf 'uid,csr\n00000001,"%s"\n' "$path" >path.csv
    expect 4 '1 malformed' $batch path.csv
done
for row in 00000001, '00000001,""'; do
    printf 'uid,csr\n%s\n' "$row" >path.csv
    expect 4 'csr: is empty' $batch path.csv --stop-on-error
done
printf '{"uid":"00000001","csr":""}\n' >path.jsonl
expect 4 'csr: is empty' $batch path.jsonl --stop-on-error
printf 'uid,csr\n00000001,below/r1.csr\n' >path.csv
expect 0 '1 already' $batch path.csv
printf 'uid,csr\n00000001,%s=\n' "$(der r1 | cut -c1-399)" >base64.csv
expect 4 '1 malformed' $batch base64.csv

# PEM in quotes, over several lines; the next row's line counts them.
{
    printf 'uid,csr\n00000001,"%s"\n' "$(cat r1.csr)"
    printf '00000001,nosuch\n'
} >pem.csv
expect 4 '1 already, 0 refused, 1 malformed' $batch pem.csv --results pem.out
same 'the line' "$(($(wc -l <r1.csr) + 2))" \
    "$(tail -n 1 pem.out | cut -d, -f1)"

# A quote too much is its own row's fault: the others get what is theirs.
for row in '"00000001,r1.csr' '00000001,"r1.csr' '00000001,"-----BEGIN X'; do
    {
        echo uid,csr
        yes 00000001,r1.csr | head -n 6
        echo "$row"
        yes 00000001,r1.csr | head -n 193
    } >stray.csv
    expect 4 '200 rows, 0 issued, 199 already, 0 refused, 1 malformed' \
        $batch stray.csv --results stray.out --force
    same "told in its place: $row" '8 a quote is not closed' "$(sed -n \
        's/^\([0-9]*\),.*,malformed,.*,\([^,]*\)\r$/\1 \2/p' stray.out)"
done

# One UID twice, with its key and with another; one key under two UIDs.
request s1
request s2
{
    echo uid,csr
    echo 00000101,s1.csr
    echo 00000101,s1.csr
    echo 00000101,s2.csr
    echo 00000102,s1.csr
    echo 00000102,s2.csr
} >twice.csv
expect 3 '2 issued, 1 already, 2 refused, 0 malformed' $batch twice.csv \
    --results twice.out --jobs 1
same 'in their order' 'issued already refused refused issued' \
    "$(statuses twice.out)"
same 'one serial' 1 "$(sed -n 2,3p twice.out | cut -d, -f3 | sort -u | wc -l)"
nothing_left
done_testing
