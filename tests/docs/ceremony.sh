#!/bin/sh
# Runs the lines of docs/ceremony.md, with the shipped plan, in a new folder; and
# once more with people at a terminal.
#
# usage: ceremony.sh TREE DEVCA
set -eu

tree=$1
PATH=$(dirname "$2"):$PATH
export PATH
unset DEVCA_STORE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# Every block of shell from the mark on.
awk '/^<!-- ceremony/ { on = 1 } on && /^```sh$/ { block = 1; next }
     /^```$/ { block = 0 } block { print }' "$tree/docs/ceremony.md" \
    >"$folder/lines"
lines=$(grep -c . "$folder/lines") || true
[ "$lines" = 10 ] || {
    echo "ceremony: docs/ceremony.md has $lines lines to run, not 10" >&2
    exit 1
}
cd "$folder"
cp "$tree/examples/ceremony/first-root.json" .
sh -eux ./lines >told 2>&1 || {
    tail -n 20 told >&2
    exit 1
}
# What the page promises of the two hashes.
hash=$(sed -n '/^Every step is done/,$p' transcript.txt |
    grep -E '^  [0-9a-f]{64}$' | tr -d ' ')
[ "$(grep -c "$hash" told)" -ge 2 ] || {
    echo "ceremony: $hash is not what the page says" >&2
    exit 1
}
grep -q 'root.pem: OK' told

# The plan as it is shipped asks at the terminal.
mkdir people
cp first-root.json people
cd people
python3 "$tree/tests/docs/at_terminal.py" 'correct horse battery' \
    devca ceremony run first-root.json >told 2>&1 || {
    tail -n 20 told >&2
    exit 1
}
[ "$(grep -c 'passphrase: ' told)" = 2 ]
! grep -q 'correct horse' told transcript.json transcript.txt
