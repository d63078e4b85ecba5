#!/bin/sh
# libdevid needs from outside: mem*, devid_port_*, and what the host's hardening
# puts in. Nothing of it can change while a program runs: no .data, no .bss.
#
# usage: freestanding.sh LIBDEVID
set -eu

archive=$1
allowed='^(mem(cpy|move|set|cmp|chr)|__mem(cpy|move|set)_chk|devid_port_[a-z_]+'
allowed="$allowed|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_)\$"

names() {
    nm -P "$@" "$archive" | awk 'NF > 1 { print $1 }' | sort -u
}
defined=$(mktemp)
trap 'rm -f "$defined"' EXIT
names --defined-only >"$defined"
[ -s "$defined" ] || {
    echo "freestanding: $archive defines nothing" >&2
    exit 1
}
foreign=$(names --undefined-only | grep -vxFf "$defined" |
    grep -Ev "$allowed") || true
# Constants that hold pointers stand in .data.rel.ro of position independent code.
state=$(readelf -SW "$archive" | sed 's/^.*\] //' |
    awk '$1 ~ /^\.(data|bss|tdata|tbss)/ && $1 !~ /^\.data\.rel\.ro/ &&
        $5 !~ /^0+$/ { print $1 }')
[ -z "$foreign" ] || echo "libdevid needs:" $foreign >&2
[ -z "$state" ] || echo "libdevid has variables in:" $state >&2
[ -z "$foreign$state" ]
