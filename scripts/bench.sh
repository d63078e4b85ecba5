#!/bin/sh
# Measures devca beside what people would otherwise use and beside the bound, in
# one run for each table, and writes the tables of docs/performance.md and
# docs/growth.svg afresh. Installs what is missing first. For figures worth
# keeping, let nothing else run.
#
# usage: bench.sh [--short | --long] [issuing | growth | lists]...
#   --short  a few minutes: smaller stores and lists
#   --long   with ten million devices
# Builds lie in build/bench; stores in TMPDIR, of the usual run about 2 GB.
set -eu

top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
out=$top/build/bench
scale=usual

usage() {
    echo "bench: unknown argument $1" >&2
    echo "  usage: bench.sh [--short | --long] [issuing | growth | lists]..." >&2
    exit 2
}

case ${1-} in
--short | --long)
    scale=${1#--}
    shift
    ;;
esac
for table; do
    case $table in
    issuing | growth | lists) ;;
    *) usage "$table" ;;
    esac
done

sh "$top/scripts/packages.sh" bench
mkdir -p "$out"
# source: wolfCrypt from source; system: the distribution's.
for flavour in source system; do
    {
        cmake -S "$top" -B "$out/$flavour" -DCMAKE_BUILD_TYPE=Release \
            -DDEVCA_WERROR=OFF -DDEVCA_TESTS_ONCE=OFF \
            -DDEVCA_WOLFSSL=$flavour &&
            cmake --build "$out/$flavour" -j "$(nproc)" \
                --target devca bench_tools
    } >"$out/$flavour.log" 2>&1 </dev/null || {
        tail -n 40 "$out/$flavour.log" >&2
        echo "bench: the build $flavour failed" >&2
        exit 1
    }
done
unset DEVCA_STORE DEVCA_CLOCK
exec python3 "$top/tests/bench/page.py" "$top" "$out/source" "$out/system" \
    $scale "$@" </dev/null
