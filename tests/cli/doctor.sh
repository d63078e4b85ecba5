#!/bin/sh
# The doctor: a sound store gives no finding, and each check is provoked by
# damage that is made for it alone.
. "$(dirname "$0")/lib.sh"
DEVCA_CLOCK=2026-01-01T00:00:00Z
export DEVCA_CLOCK
main_store
expect 0 active product add meter-4 --uid-format hex:4 --passphrase file:pass
for n in 1 2 3; do
    request r$n
    expect 0 issued issue --product meter-3 --uid 0000000$n --csr r$n.csr \
        --out d$n.pem --chain --passphrase file:pass
done
expect 0 revoked revoke --uid 00000001 --reason keyCompromise
expect 0 held revoke --uid 00000002 --reason certificateHold
expect 0 . crl --product meter-3 --out list.crl --passphrase file:pass
# All as it is: certificates 1 the root's, 2 and 3 the CAs', 4 to 6 devices'.
cp -R store sound
sql() {
    sqlite3 "$DEVCA_STORE/identity.db" "$1" >/dev/null
}
key_of() {
    ls "$DEVCA_STORE"/keys/"$1"-*.pem
}

# heal: the sound store again
heal() {
    rm -rf store && cp -R sound store
}

# finds WHAT STATUS CHECKS [OPTION...]: the visit finds these checks (each once,
# sorted) and ends so; then the store is healed.
finds() {
    what=$1
    wanted=$2
    checks_wanted=$3
    shift 3
    checks=$((checks + 1))
    devca --json doctor "$@" >out 2>err
    status=$?
    # Whatever is changed behind its back the journal finds too.
    case $checks_wanted in *journal*) but= ;; *) but=journal ;; esac
    # One that does not say what, or what to do, is told as mute.
    found=$(echo $(jq -r --arg but "$but" 'select(.check) |
        if .todo == "" or .fault == "" or .object == "" then "mute" else empty end,
        select(.check != $but).check' out | sort -u))
    [ "$status" = "$wanted" ] && [ "$found" = "$checks_wanted" ] ||
        failed "$what" "wanted: $wanted $checks_wanted" \
            "got:    $status $found" "$(tail -n 4 out)" "$(cat err)"
    heal
}

# damages CHECKS WHAT SQL: faults
damages() {
    sql "$3"
    finds "$2" 1 "$1"
}

finds 'a sound store' 0 ''
finds 'a sound store, its keys opened' 0 '' --passphrase file:pass --full
expect 0 '6 of 6 certificates looked at: 0 faults, 0 warnings, 0 notes' doctor
expect 0 '2 of 6 certificates' doctor --sample 2
expect 2 'exclude each other' doctor --sample 2 --full
expect 2 'sample: must be 1 or more' doctor --sample 0
expect 0 - --quiet doctor
before=$(cd store && find . -type f ! -name '*-shm' -exec cksum {} + | sort)
expect 0 . doctor --full
same 'a visit changes nothing' "$before" \
    "$(cd store && find . -type f ! -name '*-shm' -exec cksum {} + | sort)"

# ---- rows ----
while IFS='|' read -r checks_wanted what statement; do
    case $checks_wanted in '' | '#'*) continue ;; esac
    damages "$checks_wanted" "$what" "$statement"
