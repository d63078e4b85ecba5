#!/bin/sh
# cases.sh BOARD VARIANT OUT MAKE_CASES WOLFSSL VECTORS: builds and runs the
# image of cases; VECTORS holds wycheproof/p256.tsv, or not. What the image told
# is left in OUT/BOARD-VARIANT-cases.told, for signatures.sh.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
told=$3/$1-$2-cases.told
rm -f "$told"
[ -e "$5/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skipped: no QEMU"; exit 77; }
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: no compiler"; exit 77; }
mkdir -p "$3"

# The signatures that this image has to refuse with wolfSSL 5.5.4, by name: the
# test fails when there are others, or fewer.
signatures=$3/$1-$2-signatures.tsv
: >"$signatures"
known=/dev/null
[ "$1-$2" != m0-fast ] || known=$here/sp_armthumb_refuses.txt
if [ -r "$6/wycheproof/p256.tsv" ]; then
    awk -F '\t' -v OFS='\t' -v known="$known" '
        BEGIN { while ((getline id <known) > 0) refused[id] = 1 }
        $1 in refused { $3 = "reject" }
        { print }' "$6/wycheproof/p256.tsv" >"$signatures"
fi
"$4" "$here/../conformance/generator" "$signatures" >"$3/$1-$2-cases.h"
CASES=$3/$1-$2-cases.h sh "$here/build.sh" "$1" "$2" cases "$3" "$5"
verdict=0
sh "$here/qemu.sh" "$1" "$3/$1-$2-cases/image.elf" >"$told" || verdict=$?
cat "$told"
exit $verdict
