#!/bin/sh
# A store of every schema version there ever was, kept as text in stores/, opens
# in today's program with nothing lost.
. "$(dirname "$0")/lib.sh"
passphrase
latest=$(ls "$TREE"/schema/[0-9]*.sql | wc -l)

# old_store VERSION: the fixture as folder store, its database also as old.db
old_store() {
    rm -rf store old.db
    (umask 077 && cp -R "$TREE/tests/cli/stores/$1" store &&
        sqlite3 store/identity.db <store/store.sql >/dev/null)
    chmod -R go= store
    rm store/store.sql
    # One certificate that was valid before it was recorded.
    also=
    [ "$1" -lt 4 ] || also=', begins = begins - 7'
    sqlite3 store/identity.db \
        "UPDATE certificate SET issued_at = issued_at + 7$also WHERE id = 6"
    cp store/identity.db old.db
}

# rows DATABASE: every row of every table that the old database has, by its
# columns; what is computed since version 4 is asked for by other means
rows() {
    begins=not_before
    [ "$(sqlite3 -readonly "$1" 'PRAGMA user_version')" -lt 4 ] ||
        begins='(issued_at + begins)'
    sqlite3 old.db "SELECT 'SELECT ''' || t.name || ''', ' || group_concat(
            'quote(' || CASE WHEN t.name = 'certificate'
            AND c.name = 'not_before' THEN '$begins'
            ELSE '\"' || c.name || '\"' END || ')') ||
            ' FROM \"' || t.name || '\";'
        FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite%'
        AND NOT (t.name = 'certificate' AND c.name = 'fingerprint')
        GROUP BY t.name ORDER BY t.name" >rows.sql
    sqlite3 -readonly "$1" <rows.sql | sort
}

# fingerprints of devices as the old database has them, or computed from it, in
# order of id
old_fingerprints() {
    if [ "$number" -lt 4 ]; then
        sqlite3 -readonly old.db "SELECT lower(hex(fingerprint)) FROM
            certificate WHERE device_id IS NOT NULL ORDER BY id"
        return
    fi
    sqlite3 -readonly old.db "SELECT id FROM certificate
        WHERE device_id IS NOT NULL ORDER BY id" | while read -r id; do
        sqlite3 -readonly old.db \
            "SELECT writefile('old.der', der) FROM certificate WHERE id = $id" \
            >/dev/null
        sha256sum <old.der | cut -d ' ' -f 1
    done
}

version() {
    sqlite3 -readonly store/identity.db 'PRAGMA user_version'
}

# Nor does a dry run, of whatever command.
content() {
    (cd store && md5sum identity.db settings.json keys/*)
}
dry_runs() {
    request dry
    content >before.md5
    for command in 'revoke --uid 00000001 --reason keyCompromise' \
        'crl --product meter-3' 'export --format revocation-set --product meter-3' \
        'settings set --org Other' 'product add other' \
        'product request other --out never.csr' \
        'issue --product meter-3 --uid 00000005 --csr dry.csr'; do
        given=
        case $command in settings*|revoke*) ;; *) given='--passphrase file:pass' ;; esac
        # shellcheck disable=SC2086
        expect 5 "version $number, .* version $latest" $command --dry-run $given
        same "a dry run of $command changes nothing" "$(cat before.md5)" "$(content)"
    done
}

DEVCA_STORE=$work/store
export DEVCA_STORE
for folder in "$TREE"/tests/cli/stores/[0-9]*; do
    number=$(basename "$folder")
    old_store "$number"
    same "fixture $number has its version" "$number" "$(version)"
    rows old.db >before
    true_that "fixture $number holds certificates" \
        grep -q '^certificate|' before

    # Reading does not change a store behind its owner's back.
    if [ "$number" -lt "$latest" ]; then
        expect 5 "version $number, .* version $latest" query
        expect 5 'take a backup; .*brings it up to date' query
        same 'reading leaves it as it is' "$number" "$(version)"
        dry_runs
    fi

    expect 0 already revoke --uid 00000001 --reason keyCompromise
    same "$number is brought up" "$latest" "$(version)"
    # The journal's own head moves on with the act above.
    rows store/identity.db >after
    true_that "nothing of $number is lost" test -z \
        "$(comm -23 before after | grep -v '^journal_head|')"
    devca --json query | jq -r .fingerprint >fingerprints
    same 'every fingerprint is what it was' "$(old_fingerprints)" \
        "$(cat fingerprints)"
    expect 0 00000004 query \
        --where "fingerprint = $(old_fingerprints | tail -n 1)"
    same 'SQLite finds no fault' ok \
        "$(sqlite3 store/identity.db 'PRAGMA integrity_check')"
    same 'no row hangs in the air' '' \
        "$(sqlite3 store/identity.db 'PRAGMA foreign_key_check')"
    same 'the schema is that of a new store' \
        "$(cat "$TREE"/schema/[0-9]*.sql | sqlite3 :memory: '.read /dev/stdin' \
            'SELECT type, name, tbl_name, sql FROM sqlite_schema
             ORDER BY type, name')" \
        "$(sqlite3 -readonly store/identity.db \
            'SELECT type, name, tbl_name, sql FROM sqlite_schema
             ORDER BY type, name')"

    # And it goes on where it was.
    expect 0 . query --uid 00000004
    same 'a hold is still one' held \
        "$(devca --json query --uid 00000002 | jq -r .status)"
    same 'a hold that ended is none' active \
        "$(devca --json query --uid 00000003 | jq -r .status)"
    expect 0 'crl_number.*2' crl --product meter-3 --out "list-$number.crl" \
        --passphrase file:pass
    request "new-$number"
    expect 0 issued issue --product meter-3 --uid 00000005 \
        --csr "new-$number.csr" --out "new-$number.pem" --chain \
        --passphrase file:pass
    expect 0 accepted verify "new-$number.pem"
    expect 0 '*' audit verify
    expect 0 ' 0 faults' doctor --passphrase file:pass
    # A store that never had a journal begins one with what it holds.
    first=init
    [ "$number" -gt 1 ] || first=adopt
    same "the journal of $number" "$first" \
        "$(devca --json audit log --limit 1 | jq -r .act)"
done

# A version that is not known yet is nobody's to touch.
sqlite3 store/identity.db "PRAGMA user_version = $((latest + 1))"
for command in query 'revoke --uid 00000004 --reason superseded'; do
    # shellcheck disable=SC2086
    expect 5 "version $((latest + 1)), this program knows $latest" $command
done
same 'and stays as it is' $((latest + 1)) "$(version)"

# Nor by a batch that was under way when a later program came.
sqlite3 store/identity.db "PRAGMA user_version = $latest"
counted() {
    sqlite3 -readonly store/identity.db 'SELECT count(*) FROM certificate'
}
before=$(counted)
came() {
    [ "$(counted)" -gt "$before" ]
}
request early
request late
mkfifo list
devca issue --batch list --product meter-3 --jobs 1 --out out.jsonl \
    --passphrase file:pass >out 2>err &
exec 4<>list
printf 'uid,csr\n00000006,early.csr\n' >&4
true_that 'the first row is issued' until_true came
sqlite3 store/identity.db "PRAGMA user_version = $((latest + 1))"
printf '00000007,late.csr\n' >&4
exec 4>&-
wait $!
same 'the batch ends' 5 $?
true_that 'and says why' grep -q "this program knows $latest" err
same 'and leaves the store alone' $((before + 1)) "$(counted)"
nothing_left
done_testing