done <<'ROWS'
crl-numbers pages|a value that the schema forbids|PRAGMA ignore_check_constraints = ON; UPDATE authority SET crl_number = -1 WHERE kind = 1
schema|an index is gone|DROP INDEX certificate_device
schema|a trigger is gone|DROP TRIGGER certificate_counted
schema|a view is another|DROP VIEW devices; CREATE VIEW devices AS SELECT 1 AS id
schema|a table nobody knows|CREATE TABLE spare (a)
references tally|a profile that is not there|UPDATE certificate SET profile_id = 99 WHERE id = 6
references rows-gone tally|a certificate of a CA is gone|DELETE FROM certificate WHERE id = 3
references tally|the newest certificate is gone|DELETE FROM certificate WHERE id = 6
key-unlisted references rows-gone|a device is gone|DELETE FROM certificate WHERE id = 4; DELETE FROM revocation WHERE certificate_id = 4; DELETE FROM device WHERE id = 1; UPDATE certificate SET id = 4 WHERE id = 6; UPDATE tally SET count = 0 WHERE device = 1 AND status = 2
tally|a count too many|UPDATE tally SET count = count + 1 WHERE device = 1 AND status = 0
tally|a count is gone|DELETE FROM tally WHERE device = 1 AND status = 2
revocations|a revoked one passes for active|UPDATE certificate SET status = 0 WHERE id = 4
revocations|a held one passes for revoked|UPDATE certificate SET status = 2 WHERE id = 5
revocations|a revocation is gone|DELETE FROM revocation WHERE certificate_id = 4
revocations|a revocation of nobody|PRAGMA foreign_keys = ON; UPDATE revocation SET serial = X'01' WHERE certificate_id = 4
revocations|two in force|INSERT INTO revocation SELECT issuer_id, serial, 2, certificate_id, not_after, reason, revoked_at, invalid_at, NULL FROM revocation WHERE certificate_id = 4
crl-numbers|a CRL number is used up|UPDATE authority SET crl_number = 7 WHERE name = 'meter-3'
crl-numbers|a CRL number would be used again|UPDATE authority SET crl_number = 0 WHERE name = 'meter-3'
profiles|a profile is another|UPDATE profile SET document = CAST(document || ' ' AS BLOB) WHERE product_id = 1
authorities profiles|a profile that is none|UPDATE profile SET name = 'other' WHERE product_id = 1
certificate-der|a certificate is cut short|UPDATE certificate SET der = substr(der, 1, length(der) - 1) WHERE id = 6
certificate-der|a certificate is none|UPDATE certificate SET der = X'' WHERE id = 6
certificate-chain|a byte of the signature|UPDATE certificate SET der = CAST(substr(der, 1, length(der) - 1) || CASE substr(der, -1) WHEN X'01' THEN X'02' ELSE X'01' END AS BLOB) WHERE id = 6
certificate-columns|another serial|UPDATE certificate SET serial = X'01' WHERE id = 6
certificate-columns key-unlisted|another key digest|UPDATE certificate SET key_digest = zeroblob(32) WHERE id = 6
certificate-columns|another key type|UPDATE certificate SET key_type = 2 WHERE id = 6
certificate-columns|another beginning|UPDATE certificate SET begins = begins - 1 WHERE id = 6
certificate-columns|another end|UPDATE certificate SET not_after = 1900000000 WHERE id = 6
certificate-columns key-twice|one key for two devices|UPDATE certificate SET key_digest = (SELECT key_digest FROM certificate WHERE id = 5) WHERE id = 6; UPDATE key_fresh SET prefix = (SELECT prefix FROM key_fresh WHERE certificate_id = 5) WHERE certificate_id = 6
key-unlisted|a key that nobody would find|DELETE FROM key_fresh WHERE certificate_id = 6
certificate-owner|a device of another product|UPDATE device SET product_id = 2 WHERE id = 3; UPDATE uid_fresh SET product_id = 2 WHERE device_id = 3
certificate-owner|a CA with another key identifier|UPDATE authority SET key_id = zeroblob(20) WHERE kind = 1
certificate-owner|a CA with another key|UPDATE authority SET public_key = (SELECT public_key FROM authority WHERE kind = 1) WHERE name = 'meter-4'
certificate-chain|a device with another UID|UPDATE device SET uid = X'00000009' WHERE id = 3; UPDATE uid_fresh SET uid = X'00000009' WHERE device_id = 3
uid-unlisted|a UID that nobody would find|DELETE FROM uid_fresh WHERE device_id = 3
uid-unlisted|a UID that finds another device|UPDATE uid_fresh SET device_id = 2 WHERE device_id = 3
uid-unlisted|a UID in two tables|INSERT INTO uid_recent SELECT * FROM uid_fresh WHERE device_id = 3
uid-unlisted|a UID that finds another device too|INSERT INTO uid_settled SELECT uid, product_id, 2 FROM uid_fresh WHERE device_id = 3
certificate-chain uid-unlisted|a UID changed in its row alone|UPDATE device SET uid = X'00000009' WHERE id = 3
certificate-owner uid-unlisted|a product changed in its row alone|UPDATE device SET product_id = 2 WHERE id = 3
rows-gone|a UID of no device|INSERT INTO uid_recent VALUES (X'00000009', 1, 4)
key-unlisted schema serial-twice|one serial for two|DROP INDEX certificate_serial; INSERT INTO certificate SELECT 7, issuer_id, device_id, authority_id, profile_id, status, key_type, begins, not_after, issued_at, serial, key_digest, der FROM certificate WHERE id = 6
certificate-lints tally|a device under a CA's profile|UPDATE certificate SET profile_id = (SELECT id FROM profile WHERE name = 'root') WHERE id = 6
ROWS

# ---- the journal ----
while IFS='|' read -r checks_wanted what statement; do
    damages "$checks_wanted" "$what" "$statement"
done <<'ROWS'
journal|a row of the journal is another|UPDATE journal SET at = at + 1 WHERE seq = 5
journal|a row of the journal is gone|DELETE FROM journal WHERE seq = 5
journal|the newest row is gone|DELETE FROM journal WHERE seq = (SELECT max(seq) FROM journal)
journal|a signature is another|UPDATE checkpoint SET signature = zeroblob(64) WHERE size = (SELECT max(size) FROM checkpoint)
certificate-columns journal|a certificate's serial|UPDATE certificate SET serial = X'01' WHERE id = 6
ROWS
for sample in --full '--sample 1'; do
    sql 'DELETE FROM journal; DELETE FROM checkpoint; DELETE FROM journal_head'
    finds "the whole journal is gone, $sample" 1 journal $sample
