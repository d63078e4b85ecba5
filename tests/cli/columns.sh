#!/bin/sh
# Every column that issuing or lists go by, edited behind the journal's back: the
# doctor finds it, and `audit verify` where the journal has something to compare.
. "$(dirname "$0")/lib.sh"
DEVCA_CLOCK=2026-01-01T00:00:00Z
export DEVCA_CLOCK
main_store
expect 0 active product add meter-4 --uid-format hex:4 --passphrase file:pass
for n in 1 2 3 4; do
    request r$n
    expect 0 issued issue --product meter-3 --uid 0000000$n --csr r$n.csr \
        --out d$n.pem --passphrase file:pass
done
request again
expect 0 CERTIFICATE issue --product meter-3 --uid 00000004 --csr again.csr \
    --rekey --passphrase file:pass
expect 0 held revoke --uid 00000002 --reason certificateHold
expect 0 released revoke --uid 00000002 --release
DEVCA_CLOCK=2026-01-02T00:00:00Z
expect 0 revoked revoke --uid 00000001 --reason keyCompromise
expect 0 revoked revoke --uid 00000002 --reason superseded
expect 0 . crl --product meter-3 --out list.crl --passphrase file:pass
# Certificates 1 the root's, 2 and 3 the CAs', 4 to 7 devices' 1 to 4, 8 that of
# device 4 again. Of the revocations 4 is final, 5 a hold that ended, then final,
# 7 superseded.
expect 0 ' 0 faults, 0 warnings, 0 notes' doctor --full
expect 0 'findings[^0-9]*0$' audit verify
mv store sound

# looks WHO STATUS COMMAND...: who finds it
looks() {
    who=$1
    shift
    "$DEVCA" --store bad "$@" >out 2>err
    status=$?
    checks=$((checks + 1))
    [ "$status" = 1 ] || failed "$column: not found by $who: exit $status" \
        "$edit" "$(tail -n 2 out)" "$(head -n 2 err)"
}

: >edited
while IFS='|' read -r column who edit; do
    echo "$column" >>edited
    [ "$who" = - ] && continue
    rm -rf bad
    cp -R sound bad
    sqlite3 bad/identity.db "PRAGMA foreign_keys = OFF; $edit" >tool.log 2>&1
    not_true_that "$column: something is changed" cmp -s sound/identity.db \
        bad/identity.db
    looks doctor doctor
    case $who in *a*) looks audit audit verify ;; esac
    case $who in *s*) looks 'a sample' doctor --sample 1 ;; esac
