#!/bin/sh
# examples/line: a line's own program around <devca/batch.h>, killed amid its
# boards and started again.
. "$(dirname "$0")/lib.sh"
: "${LINE:?names the example, built}"
main_store
LINE_PASSPHRASE=pass
export LINE_PASSPHRASE

mkdir certs
n=1
while [ $n -le 6 ]; do
    request b$n
    echo "0000000$n b$n.csr"
    n=$((n + 1))
done >boards
checks=$((checks + 1))
"$LINE" store meter-3 certs <boards >told 2>err ||
    failed 'the line runs' "$(cat err)"
same 'each board in its order' '1 2 3 4 5 6' \
    "$(cut -d' ' -f1 told | tr '\n' ' ' | sed 's/ $//')"
same 'issued' 6 "$(grep -c issued told)"
for n in 1 6; do
    true_that 'openssl verifies' openssl verify -x509_strict \
        -CAfile root.pem -untrusted certs/0000000$n.pem certs/0000000$n.pem
done
expect 0 accepted verify certs/00000001.pem

# Bad boards come out in their places.
{
    echo 00000007 nosuch.csr
    cat boards
    echo 00000008 b1.csr
    echo 0000000g b1.csr
} >more
"$LINE" store meter-3 certs <more >told 2>err
same 'some failed' 3 $?
same 'in their places' \
    'malformed already already already already already already refused malformed' \
    "$(cut -d' ' -f3 told | tr '\n' ' ' | sed 's/ $//')"

# Fed slowly: a board's certificate is there before the next board comes.
mkfifo bench
"$LINE" store meter-3 certs <bench >told 2>err &
runner=$!
exec 7>bench
request b9
echo 00000009 b9.csr >&7
true_that 'while the line waits' until_true test -s certs/00000009.pem
kill -9 $runner
wait $runner 2>/dev/null
exec 7>&-
same 'it is in the store' 1 "$(devca query --where 'uid = 00000009' --count)"
echo 00000009 b9.csr >again
"$LINE" store meter-3 certs <again >told 2>err
same 'started again' '1 00000009 already ' "$(cat told)"
checks=$((checks + 1))
"$LINE" >/dev/null 2>&1
same 'usage' 2 $?
done_testing