done
sql 'PRAGMA foreign_keys = OFF; UPDATE certificate
    SET id = 9223372036854775807 WHERE id = 6'
expect 1 'looked at' doctor --sample 4
heal
sql 'UPDATE journal_head SET size = size + 1'
finds "the journal's head is another, by sample" 1 journal --sample 1
sql 'UPDATE checkpoint SET signature = zeroblob(64)'
finds 'a signature is another, by sample' 1 journal --sample 1
finds 'a sound store, by sample' 0 '' --sample 1

# ---- warnings and notes: exit 0 ----
sql "UPDATE certificate SET issued_at = issued_at + 200000,
    begins = begins - 200000 WHERE id = 6"
finds 'a certificate of tomorrow' 0 clock
# The list was made within the same second, or by a clock that was ahead.
for DEVCA_CLOCK in 2026-01-01T00:00:00Z 2025-12-31T23:30:00Z; do
    while read -r what acts; do
        for act in $acts; do
            expect 0 . revoke --uid "${act%:*}" "--${act#*:}"
        done
        finds "$what at $DEVCA_CLOCK" 0 crl-behind
    done <<'ACTS'
revoked 00000003:reason=superseded
held 00000003:reason=certificateHold
for-good 00000002:reason=keyCompromise
released 00000002:release
released-again 00000002:release 00000002:reason=certificateHold 00000002:release
ACTS
    expect 0 held revoke --uid 00000003 --reason certificateHold
    expect 0 released revoke --uid 00000003 --release
    finds "a hold that no list had, at $DEVCA_CLOCK" 0 ''
done
DEVCA_CLOCK=2026-01-02T00:00:00Z
sql 'UPDATE crl SET seq = NULL'
expect 0 revoked revoke --uid 00000003 --reason superseded
finds 'a list that does not say what it saw' 0 crl-behind
expect 0 released revoke --uid 00000002 --release
finds 'a hold that ended is still listed' 0 crl-behind
DEVCA_CLOCK=2026-06-01T00:00:00Z
finds 'a list that ended' 0 crl-stale
DEVCA_CLOCK=2026-01-01T00:00:00Z
sql "UPDATE certificate SET not_after = 1780000000 WHERE id = 2"
finds 'a CA that ends' 1 'ca-expiring certificate-columns'
jq '.description = "ours"' "$TREE/pki-templates/ieee8021ar-idevid.json" >own.json
expect 0 active product add meter-5 --device-profile ./own.json \
    --passphrase file:pass
finds 'a profile of our own under a shipped name' 0 profile-drift

# ---- files ----
touch store/.root.pem.9999999.0 store/identity.db.9999999.new-wal \
    store/keys/.x.9999999.12 store/.hidden store/.x.1
finds 'left over by dead writers' 0 left-over
touch "store/.root.pem.$$.0"
finds 'the name of a writer that lives' 0 ''
chmod 755 store/keys
finds 'a key folder open to others' 0 modes
chmod 644 store/identity.db
finds 'a database open to others' 0 modes
chmod 644 store/settings.json
finds 'settings open to others' 0 modes
for who in g o; do
    chmod $who+w store
    finds "a folder that $who may write" 0 modes
done
chmod go=rx store
finds 'a folder that others may look into' 0 ''
if [ "$(id -u)" = 0 ]; then
    for name in identity.db settings.json keys keys/journal.pem; do
        chown 65534 "store/$name"
        finds "$name of another user" 0 modes
        true_that "$name is named" grep -q "\"$name\".*another user (65534)" out
    done
    chown -R 65534 store
    finds 'a store of another user, for root' 0 ''
fi
# ---- settings.json against the journal ----
# finds_set WHAT MEMBER FILTER
finds_set() {
    jq "$3" sound/settings.json >store/settings.json
    finds "$1" 1 settings
    true_that "$1: $2" grep -q "another $2 than the journal" out
}
finds_set 'another name' org '.org = "Acne"'
finds_set 'another country' country '.country = "FR"'
finds_set 'no country' country 'del(.country)'
finds_set 'keys to be in the clear' encryptedKeys '.encryptedKeys = false'
jq '.org = "Acne"' sound/settings.json >store/settings.json
finds 'another name, by sample' 0 '' --sample 1
mv sound before
expect 0 true settings set --org Acme2 --country FR
expect 0 true settings set --org Acme3 --country=
cp -R store sound
finds 'settings that were set' 0 ''
finds_set 'a country that was taken away' country '.country = "FR"'
finds_set 'the name of before' org '.org = "Acme2"'
rm -rf sound store
mv before sound
heal

