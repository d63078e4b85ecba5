#!/bin/sh
# Runs every fuzzer of tests/fuzz with clang's engine under ASan and UBSan, each
# for SECONDS, and keeps what widens the coverage in its corpus. Stops at the
# first input that breaks something: it is left in build/fuzz.
#
# usage: fuzz.sh SECONDS [NAME...]
set -eu

[ $# -ge 1 ] || {
    echo "usage: fuzz.sh SECONDS [NAME...]" >&2
    exit 2
}
seconds=$1
shift
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
out=$top/build/fuzz
corpora=$top/tests/fuzz/corpora
command -v clang >/dev/null || {
    echo "fuzz: needs clang and its sanitizers (libclang-rt-14-dev)" >&2
    exit 1
}
mkdir -p "$out"
{
    cmake -S "$top" -B "$out" -DCMAKE_C_COMPILER=clang -DDEVCA_SANITIZE=ON \
        -DDEVCA_FUZZ_ENGINE=ON -DDEVCA_WERROR=OFF \
        -DCMAKE_C_FLAGS=-fsanitize=fuzzer-no-link &&
        cmake --build "$out" -j "$(nproc)"
} >"$out/fuzz.log" 2>&1 || {
    tail -n 30 "$out/fuzz.log" >&2
    exit 1
}
[ $# -gt 0 ] || set -- $(ls "$corpora")
cd "$out"
for name; do
    echo "== $name"
    mkdir -p "$out/found/$name"
    ./tests/fuzz/fuzz_"$name" -max_total_time="$seconds" -max_len=8192 \
        -print_final_stats=1 -verbosity=0 "$out/found/$name" "$corpora/$name" \
        2>&1 | tail -n 8
    ./tests/fuzz/fuzz_"$name" -merge=1 -verbosity=0 "$corpora/$name" \
        "$out/found/$name" >/dev/null 2>&1
done
