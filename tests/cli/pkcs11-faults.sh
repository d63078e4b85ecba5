#!/bin/sh
# A token that is reset, pulled out, full or locked, at any moment: tests/pkcs11
# stands between devca and SoftHSM and answers what it is told.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/token.sh"
: "${DOUBLE:?names the module that fails when told}"
DOUBLE_MODULE=$module
DOUBLE_LOG=$work/logins
export DOUBLE_MODULE DOUBLE_LOG
module=$DOUBLE
make_token acme
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root' --key-uri "$(key root)" \
    --pin file:pin --out root.pem
expect 0 active product add meter-3 --uid-format hex:4 \
    --key-uri "$(key meter-3)" --pin file:pin

# faulty FAULT STATUS PATTERN COMMAND...: under DOUBLE_FAULT
faulty() {
    DOUBLE_FAULT=$1
    export DOUBLE_FAULT
    shift
    expect "$@"
    unset DOUBLE_FAULT
}
logins() {
    wc -l <"$DOUBLE_LOG"
}
sign="key test --product meter-3 --pin file:pin"
make="product add full --key-uri $(key full) --pin file:pin"

# What one new login mends.
for answer in 0xb3 0xb0 0x101 0x32 0xe0 0x30 0x60 0x82 0x190; do
    faulty "C_Sign:1:$answer:reset" 0 works $sign
    faulty "C_SignInit:1:$answer" 0 works $sign
done
faulty C_OpenSession:2:0x32 0 works $sign
# Small tokens have one session.
faulty C_OpenSession:2:0xb1:always 0 works $sign
faulty C_OpenSession:2:0xb1:always,C_Sign:1:0xb3:reset 6 'no session left' $sign
faulty C_FindObjectsInit:1:0xb3:reset 0 works $sign
: >"$DOUBLE_LOG"
faulty C_Sign:1:0xb3:reset 0 works $sign
same 'logged in twice' 2 "$(logins)"

# What it does not, each told in its own words.
while read -r fault words; do
    faulty "$fault" 6 "$words" $sign
done <<'CASES'
C_Sign:1:0x32:always pulled out .CKR_DEVICE_REMOVED
C_Sign:1:0x30:always does not answer .CKR_DEVICE_ERROR
C_Sign:1:0x5 gives up
C_Sign:1:0x80001234 error 0x80001234
C_SignInit:1:0x68 may not sign
C_SignInit:1:0x70 has no ECDSA
C_Login:1:0xa4 locked after too many wrong ones
C_Login:1:0xa3 PIN has expired
C_Login:1:0x102 no user PIN yet
C_Login:1:0x104 security officer is logged in
C_OpenSession:1:0xb1 no session left
C_GetSlotList:1:0x6 could not do it
C_Initialize:1:0xa cannot serve several threads
C_GetAttributeValue:3:0x11 does not show its public key
CASES

# A PIN that stops being right while the token is in use is tried no more.
: >"$DOUBLE_LOG"
faulty C_Sign:1:0x101:reset,C_Login:2:0xa0:always 6 'PIN is wrong' $sign
same 'tried once more, not twice' 2 "$(logins)"
: >"$DOUBLE_LOG"
faulty C_Login:1:0xa0:always 6 'PIN is wrong' key test --pin file:pin
same 'nor on the next key' '1 2' "$(logins) $(grep -c 'pin' out)"
DOUBLE_LIE=locked
export DOUBLE_LIE
: >"$DOUBLE_LOG"
expect 6 'CKR_PIN_LOCKED' $sign
same 'a locked PIN is not tried' 0 "$(logins)"
DOUBLE_LIE=final
faulty C_Login:1:0xa0 6 'next wrong PIN locks' $sign

# Odd tokens.
DOUBLE_LIE=point
expect 0 works $sign
DOUBLE_LIE=signature
expect 6 'does not verify by its own key; nothing was released' $sign
DOUBLE_LIE=extractable
expect 6 'can leave it' $make
unset DOUBLE_LIE

# A new key that does not come to be leaves nothing behind.
while read -r fault words; do
    faulty "$fault" 6 "$words" $make
done <<'CASES'
C_GenerateKeyPair:1:0x31 token is full
C_GenerateKeyPair:1:0xe2 cannot be written
C_GenerateKeyPair:1:0x32 pulled out
C_GenerateKeyPair:1:0x140 does not know this curve
C_Sign:1:0x31:always token is full
CASES
same 'nor a product' 1 "$(devca product list | wc -l)"
same 'nor a key' 2 "$(objects | grep -c 'Private Key')"

# A batch over a token that is reset: nobody sees it.
python3 "$TREE/tests/cli/rows.py" 1 2000 >all.csv
head -n 801 all.csv >some.csv
batch="issue --product meter-3 --pin file:pin --batch"
: >"$DOUBLE_LOG"
faulty C_Sign:300:0xb3:reset,C_Sign:600:0x101:reset 0 '800 issued' \
    $batch some.csv --results r1.csv --jobs 2
true_that 'logged in again' [ "$(logins)" -ge 3 ]


# Two threads share one session.
python3 "$TREE/tests/cli/rows.py" 5001 100 >few.csv
faulty C_OpenSession:2:0xb1:always 0 '100 issued' $batch few.csv --jobs 2

# Pulled out in the middle: told once, and begun again it ends with all.
faulty C_Sign:700:0x32:always 6 'pulled out' $batch all.csv --results r2.csv \
    --jobs 1
[ ! -e r2.csv ] || failed 'results of a run that failed'
before=$(devca query --count)
same 'what was signed before is kept' 1599 "$before"
before=$((before - 100))
expect 0 "$((2000 - before)) issued, $before already" $batch all.csv \
    --results r3.csv --jobs 2
same 'a row for each' 2001 "$(wc -l <r3.csv)"
same 'every device once' 2100 "$(devca query --count)"
same 'no serial twice' 2000 "$(cut -d, -f3 r3.csv | sed 1d | sort -u | wc -l)"
nothing_left
done_testing
