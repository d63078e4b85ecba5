#!/bin/sh
# Installs a build into a folder of its own and builds programs against it, by
# find_package (shared and static) and by pkg-config, and runs them. Nothing of
# the source or the build folder may be named in what was installed.
#
# usage: consumer.sh BUILD_FOLDER CC SOURCE_FOLDER [LIBDIR]
set -eu

build=$1
cc=$2
source=$3
libdir=${4-lib}
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
prefix=$work/prefix

die() {
    echo "consumer: $1" >&2
    exit 1
}

cmake --install "$build" --prefix "$prefix" >"$work/log" ||
    die "the installation failed: $(tail -n 3 "$work/log")"
for file in bin/devca include/devca/store.h include/devid/verify.h \
    "$libdir/libdevca.so" "$libdir/libdevca.a" "$libdir/libdevid.a" \
    share/man/man1/devca.1 share/bash-completion/completions/devca \
    share/zsh/site-functions/_devca \
    share/fish/vendor_completions.d/devca.fish \
    share/devca/pki-templates/root.json share/doc/devca/LICENSE; do
    [ -s "$prefix/$file" ] || die "$file is not installed, or empty"
done
for folder in "$source" "$build"; do
    ! grep -rlF "$folder/" "$prefix/$libdir/cmake" \
        "$prefix/$libdir/pkgconfig" || die "$folder is named in these files"
done

cmake -S "$here/consumer" -B "$work/cmake" -DCMAKE_C_COMPILER="$cc" \
    -DCMAKE_PREFIX_PATH="$prefix" >"$work/log" 2>&1 &&
    cmake --build "$work/cmake" >"$work/log" 2>&1 || {
    cat "$work/log" >&2
    die "find_package: the consumer does not build"
}
export PKG_CONFIG_PATH="$prefix/$libdir/pkgconfig"
"$cc" "$here/consumer/host.c" -o "$work/host" \
    $(pkg-config --cflags --libs devca) -Wl,-rpath,"$prefix/$libdir" ||
    die "pkg-config devca: the consumer does not build"
"$cc" "$here/consumer/target.c" -o "$work/target" \
    $(pkg-config --cflags --libs devid) ||
    die "pkg-config devid: the consumer does not build"

first=$("$work/host") || die "pkg-config: the consumer fails"
[ "$(pkg-config --modversion devca)" = "${first% *}" ] ||
    die "pkg-config and the library tell different versions"
for program in cmake/host_shared cmake/host_static; do
    [ "$("$work/$program")" = "$first" ] || die "$program fails"
done
for program in cmake/target target; do
    "$work/$program" || die "$program fails"
done
"$prefix/bin/devca" help >/dev/null || die "the installed devca does not run"
echo "$first"
