/* Rendering: placeholders, escapes, optional attributes, custom values,
 * validity, key identifiers. */
#include "describe.h"
#include "support.h"

#include "devca/base/text.h"
#include "devid/codec/oid.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A device profile around one more attribute and one more extension. */
static struct profile *device(const char *attribute, const char *extension)
{
    char json[4096];

    snprintf(json, sizeof json,
             "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\","
             "\"parameters\":{\"arc\":{\"default\":\"2.999.7\"}},"
             "\"subject\":[{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}"
             "%s%s],\"validity\":{\"notAfter\":\"9999\"},"
             "\"keys\":{\"allowed\":[\"p256\"]},"
             "\"extensions\":{\"authorityKeyIdentifier\":{}%s%s}}",
             *attribute != '\0' ? "," : "", attribute,
             *extension != '\0' ? "," : "", extension);
    return load_text(json);
}

/* A value template of commonName and what it gives for the sample subject. */
static const struct {
    const char *value;
    const char *expected;
} texts[] = {
    {"{uid}", "0a1b2c3d"},
    {"{uid:upper}", "0A1B2C3D"},
    {"{product}", "meter-3"},
    {"{org} {product} {uid}", "Example meter-3 0a1b2c3d"},
    {"{country}", "DE"},
    {"{serial}", "1234000000000000000000000000000000000000"},
    {"{key:sha1}", "51a1000000000000000000000000000000000000"},
    {"{key:sha256:upper}",
     "5256000000000000000000000000000000000000000000000000000000000000"},
    {"{{uid}}", "{uid}"},
    {"{{{uid}}}", "{0a1b2c3d}"},
    {"{arc}", "2.999.7"},
    {"Zähler {product}", "Zähler meter-3"},
};

