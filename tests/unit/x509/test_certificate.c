/* The certificate reader: one field wrong at a time, and what it refuses. */
#include "devid/x509/certificate.h"

#include "mint.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>

struct row {
    const char *what;
    enum devid_status expected;
    struct mint mint;
};

#define WITH(field, text)    \
    {                        \
        {                    \
            [field] = (text) \
        }                    \
    }
#define EXT(text) WITH(MINT_EXTENSIONS, EXT_AKI(ID_CA) text)
#define CA(text) WITH(MINT_EXTENSIONS, EXT_AKI(ID_ROOT) EXT_SKI(ID_CA) text)

static const struct row rows[] = {
    {"as it is", DEVID_OK, {{NULL}}},
    /* the outer SEQUENCE */
    {"trailing octets inside", DEVID_E_TRAILING, WITH(MINT_AFTER, "00")},
    {"outer NULL parameters", DEVID_E_ALGORITHM,
     WITH(MINT_OUTER, "300C06082A8648CE3D0403020500")},
    {"outer SHA-1", DEVID_E_ALGORITHM,
     WITH(MINT_OUTER, "300906072A8648CE3D0401")},
    {"outer SHA-384", DEVID_E_ALGORITHM_MISMATCH, WITH(MINT_OUTER, ALG_SHA384)},
    {"inner SHA-384", DEVID_E_ALGORITHM_MISMATCH, WITH(MINT_INNER, ALG_SHA384)},
    {"inner RSA", DEVID_E_ALGORITHM_MISMATCH,
     WITH(MINT_INNER, "300D06092A864886F70D01010B0500")},
    {"signature with unused bits", DEVID_E_BIT_STRING,
     WITH(MINT_SIGNATURE, "03020180")},
    {"signature as OCTET STRING", DEVID_E_TAG,
     WITH(MINT_SIGNATURE, "0406300402010101")},
    {"no signature", DEVID_E_TRUNCATED, WITH(MINT_SIGNATURE, "")},
    /* version, serial */
    {"v1", DEVID_E_VERSION, WITH(MINT_VERSION, "")},
    {"v1 written out", DEVID_E_VERSION, WITH(MINT_VERSION, "A003020100")},
    {"v2", DEVID_E_VERSION, WITH(MINT_VERSION, "A003020101")},
    {"v4", DEVID_E_VERSION, WITH(MINT_VERSION, "A003020103")},
    {"v3 not minimal", DEVID_E_VERSION, WITH(MINT_VERSION, "A00402020002")},
    {"v3 with long length", DEVID_E_LENGTH, WITH(MINT_VERSION, "A08103020102")},
    {"serial 0", DEVID_E_SERIAL, WITH(MINT_SERIAL, "020100")},
    {"serial negative", DEVID_E_SERIAL, WITH(MINT_SERIAL, "0201FF")},
    {"serial not minimal", DEVID_E_INTEGER, WITH(MINT_SERIAL, "02020001")},
    {"serial empty", DEVID_E_INTEGER, WITH(MINT_SERIAL, "0200")},
    {"serial of 20 octets", DEVID_OK,
     WITH(MINT_SERIAL, "02147F000000000000000000000000000000000000FF")},
    {"serial of 21 octets", DEVID_E_SERIAL,
     WITH(MINT_SERIAL, "021500FF000000000000000000000000000000000000FF")},
    /* names */
    {"issuer empty", DEVID_E_NAME, WITH(MINT_ISSUER, NAME_EMPTY)},
    {"subject empty, no SAN", DEVID_E_SUBJECT_ALT_NAME,
     WITH(MINT_SUBJECT, NAME_EMPTY)},
    {"RDN empty", DEVID_E_EMPTY, WITH(MINT_SUBJECT, "30023100")},
    {"RDN a SEQUENCE", DEVID_E_TAG,
     WITH(MINT_SUBJECT, "300C300A300806035504030C0141")},
    {"attribute without value", DEVID_E_TRUNCATED,
     WITH(MINT_SUBJECT, "3009310730050603550403")},
    {"attribute with trailing octets", DEVID_E_TRAILING,
     WITH(MINT_SUBJECT, "300E310C300A06035504030C01410500")},
    /* validity */
    {"notAfter before notBefore", DEVID_E_VALIDITY,
     WITH(MINT_VALIDITY, "301E" TIME_2034 TIME_2024)},
    {"notAfter equals notBefore", DEVID_OK,
     WITH(MINT_VALIDITY, "301E" TIME_2024 TIME_2024)},
    {"three times", DEVID_E_TRAILING,
     WITH(MINT_VALIDITY, "302D" TIME_2024 TIME_2034 TIME_2034)},
    {"one time", DEVID_E_TRUNCATED, WITH(MINT_VALIDITY, "300F" TIME_2024)},
    {"GeneralizedTime before 2050", DEVID_E_TIME,
     WITH(MINT_VALIDITY, "3020180F32303234303130313030303030305A" TIME_2034)},
    {"notAfter 9999", DEVID_OK,
     WITH(MINT_VALIDITY,
          "3020" TIME_2024 "180F39393939313233313233353935395A")},
    /* key */
    {"compressed point", DEVID_E_KEY_POINT,
     WITH(MINT_SPKI, "3039301306072A8648CE3D020106082A8648CE3D03010703220003"
                     "6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945"
                     "D898C296")},
    {"point at infinity", DEVID_E_KEY_POINT,
     WITH(MINT_SPKI, "3019301306072A8648CE3D020106082A8648CE3D03010703020000")},
    {"hybrid point", DEVID_E_KEY_POINT,
     WITH(MINT_SPKI, SPKI_P256
          "076B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296"
          "4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5")},
    {"no curve", DEVID_E_KEY_ALGORITHM,
     WITH(MINT_SPKI, "300F300906072A8648CE3D020103020004")},
    {"curve NULL", DEVID_E_KEY_ALGORITHM,
     WITH(MINT_SPKI, "3011300B06072A8648CE3D0201050003020004")},
    {"P-192", DEVID_E_KEY_ALGORITHM,
     WITH(MINT_SPKI, "3019301306072A8648CE3D020106082A8648CE3D03010103020004")},
    {"RSA", DEVID_E_KEY_ALGORITHM,
     WITH(MINT_SPKI, "3013300D06092A864886F70D010101050003020000")},
    {"P-384 curve with a P-256 point", DEVID_E_KEY_POINT,
     WITH(MINT_SPKI, "3056301006072A8648CE3D020106052B81040022034200" POINT_G)},
    {"key with trailing octets", DEVID_E_TRAILING,
     WITH(MINT_SPKI, "305B301306072A8648CE3D020106082A8648CE3D030107"
                     "034200" POINT_G "0500")},
    {"key with unused bits", DEVID_E_BIT_STRING,
     WITH(MINT_SPKI, "3059301306072A8648CE3D020106082A8648CE3D030107"
                     "034201" POINT_G)},
    /* what follows the key */
    {"issuerUniqueID", DEVID_E_UNIQUE_ID, WITH(MINT_UNIQUE, "810200AA")},
    {"subjectUniqueID", DEVID_E_UNIQUE_ID, WITH(MINT_UNIQUE, "820200AA")},
    {"no extensions", DEVID_OK, WITH(MINT_TAIL, "")},
    {"extensions empty", DEVID_E_EMPTY, WITH(MINT_TAIL, "A3023000")},
    {"[3] empty", DEVID_E_EMPTY, WITH(MINT_TAIL, "A300")},
    {"octets after extensions", DEVID_E_TRAILING,
     WITH(MINT_TAIL, "A311300F" EXT_SKI(ID_DEVICE) "0500")},
    {"something else after the key", DEVID_E_TRAILING, WITH(MINT_TAIL, "0500")},
    /* Extension */
    {"critical FALSE written", DEVID_E_DEFAULT,
     EXT("30100603551D0E01010004060404" ID_DEVICE)},
    {"critical 01", DEVID_E_BOOLEAN,
     EXT("30100603551D0E01010104060404" ID_DEVICE)},
    {"value not an OCTET STRING", DEVID_E_TAG,
     EXT("300D0603551D0E03060404" ID_DEVICE)},
    {"trailing octets in an extension", DEVID_E_TRAILING,
     EXT("300F0603551D0E04060404" ID_DEVICE "0500")},
    {"trailing octets in its value", DEVID_E_TRAILING,
     EXT("300F0603551D0E04080404" ID_DEVICE "0500")},
    {"zero-length value", DEVID_E_TRUNCATED, EXT("30070603551D0E0400")},
    {"twice the same", DEVID_E_EXTENSION_DUPLICATE,
     EXT(EXT_KU_SIGN EXT_KU_SIGN)},
    {"twice the same unknown", DEVID_E_EXTENSION_DUPLICATE,
     EXT("300806042A0304050400300806042A0304050400")},
    {"unknown", DEVID_OK, EXT("300806042A0304050400")},
    {"unknown critical", DEVID_E_EXTENSION_CRITICAL,
     EXT("300B06042A0304050101FF0400")},
    /* basicConstraints */
    {"BC empty", DEVID_OK, EXT("30090603551D1304023000")},
    {"BC cA FALSE written", DEVID_E_DEFAULT,
     EXT("300C0603551D1304053003010100")},
    {"BC pathLen without cA", DEVID_E_PATH_LENGTH,
     EXT("300C0603551D1304053003020100")},
    {"BC with trailing octets", DEVID_E_TRAILING,
     EXT("30140603551D130101FF040A30080101FF0201000500")},
    {"BC not critical in a CA", DEVID_E_EXTENSION_CRITICALITY,
     CA("300C0603551D130405300301 01FF" EXT_KU_CA)},
    {"BC pathLen negative", DEVID_E_INTEGER, CA(EXT_CA_PATH("FF") EXT_KU_CA)},
    {"CA", DEVID_OK, CA(EXT_CA EXT_KU_CA)},
    {"CA pathLen 0", DEVID_OK, CA(EXT_CA_PATH("00") EXT_KU_CA)},
    {"CA without SKI", DEVID_E_KEY_IDENTIFIER,
     WITH(MINT_EXTENSIONS, EXT_AKI(ID_ROOT) EXT_CA EXT_KU_CA)},
    {"CA with pathLen that may not sign", DEVID_E_PATH_LENGTH,
     CA(EXT_CA_PATH("00") EXT_KU_SIGN)},
    /* keyUsage */
    {"KU no bit", DEVID_E_KEY_USAGE, EXT("300D0603551D0F0101FF0403030100")},
    {"KU undefined bit", DEVID_E_KEY_USAGE,
     EXT("300F0603551D0F0101FF04050303060040")},
    {"KU unused bits set", DEVID_E_BIT_STRING,
     EXT("300E0603551D0F0101FF040403020781")},
    {"KU trailing zero octet", DEVID_E_BIT_STRING,
     EXT("300F0603551D0F0101FF04050303008000")},
    {"KU keyCertSign without CA", DEVID_E_KEY_USAGE, EXT(EXT_KU_CA)},
    /* key identifiers */
    {"SKI critical", DEVID_E_EXTENSION_CRITICALITY,
     EXT("30100603551D0E0101FF04060404" ID_DEVICE)},
    {"SKI empty", DEVID_E_EMPTY, EXT("30090603551D0E04020400")},
    {"AKI critical", DEVID_E_EXTENSION_CRITICALITY,
     WITH(MINT_EXTENSIONS, "30120603551D230101FF040830068004" ID_CA)},
    {"AKI empty", DEVID_E_EMPTY,
     WITH(MINT_EXTENSIONS, "30090603551D2304023000")},
    {"AKI keyIdentifier empty", DEVID_E_EMPTY,
     WITH(MINT_EXTENSIONS, "300B0603551D23040430028000")},
    {"AKI issuer without serial", DEVID_E_TRUNCATED,
     WITH(MINT_EXTENSIONS,
          "30210603551D23041A30188004" ID_CA "A110A40E" NAME_CA)},
    {"AKI issuer and serial", DEVID_OK,
     WITH(MINT_EXTENSIONS,
          "30240603551D23041D301B8004" ID_CA "A110A40E" NAME_CA "820101")},
    /* extKeyUsage */
    {"EKU", DEVID_OK, EXT(EXT_EKU_CODE)},
    {"EKU empty", DEVID_E_EMPTY, EXT("30090603551D2504023000")},
    {"EKU not an OID", DEVID_E_TAG, EXT("300C0603551D2504053003020101")},
    /* subjectAltName */
    {"SAN DNS", DEVID_OK, EXT("300C0603551D11040530038201 61")},
    {"SAN empty", DEVID_E_EMPTY, EXT("30090603551D1104023000")},
    {"SAN empty name", DEVID_E_STRING, EXT("300B0603551D11040430028200")},
    {"SAN DNS with NUL", DEVID_E_STRING, EXT("300D0603551D110406300482026100")},
    {"SAN DNS 8-bit", DEVID_E_STRING, EXT("300C0603551D1104053003820180")},
    {"SAN IP of 5 octets", DEVID_E_SUBJECT_ALT_NAME,
     EXT("30100603551D11040930078705 0102030405")},
    {"SAN IP of 4 octets", DEVID_OK, EXT("300F0603551D1104083006870401020304")},
    {"SAN ediPartyName", DEVID_E_SUBJECT_ALT_NAME,
     EXT("300B0603551D1104043002A500")},
    {"SAN otherName", DEVID_OK,
     EXT("30130603551D11040C300AA00806022A03A0020500")},
    {"SAN otherName without [0]", DEVID_E_TRUNCATED,
     EXT("300F0603551D1104083006A00406022A03")},
    {"SAN otherName with two values", DEVID_E_TRAILING,
     EXT("30150603551D11040E300CA00A06022A03A00405000500")},
    {"SAN directoryName empty", DEVID_E_NAME,
     EXT("300D0603551D1104063004A4023000")},
    {"SAN directoryName with an empty RDN", DEVID_E_EMPTY,
     EXT("300F0603551D1104083006A40430023100")},
    {"SAN registeredID bad", DEVID_E_OID, EXT("300C0603551D1104053003880180")},
    {"empty subject, SAN not critical",
     DEVID_E_SUBJECT_ALT_NAME,
     {{[MINT_SUBJECT] = NAME_EMPTY,
       [MINT_EXTENSIONS] = EXT_AKI(ID_CA) "300C0603551D1104053003820161"}}},
    {"empty subject, SAN critical",
     DEVID_OK,
     {{[MINT_SUBJECT] = NAME_EMPTY,
       [MINT_EXTENSIONS] =
           EXT_AKI(ID_CA) "300F0603551D110101FF04053003820161"}}},
    {"CA with empty subject",
     DEVID_E_NAME,
     {{[MINT_SUBJECT] = NAME_EMPTY,
       [MINT_EXTENSIONS] = EXT_AKI(ID_ROOT) EXT_SKI(ID_CA) EXT_CA EXT_KU_CA
       "300F0603551D110101FF04053003820161"}}},
    /* nameConstraints: permitted directoryName CN=D */
    {"NC in a device", DEVID_E_NAME_CONSTRAINTS,
     EXT("30200603551D1E0101FF04163014A0123010A40E" NAME_DEVICE)},
    {"NC of DNS", DEVID_E_NAME_CONSTRAINTS,
     CA(EXT_CA EXT_KU_CA "30150603551D1E0101FF040B3009A00730058203612E62")},
    {"NC empty", DEVID_E_EMPTY,
     CA(EXT_CA EXT_KU_CA "300C0603551D1E0101FF04023000")},
    {"NC permitted empty", DEVID_E_EMPTY,
     CA(EXT_CA EXT_KU_CA "300E0603551D1E0101FF04043002A000")},
    {"NC not critical", DEVID_E_EXTENSION_CRITICALITY,
     CA(EXT_CA EXT_KU_CA "301D0603551D1E04163014A0123010A40E" NAME_DEVICE)},
    {"NC directoryName", DEVID_OK,
     CA(EXT_CA EXT_KU_CA
        "30200603551D1E0101FF04163014A0123010A40E" NAME_DEVICE)},
    {"NC with minimum 0 written", DEVID_E_TRAILING,
     CA(EXT_CA EXT_KU_CA "30230603551D1E0101FF04193017A0153013A40E" NAME_DEVICE
                         "800100")},
    /* certificatePolicies */
    {"CP", DEVID_OK, EXT("300F0603551D2004083006300406022A03")},
    {"CP empty", DEVID_E_EMPTY, EXT("30090603551D2004023000")},
    {"CP twice", DEVID_E_POLICY,
     EXT("30150603551D20040E300C300406022A03300406022A03")},
    {"CP qualifiers empty", DEVID_E_EMPTY,
     EXT("30110603551D20040A3008300606022A033000")},
    {"CP unknown qualifier", DEVID_OK,
     EXT("30190603551D2004123010300E06022A03300830060602 2A040500")},
    {"CP unknown qualifier, critical", DEVID_E_POLICY,
     EXT("301C0603551D200101FF04123010300E06022A033008300606022A040500")},
    {"CP cps whose form is not looked into", DEVID_OK,
     EXT("30200603551D2004193017301506022A03300F300D06082B06010505070201"
         "0C0161")},
    {"CP cps", DEVID_OK,
     EXT("30200603551D2004193017301506022A03300F300D06082B06010505070201"
         "160161")},
    /* policyConstraints, inhibitAnyPolicy */
    {"PC", DEVID_E_EXTENSION_CRITICAL,
     CA(EXT_CA EXT_KU_CA "300F0603551D240101FF04053003800100")},
    {"PC not critical", DEVID_E_EXTENSION_CRITICALITY,
     CA(EXT_CA EXT_KU_CA "300C0603551D2404053003800100")},
    {"inhibitAnyPolicy", DEVID_OK,
     CA(EXT_CA EXT_KU_CA "300D0603551D360101FF0403020100")},
    {"inhibitAnyPolicy not critical", DEVID_E_EXTENSION_CRITICALITY,
     CA(EXT_CA EXT_KU_CA "300A0603551D360403020100")},
    /* cRLDistributionPoints: URI "a" */
    {"CRLDP", DEVID_OK, EXT("30120603551D1F040B30093007A005A003860161")},
    {"CRLDP critical", DEVID_E_EXTENSION_CRITICAL,
     EXT("30150603551D1F0101FF040B30093007A005A003860161")},
    {"CRLDP point empty", DEVID_E_EMPTY, EXT("300B0603551D1F040430023000")},
    {"CRLDP reasons alone", DEVID_E_TAG,
     EXT("300F0603551D1F04083006300481020560")},
    {"CRLDP no name", DEVID_E_EMPTY,
     EXT("300F0603551D1F040830063004A002A000")},
    /* authorityInfoAccess: OCSP at URI "a" */
    {"AIA", DEVID_OK,
     EXT("301D06082B060105050701010411300F300D06082B06010505073001860161")},
    {"AIA critical", DEVID_E_EXTENSION_CRITICALITY,
     EXT("302006082B060105050701010101FF0411300F300D06082B06010505073001"
         "860161")},
    {"AIA empty", DEVID_E_EMPTY, EXT("300E06082B0601050507010104023000")},
    {"AIA without location", DEVID_E_TRUNCATED,
     EXT("301806082B06010505070101040C300A300806062B06010505 07")},
};

