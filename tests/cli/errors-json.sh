#!/bin/sh
# With --json an error is one JSON object on standard error, with a stable code.
. "$(dirname "$0")/lib.sh"
main_store
request dev

# json CODE EXIT COMMAND...
json() {
    code=$1
    exit=$2
    shift 2
    "$DEVCA" --json "$@" >out 2>err </dev/null
    same "exit of $*" "$exit" $?
    same "code of $*" "$code" "$(jq -r .error.code err)"
    same "exit in JSON of $*" "$exit" "$(jq -r .error.exit err)"
    same "schema of $*" devca/1 "$(jq -r .schema err)"
    same "one line of $*" 1 "$(wc -l <err)"
}

json usage 2 nosuch
json usage 2 query --nosuch
json store-missing 5 query --store nosuch
json not-found 1 show --uid 00
json uid-malformed 4 issue --product meter-3 --uid xyz --csr dev.csr
json passphrase 6 issue --product meter-3 --uid 0a1b2c3d --csr dev.csr
json malformed 4 issue --product meter-3 --uid 0a1b2c3d --csr pass
json exists 3 product add meter-3 --passphrase file:pass
json file 5 verify nosuch
json profile-invalid 4 profile check dev.csr
json file-exists 5 issue --product meter-3 --uid 0a1b2c3d --csr dev.csr \
    --out dev.csr --passphrase file:pass

# A name that is no UTF-8, with control characters in it.
printf 'x' >"$(printf 'evil\033[31m\377.csr')"
json malformed 4 issue --product meter-3 --uid 0a1b2c3d \
    --csr "$(printf 'evil\033[31m\377.csr')" --passphrase file:pass
not_true_that 'no escape reaches the terminal' grep -q "$(printf '\033')" err

# The same for people.
expect 1 'devca: show: 00: uid: no certificate of that UID' show --uid 00
expect 2 'did you mean --product' query --prodct x
expect 2 'did you mean query' qery
expect 2 'needs a value' query --product
expect 2 'given twice' query --product a --product b
expect 2 'takes no value' query --count=3
expect 2 'one argument too many' query surplus
expect 2 'argument is missing' product show
done_testing
