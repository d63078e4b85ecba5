#!/bin/sh
# A store that is moved, deleted or replaced under a program at work.
. "$(dirname "$0")/lib.sh"
main_store
cp -R store whole
mkfifo slow

issued() {
    [ "$(devca query --where "uid = $1" --count)" = 1 ]
}
# under WHAT COMMAND...: between the first and the second row of a batch
under() {
    what=$1
    shift
    "$DEVCA" issue --product meter-3 --passphrase file:pass --batch slow \
        --results told >out 2>err &
    runner=$!
    exec 8>slow
    python3 "$TREE/tests/cli/rows.py" 1 1 >&8
    true_that "$what: the first is issued" until_true issued 00000001
    "$@"
    device_rows 2 1 >&8
    exec 8>&-
    wait $runner
    same "a store $what" 5 $?
    true_that "$what is told" grep -q 'moved away, deleted or replaced' err
    same "$what: no results" 0 "$(find . -name told | wc -l)"
}
again() {
    rm -rf store away
    cp -R whole store
}
replace() {
    mv store away
    cp -R whole store
}

under moved mv store away
same 'nothing is issued there' 0 \
    "$(devca query --store away --where 'uid = 00000002' --count)"
mv away store
true_that 'brought back it is whole' issued 00000001
expect 0 ' 0 faults' doctor --passphrase file:pass
again
under deleted rm -rf store
again
under replaced replace
same 'nor here' 0 "$(devca query --where 'uid = 00000002' --count)"
expect 0 ' 0 faults' doctor --passphrase file:pass
done_testing
