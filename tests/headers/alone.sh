#!/bin/sh
# Each public header compiles alone, and twice, in C99 and in C++, without a
# warning.
#
# usage: alone.sh CC CXX INCLUDE_FOLDER
set -eu

cc=$1
cxx=$2
include=$3
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion
    -Wcast-qual -Wwrite-strings -Wundef -Werror -fsyntax-only'
failed=0
count=0

try() {
    printf '#include <%s>\n#include <%s>\nextern int alone;\n' \
        "$header" "$header" |
        "$@" $warnings -I"$include" - || {
        echo "$header does not stand alone: $*" >&2
        failed=1
    }
}

for header in $(cd "$include" && find . -name '*.h' | sed 's#^\./##' | sort)
do
    try "$cc" -x c -std=c99 -Wshadow -Wmissing-prototypes -Wstrict-prototypes
    try "$cxx" -x c++ -std=c++11 -Wold-style-cast -Wzero-as-null-pointer-constant
    count=$((count + 1))
done
[ "$count" -gt 0 ] || {
    echo "no header in $include" >&2
    exit 1
}
echo "$count headers"
exit $failed
