#!/bin/sh
# The journal: a row for every act, signed heads, proofs; and what is found when
# somebody has been at the database.
. "$(dirname "$0")/lib.sh"
judge="python3 $TREE/tests/cli/audit_judge.py"
main_store
for n in 1 2 3 4 5; do
    request r$n
    expect 0 issued --actor "night shift" issue --product meter-3 \
        --uid 0000000$n --csr r$n.csr --out d$n.pem --passphrase file:pass
done
expect 0 revoked revoke --uid 00000002 --reason keyCompromise
expect 0 held revoke --uid 00000003 --reason certificateHold
expect 0 released revoke --uid 00000003 --release
expect 0 crl_number crl --product meter-3 --out list.crl --passphrase file:pass
expect 3 another issue --product meter-3 --uid 00000001 --csr r5.csr \
    --passphrase file:pass

# Every act is there, as it was and by whom.
acts() {
    devca --json audit log | jq -r .act | uniq -c | sed 's/^ *//' | tr '\n' ,
}
same 'the acts in order' \
    '1 init,1 root create,1 product add,5 issue,2 revoke,1 release,1 crl,1 refuse,' \
    "$(acts)"
same 'who issued' 5 "$(devca --json audit log --by 'night shift' | wc -l)"
same 'who else' "$(id -un)@$(uname -n)" \
    "$(devca --json audit log --act crl | jq -r .actor)"
same 'a device and its acts' 'issue revoke' \
    "$(devca --json audit log --object 00000002 | jq -r .act | tr '\n' ' ' |
        sed 's/ $//')"
for n in 1 2 3 4 5; do
    same "device $n as show tells it" \
        "$(devca --json audit log --object 0000000$n |
            jq -r 'select(.act != "refuse") | "\(.seq) \(.act) \(.actor)"')" \
        "$(devca --json show --uid 0000000$n |
            jq -r 'select(.seq) | "\(.seq) \(.act) \(.actor)"')"
done
same "the root's" 'root create' "$(devca --json show --serial \
    "$(openssl x509 -in root.pem -noout -serial | sed 's/serial=//')" |
    jq -r 'select(.seq) | .act')"
same 'why it was refused' 'uid-in-use' \
    "$(devca --json audit log --act refuse | jq -r .details | jq -r .code)"
same 'a fingerprint in the entry' \
    "$(openssl x509 -in d4.pem -outform DER | sha256sum | cut -d ' ' -f 1)" \
    "$(devca --json audit log --object 00000004 | jq -r .entry |
        jq -r .certificate.fingerprint)"
expect 1 'nothing matches' audit log --act backup
expect 2 'is not an act' audit log --act nonsense
expect 1 'nothing matches' audit log --until 1970-01-01
expect 0 '*' audit log --until 2100-01-01
expect 0 '"seq":3' --json audit log --after 2 --limit 1
# Nothing is done, nothing is written down.
before=$(devca --json audit log | wc -l)
expect 0 '*' issue --product meter-3 --uid 00000001 --csr r1.csr \
    --passphrase file:pass
expect 0 true revoke --uid 00000004 --reason superseded --dry-run
expect 0 already revoke --uid 00000002 --reason keyCompromise
same 'no act, no row' "$before" "$(devca --json audit log | wc -l)"
expect 2 'control' --actor "$(printf 'a\tb')" revoke --uid 00000004 --reason superseded
expect 2 'octets' --actor '' revoke --uid 00000004 --reason superseded

# The head, by another implementation and by OpenSSL.
expect 0 size audit checkpoint --out head.note
devca --json audit log >log.jsonl
true_that 'the tree, by another implementation' $judge tree log.jsonl head.note
key=$(devca --json audit checkpoint | jq -r .key)
$judge split head.note . >keyhash
same 'the name and hash of the key' "$(cat keyhash)" \
    "$(echo "$key" | cut -d + -f 2)"
openssl pkey -in "$DEVCA_STORE/keys/journal.pem" -pubout -out journal.pub
true_that 'the signature, by OpenSSL' openssl pkeyutl -verify -pubin \
    -inkey journal.pub -rawin -in body -sigfile signature
expect 0 'findings[^0-9]*0$' audit verify
expect 0 'findings[^0-9]*0$' audit verify --checkpoint head.note --key "$key"
expect 5 exists audit checkpoint --out head.note
# With --json alone what is made stands in the object.
same 'the note is a member' "$(devca audit checkpoint)" \
    "$(devca --json audit checkpoint | jq -r .note | base64 -d)"
devca --json audit prove --seq 2 | jq -r .proof | base64 -d >member.tlog-proof
expect 0 . audit prove --seq 2 --out file.tlog-proof
true_that 'the proof, too' cmp member.tlog-proof file.tlog-proof
expect 0 'seq.*2' audit verify-proof member.tlog-proof --key "$key"

