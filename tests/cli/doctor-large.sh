#!/bin/sh
# The doctor before a hundred thousand certificates: all of them up to there, a
# sample beyond, and how far it is. The certificates are filler, so that each
# that is looked at is a fault.
. "$(dirname "$0")/lib.sh"
: "${FILL:?names fill_store}"
expect 0 . init --store s --org Acme --no-passphrase
expect 0 . root create --store s --name 'Acme Root'
expect 0 active product add --store s meter-3

# visit STATUS LOOKED_AT [OPTION...]
visit() {
    status=$1
    looked=$2
    shift 2
    devca --store s --json doctor "$@" >out 2>err
    same "doctor $*: its end" "$status" "$?"
    same "doctor $*: looked at" "$looked" \
        "$(jq -r 'select(.looked_at) | "\(.looked_at) of \(.certificates)"' out)"
}

true_that 'filler up to the bound' "$FILL" s meter-3 99998 100
visit 1 '100000 of 100000'
true_that 'each is a fault, told or counted' test \
    "$(jq -r 'select(.faults) | .faults' out)" -ge 99997
true_that 'one more' "$FILL" s meter-3 1 0 - 7
visit 1 '10000 of 100001'
visit 1 '100001 of 100001' --full
visit 1 '500 of 100001' --sample 500

# On a terminal it says how far it is.
python3 "$TREE/tests/docs/at_terminal.py" - "$DEVCA" --store s doctor --full \
    >told 2>&1
true_that 'how far it is' grep -Eq \
    'devca: doctor: [0-9]+ of 100001 certificates \([0-9]+ %\)' told
devca --store s --quiet doctor --full >out 2>err
not_true_that 'quiet is quiet' grep -q 'of 100001' out err
done_testing
