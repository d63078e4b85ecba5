#!/bin/sh
# stack.sh BOARD OUT WOLFSSL: the stack of what the measured chain does not ask,
# whole with a port that needs none, and above what the port itself needs; each
# under the bound that its header says.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$3/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
command -v qemu-system-arm >/dev/null || { echo "skipped: no QEMU"; exit 77; }
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: no compiler"; exit 77; }
mkdir -p "$2"

for variant in null small; do
    sh "$here/build.sh" "$1" $variant stack "$2" "$3"
    sh "$here/qemu.sh" "$1" "$2/$1-$variant-stack/image.elf" |
        sed "s/^/$variant /"
done | awk '
{ print; used[$1, $2] = $3; refused += NF > 3 }
function below(what, octets, bound) {
    print what ": " octets ", to be below " bound
    if (octets <= 0 || octets >= bound) bad = 1
}
END {
    below("devid_issuer_verify", used["null", "issuer"], 896)
    below("devid_issued_verify", used["null", "issued"], 896)
    below("devid_revocation_set_open", used["null", "set_open"], 112)
    verify = used["small", "verify"]
    below("devid_issuer_verify above the port",
        used["small", "issuer"] - verify, 640)
    below("devid_issued_verify above the port",
        used["small", "issued"] - verify, 608)
    below("devid_revocation_set_verify above the port",
        used["small", "set_verify"] - verify, 256)
    below("devid_revocation_set_lookup above the port",
        used["small", "set_lookup"] - used["small", "hash"], 160)
    exit bad || refused
}'
