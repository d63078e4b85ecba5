#!/bin/sh
# settings set: what certificates name stays where it is, also for those who issue
# beside it; file and journal change together.
. "$(dirname "$0")/lib.sh"
DEVCA_STORE=$work/store
export DEVCA_STORE
expect 0 plain init --org Acme --no-passphrase
expect 0 Root root create --name 'Acme Root'
devca profile show ieee8021ar-idevid | jq '.extensions.cRLDistributionPoints =
    {fullName: ["http://crl.example/{org}/{product}/{shard}.crl"], shards: 2}' >parts.json
expect 0 active product add meter --uid-format hex:4 --device-profile parts.json
expect 0 active product add lamp --uid-format hex:4
rows() {
    python3 "$TREE/tests/cli/rows.py" "$1" "$2" | tail -n +2
}
org() {
    jq -r .org store/settings.json
}
# The last row's.
recorded() {
    devca --json audit log --act settings | tail -n 1 | jq -r .object
}
sound() {
    expect 0 ' 0 faults' doctor
    same "$1: the file" "$2" "$(org)"
    same "$1: the journal" "$2" "$(recorded)"
}

# ---- a batch runs meanwhile ----
# The key of another product's device is refused, which is on record: from there
# on the batch is known to have the settings of before.
{ echo uid,public_key && rows 1 1; } >lamp.csv
expect 0 '1 issued' issue --product lamp --batch lamp.csv
mkfifo gate
"$DEVCA" issue --product meter --batch gate --results results >out 2>err &
runner=$!
exec 8>gate
{ echo uid,public_key && rows 1 1 | sed 's/00000001/000000ff/'; } >&8
refused() {
    devca audit log --act refuse | grep -q "$1"
}
true_that 'a row is refused' until_true refused 000000ff
expect 0 'changed.true' settings set --org Newco
rows 2 1 >&8
true_that 'the next, too' until_true refused 00000002
expect 0 'changed.true' settings set --org Acme
rows 3 1 >&8
is_issued() {
    [ "$(devca query --product meter --count)" = 1 ]
}
true_that 'under the owner of before again' until_true is_issued
expect 3 'profile .* has certificates' settings set --org Newco
expect 0 'changed.true' settings set --country FR
rows 4 1 >&8
exec 8>&-
wait $runner
same 'some were refused' 3 $?
same 'each told' "000000ff,key-in-use 00000002,state-refused \
00000003, 00000004,state-refused " \
    "$(tail -n +2 results | tr -d '\r' | cut -d, -f2,5 | tr '\n' ' ')"
true_that 'why' grep -q 'the owner was set anew meanwhile' results
expect 0 '*' crl --product meter --shard 1 --out 1.crl
expect 0 '*' export --product meter --uid 00000003 --format der --out 3.der
for file in 1.crl 3.der; do
    true_that "the place that $file names" grep -qa \
        http://crl.example/Acme/meter/ $file
done
sound 'beside a batch' Acme

# ---- cut off, or failing, at each step ----
# struck INJECTION COMMAND...: devca COMMAND under strace; leaks cannot be looked for
# under another's ptrace.
struck() {
    injection=$1
    shift
    ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace \
        -e "inject=$injection" "$DEVCA" "$@" >out 2>err
}
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
    expect 0 plain --store cut init --org Acme --no-passphrase
    expect 0 'changed.true' --store cut settings set --org Acme --country DE
    DEVCA_STORE=$work/cut
    cp -R cut whole
    org() {
        jq -r .org cut/settings.json
    }
    for fault in renameat:error=ENOSPC fdatasync:error=ENOSPC \
        fdatasync:error=EIO:when=3 fsync:error=EIO:when=1; do
        struck $fault settings set --org Newco
        same "exit with $fault" 5 $?
        sound "after $fault" Acme
        nothing_left
    done
    # Killed before the row is on record: never with the row alone.
    struck renameat:signal=KILL settings set --org Newco
    expect 0 left-over doctor
    same 'killed before it was in place' Acme "$(org)"
    same 'there is no row either' Acme "$(recorded)"
    struck fdatasync:signal=KILL settings set --org Newco
    same 'killed before it was on record' 'Newco Acme' "$(org) $(recorded)"
    expect 1 'settings.json.*has another org than the journal says' doctor
    true_that 'what to do' grep -q 'devca settings set' out
    cp -R cut killed
    expect 0 'changed.true' settings set --org Newco
    rm cut/.settings.json.*
    sound 'given again' Newco
    rm -rf cut && mv killed cut
    expect 0 'changed.true' settings set --org Acme
    rm cut/.settings.json.*
    sound 'taken back' Acme
    expect 0 'changed.false' settings set --org Acme
    # In place and on record, in a folder that could not be synced.
    struck fsync:error=EIO:when=3 settings set --org Newco
    same 'a folder that is not synced' 5 $?
    true_that 'what became of it' \
        grep -q 'in place, but may not outlive a power cut' err
    true_that 'what to do then' grep -q 'the change is on record' err
    sound 'all the same' Newco
    nothing_left
fi

# ---- a row without its file, or the other way round ----
jq '.country = "FR"' "$DEVCA_STORE/settings.json" >other.json
cat other.json >"$DEVCA_STORE/settings.json"
expect 1 'another country' doctor
expect 0 'changed.false' settings show
expect 0 'changed.true' settings set --country FR --dry-run
expect 0 'changed.true' settings set --country FR
expect 0 ' 0 faults' doctor
expect 0 'changed.false' settings set --country FR
done_testing
