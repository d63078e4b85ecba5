#!/bin/sh
# Which lines of lib/ the suite runs: a build with gcov's counters and the
# distribution's wolfCrypt, its tests, then gcovr by folder, by file and in all.
# Ends with 1 when a test fails, with 2 when fewer than 90 of 100 lines ran.
#
# usage: coverage.sh [CTEST-ARGUMENT...]
# The build is build/coverage; what gcovr says of each file is its lines.txt.
set -eu

least=90
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
out=$top/build/coverage
command -v gcovr >/dev/null || {
    echo "coverage: needs gcovr (Debian has it by that name)" >&2
    exit 1
}
mkdir -p "$out"
# Threads count too, hence atomic; counts of an earlier run would be added to.
{
    cmake -S "$top" -B "$out" -DCMAKE_BUILD_TYPE=Debug -DDEVCA_WOLFSSL=system \
        -DDEVCA_TESTS=ON -DDEVCA_TESTS_ONCE=OFF -DDEVCA_TESTS_LONG=OFF \
        -DCMAKE_C_FLAGS='--coverage -fprofile-update=atomic' &&
        cmake --build "$out" -j "$(nproc)"
} >"$out/build.log" 2>&1 </dev/null || {
    tail -n 30 "$out/build.log" >&2
    exit 1
}
find "$out" -name '*.gcda' -delete
# A program that is linked with the installed library knows nothing of gcov.
(cd "$out" && ctest -j "$(nproc)" -E install.consumer --output-on-failure \
    "$@" </dev/null)
gcovr --root "$top" --object-directory "$out" --filter "$top/lib/" \
    --txt "$out/lines.txt" --fail-under-line "$least" "$out" || status=$?
awk '$1 ~ /^lib\// && NF >= 4 {
    room = $1
    sub("/[^/]*$", "", room)
    lines[room] += $2
    ran[room] += $3
}
END {
    for (room in lines)
        printf "%-28s %6d lines %4d %%\n", room, lines[room],
            100 * ran[room] / lines[room]
}' "$out/lines.txt" | sort
grep '^TOTAL' "$out/lines.txt"
exit "${status-0}"