START_TEST(placeholder_gives_its_value)
{
    char attribute[256];
    struct profile_subject subject = sample_subject();
    struct devid_attribute found;
    struct devid_cert certificate;
    struct profile *profile;
    struct bytes der;

    snprintf(attribute, sizeof attribute,
             "{\"attribute\":\"commonName\",\"value\":\"%s\"}",
             texts[_i].value);
    profile = device(attribute, "");
    make_certificate(profile, &subject, &der, &certificate);
    ck_assert_int_eq(devid_name_find(certificate.subject,
                                     OID_SLICE(OID_COMMON_NAME), &found),
                     DEVID_OK);
    ck_assert_uint_eq(found.value.len, strlen(texts[_i].expected));
    ck_assert_mem_eq(found.value.data, texts[_i].expected, found.value.len);
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

/* An extension and the DER of its value for the sample subject. */
static const struct {
    const char *extension;
    const char *oid;
    const char *value;
} values[] = {
    {"\"2.999.1\":{\"der\":\"0500\"}", "2.999.1", "0500"},
    {"\"2.999.1\":{\"octetString\":\"{uid:bytes}\"}", "2.999.1",
     "04040a1b2c3d"},
    {"\"2.999.1\":{\"octetString\":\"SN{uid}\"}", "2.999.1",
     "040a534e3061316232633364"},
    {"\"2.999.1\":{\"utf8String\":\"{product}\"}", "2.999.1",
     "0c076d657465722d33"},
    {"\"2.999.1\":{\"printableString\":\"AB\"}", "2.999.1", "13024142"},
    {"\"2.999.1\":{\"ia5String\":\"a@b\"}", "2.999.1", "1603614062"},
    {"\"2.999.1\":{\"oid\":\"{arc}\"}", "2.999.1", "060388370 7"},
    {"\"2.999.1\":{\"integer\":0}", "2.999.1", "020100"},
    {"\"2.999.1\":{\"integer\":128}", "2.999.1", "02020080"},
    {"\"2.999.1\":{\"boolean\":true}", "2.999.1", "0101ff"},
    {"\"2.999.1\":{\"boolean\":false}", "2.999.1", "010100"},
    {"\"2.999.1\":{\"sequence\":[{\"integer\":1},{\"sequence\":[]},"
     "{\"octetString\":\"{uid:bytes}\"}]}",
     "2.999.1", "300b0201013000 04040a1b2c3d"},
    {"\"2.999.1\":{\"set\":[{\"boolean\":true}]}", "2.999.1", "31030101ff"},
    {"\"certificatePolicies\":{\"policies\":[{\"policyIdentifier\":\"{arc}\","
     "\"cPSuri\":\"urn:x\"}]}",
     "2.5.29.32",
     "301c301a0603883707 3013 3011 06082b06010505070201 160575726e3a78"},
    {"\"cRLDistributionPoints\":{\"fullName\":[\"urn:a\",\"urn:b\"]}",
     "2.5.29.31", "30143012a010a00e860575726e3a61860575726e3a62"},
    {"\"authorityInfoAccess\":{\"caIssuers\":[\"urn:a\"],\"ocsp\":[\"urn:b\"]}",
     "1.3.6.1.5.5.7.1.1",
     "302630110 6082b06010505073002860575726e3a6130110 6082b06010505073001"
     "860575726e3a62"},
    {"\"subjectAltName\":{\"names\":[{\"dNSName\":\"{uid}.example\"},"
     "{\"rfc822Name\":\"a@b.example\"},{\"registeredID\":\"2.999.7\"},"
     "{\"uniformResourceIdentifier\":\"urn:dev:{product}\"}]}",
     "2.5.29.17",
     "303582103061316232633364 2e6578616d706c65 810b61406 22e6578616d706c65"
     " 8803883707 860f75726e3a6465763a6d657465722d33"},
    {"\"subjectAltName\":{\"names\":[{\"directoryName\":[{\"attribute\":"
     "\"countryName\",\"value\":\"{country}\"}]}]}",
     "2.5.29.17", "3011a40f300d310b3009060355040613024445"},
    {"\"subjectAltName\":{\"names\":[{\"otherName\":{\"typeId\":\"2.999.7\","
     "\"value\":{\"utf8String\":\"x\"}}}]}",
     "2.5.29.17", "300ca00a0603883707a0030c0178"},
};

/* Hex with blanks for the eye. */
static void read_spaced_hex(const char *text, struct bytes *octets)
{
    char packed[512];
    size_t len = 0;

    for (; *text != '\0'; text++) {
        if (*text != ' ')
            packed[len++] = *text;
    }
    ck_assert(hex_read(packed, len, octets));
}

START_TEST(extension_gives_its_der)
{
    struct profile_subject subject = sample_subject();
    struct devid_extension extension;
    struct devid_cert certificate;
    struct bytes expected = {0};
    struct bytes oid = {0};
    struct bytes der;
    struct profile *profile = device("", values[_i].extension);

    make_certificate(profile, &subject, &der, &certificate);
    ck_assert(oid_read(values[_i].oid, strlen(values[_i].oid), &oid));
    ck_assert(find_extension(&certificate, bytes_slice(&oid), &extension));
    read_spaced_hex(values[_i].value, &expected);
    ck_assert_msg(devid_slice_equal(extension.value, bytes_slice(&expected)),
                  "%s: %s", values[_i].extension, hex_of(extension.value));
    bytes_clear(&expected);
    bytes_clear(&oid);
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

START_TEST(uri_escapes_what_placeholders_bring)
{
    struct profile_subject subject = sample_subject();
    struct devid_extension extension;
    struct devid_cert certificate;
    struct bytes der;
    struct profile *profile =
        device("", "\"cRLDistributionPoints\":{\"fullName\":"
                   "[\"http://a.example/{product}.crl\"]}");

    subject.product = "m/3 ä";
    make_certificate(profile, &subject, &der, &certificate);
    ck_assert(find_extension(
        &certificate, OID_SLICE(OID_CRL_DISTRIBUTION_POINTS), &extension));
    ck_assert_ptr_nonnull(memmem(extension.value.data, extension.value.len,
                                 "/m%2F3%20%C3%A4.crl", 19));
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

START_TEST(optional_attribute_vanishes)
{
    struct profile_subject subject = sample_subject();
    struct devid_attribute found;
    struct devid_cert certificate;
    struct bytes der;
    struct profile *profile = load_shipped("root");

    subject.country = NULL;
    make_certificate(profile, &subject, &der, &certificate);
    ck_assert_int_eq(
        devid_name_find(certificate.subject, OID_SLICE(OID_COUNTRY), &found),
        DEVID_E_EMPTY);
    ck_assert_int_eq(devid_name_find(certificate.subject,
                                     OID_SLICE(OID_COMMON_NAME), &found),
                     DEVID_OK);
    bytes_clear(&der);
    subject.country = "";
    make_certificate(profile, &subject, &der, &certificate);
    ck_assert_int_eq(
        devid_name_find(certificate.subject, OID_SLICE(OID_COUNTRY), &found),
        DEVID_E_EMPTY);
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

/* Subjects that a sound profile cannot serve: pointer and clause. */
static void refuse(const char *name, const struct profile_subject *subject,
                   enum devca_code code, const char *field)
{
    struct profile_fields fields;
    struct devca_error error = {0};
    struct profile *profile = load_shipped(name);

    ck_assert_int_eq(profile_render(profile, subject, &fields, &error), code);
    ck_assert_int_eq(error.code, code);
    ck_assert_str_eq(error.field, field);
    ck_assert_str_ne(error.clause, "");
    ck_assert_ptr_null(fields.subject.data);
    ck_assert_ptr_null(fields.extensions.data);
    profile_free(profile);
}

START_TEST(what_does_not_fit_is_refused)
{
    static const uint8_t long_uid[33];
    static char long_name[2000];
    struct profile_subject subject = sample_subject();

    subject.uid = (struct devid_slice){long_uid, sizeof long_uid};
    refuse("ieee8021ar-idevid", &subject, DEVCA_E_PROFILE, "/subject/1/value");
    subject = sample_subject();
    subject.org = "";
    refuse("root", &subject, DEVCA_E_PROFILE, "/subject/1/value");
    subject.org = "\xFF\xFE";
    refuse("root", &subject, DEVCA_E_PROFILE, "/subject/1/value");
    subject.org = "two\nlines";
    refuse("root", &subject, DEVCA_E_PROFILE, "/subject/1/value");
    memset(long_name, 'n', sizeof long_name - 1);
    subject = sample_subject();
    subject.name = long_name;
    refuse("root", &subject, DEVCA_E_PROFILE, "/subject/2/value");
    subject = sample_subject();
    subject.country = "D_";
    refuse("root", &subject, DEVCA_E_PROFILE, "/subject/0/value");
    subject = sample_subject();
    subject.issuer_key_id.len = 0;
    refuse("ieee8021ar-idevid", &subject, DEVCA_E_INTERNAL,
           "authorityKeyIdentifier");
    subject = sample_subject();
    subject.key_sha256.len = 0;
    refuse("root", &subject, DEVCA_E_INTERNAL, "subjectKeyIdentifier");
}
END_TEST

START_TEST(validity_never_outlives_the_issuer)
{
    struct profile_subject subject = sample_subject();
    struct profile_fields fields;
    struct devca_error error = {0};
    struct profile *idevid = load_shipped("ieee8021ar-idevid");
    struct profile *ldevid = load_shipped("ieee8021ar-ldevid");
    struct profile *root = load_shipped("root");

    subject.issuer_not_after = SAMPLE_NOW + 1000;
    ck_assert_int_eq(profile_render(idevid, &subject, &fields, &error),
                     DEVCA_OK);
    ck_assert_int_eq(fields.not_before, SAMPLE_NOW);
    ck_assert_int_eq(fields.not_after, SAMPLE_NOW + 1000);
    profile_fields_clear(&fields);
    ck_assert_int_eq(profile_render(ldevid, &subject, &fields, &error),
                     DEVCA_OK);
    ck_assert_int_eq(fields.not_after, SAMPLE_NOW + 1000);
    profile_fields_clear(&fields);
    ck_assert_int_eq(profile_render(root, &subject, &fields, &error), DEVCA_OK);
    ck_assert_int_eq(fields.not_after, DEVCA_NEVER);
    profile_fields_clear(&fields);
    subject.issuer_not_after = SAMPLE_NOW;
    ck_assert_int_eq(profile_render(idevid, &subject, &fields, &error),
                     DEVCA_E_ISSUER_EXPIRED);
    profile_free(idevid);
    profile_free(ldevid);
    profile_free(root);
}
END_TEST

START_TEST(key_id_is_the_method_s)
{
    struct profile_subject subject = sample_subject();
    struct profile *root = load_shipped("root");
    struct profile *paa = load_shipped("matter-paa");
    struct profile *idevid = load_shipped("ieee8021ar-idevid");

    ck_assert_ptr_eq(profile_key_id(root, &subject).data,
                     subject.key_sha256.data);
    ck_assert_uint_eq(profile_key_id(root, &subject).len, 20);
    ck_assert_ptr_eq(profile_key_id(paa, &subject).data, subject.key_sha1.data);
    ck_assert_uint_eq(profile_key_id(idevid, &subject).len, 0);
    profile_free(root);
    profile_free(paa);
    profile_free(idevid);
}
END_TEST

START_TEST(long_extensions_are_written_whole)
{
    static char extension[3000];
    struct profile_subject subject = sample_subject();
    struct devid_extension found;
    struct devid_cert certificate;
    struct bytes der;
    struct profile *profile;
    size_t len = (size_t)snprintf(extension, sizeof extension,
                                  "\"2.999.1\":{\"der\":\"048203e8");

    memset(extension + len, 'a', 2000);
    memcpy(extension + len + 2000, "\"}", 3);
    profile = device("", extension);
    make_certificate(profile, &subject, &der, &certificate);
    ck_assert(find_extension(
        &certificate, (struct devid_slice){(const uint8_t *)"\x88\x37\x01", 3},
        &found));
    ck_assert_uint_eq(found.value.len, 1004);
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

#define THREADS 4
#define ROUNDS 2000

/* One profile, many threads, each with UIDs of its own. */
static void *render_many(void *context)
{
    struct profile *profile = context;
    struct profile_subject subject = sample_subject();
    uint8_t uid[4] = {0};
    struct bytes first = {0};
    void *wrong = NULL;

    subject.uid = (struct devid_slice){uid, sizeof uid};
    for (int i = 0; i < ROUNDS; i++) {
        struct profile_fields fields;
        struct devca_error error;

        uid[3] = (uint8_t)(i & 1);
        if (profile_render(profile, &subject, &fields, &error) != DEVCA_OK)
            return profile;
        if (i == 0)
            bytes_append_slice(&first, bytes_slice(&fields.subject));
        else if (devid_slice_equal(bytes_slice(&first),
                                   bytes_slice(&fields.subject)) !=
                 ((i & 1) == 0))
            wrong = profile;
        profile_fields_clear(&fields);
    }
    bytes_clear(&first);
    return wrong;
}

START_TEST(threads_share_a_profile)
{
    struct profile *profile = load_shipped("tpm-devid");
    pthread_t threads[THREADS];

    for (int i = 0; i < THREADS; i++)
        ck_assert_int_eq(
            pthread_create(&threads[i], NULL, render_many, profile), 0);
    for (int i = 0; i < THREADS; i++) {
        void *wrong;

        ck_assert_int_eq(pthread_join(threads[i], &wrong), 0);
        ck_assert_ptr_null(wrong);
    }
    profile_free(profile);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("render");
    TCase *tests = tcase_create("render");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, placeholder_gives_its_value, 0,
                        (int)(sizeof texts / sizeof texts[0]));
    tcase_add_loop_test(tests, extension_gives_its_der, 0,
                        (int)(sizeof values / sizeof values[0]));
    tcase_add_test(tests, uri_escapes_what_placeholders_bring);
    tcase_add_test(tests, optional_attribute_vanishes);
    tcase_add_test(tests, what_does_not_fit_is_refused);
    tcase_add_test(tests, validity_never_outlives_the_issuer);
    tcase_add_test(tests, key_id_is_the_method_s);
    tcase_add_test(tests, long_extensions_are_written_whole);
    tcase_add_test(tests, threads_share_a_profile);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
