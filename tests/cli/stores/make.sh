#!/bin/sh
# Makes the fixture of a schema version: a small store with one of everything,
# as text. Run once, by the program that has that version; what it wrote is kept
# and never made again.
#
# usage: make.sh DEVCA FOLDER
# FOLDER is made: store.sql, settings.json, keys/
set -eu
devca=$1
mkdir -p "$2"
folder=$(cd "$2" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
run() {
    "$devca" --store store --actor fixture "$@" >/dev/null
}
DEVCA_CLOCK=2026-01-01T00:00:00Z
export DEVCA_CLOCK
(umask 077 && echo 'correct horse battery' >pass)
run init --org Acme --country DE --passphrase file:pass
run root create --name 'Acme Root' --passphrase file:pass
run product add meter-3 --uid-format hex:4 --passphrase file:pass
run product request meter-4 --uid-format hex:4 --out meter-4.csr \
    --passphrase file:pass
for n in 1 2 3 4; do
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout key -subj /CN=any -out csr 2>/dev/null
    run issue --product meter-3 --uid 0000000$n --csr csr --out d$n.pem \
        --passphrase file:pass
done
run revoke --uid 00000001 --reason keyCompromise --invalidity-date 2025-12-31
run revoke --uid 00000002 --reason certificateHold
run revoke --uid 00000003 --reason certificateHold
run revoke --uid 00000003 --release
run crl --product meter-3 --out list.crl --passphrase file:pass
sqlite3 store/identity.db .dump >dump
{
    echo "PRAGMA page_size = 8192;"
    echo "PRAGMA journal_mode = WAL;"
    echo "PRAGMA application_id = 0x44564341;"
    echo "PRAGMA user_version = $(sqlite3 store/identity.db \
        'PRAGMA user_version');"
    cat dump
} >"$folder/store.sql"
cp store/settings.json "$folder"
mkdir -p "$folder/keys"
cp store/keys/*.pem "$folder/keys"
