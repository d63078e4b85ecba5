#!/bin/sh
# Every test, in three builds: plain (wolfCrypt from source), asan
# (AddressSanitizer and UBSan; without what runs no code of ours on the host) and
# system (the distribution's wolfCrypt; what wolfCrypt decides). Installs what is
# missing first. Ends with one ctest over all three; fails when any test does.
#
# usage: test.sh [--long]
#   --long   with the tests that take minutes each
# The builds lie in build/test; what fails is in its Testing/Temporary.
set -eu

top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
out=$top/build/test
jobs=$(nproc 2>/dev/null || echo 2)
long=OFF

for argument; do
    case $argument in
    --long) long=ON ;;
    *)
        echo "test: unknown argument $argument" >&2
        echo "  usage: test.sh [--long]" >&2
        exit 2
        ;;
    esac
done

# build NAME DEFINITION...
build() {
    name=$1
    shift
    echo "== build $name"
    grep -qs "^CMAKE_GENERATOR:INTERNAL=$generator\$" \
        "$out/$name/CMakeCache.txt" || rm -rf "$out/$name"
    mkdir -p "$out/$name"
    {
        cmake -G "$generator" -S "$top" -B "$out/$name" -DDEVCA_TESTS=ON \
            -DDEVCA_TESTS_LABEL="$name" -DDEVCA_TESTS_LONG="$long" "$@" &&
            cmake --build "$out/$name" -j "$jobs"
    } >"$out/$name.log" 2>&1 </dev/null || {
        tail -n 40 "$out/$name.log" >&2
        echo "test: the build $name failed, its log is $out/$name.log" >&2
        exit 1
    }
    grep -e '^-- wolfCrypt' "$out/$name.log" || true
}

packages=firmware
[ "$long" = OFF ] || packages=proof
sh "$top/scripts/packages.sh" "$packages"
mkdir -p "$out"
generator=Ninja
command -v ninja >/dev/null || generator='Unix Makefiles'
build plain -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDEVCA_WOLFSSL=auto \
    -DDEVCA_TESTS_FIRMWARE=ON
build system -DCMAKE_BUILD_TYPE=RelWithDebInfo -DDEVCA_WOLFSSL=system \
    -DDEVCA_TESTS_ONCE=OFF -DDEVCA_TESTS_ALWAYS=OFF
build asan -DCMAKE_BUILD_TYPE=Debug -DDEVCA_WOLFSSL=auto \
    -DDEVCA_SANITIZE=ON -DDEVCA_TESTS_ONCE=OFF

# One ctest over the three, so that its totals are the totals. What is set for a
# test's name it gives to all three tests of that name: a property must not be
# what tells them which build they are of.
if grep -rl --include=CTestTestfile.cmake ENVIRONMENT "$out"; then
    echo "test: environments of tests stand in their commands" >&2
    exit 1
fi
printf 'subdirs(plain system asan)\n' >"$out/CTestTestfile.cmake"

# Tests flush their stores thousands of times, for which a slow disk takes minutes:
# they lie in memory where that has room and lets programs run.
has_room() {
    room=$(df -Pk "$1" 2>/dev/null | awk 'NR == 2 { print $4 }')
    [ "${room:-0}" -ge 4000000 ]
}
lets_run() {
    printf '#!/bin/sh\n' >"$1/run" && chmod +x "$1/run" && "$1/run"
} 2>/dev/null
if [ "$long" = OFF ] && [ -z "${TMPDIR-}" ] && has_room /dev/shm &&
    memory=$(mktemp -d /dev/shm/devca-test-XXXXXX 2>/dev/null); then
    trap 'rm -rf "$memory"' EXIT
    trap 'exit 130' INT TERM HUP
    ! lets_run "$memory" || export TMPDIR="$memory"
fi
cd "$out"
# One more than there are cores: some wait, for a lock or for half a second.
ctest -j $((jobs + 1)) --output-on-failure --no-tests=error </dev/null
