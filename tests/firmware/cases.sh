#!/bin/sh
# cases.sh BOARD VARIANT OUT MAKE_CASES WOLFSSL: builds and runs the image of
# cases.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$5/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skipped: no QEMU"; exit 77; }
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: no compiler"; exit 77; }
mkdir -p "$3"
"$4" >"$3/$1-$2-cases.h"
CASES=$3/$1-$2-cases.h sh "$here/build.sh" "$1" "$2" cases "$3" "$5"
sh "$here/qemu.sh" "$1" "$3/$1-$2-cases/image.elf"
