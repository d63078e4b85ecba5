#!/bin/sh
# From nothing to a device certificate: installs what is missing, builds, and
# runs the tour of scripts/demo.sh in the folder demo/.
#
# usage: quickstart.sh
set -eu

top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
out=$top/build/release
jobs=$(nproc 2>/dev/null || echo 2)

sh "$top/scripts/packages.sh" build
echo "quickstart: building in build/release"
mkdir -p "$out"
{
    cmake -S "$top" -B "$out" -DCMAKE_BUILD_TYPE=Release -DDEVCA_TESTS=OFF \
        -DDEVCA_WERROR=OFF &&
        cmake --build "$out" -j "$jobs"
} >"$out/quickstart.log" 2>&1 </dev/null || {
    tail -n 40 "$out/quickstart.log" >&2
    echo "quickstart: the build failed, its log is $out/quickstart.log" >&2
    exit 1
}
exec sh "$top/scripts/demo.sh" "$out/cli/devca" "$top/demo"
