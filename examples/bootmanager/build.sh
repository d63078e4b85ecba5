#!/bin/sh
# build.sh BOARD ANCHOR.h WOLFSSL OUT
# Builds the boot manager with the anchor that `devca export --format c-header`
# wrote, OUT/boot.elf, and an application for it to start, OUT/application.bin.
#   BOARD    m0 (QEMU microbit) or m4 (mps2-an386)
#   WOLFSSL  the wolfSSL source tree
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
firmware=$here/../../tests/firmware
board=$1 wolfssl=$3
case $board in
m0) cpu=cortex-m0plus ;;
m4) cpu=cortex-m4 ;;
*) echo "build.sh: no board $board" >&2; exit 2 ;;
esac
anchor=$(CDPATH='' cd "$(dirname "$2")" && pwd)/$(basename "$2")
mkdir -p "$4"
out=$(CDPATH='' cd "$4" && pwd)

arm-none-eabi-gcc -mcpu=$cpu -mthumb -Os -std=gnu99 -ffreestanding \
    -I"$firmware" -Wall -Wextra -Werror -fno-tree-loop-distribute-patterns \
    -nostartfiles -nostdlib -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
    -T "$here/application.ld" -T "$firmware/board/image.ld" \
    -o "$out/application.elf" "$here/application.c" \
    "$firmware/board/startup.c" "$firmware/board/semihost.c"
arm-none-eabi-objcopy -O binary "$out/application.elf" "$out/application.bin"

ANCHOR=$anchor EXAMPLE=$here sh "$firmware/build.sh" "$board" fast boot \
    "$out" "$wolfssl"
cp "$out/$board-fast-boot/image.elf" "$out/boot.elf"
