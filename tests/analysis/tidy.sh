#!/bin/sh
# clang-tidy over what this build compiles of lib/, cli/ and examples/.
#
# usage: tidy.sh BUILD [CHECKS]
#   CHECKS   instead of those of .clang-tidy
set -eu

top=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd)
build=$1
checks=${2-}
command -v clang-tidy >/dev/null || {
    echo "tidy: skipped, there is no clang-tidy"
    exit 77
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
grep -o "\"file\": \"$top/\(lib\|cli\|examples\)/[^\"]*\"" \
    "$build/compile_commands.json" | cut -d '"' -f 4 | sort -u >"$work/files"
count=$(wc -l <"$work/files")
[ "$count" -gt 100 ] || {
    echo "tidy: $build/compile_commands.json names $count files of ours" >&2
    exit 1
}
status=0
xargs -P "$(nproc)" -n 8 clang-tidy -p "$build" --quiet \
    ${checks:+"--checks=$checks" --warnings-as-errors='*'} \
    <"$work/files" >"$work/out" 2>"$work/err" || status=1
if [ "$status" -ne 0 ]; then
    grep -A 4 -E 'error:' "$work/out" >&2 || tail -n 20 "$work/err" >&2
fi
echo "tidy: $count files"
exit "$status"
