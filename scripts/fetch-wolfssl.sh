#!/bin/sh
# The wolfSSL source that Debian ships, with its security patches, into a folder
# of ours: Debian 12's for devices, Debian 13's for the host (docs/architecture.md
# says why they differ). From the repositories that the machine has of Debian; its
# own apt configuration is read, never changed: lists, packages and sources live
# in a private folder while this runs.
#
# usage: fetch-wolfssl.sh [--host] [--check] [--refresh] [FOLDER]
#   FOLDER     default: build/wolfssl-src beside this script's folder
#   --host     the source for the host, into FOLDER/host
#   --check    say whether the source is there; fetch nothing
#   --refresh  fetch again, for newer patches of the distribution
#
# FOLDER/wolfssl is the source, FOLDER/version the distribution's version of it.
# Does nothing, and needs no network, when the source is there.
set -eu

release=5.5.4
suite=bookworm
top=$(CDPATH='' cd "$(dirname "$0")/.." && pwd)
host=no
check=no
refresh=no
folder=$top/build/wolfssl-src

die() {
    echo "fetch-wolfssl: $1" >&2
    [ -z "${2-}" ] || echo "  $2" >&2
    exit 1
}

for argument; do
    case $argument in
    --host) host=yes ;;
    --check) check=yes ;;
    --refresh) refresh=yes ;;
    -*) die "unknown option $argument" ;;
    *) folder=$argument ;;
    esac
done
if [ "$host" = yes ]; then
    release=5.7.2
    suite=trixie
    folder=$folder/host
fi

present() {
    [ -f "$folder/version" ] &&
        [ -f "$folder/wolfssl/wolfcrypt/src/sp_x86_64.c" ] &&
        grep -q "\"$release\"" "$folder/wolfssl/wolfssl/version.h" 2>/dev/null
}

if present && [ "$refresh" = no ]; then
    exit 0
fi
[ "$check" = no ] || die "$folder: no wolfSSL $release here"
for tool in apt-get dpkg-source; do
    command -v $tool >/dev/null ||
        die "$tool is not there" "sh scripts/packages.sh installs it"
done

mkdir -p "$folder"
folder=$(CDPATH='' cd "$folder" && pwd)
work=$folder/fetch.$$
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/parts" \
    "$work/source"

private_apt() {
    apt-get -q \
        -o Dir::Etc::sourcelist="$work/sources.list" \
        -o Dir::Etc::sourceparts="$work/parts" \
        -o Dir::State::lists="$work/lists" \
        -o Dir::Cache="$work/cache" \
        -o APT::Sandbox::User="$(id -un)" \
        -o APT::Update::Error-Mode=any \
        -o Acquire::Retries=2 \
        -o Acquire::http::Timeout=20 \
        -o Acquire::https::Timeout=20 "$@"
}

# A deb-src line for each repository that the machine has from its distribution:
# of Debian's releases, their updates and their security the suite that is wanted
# here. Where apt knows none of these, what it knows is taken as it is.
list_repositories() {
    apt-get indextargets --format \
        'deb-src $(REPO_URI) $(RELEASE) $(COMPONENT)' \
        'Identifier: Packages' "$@" | sort -u
}
debian='(bookworm|trixie|forky|oldoldstable|oldstable|stable)'
of_suite() {
    sed -nE "s,^([^ ]+ [^ ]+ )$debian((-updates|-security)? ),\\1$suite\\3,p" |
        sort -u
}
list_repositories | of_suite >"$work/sources.list"
[ -s "$work/sources.list" ] ||
    list_repositories 'Origin: Debian' >"$work/sources.list"
[ -s "$work/sources.list" ] || list_repositories >"$work/sources.list"
[ -s "$work/sources.list" ] || die "apt knows no repository"

private_apt update >"$work/log" 2>&1 || {
    tail -n 5 "$work/log" >&2
    die "cannot read the list of source packages" \
        "is there a network? -DDEVCA_WOLFSSL=system builds without this"
}
(cd "$work/source" && private_apt source wolfssl) >"$work/log" 2>&1 || {
    tail -n 5 "$work/log" >&2
    die "cannot get the source package wolfssl"
}

tree=
for candidate in "$work"/source/wolfssl-*/; do
    tree=${candidate%/}
done
[ -f "$tree/debian/changelog" ] || die "the source package has no changelog"
version=$(sed -n '1s/^[^(]*(\([^)]*\)).*/\1/p' "$tree/debian/changelog")
case $version in
$release-* | $release+*) ;;
*) die "$suite has wolfSSL $version, this needs $release" \
    "-DDEVCA_WOLFSSL=system uses the distribution's library" ;;
esac

# Only what is compiled and the terms it comes under.
mkdir "$work/keep"
for part in wolfcrypt wolfssl COPYING LICENSING README; do
    [ ! -e "$tree/$part" ] || mv "$tree/$part" "$work/keep/"
done
cp "$tree/debian/changelog" "$work/keep/changelog"
rm -rf "$work/keep/wolfcrypt/test" "$work/keep/wolfcrypt/benchmark"

# Another build may have fetched meanwhile: its tree is as good as this one.
[ "$refresh" = no ] || rm -rf "$folder/wolfssl"
if ! present; then
    rm -rf "$folder/wolfssl"
    mv "$work/keep" "$folder/wolfssl"
    echo "$version" >"$work/version"
    mv "$work/version" "$folder/version"
fi
present || die "$folder: the source is not complete"
echo "fetch-wolfssl: wolfSSL $version in $folder"
