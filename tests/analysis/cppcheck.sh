#!/bin/sh
# cppcheck over lib/, cli/ and examples/. Left out, and why:
#   readdirCalled   readdir(3) of glibc is safe on a folder of one's own
#
# usage: cppcheck.sh BUILD
set -eu

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)
build=$1
command -v cppcheck >/dev/null || {
    echo "cppcheck: skipped, there is none"
    exit 77
}
cd "$top"
exec cppcheck -q -j "$(nproc)" --std=c11 --library=posix \
    --enable=warning,portability,performance --inline-suppr \
    --error-exitcode=1 --suppress=readdirCalled -Iinclude -Ilib \
    -I"$build/generated" --template='{file}:{line}: {severity}: {id}: {message}' \
    cli lib/devca lib/devid examples
