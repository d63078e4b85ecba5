#!/bin/sh
# A program or shared library as it is delivered: position independent, RELRO,
# bound at start, no executable stack, stack protector, FORTIFY, and on x86-64
# branch targets marked.
#
# usage: hardening.sh FILE...
set -eu

failed=0
fault() {
    echo "$file: $1" >&2
    failed=1
}

for file; do
    readelf -hW "$file" | grep -q 'Type: *DYN' || fault "not PIE"
    headers=$(readelf -lW "$file")
    echo "$headers" | grep -q GNU_RELRO || fault "no RELRO"
    echo "$headers" | grep 'GNU_STACK' | grep -q 'RW ' ||
        fault "its stack is executable"
    readelf -dW "$file" | grep -Eq 'BIND_NOW|FLAGS.*NOW' ||
        fault "not bound at start"
    ! readelf -dW "$file" | grep -Eq 'R(UN)?PATH' || fault "has a RUNPATH"
    symbols=$(nm -D --undefined-only "$file")
    echo "$symbols" | grep -q '__stack_chk_fail' || fault "no stack protector"
    echo "$symbols" | grep -q '_chk@' || fault "no FORTIFY"
    if [ "$(uname -m)" = x86_64 ]; then
        [ "$(objdump -d "$file" | grep -c endbr64)" -gt 20 ] ||
            fault "branch targets are not marked"
    fi
done
exit $failed
