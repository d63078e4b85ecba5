#!/bin/sh
# Lists on their way out: what could not be written is no list, what was on record
# before says so, several at once wait for one another, and --json stays JSON.
. "$(dirname "$0")/lib.sh"
DEVCA_STORE=$work/store
export DEVCA_STORE
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root'
expect 0 active product add meter-3 --uid-format hex:4
number() {
    devca --json product show meter-3 | jq .crl_number
}

# A file that may not grow: the entries fit, the list in PEM does not.
python3 "$TREE/tests/cli/rows.py" 1 2000 >rows.csv
expect 0 '2000 issued' issue --product meter-3 --batch rows.csv --out many.pem
{ echo uid && seq 1 2000 | xargs printf '%08x\n'; } >list
expect 0 . revoke --batch list --reason superseded
sqlite3 store/identity.db 'PRAGMA wal_checkpoint(TRUNCATE)' >checkpoint
(
    ulimit -f 230
    "$DEVCA" crl --product meter-3 --pem --out full.pem >out 2>err
    echo $? >status
)
same 'a file that may not grow' 5 "$(cat status)"
true_that 'it is told why' grep -q 'full.pem: cannot be written: File too large' err
not_true_that 'there is no list' test -e full.pem
same 'nor is it on record' 0 "$(number)"
expect 0 crl-behind doctor
expect 3 'no complete list to be based on' crl --product meter-3 --delta
nothing_left
expect 0 'crl_number.*1' crl --product meter-3 --out whole.crl
expect 0 '*' doctor

# Standard output cannot be taken back.
lost() {
    next=$(($(number) + 1))
    "$DEVCA" "$@" >/dev/full 2>err
    same "exit of $*, its output full" 5 $?
    true_that "$*: it is on record" grep -q \
        "list $next is on record but was not delivered: .*No space left" err
    true_that "$*: what to do" grep -q "  make .* again" err
    same "its number is used" $next "$(number)"
}
if [ -w /dev/full ]; then
    lost crl --product meter-3
    true_that 'what a delta would be based on' grep -q 'before any delta' err
    lost crl --product meter-3 --pem
    lost export --product meter-3 --format revocation-set
    "$DEVCA" --json crl --product meter-3 >/dev/full 2>err
    same 'a record without room' 5 $?
    same 'it is told' 'the list is on record but was not delivered' \
        "$(jq -r .error.fault err)"
fi

# What is in place is delivered, though its folder could not be synced.
unsynced() {
    next=$(($(number) + 1))
    # Leaks cannot be looked for under another's ptrace.
    ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace \
        -e trace=fsync -e inject=fsync:error=EIO:when=2 \
        "$DEVCA" "$@" --out unsynced >out 2>err
    same "exit of $*, its folder not synced" 5 $?
    true_that "$*: what is there" grep -q "list $next is on record: unsynced is \
in place, but may not outlive a power cut: Input/output error" err
    not_true_that "$*: nothing is lost" grep -q 'not delivered' err
    same "its number is used" $next "$(number)"
}
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
    unsynced crl --product meter-3
    true_that 'the list is whole' openssl crl -inform DER -in unsynced -noout
    same 'it has the number' "$(printf '0x%02X' "$next")" \
        "$(openssl crl -inform DER -in unsynced -noout -crlnumber | sed 's/.*=//')"
    rm unsynced
    unsynced export --product meter-3 --format revocation-set
    true_that 'the set is whole' test -s unsynced
fi

# With --json and no file the list is a member of its record.
expect 0 . --json crl --product meter-3
same 'one object, the schema first' '{"schema":"devca/1","issuer":"meter-3"' \
    "$(cut -d, -f 1,2 out)"
jq -r .der out | base64 -d >member.crl
true_that 'the list in it' openssl crl -inform DER -in member.crl -noout
same 'it is the one on record' "$(jq -r .fingerprint out)" \
    "$(sha256sum <member.crl | cut -d' ' -f1)"
expect 0 . --json crl --product meter-3 --pem
same 'in DER, too, where PEM would be written' "$(jq -r .fingerprint out)" \
    "$(jq -r .der out | base64 -d | sha256sum | cut -d' ' -f1)"
expect 0 . --json export --product meter-3 --format revocation-set
jq -r .set out | base64 -d >member.set
same 'and a set' "$(jq -r '[.size, .fingerprint] | @tsv' out)" \
    "$(stat -c %s member.set)$(printf '\t')$(sha256sum <member.set |
        cut -d' ' -f1)"
for list in 'crl --product meter-3' 'crl --product meter-3 --out named.crl' \
    'export --product meter-3 --format revocation-set'; do
    dry=$([ "$list" = "${list#*--out}" ] && echo --dry-run)
    # shellcheck disable=SC2086
    expect 0 '^\{"schema".*\}$' --json $list $dry
    same "$list $dry: the record alone" null "$(jq -r '.der + .set' out)"
done
true_that 'the file has the list' openssl crl -inform DER -in named.crl -noout

# 0 is no partition, also where there is none.
for shard in 0 65537; do
    expect 2 'shard: must be 1 to 65536' crl --product meter-3 --shard $shard
done

# Several at once: each gets a number of its own.
before=$(number)
for n in 1 2 3 4 5 6 7 8; do
    {
        "$DEVCA" crl --product meter-3 --out "at-once-$n.crl" >"$n.out" 2>&1
        echo $? >"$n.status"
    } &
done
wait
same 'all are made' 00000000 "$(cat ./[1-8].status | tr -d '\n')"
same 'eight numbers' 8 "$(for n in 1 2 3 4 5 6 7 8; do
    openssl crl -inform DER -in at-once-$n.crl -noout -crlnumber
done | sort -u | wc -l)"
same 'one row of them' $((before + 8)) "$(number)"
expect 0 'findings[^0-9]*0$' audit verify
nothing_left
done_testing