# Proofs, for whoever has the key alone.
for n in $(seq 1 "$before"); do
    expect 0 '*' audit prove --seq "$n" --out "p$n.tlog-proof"
    expect 0 '"act"' audit verify-proof "p$n.tlog-proof" --key "$key"
    true_that "the path of row $n, by another implementation" \
        $judge proof "p$n.tlog-proof"
done
expect 0 00000004 audit prove --uid 00000004 --out u.tlog-proof
expect 0 00000004 --store /nowhere audit verify-proof u.tlog-proof --key "$key"
expect 1 'no device' audit prove --uid 99999999
expect 1 'no row' audit prove --seq 999
expect 2 'one of' audit prove
expect 2 'key' audit verify-proof u.tlog-proof
expect 4 'not the key' audit verify-proof u.tlog-proof --key "x$key"
same 'the first line of a proof' c2sp.org/tlog-proof@v1 "$(sed -n 1p u.tlog-proof)"

# forged WHAT STATUS PATTERN SED: the proof with something else in it.
forged() {
    sed "$4" u.tlog-proof >forged
    ! cmp -s forged u.tlog-proof || failed "$1: nothing was changed"
    expect "$2" "$3" audit verify-proof forged --key "$key"
}
other=$(printf '{"act":"issue"}' | base64 -w 0)
forged 'another entry' 1 'does not lead' "s/^extra .*/extra $other/"
forged 'another index' 1 'does not lead' 's/^index .*/index 2/'
forged 'an index beyond' 1 'does not lead' 's/^index .*/index 9999/'
forged 'a number with a zero' 4 index 's/^index /index 0/'
forged 'no extra' 4 extra '/^extra/d'
forged 'another first line' 4 'first line' '1s/v1/v2/'
forged 'a hash less' 1 'does not lead' 4d
forged 'a hash of 31 octets' 4 hash '4s/.*/AAAA/'
forged 'another size' 1 'does not fit' 's/^13$/12/'
forged 'another origin' 1 'another journal' 's/^devca.journal.*/devca.journal\/0/'
forged 'another signer' 1 'is not there' 's/^\(. \)devca.journal[^ ]*/\1other/'
head -c 40 u.tlog-proof >forged
expect 4 '*' audit verify-proof forged --key "$key"
: >forged
expect 4 'first line' audit verify-proof forged --key "$key"

# Somebody was at the database. tampered WHAT PATTERN SQL [OPTIONS...]
cp -r "$DEVCA_STORE" whole
tampered() {
    what=$1 pattern=$2 sql=$3
    shift 3
    rm -rf bad
    cp -r whole bad
    sqlite3 bad/identity.db "PRAGMA foreign_keys = OFF; $sql" >tool.log 2>&1 ||
        failed "$what: $(cat tool.log)"
    expect 1 "$pattern" --store bad audit verify "$@"
}
tampered 'an act changed' 'row-edited.*5' 'UPDATE journal SET act = 9 WHERE seq = 5'
tampered 'a time changed' 'row-edited.*4' 'UPDATE journal SET at = at - 1 WHERE seq = 4'
tampered 'an actor renamed' 'row-edited.*6' \
    "UPDATE actor SET name = 'nobody' WHERE name LIKE 'night%'"
tampered 'a UID changed' 'row-edited.*7' \
    "UPDATE device SET uid = x'0000000f' WHERE uid = x'00000004'"
tampered 'a certificate changed' 'row-edited.*8' \
    "UPDATE certificate SET der = (SELECT der FROM certificate WHERE id = 4)
     WHERE id = (SELECT max(id) FROM certificate)"
tampered 'a row removed' 'rows-removed.*row 6' 'DELETE FROM journal WHERE seq = 6'
tampered 'the tail cut off' 'rows-removed.*12 to 13' \
    'DELETE FROM journal WHERE seq > 11'
tampered 'a row appended' 'rows-unsigned.*14' \
    'INSERT INTO journal SELECT 14, at, actor_id, act, NULL, object, details, leaf
     FROM journal WHERE seq = 13'
tampered 'a row put in between' 'row-edited.*9' \
    'UPDATE journal SET seq = seq + 100 WHERE seq > 8;
     UPDATE journal SET seq = seq - 99 WHERE seq > 100;
     INSERT INTO journal SELECT 9, at, actor_id, act, NULL, object, details, leaf
     FROM journal WHERE seq = 13'
tampered 'two rows swapped' 'row-edited.*5' \
    'UPDATE journal SET seq = 99 WHERE seq = 5;
     UPDATE journal SET seq = 5 WHERE seq = 6;
     UPDATE journal SET seq = 6 WHERE seq = 99'
