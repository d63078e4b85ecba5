# Sourced by the tests of this folder: a folder of its own, checks that say what
# differs. DEVCA names the binary. Fails at the end when a check failed.
set -u

: "${DEVCA:?names the devca binary}"
test_name=$(basename "$0" .sh)
work=$(mktemp -d)
trap 'chmod -R u+w "$work" 2>/dev/null; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset DEVCA_STORE DEVCA_CLOCK
failures=0
checks=0

devca() {
    "$DEVCA" "$@"
}

failed() {
    failures=$((failures + 1))
    echo "$test_name: $1" >&2
    shift
    for line; do
        echo "    $line" >&2
    done
}

# expect STATUS PATTERN COMMAND...: devca COMMAND ends with STATUS and what it
# prints on either stream matches the extended PATTERN; "-": it prints nothing,
# "*": no matter what. Leaves both in files out and err.
expect() {
    wanted=$1
    pattern=$2
    shift 2
    checks=$((checks + 1))
    "$DEVCA" "$@" >out 2>err </dev/null
    status=$?
    if [ "$status" -ne "$wanted" ]; then
        failed "devca $*: exit $status, not $wanted" "$(head -n 5 err)"
    elif [ "$pattern" = - ]; then
        [ ! -s out ] && [ ! -s err ] || failed "devca $*: was not silent" \
            "$(head -n 5 out)" "$(head -n 5 err)"
    elif [ "$pattern" != '*' ] && ! cat out err | grep -Eq -e "$pattern"; then
        failed "devca $*: nothing matches $pattern" "$(head -n 5 out)" \
            "$(head -n 5 err)"
    fi
}

# same WHAT WANTED GOT
same() {
    checks=$((checks + 1))
    [ "$2" = "$3" ] || failed "$1" "wanted: $2" "got:    $3"
}

# true_that WHAT COMMAND...
true_that() {
    what=$1
    shift
    checks=$((checks + 1))
    "$@" >tool.log 2>&1 || failed "$what" "$(tail -n 5 tool.log)"
}

# not_true_that WHAT COMMAND...
not_true_that() {
    what=$1
    shift
    checks=$((checks + 1))
    if "$@" >tool.log 2>&1; then
        failed "$what" "$(tail -n 5 tool.log)"
    fi
}

# Nothing that a failed command began is left: no temporary name, no new file.
nothing_left() {
    checks=$((checks + 1))
    left=$(find "$work" -name '.*.[0-9]*' -o -name '*-journal' | head -n 3)
    [ -z "$left" ] || failed "left behind: $left"
}

passphrase() {
    (umask 077 && echo 'correct horse battery' >pass)
}

# The keys of the store FOLDER sealed anew by OpenSSL with 2,048 rounds: at
# 600,000 a test would do little but open its keys.
quick_keys() {
    for sealed in "$1"/keys/*.pem; do
        grep -q ENCRYPTED "$sealed" || continue
        openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 -iter 2048 \
            -in "$sealed" -passin file:pass -out quick.key -passout fd:3 \
            3<pass 2>/dev/null && cat quick.key >"$sealed"
        true_that "$sealed is sealed anew" cmp quick.key "$sealed"
        rm -f quick.key
    done
}

# A store with a root and the product meter-3 in folder store.
main_store() {
    passphrase
    DEVCA_STORE=$work/store
    export DEVCA_STORE
    expect 0 encrypted init --org Acme --country DE --passphrase file:pass
    expect 0 Root root create --name 'Acme Root' --out root.pem \
        --passphrase file:pass
    expect 0 active product add meter-3 --uid-format hex:4 \
        --passphrase file:pass
    quick_keys store
}

# request NAME [CURVE] [SUBJECT]: NAME.key and NAME.csr
request() {
    openssl ecparam -name "${2:-prime256v1}" -genkey -noout -out "$1.key" \
        2>/dev/null
    openssl req -new -key "$1.key" -subj "${3:-/CN=any}" -out "$1.csr" \
        2>/dev/null
}

# device_rows FIRST COUNT: lines of uid,public_key for issue --batch, without their
# header
device_rows() {
    python3 "$TREE/tests/cli/rows.py" "$1" "$2" | tail -n +2
}

# until_true COMMAND...: waits up to 30 seconds.
until_true() {
    tries=0
    until "$@" >/dev/null 2>&1; do
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || return 1
        sleep 0.1
    done
}

done_testing() {
    echo "$test_name: $checks checks, $failures failed"
    [ "$failures" -eq 0 ]
}
