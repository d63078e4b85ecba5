#!/bin/sh
# Backup and restore: nothing is lost, nothing half-made is left, and a file
# that is not a whole backup is refused by name.
. "$(dirname "$0")/lib.sh"
main_store
for n in 1 2 3; do
    request r$n
    expect 0 issued issue --product meter-3 --uid 0000000$n --csr r$n.csr \
        --out d$n.pem --chain --passphrase file:pass
done
expect 0 revoked revoke --uid 00000001 --reason keyCompromise
expect 0 'crl_number.*1' crl --product meter-3 --out one.crl \
    --passphrase file:pass

# rows DATABASE: what there is but for the journal, which goes on
rows() {
    sqlite3 -readonly "$1" .dump | grep -v -e 'INTO journal' \
        -e 'INTO checkpoint' -e 'INTO actor'
}
# A folder without any trace of what was tried.
only() {
    same "nothing but $2 in $1" "$2" "$(echo $(ls -A "$1" | sort))"
}

# ---- there and back ----
mkdir backups
expect 0 'key_files.*2' backup backups/all.tar --with-keys
expect 0 'keys_elsewhere.*2' backup backups/some.tar
only backups 'all.tar some.tar'
same 'its mode' 600 "$(stat -c %a backups/all.tar)"
expect 5 'exists already' backup backups/all.tar
expect 0 . backup backups/all.tar --with-keys --force
expect 2 'name a file' backup -
expect 5 'folder cannot be opened' backup nowhere/x.tar
same 'each is one row of the journal' 3 "$(sqlite3 -readonly store/identity.db \
    'SELECT count(*) FROM journal WHERE act = 13')"

mkdir opened
true_that 'tar opens it' tar -xf backups/all.tar -C opened
true_that 'sha256sum proves it' sh -c 'cd opened && sha256sum -c SHA256SUMS'
true_that 'jq reads what it is' jq -e '.certificates == 5 and .version > 1' \
    opened/backup.json
same 'SQLite opens the database' ok \
    "$(sqlite3 opened/identity.db 'PRAGMA integrity_check')"
true_that 'the keys are encrypted' sh -c \
    'for key in opened/keys/root-* opened/keys/product-*; do
         grep -q "BEGIN ENCRYPTED PRIVATE KEY" "$key" || exit 1; done'
same 'without keys there are none' 0 "$(tar -tf backups/some.tar | grep -c keys)"

expect 0 'certificates.*5' --store new restore backups/all.tar
rows store/identity.db >before
rows new/identity.db >after
true_that 'nothing is lost' diff before after
same 'modes' '700 700 600 600' "$(echo $(stat -c %a new new/keys \
    new/identity.db new/settings.json))"
same 'the journal says so' 1 "$(sqlite3 -readonly new/identity.db \
    'SELECT count(*) FROM journal WHERE act = 14')"
expect 0 ' 0 faults' --store new doctor --passphrase file:pass
request r4
expect 0 issued --store new issue --product meter-3 --uid 00000004 \
    --csr r4.csr --out d4.pem --chain --passphrase file:pass
true_that 'devices of the new store are the old root'"'"'s' \
    openssl verify -x509_strict -CAfile root.pem -untrusted d4.pem d4.pem
expect 0 'crl_number.*2' --store new crl --product meter-3 --out two.crl \
    --passphrase file:pass

# Without keys: it reads, and does nothing until they are back.
mkdir -m 775 empty
for command in 'restore backups/some.tar' 'init --org Acme --no-passphrase'; do
    for dry in '' --dry-run; do
        # shellcheck disable=SC2086
        expect 5 'may be written by others.*0775' --store empty $command $dry
        same "$command: nothing is made" '' "$(ls -A empty)"
    done
