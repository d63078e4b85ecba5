# Sourced after lib.sh by tests that need a token: SoftHSM in this test's own
# folder.
module=
for candidate in /usr/lib/softhsm/libsofthsm2.so \
    /usr/lib/*/softhsm/libsofthsm2.so /usr/lib64/pkcs11/libsofthsm2.so; do
    [ ! -f "$candidate" ] || module=$candidate
done
if [ -z "$module" ] || ! command -v softhsm2-util >/dev/null ||
    ! command -v pkcs11-tool >/dev/null; then
    echo "$test_name: skipped: needs SoftHSM 2 and OpenSC's pkcs11-tool"
    exit 77
fi
real=$module # also where a test puts another before it
SOFTHSM2_CONF=$work/softhsm2.conf
export SOFTHSM2_CONF
mkdir tokens
printf 'directories.tokendir = %s/tokens\nlog.level = ERROR\n' "$work" \
    >"$SOFTHSM2_CONF"
(umask 077 && echo geheim-0815 >pin)
DEVCA_STORE=$work/store
export DEVCA_STORE

# make_token LABEL
make_token() {
    softhsm2-util --init-token --free --label "$1" --pin geheim-0815 --so-pin 9999 \
        >tool.log 2>&1 || failed "no token $1" "$(cat tool.log)"
}

# key OBJECT [MORE]: the URI of a key on the token acme
key() {
    echo "pkcs11:token=acme;object=$1${2-}?module-path=$module"
}

tool() {
    pkcs11-tool --module "$real" --token-label acme --login --pin geheim-0815 "$@" \
        2>/dev/null
}

# The private keys on the token, as OpenSC tells of them.
objects() {
    tool --list-objects --type privkey
}

# make_key LABEL ID: by another program
make_key() {
    tool --keypairgen --key-type EC:prime256v1 --label "$1" --id "$2" \
        --usage-sign >tool.log || failed "no key $1" "$(cat tool.log)"
}

libc_path() {
    for candidate in /lib/*/libz.so.1 /lib/*/libm.so.6 /lib*/libm.so.6; do
        [ ! -f "$candidate" ] || echo "$candidate"
    done | head -n 1
}
