#!/bin/sh
# Installs what is missing on a Debian 12. Says nothing, and needs no network,
# when all is there.
#
# usage: packages.sh [build|test|firmware|proof|bench]
#   build      what the build and the tour need (default)
#   test       what the tests need too
#   firmware   and what DEVCA_TESTS_FIRMWARE needs
#   proof      and what the long tests need: tests/proof, scripts/coverage.sh
#   bench      what scripts/bench.sh needs
set -eu

build='gcc libc6-dev make cmake pkg-config dpkg-dev patch xz-utils
    libjansson-dev libsqlite3-dev libwolfssl-dev libp11-kit-dev openssl
    ca-certificates'
test='ninja-build g++ check gnutls-bin sqlite3 python3 git jq groff softhsm2
    opensc libssl-dev libgnutls28-dev valgrind strace clang clang-tidy
    cppcheck'
firmware='gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm
    libunicorn-dev'
proof='frama-c-base why3 z3 cvc4 gcovr'
bench='python3 gnuplot-nox golang-cfssl easy-rsa'

die() {
    echo "packages: $1" >&2
    [ -z "${2-}" ] || echo "  $2" >&2
    exit 1
}

case ${1-build} in
build) wanted=$build ;;
test) wanted="$build $test" ;;
firmware) wanted="$build $test $firmware" ;;
proof) wanted="$build $test $firmware $proof" ;;
bench) wanted="$build $test $bench" ;;
*) die "unknown set $1" "build, test, firmware, proof or bench" ;;
esac
wanted=$(echo $wanted)

if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    echo "packages: not a Debian; by Debian's names this needs: $wanted" >&2
    exit 0
fi

missing=
for package in $wanted; do
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) ||
        status=
    [ "$status" = installed ] || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

as_root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null ||
        die "missing:$missing" "as root: apt-get install$missing"
    as_root=sudo
fi
echo "packages: installing$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
install_missing() {
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get -q "$@" \
        </dev/null >"$log" 2>&1 || {
        tail -n 15 "$log" >&2
        die "apt-get $1 failed"
    }
}
install_missing update
install_missing install -y --no-install-recommends $missing