START_TEST(reads)
{
    const struct row *row = &rows[_i];
    struct devid_slice der = mint_certificate(&row->mint);
    struct devid_cert cert;
    enum devid_status status = devid_cert_read(der, &cert);

    ck_assert_msg(status == row->expected, "%s: %s, not %s", row->what,
                  devid_status_id(status), devid_status_id(row->expected));
    free((void *)(uintptr_t)der.data);
}
END_TEST

START_TEST(view)
{
    struct mint mint = CA(EXT_CA_PATH("03") EXT_KU_CA EXT_EKU_CODE);
    struct devid_slice der;
    struct devid_cert cert;

    mint.field[MINT_SERIAL] = "02020080";
    der = mint_certificate(&mint);
    ck_assert(devid_cert_read(der, &cert) == DEVID_OK);
    ck_assert(cert.der.data == der.data && cert.der.len == der.len);
    ck_assert_uint_eq(cert.tbs.data[0], DER_SEQUENCE);
    ck_assert_uint_eq(cert.serial.len, 2);
    ck_assert_uint_eq(cert.issuer.len, 14);
    ck_assert_uint_eq(cert.subject.len, 14);
    ck_assert_uint_eq(cert.spki.len, 91);
    ck_assert_uint_eq(cert.public_key.len, 65);
    ck_assert_uint_eq(cert.subject_key_id.len, 4);
    ck_assert_uint_eq(cert.authority_key_id.len, 4);
    ck_assert_uint_eq(cert.ext_key_usage.len, 10);
    ck_assert_uint_eq(cert.not_before.date, DEVID_TIME_DATE(2024, 1, 1));
    ck_assert_uint_eq(cert.not_after.date, DEVID_TIME_DATE(2034, 1, 1));
    ck_assert_uint_eq(cert.key_usage,
                      DEVID_KU_KEY_CERT_SIGN | DEVID_KU_CRL_SIGN);
    ck_assert_uint_eq(cert.path_len, 3);
    ck_assert(cert.ca && !cert.padded_key_usage);
    ck_assert_uint_eq(cert.key_curve, DEVID_P256);
    ck_assert_uint_eq(cert.signature_curve, DEVID_P256);
    free((void *)(uintptr_t)der.data);
}
END_TEST