echo '{}' >store/settings.json
finds 'settings that are none' 1 settings
rm store/settings.json
finds 'settings that are gone' 1 settings
cp "$(key_of root)" store/keys/spare.pem
finds 'a key that no CA names' 0 key-unnamed
rm store/keys/journal.pem
finds "the journal's key is gone" 1 journal-key
chmod 644 store/keys/journal.pem
finds "the journal's key is open to others" 1 journal-key
devca --store other init --org Other --no-passphrase >/dev/null
cat other/keys/journal.pem >store/keys/journal.pem
finds "the journal's key is another" 1 journal-key
rm "$(key_of root)"
finds 'a key that is gone' 1 key-missing
chmod 644 "$(key_of product-meter-3)"
finds 'a key that others may read' 1 key-file
echo spoilt >"$(key_of root)"
finds 'a key that is none' 1 key-file
cat "$(key_of root)" >x && cat "$(key_of product-meter-3)" >"$(key_of root)" &&
    cat x >"$(key_of product-meter-3)"
cp -R store swapped
finds 'keys swapped, with the passphrase' 1 key-match --passphrase file:pass
rm -rf store && mv swapped store
finds 'keys swapped, without: nothing can be known' 0 ''
echo wrong >wrong && chmod 600 wrong
finds 'a wrong passphrase' 1 key-match --passphrase file:wrong
(umask 077 && openssl pkcs8 -in "$(key_of root)" -passin file:pass -topk8 \
    -nocrypt -out clear.pem)
cat clear.pem >"$(key_of root)"
finds 'a key in the clear' 0 key-clear
cat clear.pem >"$(key_of product-meter-4)"
finds 'a key in the clear that is another' 1 'key-clear key-match'

# ---- by sample, without what is read of large tables only ----
sql 'DELETE FROM uid_fresh'
finds 'UIDs that nobody would find, by sample' 1 uid-unlisted --sample 5
sql "INSERT INTO uid_recent VALUES (X'00000009', 1, 4)"
finds 'a UID of no device, by sample' 0 '' --sample 1

# ---- a database that does not let itself be read ----
dd if=/dev/zero of=store/identity.db bs=1 seek=100 count=400 conv=notrunc \
    2>/dev/null
finds 'what stands in the first page' 1 opens
for octets in 16 8192; do
    dd if=/dev/zero of=store/identity.db bs=$octets count=1 conv=notrunc \
        2>/dev/null
    finds "the first $octets octets" 1 opens
done
dd if=/dev/zero of=store/identity.db bs=1 seek=60 count=4 conv=notrunc \
    2>/dev/null
finds 'the version' 1 opens
: >store/identity.db
(umask 077 && echo log >store/identity.db-wal)
finds 'an empty file' 1 opens
# Nobody is told to make a store where one was.
for damage in ': >' 'rm ' 'dd count=1 conv=notrunc if=/dev/zero of='; do
    eval "${damage}store/identity.db" 2>/dev/null
    for command in query 'crl --root' 'audit verify'; do
        # shellcheck disable=SC2086
        expect 5 'restore a backup to another' $command
        not_true_that "$damage, $command: no init" grep -q init err
    done
    : >store/identity.db-wal
    expect 3 'holds a store already' init --org Acme --no-passphrase
    true_that "$damage: the log stays" test -e store/identity.db-wal
    heal
done
page=$(sqlite3 store/identity.db \
    "SELECT rootpage FROM sqlite_schema WHERE name = 'key_fresh'")
dd if=/dev/zero of=store/identity.db bs=8192 seek=$((page - 1)) count=1 \
    conv=notrunc 2>/dev/null
devca --json doctor >out 2>err
same 'a page of the keys: a fault' 1 $?
for check in pages certificate-der; do
    true_that "a page of the keys: $check" grep -q "\"$check\"" out
done
heal
sql 'DROP TABLE crl'
devca --json doctor >out 2>err
same 'a table is gone: a fault' 1 $?
true_that 'a table is gone: schema' grep -q '"table crl".*is missing' out
true_that 'and the visit goes on' grep -q '"looked_at":6' out
heal

# Of many the first are told.
sql "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 150)
    INSERT INTO tally SELECT i + 100, 1, 1, 0, 5 FROM n"
devca --json doctor >out 2>err
same 'a hundred and one line' 101 "$(grep -c '"tally"' out)"
true_that 'and how many more' grep -q '"and 50 more like these"' out
true_that 'all are counted' grep -q '"faults":151' out
heal

# What is no store of this version is not looked at.
expect 5 'is not a store' --store nowhere doctor
sql 'PRAGMA user_version = 99'
expect 5 'version 99' doctor
heal
sql 'PRAGMA application_id = 1'
expect 5 'not of devca' doctor
heal
nothing_left
done_testing
