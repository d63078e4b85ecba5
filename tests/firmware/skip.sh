#!/bin/sh
# skip.sh BOARD OUT SIMULATE WOLFSSL short|long: faults in the decision of an
# image, plain and hardened, one at a time.
set -eu
here=$(CDPATH='' cd "$(dirname "$0")" && pwd)
[ -e "$4/wolfcrypt/src/sp_c32.c" ] || { echo "skipped: no wolfSSL source"; exit 77; }
command -v arm-none-eabi-gcc >/dev/null || { echo "skipped: no compiler"; exit 77; }
[ -x "$3" ] || { echo "skipped: no libunicorn-dev"; exit 77; }

# What each part of the linked text is: the map names the objects.
rooms() {
    sed -n '/Linker script and memory map/,$p' "$1" |
        awk '/^ \.text\.[^ ]+$/ { getline rest; $0 = $0 rest }
            $1 !~ /^\.text/ || $3 == "0x0" { next }
            /ltrans/ || /image\/memory\.o/ { print "devid", $2, $3 }
            /image\/main\.o/ { print "caller", $2, $3 }
            /port\/port\.o/ { print "port", $2, $3; next }
            /\/port\// || /libgcc/ { print "crypto", $2, $3 }'
}

for profile in plain hardened; do
    out=$2/$profile folder=$2/$profile/$1-fast-skip
    mkdir -p "$out"
    PROFILE=$profile sh "$here/build.sh" "$1" fast skip "$out" "$4"
    arm-none-eabi-objcopy -O binary "$folder/image.elf" "$folder/image.bin"
    arm-none-eabi-nm -n "$folder/image.elf" >"$folder/image.symbols"
    rooms "$folder/image.map" >"$folder/image.rooms"
    "$3" "$1" "$folder" "$profile" "$5"
done
