#!/bin/sh
# signatures.sh TOLD VECTORS: did the image of cases judge every third of
# VECTORS/wycheproof/p256.tsv, none of them wrongly? TOLD is what cases.sh left.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -r "$2/wycheproof/p256.tsv" ] || { echo "skipped: no $2/wycheproof/p256.tsv"; exit 77; }
[ -r "$1" ] || { echo "skipped: no image was run"; exit 77; }
all=$(awk '$1 == "wycheproof/p256.tsv" { print $2 }' \
    "$here/../conformance/counts.tsv")
cat "$1"
grep -q " chains, $(((all + 2) / 3)) signatures, 0 wrong\$" "$1"
