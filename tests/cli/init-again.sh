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

# Killed where the database gets its name.
if strace -o strace.log true 2>strace.err; then
    rm -rf new
    # shellcheck disable=SC2086
    strace -f -o strace.log -e inject=renameat2:signal=KILL:when=1 \
        "$DEVCA" $init >out 2>err
    not_true_that 'it was killed' test -e new/identity.db
    taken_up
fi
done_testing
