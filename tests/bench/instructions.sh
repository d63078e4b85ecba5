#!/bin/sh
# Instructions of a batch of 200 requests on one thread, against the count that
# instructions.txt keeps for this build: 5 % more is a failure. The keys are
# drawn afresh, which moves the count by some tenths of a percent.
#
# usage: DEVCA=... MAKE_REQUESTS=... BUILD="TYPE COMPILER WOLFCRYPT" \
#        instructions.sh [--keep]
#   --keep   prints the line for instructions.txt
set -eu

kept=$(dirname "$0")/instructions.txt
command -v valgrind >/dev/null || {
    echo "bench.instructions: skipped, no valgrind"
    exit 77
}
wanted=$(awk -v build="$BUILD" '!/^#/ && $2 " " $3 " " $4 == build {print $1}' \
    "$kept")
[ -n "$wanted" ] || [ "${1-}" = --keep ] || {
    echo "bench.instructions: skipped, no count is kept for $BUILD"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
unset DEVCA_STORE DEVCA_CLOCK
{
    "$DEVCA" --store s init --org Bench --no-passphrase
    "$DEVCA" --store s root create --name Root
    "$DEVCA" --store s product add p --uid-format hex
    "$MAKE_REQUESTS" requests 0 200
} >log 2>&1 || {
    cat log >&2
    exit 1
}
valgrind --tool=callgrind --callgrind-out-file=/dev/null \
    "$DEVCA" --store s issue --product p --batch requests.csv --jobs 1 \
    --out certs.pem >log 2>&1 || {
    cat log >&2
    exit 1
}
grep -q '200 issued' log || {
    cat log >&2
    exit 1
}
counted=$(awk '/Collected/ {print $4}' log)
[ -n "$counted" ] || {
    cat log >&2
    exit 1
}
[ "${1-}" != --keep ] || {
    echo "$counted $BUILD"
    exit 0
}
echo "bench.instructions: $counted, kept: $wanted"
awk -v now="$counted" -v kept="$wanted" 'BEGIN {
    printf "%+.2f %%\n", 100 * (now / kept - 1)
    exit now > 1.05 * kept
}' || {
    echo "  more than 5 % up: find out why, or keep the new count on purpose" >&2
    exit 1
}