done <<'EDITS'
revocation.issuer_id|as|UPDATE revocation SET issuer_id = 3 WHERE certificate_id = 4
revocation.serial|as|UPDATE revocation SET serial = X'01' WHERE certificate_id = 4
revocation.serial|as|UPDATE revocation SET serial = X'01' WHERE certificate_id = 5 AND turn = 1
revocation.turn|s|UPDATE revocation SET turn = 2 WHERE certificate_id = 4
revocation.turn|s|UPDATE revocation SET turn = 3 - turn + 10 WHERE certificate_id = 5; UPDATE revocation SET turn = turn - 10
revocation.certificate_id|as|UPDATE revocation SET certificate_id = 6 WHERE certificate_id = 4
revocation.certificate_id|as|UPDATE revocation SET certificate_id = 6 WHERE certificate_id = 5 AND turn = 1
revocation.not_after|as|UPDATE revocation SET not_after = 1 WHERE certificate_id = 4
revocation.not_after|a|UPDATE revocation SET not_after = 1 WHERE certificate_id = 4; UPDATE certificate SET not_after = 1 WHERE id = 4
revocation.reason|as|UPDATE revocation SET reason = 6 WHERE certificate_id = 4
revocation.reason|a|UPDATE revocation SET reason = 4 WHERE certificate_id = 4
revocation.revoked_at|a|UPDATE revocation SET revoked_at = 1 WHERE certificate_id = 4
revocation.invalid_at|a|UPDATE revocation SET invalid_at = 1 WHERE certificate_id = 4
revocation.released_at|as|UPDATE revocation SET released_at = revoked_at WHERE certificate_id = 4
revocation.released_at|a|UPDATE revocation SET released_at = revoked_at WHERE certificate_id = 4; UPDATE certificate SET status = 0 WHERE id = 4
revocation.released_at|a|UPDATE revocation SET released_at = released_at + 1 WHERE certificate_id = 5 AND turn = 1
revocation.released_at|s|UPDATE revocation SET released_at = NULL WHERE certificate_id = 5
certificate.issuer_id|a|UPDATE certificate SET issuer_id = 3 WHERE id = 6
certificate.issuer_id|as|UPDATE certificate SET issuer_id = 2 WHERE id = 3
certificate.device_id|a|UPDATE certificate SET device_id = 1 WHERE id = 6
certificate.device_id|a|UPDATE certificate SET device_id = NULL WHERE id = 6
certificate.authority_id|s|UPDATE certificate SET authority_id = NULL WHERE id = 2
certificate.authority_id|s|UPDATE certificate SET authority_id = 2 WHERE id = 6
certificate.profile_id|a|UPDATE certificate SET profile_id = 1 WHERE id = 6
certificate.profile_id|s|UPDATE certificate SET profile_id = 4 WHERE id = 2
certificate.status|as|UPDATE certificate SET status = 0 WHERE id = 4
certificate.status|s|UPDATE certificate SET status = 1 WHERE id = 4
certificate.status|s|UPDATE certificate SET status = 1 WHERE id = 5
certificate.status|s|UPDATE certificate SET status = 2 WHERE id = 6
certificate.status|s|UPDATE certificate SET status = 1 WHERE id = 3
certificate.key_type||UPDATE certificate SET key_type = 2 WHERE id = 6
certificate.begins||UPDATE certificate SET begins = begins - 1 WHERE id = 6
certificate.not_after||UPDATE certificate SET not_after = 1900000000 WHERE id = 6
certificate.not_after|as|UPDATE certificate SET not_after = 1900000000 WHERE id = 4
certificate.issued_at||UPDATE certificate SET issued_at = issued_at - 1 WHERE id = 6
certificate.serial|a|UPDATE certificate SET serial = X'01' WHERE id = 6
certificate.key_digest||UPDATE certificate SET key_digest = zeroblob(32) WHERE id = 6
certificate.der|a|UPDATE certificate SET der = (SELECT der FROM certificate WHERE id = 8) WHERE id = 6
certificate.id|a|UPDATE certificate SET id = 99 WHERE id = 6
authority.id|s|UPDATE authority SET id = 99 WHERE id = 3
authority.kind|as|UPDATE authority SET kind = 2 WHERE kind = 1
authority.kind|as|UPDATE authority SET kind = 2 WHERE kind = 1; UPDATE authority SET kind = 1 WHERE id = 2
authority.name|as|UPDATE authority SET name = 'meter-5' WHERE id = 2
authority.key_uri|as|UPDATE authority SET key_uri = 'pkcs11:object=x?module-path=/tmp/x.so' WHERE id = 1
authority.key_uri|as|UPDATE authority SET key_uri = 'pkcs11:object=x?module-path=/tmp/x.so' WHERE id = 2
authority.key_uri|as|UPDATE authority SET key_uri = key_uri || 'x' WHERE id = 2
authority.key_uri|as|UPDATE authority SET key_uri = '' WHERE id = 2
authority.profile_id|s|UPDATE authority SET profile_id = 1 WHERE id = 2
authority.profile_id|s|UPDATE authority SET profile_id = NULL WHERE id = 2
authority.certificate_id|as|UPDATE authority SET certificate_id = 3 WHERE id = 2
authority.certificate_id|as|UPDATE authority SET certificate_id = NULL WHERE id = 2
authority.certificate_id|a|UPDATE authority SET certificate_id = NULL WHERE id = 2; UPDATE certificate SET authority_id = NULL WHERE id = 2
authority.subject||UPDATE authority SET subject = X'3000' WHERE id = 2
authority.public_key||UPDATE authority SET public_key = zeroblob(65) WHERE id = 2
authority.key_id||UPDATE authority SET key_id = zeroblob(20) WHERE id = 2
authority.crl_number|s|UPDATE authority SET crl_number = 0 WHERE id = 2
product.id||UPDATE product SET id = 99 WHERE id = 1
product.name|as|UPDATE product SET name = 'meter-5' WHERE id = 1
product.authority_id|as|UPDATE product SET authority_id = 1 WHERE id = 1
product.authority_id|as|UPDATE product SET authority_id = 1 WHERE id = 1; UPDATE product SET authority_id = 2 WHERE id = 2; UPDATE product SET authority_id = 3 WHERE id = 1
product.device_profile_id|as|UPDATE product SET device_profile_id = 2 WHERE id = 1
product.device_profile_id|s|UPDATE product SET device_profile_id = (SELECT device_profile_id FROM product WHERE id = 2) WHERE id = 1
product.device_profile_id|s|INSERT INTO profile SELECT NULL, product_id, name, zeroblob(32), document FROM profile WHERE product_id = 1; UPDATE product SET device_profile_id = (SELECT max(id) FROM profile) WHERE id = 1
product.device_profile_id|as|UPDATE product SET device_profile_id = NULL WHERE id = 1
product.uid_format|as|UPDATE product SET uid_format = 'hex' WHERE id = 1
device.id||UPDATE device SET id = 99 WHERE id = 3
device.product_id||UPDATE device SET product_id = 2 WHERE id = 3
device.uid|a|UPDATE device SET uid = X'00000009' WHERE id = 3
authority.request|-|a new request is another file for the root to look at
authority.created_at|-|nothing goes by it
product.created_at|-|nothing goes by it
device.created_at|-|nothing goes by it
EDITS

# A column that comes later has its line.
for table in revocation certificate authority product device; do
    sqlite3 sound/identity.db "SELECT '$table.' || name
        FROM pragma_table_info('$table')"
done | sort >columns
sort -u edited >named
true_that 'every column has a line' diff columns named
done_testing