START_TEST(padded_key_usage)
{
    struct mint mint = EXT("300E0603551D0F0101FF0404030200A0");
    struct devid_slice der = mint_certificate(&mint);
    struct devid_cert cert;

    ck_assert(devid_cert_read(der, &cert) == DEVID_OK);
    ck_assert(cert.padded_key_usage);
    ck_assert_uint_eq(cert.key_usage,
                      DEVID_KU_DIGITAL_SIGNATURE | DEVID_KU_KEY_ENCIPHERMENT);
    free((void *)(uintptr_t)der.data);
}
END_TEST

/* Cut anywhere, or with any octet changed, the reader never leaves the slice
 * (ASan watches) and never takes a cut one. */
START_TEST(cut_and_changed)
{
    struct mint mint = {{NULL}};
    struct devid_slice der = mint_certificate(&mint);
    struct devid_cert cert;

    for (size_t len = 0; len < der.len; len++) {
        uint8_t *copy = malloc(len != 0 ? len : 1);

        ck_assert_ptr_nonnull(copy);
        for (size_t i = 0; i < len; i++)
            copy[i] = der.data[i];
        ck_assert(devid_cert_read((struct devid_slice){copy, len}, &cert) !=
                  DEVID_OK);
        free(copy);
    }
    for (size_t i = 0; i < der.len; i++) {
        uint8_t *octets = (uint8_t *)(uintptr_t)der.data;
        uint8_t kept = octets[i];

        for (unsigned value = 0; value < 256; value++) {
            octets[i] = (uint8_t)value;
            (void)devid_cert_read(der, &cert);
        }
        octets[i] = kept;
    }
    ck_assert(devid_cert_read(der, &cert) == DEVID_OK);
    free((void *)(uintptr_t)der.data);
}
END_TEST

/* 32 extensions are read, 33 are not. */
START_TEST(many_extensions)
{
    for (size_t count = 32; count <= 33; count++) {
        char text[33 * 20 + 1];
        struct mint mint = {{[MINT_EXTENSIONS] = text}};
        struct devid_slice der;
        struct devid_cert cert;

        for (size_t i = 0; i < count; i++)
            (void)snprintf(text + i * 20, 21, "300806042A0304%02X0400",
                           (unsigned)(i + 1) & 0x7F);
        der = mint_certificate(&mint);
        ck_assert(devid_cert_read(der, &cert) ==
                  (count == 32 ? DEVID_OK : DEVID_E_EXTENSIONS));
        free((void *)(uintptr_t)der.data);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x509 certificate");
    TCase *cases = tcase_create("certificate");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, reads, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, view);
    tcase_add_test(cases, padded_key_usage);
    tcase_add_test(cases, cut_and_changed);
    tcase_add_test(cases, many_extensions);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
