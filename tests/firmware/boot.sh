#!/bin/sh
# boot.sh BOARD OUT DEVCA WOLFSSL DOCUMENT: does what the document's block after
# <!-- boot --> says, with a store, an anchor and a signer that devca makes: builds
# examples/bootmanager and boots an image; on m4 also what stands after
# <!-- link -->. Then the same with six bad images.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$4/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
for tool in qemu-system-arm arm-none-eabi-gcc openssl; do
    command -v $tool >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
board=$1 out=$2/boot-$1 document=$5
# The names that the document's block uses.
TREE=$(CDPATH='' cd "$here/../.." && pwd)
WOLFSSL=$4
BOARD=$board
PATH=$(dirname "$3"):$PATH
export TREE WOLFSSL BOARD PATH
unset DEVCA_STORE DEVCA_CLOCK
rm -rf "$out"
mkdir -p "$out"
cd "$out"

# block NAME: the lines of the document's block after <!-- NAME.
block() {
    awk -v mark="^<!-- $1" '$0 ~ mark { on = 1; next } on && /^```$/ { exit }
         on && /^```sh$/ { next } on { print }' "$document"
}
block boot >steps
[ "$(grep -c . steps)" -ge 8 ] || { echo "boot: no steps in $document"; exit 1; }
(umask 077 && sh -eux ./steps >told 2>log) || { tail -n 20 log; exit 1; }

failed=0
# link_as SCRIPT: the document's lines, changed as the document says.
link_as() {
    sed "$1" link-steps >changed-steps
    [ -z "$1" ] || ! cmp -s link-steps changed-steps ||
        { echo "boot: nothing changed: $1"; exit 1; }
    sh -eux ./changed-steps >>log 2>&1 || { tail -n 20 log; exit 1; }
    arm-none-eabi-nm firmware.elf | grep -q ' T main$' || failed=1
    arm-none-eabi-size firmware.elf | tail -n 1
}

# The document's own function, linked as the document says.
if [ "$board" = m4 ]; then
    block link >link-steps
    awk '/^```c$/ { on = 1; next } on && /^```$/ { exit } on { print }' \
        "$document" >may_start.c
    cat >main.c <<'END'
#include <devid/verify.h>

bool may_start(struct devid_slice signer, struct devid_slice ca,
               struct devid_slice hash, struct devid_slice signature);

int main(void)
{
    const struct devid_slice none = {0, 0};

    return may_start(none, none, none, none) ? 1 : 0;
}
END
    fast='s/target_small/target_fast/'
    link_as "$fast; s/sp_c32/sp_cortexm/"
    link_as "$fast; s/sp_c32/sp_armthumb/; s/cortex-m4/cortex-m0plus/"
    link_as 's,-I$TREE/include,-I$TREE/include/hardened &,
        s,[^ ]*/verify/\*.c,& $TREE/lib/devid/verify/hardened/*.c,'
    link_as ''
    if arm-none-eabi-nm firmware.elf | grep devid_writer; then
        echo "boot: what is not called is linked"
        failed=1
    fi
fi

# expect NAME TOLD: what the boot manager says to the image of that name.
expect() {
    told=$(QEMU_LOADER=$1.bin sh "$here/qemu.sh" "$board" build/boot.elf |
        tr '\n' ' ') || true
    if [ "$told" = "$2" ]; then
        echo "$1: $told"
    else
        echo "$1: $told, not $2"
        failed=1
    fi
}

# patch NAME OFFSET OCTET: the good image with one octet changed.
patch() {
    cp image.bin "$1.bin"
    printf "$3" | dd of="$1.bin" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

sign() {
    sh "$TREE/examples/bootmanager/sign.sh" "$@"
}

DEVCA_STORE=$out/store
export DEVCA_STORE
devca --quiet issue --product meter-3 --uid 00000002 --generate-key \
    --key-out device.key --out device.pem --passphrase file:pass
# Another OEM of the same name.
DEVCA_STORE=$out/other
(umask 077
    devca --quiet init --org Acme --country DE --passphrase file:pass
    devca --quiet root create --name 'Acme Root' --out other-root.pem \
        --passphrase file:pass
    devca --quiet product add meter-3 --out other-ca.pem --passphrase file:pass
    devca --quiet issue --product meter-3 --uid 00000001 \
        --profile code-signing --generate-key --key-out other.key \
        --out other.pem --passphrase file:pass) >>log 2>&1 ||
    { tail -n 20 log; exit 1; }

application=build/application.bin
sign device.pem device.key ca.pem $application device-as-signer.bin
sign other.pem other.key other-ca.pem $application foreign-root.bin
sign signer.pem other.key ca.pem $application foreign-signature.bin
# More than fits before the application is told of, not padded without end.
comment=$(printf '%05000d' 0)
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout large.key -subj /CN=large -addext "nsComment=$comment" \
    -out large.pem 2>>log
if timeout 30 sh "$TREE/examples/bootmanager/sign.sh" large.pem device.key \
    ca.pem $application large.bin 2>told-large ||
    ! grep -q 'more than 4096 octets' told-large || [ -e large.bin ]; then
    echo "boot: parts that are too large: $(cat told-large)"
    failed=1
fi
patch no-magic 0 '\0'
patch too-long 19 '\100'
patch changed 4200 'X'
cmp -s changed.bin image.bin && { echo "boot: nothing changed"; exit 1; }

grep -q '^application: running$' told || { echo "told:"; cat told; failed=1; }
expect image "boot: verified application: running "
expect no-magic "boot: no image "
expect too-long "boot: no image "
expect device-as-signer "boot: refused: ext-key-usage "
expect foreign-root "boot: refused: key-identifier "
expect foreign-signature "boot: refused: signature "
expect changed "boot: refused: signature "
exit $failed