tampered 'two leaves swapped' 'rows-rewritten.*5' \
    'UPDATE journal SET leaf = (SELECT leaf FROM journal WHERE seq = 6) WHERE seq = 5'
tampered 'a head forged' 'checkpoint-forged.*at 9' \
    'UPDATE checkpoint SET root = zeroblob(32) WHERE size = 9'
tampered 'a signature forged' 'checkpoint-forged.*at 9' \
    'UPDATE checkpoint SET signature = zeroblob(64) WHERE size = 9'
tampered 'the head set back' 'head-differs' \
    'UPDATE journal_head SET edge = zeroblob(length(edge))'
tampered 'another key' 'checkpoint-forged' \
    "UPDATE journal_head SET public_key = zeroblob(32)"
tampered 'a revocation undone' 'revocation-undone.*9' \
    "UPDATE certificate SET status = 0 WHERE status = 2"
tampered 'another reason' 'revocation-edited.*9' \
    'UPDATE revocation SET reason = 4 WHERE reason = 1'
tampered 'another time' 'revocation-edited.*9' \
    'UPDATE revocation SET revoked_at = revoked_at - 9 WHERE reason = 1'
tampered 'a time that it was invalid from' 'revocation-edited.*9' \
    'UPDATE revocation SET invalid_at = revoked_at WHERE reason = 1'
tampered 'a hold in place of a revocation' 'revocation-edited.*9' \
    'UPDATE revocation SET reason = 6 WHERE reason = 1;
     UPDATE certificate SET status = 3 WHERE status = 2'
tampered 'a hold that is back' 'revocation-edited.*11' \
    'UPDATE revocation SET released_at = NULL WHERE reason = 6;
     UPDATE certificate SET status = 3 WHERE id =
     (SELECT certificate_id FROM revocation WHERE reason = 6)'
tampered 'a hold that never was' 'revocation-edited.*10' \
    'DELETE FROM revocation WHERE reason = 6'
tampered 'a revocation slipped in' 'revocation-untold.*1 revocations' \
    "INSERT INTO revocation SELECT issuer_id, serial, 1, id, not_after, 1,
     issued_at, NULL, NULL FROM certificate WHERE id = 7;
     UPDATE certificate SET status = 2 WHERE id = 7"
tampered 'a list number to be used again' 'list-edited.*12' \
    'DELETE FROM crl; UPDATE authority SET crl_number = 0'
tampered 'a list of more entries' 'list-edited.*12' \
    'UPDATE crl SET entries = entries + 1'
# What a delta leaves out as seen by its base.
tampered 'a list that saw more' 'list-edited.*12' 'UPDATE crl SET seq = 12'
tampered 'a list of another time' 'list-edited.*12' \
    'UPDATE crl SET this_update = this_update + 9'
for kind in 1 2; do
    tampered 'a list of another kind' 'list-edited.*12' \
        "UPDATE crl SET kind = $kind"
done
tampered 'a list slipped in' 'list-untold.*1 lists' \
    'INSERT INTO crl SELECT authority_id, number + 1, entries, this_update,
     next_update, digest, kind, scope, 13 FROM crl;
     UPDATE authority SET crl_number = 2 WHERE crl_number = 1'
tampered 'a certificate slipped in' 'certificates-differ' \
    "INSERT INTO certificate (issuer_id, device_id, profile_id, status, key_type,
     begins, not_after, issued_at, serial, key_digest, der)
     SELECT issuer_id, device_id, profile_id, 0, key_type, begins, not_after,
     issued_at, x'4711', key_digest, der FROM certificate WHERE id = 4"
tampered 'more adopted than there can be' 'row-edited.*1' \
    "UPDATE journal SET act = 2,
     details = '{\"certificates\":9223372036854775807}' WHERE seq = 1"

# What would be refused elsewhere is not given out.
# kept WHAT PATTERN SQL COMMAND...
kept() {
    what=$1 pattern=$2 sql=$3
    shift 3
    rm -rf bad
    cp -r whole bad
    sqlite3 bad/identity.db "$sql" >tool.log 2>&1 || failed "$what"
    expect 5 "$pattern" --store bad audit "$@" --out bad.out
    not_true_that "$what: no file" test -e bad.out
}
kept 'a head forged' 'not signed' \
    'UPDATE checkpoint SET root = zeroblob(32) WHERE size = 13' checkpoint
kept 'a head far beyond' 'not signed' \
    'INSERT INTO checkpoint VALUES (9223372036854775807, zeroblob(32), zeroblob(64))' \
    prove --seq 1
