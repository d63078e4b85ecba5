#!/bin/sh
# Revocation, and what OpenSSL and certtool see of it.
. "$(dirname "$0")/lib.sh"
main_store
for n in 1 2 3; do
    request r$n
    expect 0 issued issue --product meter-3 --uid 0000000$n --csr r$n.csr \
        --out d$n.pem --chain --passphrase file:pass
done

# lists NUMBER: product-N.crl, root-N.crl in DER, and all-N.pem
lists() {
    expect 0 "crl_number.*$1" crl --product meter-3 --out "product-$1.crl" \
        --passphrase file:pass
    expect 0 "crl_number.*$1" crl --root --out "root-$1.crl" \
        --passphrase file:pass
    for issuer in product root; do
        openssl crl -inform DER -in "$issuer-$1.crl"
    done >"all-$1.pem"
}

# judged N WHO: do OpenSSL and libdevid accept device WHO by the lists N?
openssl_judges() {
    openssl verify -x509_strict -crl_check_all -CAfile root.pem \
        -CRLfile "all-$1.pem" -untrusted "d$2.pem" "d$2.pem"
}
devid_judges() {
    devca verify "d$2.pem" --crl "product-$1.crl" --crl "root-$1.crl"
}

lists 1
true_that 'nobody is revoked: openssl' openssl_judges 1 1
true_that 'nobody is revoked: libdevid' devid_judges 1 1
not_true_that 'an empty list has no revokedCertificates' sh -c \
    'openssl crl -inform DER -in product-1.crl -text -noout |
     grep -q "Serial Number"'
expect 1 'give the CRL of each issuer' verify d1.pem --crl product-1.crl

expect 0 revoked revoke --uid 00000001 --reason keyCompromise \
    --invalidity-date 2024-01-01
expect 0 already revoke --uid 00000001 --reason keyCompromise
expect 3 'revoked already, for keyCompromise' revoke --uid 00000001 \
    --reason superseded
expect 3 'for good' revoke --uid 00000001 --release
expect 2 'never set' revoke --uid 00000003 --reason keyCompromise \
    --invalidity-date 1970-01-01
expect 2 'no --invalidity-date' revoke --uid 00000003 --release \
    --invalidity-date 2024-01-01
expect 0 held revoke --uid 00000002 --reason certificateHold
lists 2
not_true_that 'revoked: openssl' openssl_judges 2 1
not_true_that 'revoked: libdevid' devid_judges 2 1
not_true_that 'on hold: openssl' openssl_judges 2 2
not_true_that 'on hold: libdevid' devid_judges 2 2
true_that 'the third: openssl' openssl_judges 2 3
true_that 'the third: libdevid' devid_judges 2 3
true_that 'the list is verified by its issuer' sh -c \
    'openssl x509 -in d1.pem >/dev/null &&
     awk "/BEGIN/{n++} n==2" d1.pem >issuer.pem &&
     openssl crl -inform DER -in product-2.crl -CAfile issuer.pem -noout'
openssl crl -inform DER -in product-2.crl -text -noout >text
for wanted in 'Key Compromise' 'Certificate Hold' 'Invalidity Date' \
    'X509v3 CRL Number' 'Authority Key Identifier'; do
    true_that "the list has $wanted" grep -q "$wanted" text
done
true_that 'certtool reads the list' certtool --crl-info --inder \
    --infile product-2.crl
expect 3 'on hold' issue --product meter-3 --uid 00000002 --csr r2.csr \
    --passphrase file:pass
expect 0 - lint product-2.crl

# A hold ends, or becomes final.
expect 0 released revoke --uid 00000002 --release
expect 3 'not on hold' revoke --uid 00000002 --release
lists 3
true_that 'released: openssl' openssl_judges 3 2
true_that 'released: libdevid' devid_judges 3 2
expect 0 held revoke --uid 00000002 --reason certificateHold
expect 0 revoked revoke --uid 00000002 --reason cessationOfOperation
expect 0 'cessationOfOperation' show --uid 00000002

# By serial, by list, the product itself.
serial=$(devca --json query --uid 00000003 | jq -r .serial)
expect 0 'dry_run.*|true' revoke --serial "$serial" --reason superseded \
    --dry-run
same 'a dry run changes nothing' active \
    "$(devca --json query --uid 00000003 | jq -r .status)"
expect 1 'nosuch has no' revoke --serial "$serial" --product nosuch \
    --reason superseded
expect 0 . product add another --passphrase file:pass
expect 1 'another has no' revoke --serial "$serial" --product another \
    --reason superseded
printf 'serial\n%s\n' "$serial" >list
expect 1 'another has no' revoke --batch list --product another \
    --reason superseded
expect 0 true revoke --serial "$serial" --product meter-3 --reason superseded \
    --dry-run
same 'none of another product' active \
    "$(devca --json query --uid 00000003 | jq -r .status)"
printf 'uid\n00000003\nffffffff\n' >list
expect 1 'ffffffff' revoke --batch list --reason superseded
same 'all or none' active "$(devca --json query --uid 00000003 | jq -r .status)"
printf '\357\273\277serial\r\n"%s"\r\n\r\n' "$serial" >list
expect 0 "$serial" revoke --batch list --reason superseded
printf 'uid\n\n"0000\n0003"\n' >list
expect 4 'list: line 3.*a quote is not closed' revoke --batch list \
    --reason superseded
