#!/bin/sh
# measure.sh OUT WOLFSSL DOCUMENT: measure.py where its tools are there.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$2/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
for tool in qemu-system-arm arm-none-eabi-gcc python3; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
exec python3 "$here/measure.py" "$@"
