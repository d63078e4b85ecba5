#!/bin/sh
# What an init that was cut off leaves is taken up by the same command; nothing
# that could be a store's is.
. "$(dirname "$0")/lib.sh"
init='--store new init --org Acme --country DE --no-passphrase'

# The store a moment before each of its parts was there.
# shellcheck disable=SC2086
expect 0 plain $init
cp -R new whole
cut_off() {
    rm -rf new
    cp -R whole new
    rm -f new/identity.db new/keys/journal.pem
}
taken_up() {
    # shellcheck disable=SC2086
    expect 0 plain $init
    true_that 'the settings are as they were' cmp new/settings.json \
        whole/settings.json
    same 'no other way in' 700 "$(stat -c %a new/keys)"
    expect 0 ' 0 faults' --store new doctor
    expect 0 '*' --store new audit verify
}
cut_off
rm -r new/keys new/settings.json
taken_up
cut_off
rm new/settings.json
taken_up
cut_off
expect 5 'make one with' --store new query
taken_up
cut_off
: >new/identity.db.1.new
# shellcheck disable=SC2086
expect 0 plain $init

# refused WHAT: nothing is changed
refused() {
    (cd new && find . -type f -exec md5sum {} + | sort) >before
    # shellcheck disable=SC2086
    expect 3 'holds a store already' $init
    (cd new && find . -type f -exec md5sum {} + | sort) >after
    true_that "$1 stays" cmp before after
}
cut_off
refused_settings() {
    refused "$1"
    expect 3 'init was cut off' --store new init --org Acme --country DE \
        --no-passphrase
}
sed 's/Acme/Other/' whole/settings.json >new/settings.json
refused_settings 'another owner'
printf ' ' >>new/settings.json
refused_settings 'what has grown'
rm new/settings.json
mkfifo pipe
ln -s ../pipe new/settings.json
refused_settings 'a pipe'
cut_off
: >new/keys/root-1.pem
refused 'a key'
cut_off
rm -r new/keys
: >new/keys
refused 'a file in the place of keys'
for name in identity.db identity.db-wal identity.db.new; do
    cut_off
    : >new/$name
    refused "$name"
done
rm -rf new
cp -R whole new
refused 'a store'

# A folder for keys that is not as init makes it is not taken.
not_taken() {
    # shellcheck disable=SC2086
    expect 5 "new/keys: $1" $init
    # shellcheck disable=SC2086
    expect 5 "new/keys: $1" $init --dry-run
    not_true_that "$1: no store" test -e new/identity.db
    true_that "$1: it stays" test -e new/keys
}
for mode in 0777 0750 0701; do
    cut_off
    chmod $mode new/keys
    not_taken "is open to group or others .mode $mode"
done
mkdir -m 700 elsewhere
cut_off
rmdir new/keys
ln -s ../elsewhere new/keys
not_taken 'is a link'
same 'nothing is put where it leads' '' "$(ls -A elsewhere)"
rmdir elsewhere
# shellcheck disable=SC2086
expect 5 'new/keys: is a link' $init
mkdir elsewhere

rm -rf new
cp -R whole new
expect 0 '*' --store new backup whole.tar --with-keys

# A folder of another user is no place for a store, nor is a link of one's.
not_theirs() {
    for command in 'init --org Acme --no-passphrase' 'restore whole.tar'; do
        for dry in '' --dry-run; do
            # shellcheck disable=SC2086
            expect 5 'theirs: belongs to another user' --store theirs \
                $command $dry
        done
    done
    same 'nothing is made' '' "$(ls -A theirs/)"
}
if [ "$(id -u)" = 0 ]; then
    cut_off
    chown 65534 new/keys
    not_taken 'belongs to another user'
    mkdir theirs
    chown 65534 theirs
    not_theirs
    chown 0 theirs
    rmdir theirs
    ln -s elsewhere theirs
    chown -h 65534 theirs
    not_theirs
fi

# Two at once: one makes a store, and the other takes nothing of it away.
for round in 1 2 3 4 5 6 7 8; do
    for second in "$init" '--store new restore whole.tar'; do
        rm -rf new
        # shellcheck disable=SC2086
        "$DEVCA" $second >second.out 2>second.err &
        other=$!
        # shellcheck disable=SC2086
        "$DEVCA" $init >out 2>err
        status=$?
        wait $other
        case "$status $?" in
        '0 3' | '0 5' | '3 0' | '5 0') ;;
        *) failed "round $round: not one of two" "$(cat err second.err)" ;;
        esac
        not_true_that 'init has no --force' grep -e --force err second.err
        expect 0 ' 0 faults' --store new doctor
    done
done

# stopped COMMAND...: it has made keys/, and goes on when it is told to
stopped() {
    rm -f strace.log
    # Leaks cannot be looked for under another's ptrace.
    ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o strace.log \
        -e trace=fsync -e inject=fsync:signal=STOP:when=1 \
        "$DEVCA" "$@" >held.out 2>held.err &
    other=$!
    true_that "$* is stopped" until_true grep 'stopped by SIGSTOP' strace.log
    true_that "$* is at work" test -d new/keys
}
# goes_on STATUS WHAT
goes_on() {
    kill -CONT "$(sed 's/ .*//;q' strace.log)"
    wait $other
    same "$2" "$1" $?
    expect 0 ' 0 faults' --store new doctor
}
# held COMMAND...: nobody else begins at its place
held() {
    stopped "$@"
    for second in "$init" "$init --dry-run" '--store new restore whole.tar' \
        '--store new restore whole.tar --dry-run'; do
        # shellcheck disable=SC2086
        expect 5 'another init or restore is at work' $second
    done
    goes_on 0 "$* makes its store"
    # shellcheck disable=SC2086
    expect 3 'holds a store already' $init
}

if strace -o strace.log true 2>strace.err; then
    for there in no yes; do
        for first in "$init" '--store new restore whole.tar'; do
            rm -rf new
            [ $there = no ] || mkdir -m 700 new
            # shellcheck disable=SC2086
            held $first
        done
    done

    # A database that came from elsewhere meanwhile keeps what is beside it.
    rm -rf new
    # shellcheck disable=SC2086
    stopped $init
    cp whole/identity.db new
    cp whole/keys/* new/keys
    goes_on 3 'init leaves the settings that it made'

    # Killed where the database gets its name.
    rm -rf new
    # shellcheck disable=SC2086
    strace -f -o strace.log -e inject=renameat2:signal=KILL:when=1 \
        "$DEVCA" $init >out 2>err
    not_true_that 'it was killed' test -e new/identity.db
    taken_up
fi
done_testing
