#!/bin/sh
# cut_short.sh PROGRAM VECTORS: run.sh passes a whole file, and fails the same
# file without its last case.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
whole=$2/wycheproof/p256_p1363.tsv
[ -r "$whole" ] || { echo "skipped: no $whole"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/wycheproof"

judge() {
    sh "$here/run.sh" "$1" "$work" wycheproof p256_p1363.tsv --signatures
}
cp "$whole" "$work/wycheproof/p256_p1363.tsv"
judge "$1"
sed '$d' "$whole" >"$work/wycheproof/p256_p1363.tsv"
if judge "$1"; then
    echo "passed with a case less"
    exit 1
fi
