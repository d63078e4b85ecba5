#!/bin/sh
# build.sh BOARD VARIANT IMAGE OUT [WOLFSSL]
# Builds one bare-metal image into the folder OUT/BOARD-VARIANT-IMAGE.
#   BOARD    m0 (QEMU microbit), m3 (mps2-an385), m4 (mps2-an386),
#            m33 (mps2-an505)
#   VARIANT  small or fast wolfCrypt, or null: no cryptography at all
#   IMAGE    measure, stack, cases, skip, or boot: the boot manager of EXAMPLE with
#            the anchor header ANCHOR; objects: none, only what tests look into
#   WOLFSSL  the wolfSSL source tree, for small and fast
# PROFILE=hardened builds that profile of the verifier; anything else, plain.
# CASES names the header of cases for the image of that name.
set -eu
board=$1 variant=$2 image=$3 out=$4/$1-$2-$3 wolfssl=${5-}
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
top=$here/../..
gcc=arm-none-eabi-gcc

case $board in
m0) cpu=cortex-m0plus layout=microbit ;;
m3) cpu=cortex-m3 layout=mps2-an385 ;;
m4) cpu=cortex-m4 layout=mps2-an386 ;;
m33) cpu=cortex-m33 layout=mps2-an505 ;;
*) echo "build.sh: no board $board" >&2; exit 2 ;;
esac
# The simulator has one memory map for all cores.
[ "$image" != skip ] || layout=microbit

machine="-mcpu=$cpu -mthumb -Os -ffunction-sections -fdata-sections"
lean=-fno-move-loop-invariants # of all that is asked for, docs/size.md
hardened=
[ "${PROFILE-plain}" != hardened ] || hardened=$top/lib/devid/verify/hardened
common="$machine -ffreestanding -std=gnu99 ${hardened:+-I$top/include/hardened}"
common="$common -I$top/include -I$top/lib -I$here"
warnings='-Wall -Wextra -Wshadow -Wmissing-prototypes -Wcast-qual -Wvla -Werror'

rm -rf "$out"
mkdir -p "$out/devid" "$out/lto" "$out/port" "$out/image"

# The verifier for the image, with -flto, which takes half a kilobyte off; it has
# P-256 alone. And, once for each core, as plain objects that tests look into,
# with each function's stack and calls beside them.
looked_into=
case $variant-$image in
null-measure | null-objects) looked_into=yes ;;
esac
for file in "$top"/lib/devid/codec/*.c "$top"/lib/devid/x509/*.c \
    "$top"/lib/devid/x509/p256*/*.c "$top"/lib/devid/verify/*.c \
    ${hardened:+"$hardened"/*.c}; do
    room=$(basename "$(dirname "$file")")
    [ -z "$looked_into" ] ||
        $gcc $common $lean $warnings -fstack-usage -fcallgraph-info -c "$file" \
            -o "$out/devid/$room-$(basename "$file" .c).o"
    [ "$room-$image" = "${room#p256_}-${image#objects}" ] || continue
    $gcc $common $lean $warnings -flto -c "$file" \
        -o "$out/lto/$room-$(basename "$file" .c).o"
done
[ "$image" != objects ] || exit 0

if [ "$variant" = null ]; then
    $gcc $common $warnings -c "$here/port_null.c" -o "$out/port/port.o"
else
    crypto="-DWOLFSSL_USER_SETTINGS -I$top/lib/wolfssl/target_$variant"
    crypto="$crypto $lean -isystem $wolfssl"
    case $variant$board in
    small*) sp=sp_c32 whole=-flto ;; # the assembly's labels bear no copies
    fastm0) sp=sp_armthumb whole= ;;
    *) sp=sp_cortexm whole= ;;
    esac
    $gcc $common $crypto $whole -c "$top/lib/devid/port/wolfcrypt_sp/port.c" \
        -o "$out/port/port.o"
    for file in sha256 $sp; do
        $gcc $machine -fomit-frame-pointer -w $crypto $whole \
            -c "$wolfssl/wolfcrypt/src/$file.c" -o "$out/port/$file.o"
    done
fi

for file in startup semihost memory board; do
    $gcc $common $warnings -fno-tree-loop-distribute-patterns -fno-strict-aliasing \
        -c "$here/board/$file.c" -o "$out/image/$file.o"
done
if [ "$image" = boot ]; then
    for file in main platform; do
        $gcc $common $warnings -DANCHOR_HEADER="\"$ANCHOR\"" \
            -DANCHOR_NAME=devid_anchor_root \
            -c "$EXAMPLE/$file.c" -o "$out/image/$file.o"
    done
else
    $gcc $common $warnings ${CASES:+-DCASES_HEADER=\"$CASES\"} \
        -c "$here/image_$image.c" -o "$out/image/main.o"
fi

$gcc $machine $lean -flto -flto-partition=one -nostartfiles -nostdlib -Wl,--gc-sections \
    -Wl,-Map="$out/image.map" -Wl,--no-warn-rwx-segments \
    -T "$here/board/$layout.ld" -T "$here/board/image.ld" \
    -o "$out/image.elf" "$out"/image/*.o "$out"/lto/*.o "$out"/port/*.o -lgcc
