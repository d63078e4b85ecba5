#!/bin/sh
# Outputs appear whole or not at all, and never over something.
. "$(dirname "$0")/lib.sh"
main_store
request dev
issue="issue --product meter-3 --uid 0a1b2c3d --csr dev.csr --passphrase file:pass"

echo mine >taken
expect 5 'exists already.*nothing was changed' $issue --out taken
same 'it is as it was' mine "$(cat taken)"
same 'and no UID was burnt' 0 "$(devca query --count)"
expect 5 'folder cannot be opened' $issue --out nosuch/dev.pem
expect 5 'not a regular file' $issue --out "$work"
expect 5 'not a regular file' $issue --out /dev/null --force
# Nor by a link, as /dev/stderr is one; the links are of our own, lest a fault
# should cost the machine's.
ln -s /dev/null device
ln -s /proc/self/fd/2 descriptor
for name in device descriptor; do
    expect 5 'not a regular file' $issue --out $name
    expect 5 'not a regular file' $issue --out $name --force
    true_that "$name is a link as before" test -L $name
done
expect 5 'not a regular file' $issue --out /dev/stderr
mkdir closed
chmod 500 closed
[ "$(id -u)" = 0 ] || expect 5 'cannot be written' $issue --out closed/dev.pem
same 'still none' 0 "$(devca query --count)"
expect 0 issued $issue --out taken --force
true_that 'now it is the certificate' openssl x509 -in taken -noout
same 'its mode is that of the umask' "$(printf '%o' $((0666 & ~$(umask))) |
    sed 's/^666$/644/')" "$(stat -c %a taken)"

# Folders are looked at up to the root, as many as 512.
above=$(echo "$work" | tr -cd / | wc -c)
for depth in 511 512 513; do
    deep=$(printf 'd/%.0s' $(seq $((depth - 1 - above))))
    mkdir -p "$deep"
    status=$((depth > 512 ? 5 : 0))
    expect $status "$([ $status = 0 ] && echo already || echo 'too long')" \
        $issue --out "${deep}dev.pem"
done
rm -r d

