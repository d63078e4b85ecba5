#!/bin/sh
# gcc's -fanalyzer finds nothing in libdevid, for the host and for Cortex-M. The
# ports need their library's headers and are left out.
#
# usage: analyzer.sh TREE
set -eu

tree=$1
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ran=
printf 'int at(void);\nint at(void) { int *p = 0; return *p; }\n' >"$out/bad.c"

# analyze COMPILER FLAG...
analyze() {
    compiler=$1
    command -v "$compiler" >/dev/null || return 0
    "$compiler" --version | grep -qi clang && return 0
    ! "$@" -fanalyzer -Werror -O1 -c "$out/bad.c" -o "$out/bad.o" 2>/dev/null || {
        echo "analyzer: $compiler does not see a null pointer" >&2
        exit 1
    }
    for source in "$tree"/lib/devid/codec/*.c "$tree"/lib/devid/x509/*.c \
        "$tree"/lib/devid/x509/p256*/*.c "$tree"/lib/devid/verify/*.c \
        "$tree"/lib/devid/verify/hardened/*.c; do
        profile=
        case $source in */hardened/*) profile="-I $tree/include/hardened" ;; esac
        "$@" -std=c99 -ffreestanding -fanalyzer -Wall -Wextra -Werror -O1 \
            $profile -I "$tree/include" -c "$source" -o "$out/object.o"
    done
    ran="$ran $compiler"
}
analyze gcc
analyze arm-none-eabi-gcc -mcpu=cortex-m0plus -mthumb
[ -n "$ran" ] || {
    echo "analyzer: skipped, no gcc"
    exit 77
}
echo "analyzer: clean by$ran"
