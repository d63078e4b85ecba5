#!/bin/sh
# boot.sh BOARD OUT MAKE_BOOT WOLFSSL: builds examples/bootmanager and its
# application, and boots it with a good image and with six bad ones.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$4/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
for tool in qemu-system-arm arm-none-eabi-gcc; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
board=$1 out=$2/boot-$1 example=$here/../../examples/bootmanager
case $board in
m0) cpu=cortex-m0plus ;;
m4) cpu=cortex-m4 ;;
*) exit 2 ;;
esac
mkdir -p "$out"

# The application first: what is signed is its very octets.
arm-none-eabi-gcc -mcpu=$cpu -mthumb -Os -std=gnu99 -ffreestanding -I"$here" \
    -Wall -Wextra -Werror -fno-tree-loop-distribute-patterns -nostartfiles \
    -nostdlib -Wl,--gc-sections -Wl,--no-warn-rwx-segments \
    -T "$example/application.ld" -T "$here/board/image.ld" \
    -o "$out/application.elf" "$example/application.c" \
    "$here/board/startup.c" "$here/board/semihost.c"
arm-none-eabi-objcopy -O binary "$out/application.elf" "$out/application.bin"
"$3" "$out" "$out/application.bin"

ANCHOR=$out/anchor.h EXAMPLE=$example \
    sh "$here/build.sh" "$board" fast boot "$2" "$4"

failed=0
expect() {
    told=$(QEMU_LOADER=$out/$1.bin sh "$here/qemu.sh" "$board" \
        "$2/$board-fast-boot/image.elf" | tr '\n' ' ') || true
    if [ "$told" = "$3" ]; then
        echo "$1: $told"
    else
        echo "$1: $told, not $3"
        failed=1
    fi
}
expect good "$2" "boot: verified application: running "
expect no-magic "$2" "boot: no image "
expect too-long "$2" "boot: no image "
expect device-as-signer "$2" "boot: refused: ext-key-usage "
expect foreign-root "$2" "boot: refused: signature "
expect foreign-signature "$2" "boot: refused: signature "
expect changed "$2" "boot: refused: signature "
exit $failed
