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
board=$1 variant=$2 image=$3 out=$4/$1-$2-$3 shared=$4/shared wolfssl=${5-}
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
mkdir -p "$out/image"

# have KIND SOURCE...: sets $made to the folder of what make_KIND makes of these
# sources, files or folders of them. Images share it: it stands under the digest of
# all that it is made of, and is made by whoever needs it first.
have() {
    kind=$1
    shift
    digest=$({
        $gcc --version
        echo "$machine $lean $common ${crypto-} ${whole-} $warnings"
        find "$@" -name '*.[chS]' | sort | xargs cat
    } | sha256sum | cut -c 1-16)
    made=$shared/$kind-$digest
    [ ! -d "$made" ] || return 0
    mkdir -p "$shared"
    part=$(mktemp -d "$shared/part-XXXXXX")
    mkdir "$part/$kind"
    "make_$kind" "$part/$kind"
    mv -T "$part" "$made" 2>/dev/null || rm -rf "$part"
}

# verifier FOLDER CURVES FLAG...: the verifier's objects, with these folders of curves
verifier() {
    folder=$1 curves=$2
    shift 2
    for file in "$top"/lib/devid/codec/*.c "$top"/lib/devid/x509/*.c \
        "$top"/lib/devid/x509/$curves/*.c "$top"/lib/devid/verify/*.c \
        ${hardened:+"$hardened"/*.c}; do
        $gcc $common $lean $warnings "$@" -c "$file" \
            -o "$folder/$(basename "$(dirname "$file")")-$(basename "$file" .c).o"
    done
}

# The verifier for the image, with -flto, which takes half a kilobyte off; it has
# P-256 alone.
make_lto() {
    verifier "$1" p256 -flto
}

make_port() {
    $gcc $common $crypto $whole -c "$top/lib/devid/port/wolfcrypt_sp/port.c" \
        -o "$1/port.o"
    for file in sha256 $sp; do
        $gcc $machine -fomit-frame-pointer -w $crypto $whole \
            -c "$wolfssl/wolfcrypt/src/$file.c" -o "$1/$file.o"
    done
}

# Once for each core, as plain objects that tests look into, with each function's
# stack and calls beside them.
case $variant-$image in
null-measure | null-objects)
    mkdir "$out/devid"
    verifier "$out/devid" 'p256*' -fstack-usage -fcallgraph-info
    ;;
esac
[ "$image" != objects ] || exit 0

have lto "$top/lib/devid" "$top/include"
lto=$made
if [ "$variant" = null ]; then
    port=$out
    mkdir "$out/port"
    $gcc $common $warnings -c "$here/port_null.c" -o "$out/port/port.o"
else
    crypto="-DWOLFSSL_USER_SETTINGS -I$top/lib/wolfssl/target_$variant"
    crypto="$crypto $lean -isystem $wolfssl"
    case $variant$board in
    small*) sp=sp_c32 whole=-flto ;; # the assembly's labels bear no copies
    fastm0) sp=sp_armthumb whole= ;;
    *) sp=sp_cortexm whole= ;;
    esac
    have port "$top/lib" "$top/include" "$wolfssl/wolfssl/wolfcrypt" \
        "$wolfssl/wolfcrypt/src/misc.c" "$wolfssl/wolfcrypt/src/sha256.c" \
        "$wolfssl/wolfcrypt/src/$sp.c"
    port=$made
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
    -o "$out/image.elf" "$out"/image/*.o "$lto"/lto/*.o "$port"/port/*.o -lgcc
