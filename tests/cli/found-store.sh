#!/bin/sh
# A store that is found from the working folder upward is taken only when it is
# the user's alone; one that is named is taken as it is.
. "$(dirname "$0")/lib.sh"
mkdir -p home/deep
expect 0 plain init --store home/.devca --org Acme --no-passphrase
store=$work/home/.devca

# found STATUS PATTERN [PREFIX...]: the store as a command below it finds it
found() {
    wanted=$1
    pattern=$2
    shift 2
    (cd home/deep && exec "$@" "$DEVCA" settings show) >out 2>err
    same "found, $pattern" "$wanted" $?
    true_that "$pattern is told" grep -Eq "$pattern" out err
}
refused() {
    found 5 "$1" env
    found 5 'found, not named.*--store .*/home/\.devca' env
    expect 0 Acme settings show --store home/.devca
    found 0 Acme env DEVCA_STORE="$store"
    same 'the code is its own' store-untrusted "$(cd home/deep &&
        "$DEVCA" --json settings show 2>&1 | jq -r .error.code)"
}

found 0 Acme env
for name in '' /identity.db /settings.json; do
    for mode in g o; do
        chmod $mode+w "$store$name"
        refused "\.devca$name: may be written by others"
        chmod $mode-w "$store$name"
    done
done
found 0 Acme env

# Every command that looks for a store by itself.
chmod g+w "$store"
for command in doctor query 'verify ../../out' 'backup b.tar' \
    'settings set --org Other'; do
    cd home/deep || exit 1
    # shellcheck disable=SC2086
    expect 5 'may be written by others' $command
    cd "$work" || exit 1
done
chmod g-w "$store"

# Keys and settings without their database are no reason to look further up,
# where another store is, nor to make a new one.
expect 0 plain init --store .devca --org Further --no-passphrase
mv "$store/identity.db" database
found 5 'home/\.devca: is not a store: it has no identity\.db' env
found 5 'the keys and settings of a store are there: stop issuing' env
not_true_that 'no store is to be made' grep -q 'devca init' out err
same 'the code is its own' store-missing "$(cd home/deep &&
    "$DEVCA" --json settings show 2>&1 | jq -r .error.code)"
mv "$store/keys" keys
found 0 Further env
mv keys "$store"
mv database "$store/identity.db"
rm -r .devca
found 0 Acme env

if [ "$(id -u)" = 0 ]; then
    # Of another user, as a whole and in parts.
    for name in '' /identity.db /settings.json; do
        chown 65534 "$store$name"
        refused "\.devca$name: belongs to another user"
        chown 0 "$store$name"
    done
    # A link that another user put there, even to a store of one's own.
    mv "$store" home/own
    ln -s own "$store"
    found 0 Acme env
    chown -h 65534 "$store"
    refused '\.devca: belongs to another user'
    rm "$store"
    mv home/own "$store"

    # Root's is not another user's own. In a folder that nobody can reach.
    open=$(TMPDIR=/tmp mktemp -d)
    trap 'chmod -R u+w "$work"; rm -rf "$work" "$open"' EXIT
    cp -a home "$open"
    cd "$open" || exit 1
    store=$open/home/.devca
    chmod 711 . home home/deep
    as_nobody='setpriv --reuid 65534 --regid 65534 --clear-groups'
    if $as_nobody "$DEVCA" version >"$work/tool.log" 2>&1; then
        chmod -R go+rX "$store"
        # shellcheck disable=SC2086
        found 5 '\.devca: belongs to another user' $as_nobody
        chmod -R go= "$store"
        chown -R 65534 "$store"
        # shellcheck disable=SC2086
        found 0 Acme $as_nobody
    fi
    cd "$work" || exit 1
fi
done_testing