kept 'a row edited' 'not one that' \
    "UPDATE journal SET object = 'x' WHERE seq = 2" prove --seq 2
kept 'a row that nothing covers' 'not one that' \
    'INSERT INTO journal SELECT 14, at, actor_id, act, NULL, object, details, leaf
     FROM journal WHERE seq = 13' prove --seq 14
kept 'a row gone' 'are missing' 'DELETE FROM journal WHERE seq = 6' \
    prove --seq 2

# An older copy of the whole, and a copy that went its own way.
cp -r whole older
request r6
request r7
expect 0 issued issue --product meter-3 --uid 00000006 --csr r6.csr \
    --out d6.pem --passphrase file:pass
expect 0 '*' audit checkpoint --out newer.note
expect 0 'findings[^0-9]*0$' audit verify --checkpoint newer.note
expect 1 rolled-back --store older audit verify --checkpoint newer.note
expect 0 issued --store older issue --product meter-3 --uid 00000007 \
    --csr r7.csr --out d7.pem --passphrase file:pass
expect 0 'findings[^0-9]*0$' --store older audit verify
expect 1 forked --store older audit verify --checkpoint newer.note
expect 0 'findings[^0-9]*0$' --store older audit verify --checkpoint head.note

# A journal that was begun anew is another's.
expect 0 '*' --store fresh init --org Acme --no-passphrase
expect 1 other-key --store fresh audit verify --checkpoint head.note
expect 1 other-key --store fresh audit verify --key "$key"
printf 'nonsense\n' >bad.note
expect 1 other-key audit verify --checkpoint bad.note
printf 'nonsense' >bad.note
expect 4 origin audit verify --checkpoint bad.note
: >bad.note
expect 4 origin audit verify --checkpoint bad.note

# A journal taken away whole, with its key or without: nothing goes on as if there
# had been none. Who forges the mark that tells is found by a kept checkpoint.
for key_too in '' bad/keys/journal.pem; do
    rm -rf bad
    cp -r whole bad
    sqlite3 bad/identity.db 'DELETE FROM journal; DELETE FROM checkpoint;
        DELETE FROM journal_head; DELETE FROM actor'
    rm -f $key_too
    expect 5 'journal.*taken away' --store bad audit verify
    expect 5 'journal.*taken away' --store bad audit checkpoint
    expect 1 'fault.*taken away' --store bad doctor
    expect 5 'taken away.*7 certificates' --store bad revoke --uid 00000004 \
        --reason superseded
    same 'and nothing was done' active \
        "$(devca --json --store bad query --uid 00000004 | jq -r .status)"
    same 'no row' 0 "$(sqlite3 bad/identity.db 'SELECT count(*) FROM journal')"
    sqlite3 bad/identity.db 'DELETE FROM beginning'
    expect 5 'journal.*taken away' --store bad audit verify
    sqlite3 bad/identity.db 'INSERT INTO beginning VALUES (1, 1)'
    expect 0 revoked --store bad revoke --uid 00000004 --reason superseded
    same 'it begins anew' 'adopt revoke' "$(devca --json --store bad audit log |
        jq -r .act | tr '\n' ' ' | sed 's/ $//')"
    expect 1 'rolled-back|other-key' --store bad audit verify \
        --checkpoint head.note
    for n in $(seq 5 16); do
        expect 0 . --store bad settings set --org "Acme $n"
    done
    expect 0 'findings[^0-9]*0$' --store bad audit verify
    expect 1 'forked|other-key' --store bad audit verify --checkpoint head.note
    sqlite3 bad/identity.db 'UPDATE beginning SET adopts = 0'
    expect 1 'begun-anew.*taken away' --store bad audit verify
    expect 1 'fault.*begun-anew.*taken away' --store bad doctor
    expect 1 'fault.*begun-anew.*taken away' --store bad doctor --sample 1
done

# No journal, no act.
mv "$DEVCA_STORE/keys/journal.pem" away.pem
expect 6 'journal key' revoke --uid 00000005 --reason superseded
cp fresh/keys/journal.pem "$DEVCA_STORE/keys/journal.pem"
expect 6 'is not the key' revoke --uid 00000005 --reason superseded
chmod 644 "$DEVCA_STORE/keys/journal.pem"
expect 6 'read by others' revoke --uid 00000005 --reason superseded
rm "$DEVCA_STORE/keys/journal.pem"
mv away.pem "$DEVCA_STORE/keys/journal.pem"
same 'what was not journalled did not happen' active \
    "$(devca --json query --uid 00000005 | jq -r .status)"
expect 0 revoked revoke --uid 00000005 --reason superseded
expect 0 'findings[^0-9]*0$' audit verify --checkpoint newer.note
nothing_left
done_testing
