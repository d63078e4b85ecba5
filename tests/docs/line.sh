#!/bin/sh
# Runs the commands of docs/on-the-line.md in their order, over a store and
# three boards made here.
#
# usage: line.sh DOCUMENT DEVCA
set -eu

document=$1
PATH=$(dirname "$2"):$PATH
export PATH
unset DEVCA_STORE
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

awk '/^<!-- line -->$/ { on = 1; next } on && /^```$/ { on = 0 }
     on && /^```sh$/ { next } on { print }' "$document" >"$folder/line"
lines=$(grep -c . "$folder/line") || true
[ "$lines" -eq 9 ] || {
    echo "line: $document has $lines commands, 9 were expected" >&2
    exit 1
}
cd "$folder"
(umask 077 && openssl rand -hex 16 >pass)
devca init --org Acme --passphrase file:pass
devca root create --name Root --out root.pem --passphrase file:pass
devca product add meter-3 --uid-format hex:4 --passphrase file:pass
echo uid,csr >boards.csv
for n in 1 2 3 4 5; do
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
        -keyout "b$n.key" -subj /CN=any -out "b$n.csr" 2>/dev/null
    if [ $n -le 3 ]; then
        echo "0A1B2C0$n,b$n.csr" >>boards.csv
    else
        echo "{\"uid\":\"0A1B2C0$n\",\"csr\":\"b$n.csr\"}" >>boards.jsonl
    fi
done
sh -eux ./line

# What the page promises.
devca --store copy restore before-shift.tar
[ "$(tail -n +2 would-be.csv | grep -c ',issued,')" = 3 ]
[ "$(tail -n +2 results.csv | grep -c ',issued,')" = 3 ]
[ "$(tail -n +2 again.csv | grep -c ',already,')" = 3 ]
[ "$(tail -n +2 piped.csv | grep -c ',issued,')" = 2 ]
[ "$(cut -d, -f2,3 results.csv)" = "$(cut -d, -f2,3 again.csv)" ]
[ "$(ls certs | wc -l)" = 5 ]
openssl verify -partial_chain -trusted certs/0a1b2c01.pem certs/0a1b2c01.pem
