#!/bin/sh
# A ceremony cut off at each name that is placed, and taken up: a whole set of
# shares or none, and a signature that is on record is not asked for anew.
. "$(dirname "$0")/lib.sh"
if ! command -v strace >/dev/null || ! strace -o trace true 2>/dev/null; then
    echo "$test_name: strace cannot be used here"
    exit 77
fi
start=vault
names=linkat,link,renameat,renameat2,rename,mkdir

# Leaks cannot be looked for under another's ptrace.
# injected WHAT COMMAND...: devca COMMAND, with that done to its calls
injected() {
    what=$1
    shift
    ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace \
        -e trace=$names -e "inject=$names:$what" "$DEVCA" "$@" >out 2>err \
        </dev/null
}

expect 0 . init --store vault --org Acme --country DE --no-passphrase
expect 0 subject root create --store vault --name R
expect 0 . init --store line --org Acme --country DE --no-passphrase
expect 0 requested product request --store line meter-3 --out meter-3.req
sha=$(sha256sum meter-3.req | cut -d ' ' -f 1)

# plan STEP: plan.json
plan() {
    printf '{"ceremony": "c", "store": "v", "transcript": "t",
        "attends": [{"name": "A", "role": "r"}], "inputs": [%s],
        "steps": [%s]}\n' "${2-}" "$1" >plan.json
}

# sweep DONE: the plan is cut off at each name in turn, by a kill and by an error,
# and ends all the same when it is run again; then DONE holds.
sweep() {
    for how in signal=KILL error=EIO; do
        place=0
        while :; do
            place=$((place + 1))
            rm -rf v t.json t.txt shares meter-3.pem
            [ -z "$start" ] || cp -Rp "$start" v
            injected "$how:when=$place" ceremony run plan.json && break
            [ $place -lt 60 ] || break
            expect 0 'journal_seq' ceremony run plan.json
            "$1" "$how at name $place"
        done
        true_that "$how: it was cut off somewhere" test $place -gt 4
        true_that "$how: and at each name" test $place -lt 60
    done
}

whole_set() {
    same "$1: the whole set" 'share-1-of-3.txt share-2-of-3.txt share-3-of-3.txt ' \
        "$(ls shares | tr '\n' ' ')"
    expect 0 'key_fingerprint' key check-shares shares/*
}
plan '{"id": "shares", "run": "key split", "options": {"root": true,
    "threshold": 2, "shares": 3, "out": "shares"}}'
sweep whole_set

taken_up=
signed_once() {
    same "$1: one signature" 1 "$(devca --store v --json audit log \
        --act 'root sign' | wc -l)"
    true_that "$1: its certificate" openssl x509 -in meter-3.pem -noout
    again=$(jq -r '.steps[-1] | select(.records[0].outcome == "already") |
        .untold.outcome' t.json)
    [ -z "$again" ] || taken_up=$taken_up$again,
}
plan '{"id": "sign", "run": "root sign", "arguments": ["meter-3.req"],
    "options": {"out": "meter-3.pem"},
    "expect": {"product": "meter-3", "outcome": "signed"}}' \
    '{"path": "meter-3.req", "sha256": "'"$sha"'"}'
sweep signed_once
same 'what was not compared is told' signed,signed, "$taken_up"

settings_changed() {
    same "$1: the country" AT "$(devca --store v --json settings show |
        jq -r .country)"
}
plan '{"id": "set", "run": "settings set", "options": {"country": "AT"},
    "expect": {"changed": true}}'
sweep settings_changed

store_begun() {
    same "$1: one row of its making" 1 "$(devca --store v --json audit log \
        --act init | wc -l)"
    expect 0 ' 0 faults' --store v doctor
}
start=
plan '{"id": "store", "run": "init", "options": {"org": "Acme",
    "no-passphrase": true}}'
sweep store_begun

# ---- a split by itself ----
rm -rf shares
export DEVCA_STORE=vault
injected error=EIO:when=3 key split --root --threshold 2 --shares 4 --out shares
same 'a name that cannot be given' 5 $?
not_true_that 'no share is left, nor the folder' test -e shares
mkdir there
injected error=EIO:when=3 key split --root --threshold 2 --shares 4 --out there
same 'a folder that was there' '' "$(ls there)"
injected signal=KILL:when=4 key split --root --threshold 2 --shares 4 --out cut
expect 5 'of 4 shares of one set are there.*destroy' key split --root \
    --threshold 2 --shares 4 --out cut

# ---- a serial number as `revoke` takes it ----
unset DEVCA_STORE
expect 0 active product add --store vault meter-4
request device
expect 0 . issue --store vault --product meter-4 --uid 0a01 --csr device.csr \
    --out device.pem
serial=$(devca --store vault --json query --uid 0a01 | jq -r .serial)
rm -rf v t.json t.txt
cp -Rp vault v
plan '{"id": "s", "run": "revoke", "options": {"serial": "00'"$serial"'",
    "reason": "keyCompromise"}}'
expect 0 's.done' ceremony run plan.json
jq 'del(.journal) | .steps[-1].state = "begun"' t.json >t.new && mv t.new t.json
chmod 644 t.json
expect 0 's.found done' ceremony run plan.json
nothing_left
done_testing