done
chmod 755 empty
expect 0 'key_files.*0' --store empty restore backups/some.tar
expect 0 revoked --store empty query --uid 00000001
expect 6 'journal key' --store empty revoke --uid 00000002 --reason superseded
expect 1 key-missing --store empty doctor
cp -p opened/keys/*.pem empty/keys && chmod 600 empty/keys/*.pem
expect 0 ' 0 faults' --store empty doctor --passphrase file:pass
expect 0 revoked --store empty revoke --uid 00000002 --reason superseded

# ---- what was made stays, whatever becomes of the power ----
# synced FOLDER... -- COMMAND...: the names in these folders are made durable
synced() {
    folders=
    while [ "$1" != -- ]; do
        folders="$folders $1"
        shift
    done
    shift
    # Leaks cannot be looked for under another's ptrace.
    true_that "$*" env ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" \
        strace -f -o trace -e trace=openat,fsync "$DEVCA" "$@"
    for folder in $folders; do
        true_that "$*: $folder is synced" sh -c \
            "grep -A 1 -F '\"$folder\", ' trace | grep -q 'fsync.* = 0'"
    done
}
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
    synced made made/.. -- --store made init --org Acme --no-passphrase
    synced back/keys back/.. -- --store back restore backups/all.tar
    synced given/.. -- key split --root --threshold 2 --shares 2 --out given \
        --passphrase file:pass
fi

# ---- only where nothing is ----
expect 3 'holds .*nothing was changed' restore backups/all.tar
expect 3 'without identity.db a folder is no store' restore backups/all.tar
mkdir other && touch other/file
expect 3 'holds file' --store other restore backups/all.tar
only other file
expect 0 'dry_run.*true' --store dry restore backups/all.tar --dry-run
true_that 'a dry run makes nothing' test ! -e dry
# It tells what the file shows, and nothing of what was not looked into.
for file in all some; do
    same "what a dry run tells of $file.tar" "$(tar -tf backups/$file.tar |
        grep '^keys/' | grep -vc journal) null null" \
        "$(devca --json --store dry restore backups/$file.tar --dry-run |
            jq -r '"\(.key_files) \(.version) \(.certificates)"')"
done
expect 5 'cannot be opened' --store dry restore nowhere.tar
expect 5 'not a regular file' --store dry restore backups
true_that 'and nothing came of it' test ! -e dry

# ---- keys in the clear ----
expect 0 plain --store clear init --org Clear --no-passphrase
expect 0 Root --store clear root create --name 'Clear Root'
expect 6 'stands in the clear' --store clear backup clear.tar --with-keys
true_that 'nothing came of it' test ! -e clear.tar
expect 0 . --store clear backup clear.tar
expect 0 'key_files.*1' --store clear backup sealed.tar --with-keys \
    --passphrase file:pass
mkdir sealed && tar -xf sealed.tar -C sealed
true_that 'the key in the backup is encrypted by it' sh -c \
    'openssl pkey -in sealed/keys/root-*.pem -passin file:pass -noout'
expect 0 ' 0 faults' --store cleared restore sealed.tar
expect 0 'crl_number' --store cleared crl --root --out clear.crl \
    --passphrase file:pass

# ---- an older store ----
mkdir old && cp -R "$TREE/tests/cli/stores/1/keys" \
    "$TREE/tests/cli/stores/1/settings.json" old
sqlite3 old/identity.db <"$TREE/tests/cli/stores/1/store.sql" >/dev/null
chmod -R go= old
expect 0 'version.*1' --store old backup old.tar --with-keys
same 'it stays as old as it was' 1 \
    "$(sqlite3 -readonly old/identity.db 'PRAGMA user_version')"
expect 0 'journaled.*true' --store young restore old.tar
expect 0 ' 0 faults' --store young doctor --passphrase file:pass

# ---- a damaged store is not backed up ----
cp -R store hurt
sqlite3 hurt/identity.db 'PRAGMA ignore_check_constraints = ON;
    UPDATE authority SET crl_number = -1 WHERE kind = 1' >/dev/null
expect 5 'CHECK constraint failed' --store hurt backup hurt.tar
true_that 'nothing came of it' test ! -e hurt.tar

# ---- hostile files ----
# made CASE: FILE.tar out of backups/some.tar, with the one thing changed
made() {
    python3 "$TREE/tests/cli/hostile_tar.py" "$1" backups/all.tar "$1.tar"
}
while read -r case pattern; do
    made "$case"
    expect 4 "$pattern" --store hostile restore "$case.tar"
    true_that "$case: nothing is left" test ! -e hostile
done <<'CASES'
empty SHA256SUMS.*cut short
text not a tar archive
cut-header cut short
cut-member identity.db.*cut short
cut-end the end.*cut short
cut-padding cut short
changed-byte identity.db.*not what its hash
changed-key keys/.*not what its hash
changed-sums not what its hash
more-follows more follows
missing-listed stands where identity.db should
missing-database identity.db.*is missing
doubled-member stands where
doubled-line listed twice
not-listed stands where
other-order not in the order of names
up-and-out \.\./evil.*no name of a backup
up-and-out-unlisted \.\./evil.*stands where
absolute /etc/evil.*no name of a backup
absolute-key keys//evil.pem.*no name of a backup
key-hidden keys/\.evil.pem.*no name of a backup
key-deep keys/a/b.pem.*no name of a backup
symbolic-link is a link
hard-link is a link
folder is not a regular file
device is not a regular file
sparse is not a regular file
huge identity.db.*cut short
huge-256 identity.db.*cut short
negative SHA256SUMS.*damaged header|SHA256SUMS.*cut short
large-settings settings.json.*larger than any
large-sums SHA256SUMS.*larger than any
mode header that devca does not write
checksum header that devca does not write
owner header that devca does not write
sums-nul holds a NUL
sums-cut ends within a line
sums-short sha256sum does not write
sums-empty is missing
padding something else than zeros
CASES
made foreign
expect 5 'not a SQLite|not of devca|no store' --store hostile restore foreign.tar
true_that 'foreign: nothing is left' test ! -e hostile
made newer
expect 5 'version 999' --store hostile restore newer.tar
true_that 'newer: nothing is left' test ! -e hostile
made settings
expect 5 'settings' --store hostile restore settings.tar
true_that 'settings: nothing is left' test ! -e hostile
mkdir kept
expect 5 'version 999' --store kept restore newer.tar
only kept ''

# ---- stopped by a signal ----
# leaves_nothing CALL: a signal when that call is made
leaves_nothing() {
    ASAN_OPTIONS="${ASAN_OPTIONS-}:detect_leaks=0" strace -f -o trace \
        -e "inject=$1:signal=TERM" "$DEVCA" --store cut restore backups/all.tar \
        >out 2>err
    same "$1: stopped" 7 $?
    true_that "$1: what to do" grep -q 'give the same command again' err
    true_that "$1: nothing is left" test ! -e cut
}
if command -v strace >/dev/null && strace -o trace true 2>/dev/null; then
    for call in flock mkdirat renameat fsync:when=1 fdatasync:when=1; do
        leaves_nothing $call
    done
    expect 0 ' 0 faults' --store cut restore backups/all.tar
fi

# ---- while a batch runs ----
python3 "$TREE/tests/cli/rows.py" 268435456 3000 >many.csv || exit 1
"$DEVCA" issue --product meter-3 --batch many.csv --out many.pem \
    --results many.results --jobs 2 --passphrase file:pass >log 2>&1 &
batch=$!
until_true sh -c '[ "$(sqlite3 -readonly store/identity.db \
    "SELECT count(*) FROM certificate")" -gt 50 ]'
n=0
while kill -0 $batch 2>/dev/null && [ $n -lt 3 ]; do
    n=$((n + 1))
    expect 0 'journaled.*true' backup "busy-$n.tar" --with-keys
    expect 0 ' 0 faults' doctor
done
wait $batch
same 'the batch went through' 0 $?
true_that 'a backup was made meanwhile' test $n -gt 0
for tar in busy-*.tar; do
    expect 0 ' 0 faults, 0 warnings' --store "from-$tar" restore "$tar"
    same "$tar is of one moment" \
        "$(sqlite3 -readonly "from-$tar/identity.db" \
            'SELECT count(*) FROM certificate')" \
        "$(tar -xOf "$tar" backup.json | jq .certificates)"
done
expect 0 ' 0 faults' doctor
nothing_left
done_testing
