#!/bin/sh
# qemu.sh BOARD IMAGE.ELF: runs an image, counted; its output comes on standard
# output, its verdict is the exit status.
set -eu
case $1 in
m0) machine=microbit ;;
m3) machine=mps2-an385 ;;
m4) machine=mps2-an386 ;;
m33) machine=mps2-an505 ;;
*) echo "qemu.sh: no board $1" >&2; exit 2 ;;
esac
exec timeout "${QEMU_TIMEOUT-600}" qemu-system-arm -M "$machine" -nographic \
    -monitor none -serial none \
    -semihosting-config enable=on,target=native -icount shift=0 \
    ${QEMU_LOADER:+-device "loader,file=$QEMU_LOADER,addr=0x20000"} \
    -kernel "$2" 2>&1
