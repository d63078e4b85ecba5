#!/bin/sh
# Runs the README's tour, line by line, in a new folder.
#
# usage: tour.sh README DEVCA
set -eu

readme=$1
PATH=$(dirname "$2"):$PATH
export PATH
unset DEVCA_STORE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

awk '/^<!-- tour/ { on = 1; next } on && /^```$/ { exit }
     on && /^```sh$/ { next } on { print }' "$readme" >"$folder/tour"
lines=$(grep -c . "$folder/tour") || true
[ "$lines" -ge 10 ] || {
    echo "tour: README.md has $lines lines of a tour, 10 were expected" >&2
    exit 1
}
cd "$folder"
sh -eux ./tour

# What the tour promises: the files, and that the device is revoked now.
for file in root.pem dev.pem anchor.h meter-3.crl; do
    [ -s "$file" ] || {
        echo "tour: $file is missing" >&2
        exit 1
    }
done
[ "$(devca query --status revoked --count)" = 1 ]