printf 'uid\n00,00\n' >list
expect 4 'list: line 2.*more than one field' revoke --batch list \
    --reason superseded
printf 'uid\n0000 0003\n' >list
expect 4 'hex digits' revoke --batch list --reason superseded
printf 'uid\n\n00000003,00000004\n' >list
expect 4 'list: line 3.*more than one field' revoke --batch list \
    --reason superseded
printf 'uid\n"00000003\n' >list
expect 4 'list: line 2.*quote' revoke --batch list --reason superseded
printf 'serial\n01\nxyz\n' >list
sed -i "s/^01/$serial/" list
expect 4 'xyz: .*serial: is not' revoke --batch list --reason superseded
printf 'uid\n%0200d\n' 3 >list
expect 4 'list: line 2.*too long' revoke --batch list --reason superseded
for header in name 'uid,serial' '\357\273uid' ''; do
    printf "$header\\nx\\n" >list
    expect 4 'list: .*header' revoke --batch list --reason superseded
done
expect 2 'not a reason' revoke --uid 00000003 --reason because
expect 2 'needs --reason' revoke --uid 00000003
expect 1 'no device' revoke --uid ffffffff --reason superseded
# A key that was given away does not come back, under whatever profile.
request r4
expect 0 issued issue --product meter-3 --uid 00000001 --csr r4.csr --rekey \
    --out d4.pem --passphrase file:pass
for profile in ieee8021ar-idevid ieee8021ar-ldevid; do
    expect 3 'RFC 5280 5.3.1.*compromised' issue --product meter-3 \
        --uid 00000001 --csr r1.csr --rekey --profile $profile \
        --passphrase file:pass
done
same 'the other key is in force' 1 \
    "$(devca query --uid 00000001 --status active --count)"
root=$(devca --json show --serial "$(openssl x509 -in root.pem -noout -serial |
    sed 's/serial=//')" | jq -r 'select(.der) | .serial')
expect 3 'cannot revoke itself' revoke --serial "$root" --reason keyCompromise
expect 1 'no certificate' revoke --serial 01 --reason superseded
expect 0 revoked revoke --product meter-3 --reason cACompromise
expect 0 'entries.*1' crl --root --out root-4.crl --passphrase file:pass
expect 3 'revoked' crl --product meter-3 --passphrase file:pass

# A device with a certificate in force and one that is not: the one in force it
# is, also in a list; two of different profiles at once.
expect 0 . product add mixed --uid-format hex:4 --passphrase file:pass
quick_keys store
mixed="issue --product mixed --passphrase file:pass"
acts() {
    devca --json revoke "$@" 2>err | jq -r '[.outcome, .serial] | join(" ")'
}
serial_of() {
    openssl x509 -in "$1" -noout -serial | sed 's/serial=//' | tr A-F a-f
}
for n in 1 2 3; do
    request m$n
done
expect 0 issued $mixed --uid 0000000a --csr m1.csr --out m1.pem
expect 0 revoked revoke --uid 0000000a --reason affiliationChanged
expect 0 issued $mixed --uid 0000000a --csr m2.csr --rekey --out m2.pem
expect 0 issued $mixed --uid 0000000a --csr m3.csr --out m3.pem \
    --profile ieee8021ar-ldevid
same 'held: all in force' "held $(serial_of m2.pem)
held $(serial_of m3.pem)" "$(acts --uid 0000000a --reason certificateHold)"
expect 0 released revoke --serial "$(serial_of m3.pem)" --release
same 'released: the one on hold, not the one that is not' \
    "released $(serial_of m2.pem)" "$(acts --uid 0000000a --release)"
expect 3 'not on hold' revoke --uid 0000000a --release
printf 'uid\n0000000a\n' >list
same 'revoked: both in force' "revoked $(serial_of m2.pem)
revoked $(serial_of m3.pem)" "$(acts --batch list --reason keyCompromise)"
same 'none is in force' 0 "$(devca query --uid 0000000a --status active --count)"
same 'again: those already' "already $(serial_of m2.pem)
already $(serial_of m3.pem)" "$(acts --batch list --reason keyCompromise)"
expect 3 'revoked already, for keyCompromise' revoke --uid 0000000a \
    --reason affiliationChanged
expect 3 'for good' revoke --uid 0000000a --release

# PEM is the same list in another coat.
expect 0 . product add other --passphrase file:pass
quick_keys store
expect 0 . crl --product other --pem --out pem.crl --days 7 --passphrase file:pass
true_that 'openssl reads PEM' openssl crl -in pem.crl -noout -nextupdate
expect 2 'must be 1 to 3650' crl --product other --days 0 --passphrase file:pass

# Numbers come to an end, and do not begin again.
sqlite3 "$DEVCA_STORE/identity.db" "UPDATE authority
    SET crl_number = 9223372036854775806 WHERE name = 'other'"
expect 0 'crl_number.*9223372036854775807' crl --product other --out last.crl \
    --passphrase file:pass
same 'the last number' 0x7FFFFFFFFFFFFFFF "$(openssl crl -inform DER \
    -in last.crl -noout -crlnumber | sed 's/.*=//')"
for format in crl 'export --format revocation-set'; do
    expect 3 'no number comes after' $format --product other --out more.crl \
        --passphrase file:pass
done
not_true_that 'nothing after the last' test -e more.crl
nothing_left
done_testing