# What belongs to the store is no output's place, with --force neither: whatever
# way leads there, the store stays as it is.
content() {
    find store/keys store/settings.json -type f -exec cksum {} + | sort
    devca query
}
ln -s store way
mkdir shares
before=$(content)
for store in store ./way "$work/way/keys/.."; do
    for own in identity.db identity.db-wal identity.db-shm \
        identity.db-journal settings.json keys/new.pem $(cd store &&
        echo keys/*); do
        expect 5 'belongs to the store' crl --root --out "$store/$own" \
            --force --passphrase file:pass
    done
done
printf 'uid,csr\n0a1b2c3e,dev.csr\n' >small.csv
batch="issue --batch small.csv --product meter-3 --passphrase file:pass"
while read -r act; do
    eval "expect 5 'belongs to the store' $act"
done <<'END'
$issue --out store/identity.db --force
issue --product meter-3 --uid 00000002 --generate-key --passphrase file:pass --out k.pem --key-out store/settings.json --force
$batch --out store/identity.db --force
$batch --out store/identity.db-wal
$batch --out store/keys
$batch --out store/keys/ --force
$batch --results store/settings.json --force
export --all --format csv --out store/identity.db --force
audit checkpoint --out store/keys/journal.pem --force
backup store/identity.db --force
backup store/keys/backup.tar
key split --root --threshold 2 --shares 2 --out store/keys --passphrase file:pass
key split --root --threshold 2 --shares 2 --out store/keys/x --passphrase file:pass
$batch --out store/keys/x/
END
mkdir -p store/keys/x/y
for below in x x/y; do
    expect 5 'belongs to the store' key split --root --threshold 2 --shares 2 \
        --out store/keys/$below --passphrase file:pass
    expect 5 'belongs to the store' $batch --out way/keys/$below
    expect 5 'belongs to the store' audit checkpoint --out store/keys/$below/new
done
rmdir store/keys/x/y store/keys/x
same 'no folder either' 0 "$(find store/keys -mindepth 1 -type d | wc -l)"
same 'the store is as it was' "$before" "$(content)"
expect 0 2 key split --root --threshold 2 --shares 2 --out shares \
    --passphrase file:pass
expect 5 'belongs to the store' --store nowhere key combine shares/* \
    --out store/keys/journal.pem --force --no-passphrase
# Keys that lie elsewhere are known by the store at hand.
mv store/keys vault
ln -s ../vault store/keys
expect 5 'belongs to the store' crl --root --out vault/journal.pem --force \
    --passphrase file:pass
expect 5 'belongs to the store' backup vault/journal.pem --force
mkdir vault/x
expect 5 'belongs to the store' backup vault/x/new.tar
rmdir vault/x
rm store/keys
mv vault store/keys
mkdir vault
for key in store/keys/*; do
    mv "$key" vault
    ln -s "../../vault/$(basename "$key")" store/keys
    expect 5 'belongs to the store' crl --root --out "vault/$(basename "$key")" \
        --force --passphrase file:pass
    mv "vault/$(basename "$key")" store/keys
done
same 'it still is' "$before" "$(content)"
expect 0 '*' crl --root --out store/root.crl --passphrase file:pass
expect 0 '*' crl --root --out keys.crl --passphrase file:pass

# Standard output holds the certificate alone.
devca $issue --out - >stdout 2>/dev/null
true_that 'PEM alone on standard output' openssl x509 -in stdout -noout
same 'and nothing else' '-----BEGIN CERTIFICATE-----' "$(head -n 1 stdout)"
devca $issue --json >stdout 2>/dev/null
same 'with --json an object with the DER' "$(openssl x509 -in taken \
    -outform DER | base64 -w0)" "$(jq -r .der stdout)"
same 'quiet' '' "$(devca --quiet $issue --out quiet.pem)"
true_that 'quiet writes its file' test -s quiet.pem

# A full disk behind standard output is a failure.
if [ -w /dev/full ]; then
    "$DEVCA" query --count >/dev/full 2>err
    same 'a full disk under standard output' 5 $?
    "$DEVCA" export --all --format csv >/dev/full 2>err
    same 'a full disk under an export' 5 $?
    true_that 'it is told as that' grep -q 'No space left' err
fi

# So is standard output that somebody has closed.
printf 'uid,csr\n0a1b2c3d,dev.csr\n' >same.csv
for act in 'query --count' 'export --all --format csv' "$issue --out -" \
    'crl --root --passphrase file:pass' \
    'issue --batch same.csv --product meter-3 --passphrase file:pass --out -'; do
    "$DEVCA" $act >&- 2>err
    same "$act, its output closed" 5 $?
    true_that "$act: it is told" grep -q 'be written\|was closed' err
done
"$DEVCA" --quiet crl --root --out unseen.crl --passphrase file:pass \
    <&- >&- 2>&-
same 'nor is it needed' 0 $?

# So is a limit on the size of files: an error, and nothing left.
(
    ulimit -f 8
    "$DEVCA" backup limited.tar >/dev/null 2>err
    echo $? >status
)
same 'a file that may not grow' 5 "$(cat status)"
not_true_that 'no backup' test -e limited.tar

# Standard input that somebody made non-blocking is waited for.
cat >nonblocking.py <<'END'
import fcntl, os, sys
fcntl.fcntl(int(sys.argv[1]), fcntl.F_SETFL, os.O_NONBLOCK)
os.execv(sys.argv[2], sys.argv[2:])
END
request late
same 'a request that comes late' issued "$({ sleep 1; cat late.csr; } |
    python3 nonblocking.py 0 "$DEVCA" issue --product meter-3 --uid 0000000a \
        --csr - --out late.pem --passphrase file:pass 2>err |
    awk '$1 == "outcome" {print $2}')"
# A generated key and its certificate: both or an error that says what is there.
echo mine >key
expect 5 'exists already' issue --product meter-3 --uid 00000001 \
    --generate-key --key-out key --out k.pem --passphrase file:pass
same 'no certificate for a key that has no place' 0 \
    "$(devca query --uid 00000001 --count)"
# No key is left that got no certificate.
expect 4 'hex:4 wants' issue --product meter-3 --uid 000001 --generate-key \
    --key-out lonely --passphrase file:pass
[ ! -e lonely ] || failed 'a key without a certificate was left'
for option in '--results r.csv' '--jobs 2' --stop-on-error; do
    expect 2 "^devca: issue: ${option%% *}: goes with --batch alone" $issue $option
done
for option in '--key-type p384' '--key-passphrase file:pass' '--key-out k.pem'; do
    expect 2 "^devca: issue: ${option%% *}: goes with --generate-key alone" $issue \
        $option
done
expect 2 'go together' issue --product meter-3 --uid 00000001 --generate-key \
    --passphrase file:pass
# Nor does the certificate take the place of its key.
for out in one ./one "$work/../$(basename "$work")/one"; do
    expect 2 'cannot be the same as --out' issue --product meter-3 \
        --uid 00000001 --generate-key --key-out one --out "$out" --force \
        --passphrase file:pass
done
not_true_that 'nothing was written' test -e one
# A key on standard output is no file that could be taken back.
echo mine >./-
mv store/keys/journal.pem away.pem
expect 6 'journal key' issue --product meter-3 --uid 00000001 --generate-key \
    --key-out - --out k.pem --passphrase file:pass
same 'a file of that name' mine "$(cat ./-)"
expect 6 'journal key' issue --product meter-3 --uid 00000001 --generate-key \
    --key-out lonely --out k.pem --passphrase file:pass
[ ! -e lonely ] || failed 'a key without a row was left'
mv away.pem store/keys/journal.pem
expect 0 issued issue --product meter-3 --uid 00000009 --generate-key \
    --key-out - --out k.pem --passphrase file:pass
true_that 'a key to standard output' openssl pkey -in out -noout \
    -passin file:pass
expect 2 'exactly one' issue --product meter-3 --uid 00000001 \
    --passphrase file:pass

# A signal while it waits for its passphrase: exit 7, and nothing has changed.
request other
mkfifo slow
"$DEVCA" issue --product meter-3 --uid 00000007 --csr other.csr \
    --passphrase stdin --out never.pem <slow >out 2>err &
runner=$!
exec 9>slow
until_true grep -q devca "/proc/$runner/comm"
sleep 1
kill -TERM $runner
wait $runner
same 'a signal' 7 $?
exec 9>&-
[ ! -e never.pem ] || failed 'a stopped run left its output'
same 'the store is sound' ok \
    "$(sqlite3 store/identity.db 'PRAGMA integrity_check')"
same 'and as it was' 0 "$(devca query --uid 00000007 --count)"
nothing_left
done_testing
