/* Which keys and requests a profile admits, and what it takes over. */
#include "support.h"

#include "devid/codec/oid.h"

#include <stdlib.h>
#include <string.h>

/* Requested Extensions (content) and what is taken of a request's subject. */
#define TAKING                                                                \
    "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":[" \
    "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"},"                   \
    "{\"attribute\":\"commonName\",\"value\":\"none\"},"                      \
    "{\"attribute\":\"countryName\",\"value\":\"{country}\","                 \
    "\"optional\":true}],"                                                    \
    "\"validity\":{\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]}," \
    "\"fromRequest\":[\"subject.commonName\",\"subject.2.5.4.6\","            \
    "\"subjectAltName.dNSName\"],"                                            \
    "\"extensions\":{\"authorityKeyIdentifier\":{},"                          \
    "\"subjectAltName\":{\"names\":[]}}}"

#define STRICT(more)                                                          \
    "{\"name\":\"t\",\"description\":\"t\",\"kind\":\"device\",\"subject\":[" \
    "{\"attribute\":\"serialNumber\",\"value\":\"{uid}\"}],"                  \
    "\"validity\":{\"notAfter\":\"9999\"},\"keys\":{\"allowed\":[\"p256\"]"   \
    "}" more ",\"extensions\":{\"authorityKeyIdentifier\":{},"                \
    "\"2.999.1\":{\"der\":\"0500\"}}}"

#define BYTES(literal)                                  \
    {                                                   \
        (const uint8_t *)(literal), sizeof(literal) - 1 \
    }
/* 2.999.2 critical; 2.999.2; 2.999.1 critical; keyUsage critical. */
#define UNKNOWN_CRITICAL \
    "\x30\x0C\x06\x03\x88\x37\x02\x01\x01\xFF\x04\x02\x05\x00"
#define UNKNOWN "\x30\x09\x06\x03\x88\x37\x02\x04\x02\x05\x00"
#define OWN_CRITICAL "\x30\x0C\x06\x03\x88\x37\x01\x01\x01\xFF\x04\x02\x05\x00"
#define USAGE_CRITICAL \
    "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x01\x06"
#define BROKEN "\x30\x05\x06\x03\x88\x37"

static const struct {
    const char *profile;
    struct devid_slice extensions;
    enum devca_code code;
} requests[] = {
    {STRICT(""), {NULL, 0}, DEVCA_OK},
    {STRICT(""), BYTES(UNKNOWN), DEVCA_OK},
    {STRICT(""), BYTES(UNKNOWN_CRITICAL), DEVCA_E_PROFILE},
    {STRICT(""), BYTES(UNKNOWN UNKNOWN_CRITICAL), DEVCA_E_PROFILE},
    {STRICT(",\"unknownCritical\":\"refuse\""), BYTES(UNKNOWN_CRITICAL),
     DEVCA_E_PROFILE},
    {STRICT(",\"unknownCritical\":\"ignore\""), BYTES(UNKNOWN_CRITICAL),
     DEVCA_OK},
    {STRICT(""), BYTES(OWN_CRITICAL), DEVCA_OK},
    {STRICT(""), BYTES(USAGE_CRITICAL), DEVCA_OK},
    {STRICT(""), BYTES(BROKEN), DEVCA_E_MALFORMED},
};

START_TEST(requested_extension)
{
    struct profile_subject subject = sample_subject();
    struct devid_request request = {0};
    struct devca_error error = {0};
    struct profile *profile = load_text(requests[_i].profile);

    request.extensions = requests[_i].extensions;
    subject.request = &request;
    ck_assert_int_eq(profile_admit(profile, &subject, "dev.csr", &error),
                     requests[_i].code);
    if (requests[_i].code != DEVCA_OK) {
        ck_assert_str_eq(error.object, "dev.csr");
        ck_assert_str_eq(error.field, "extensionRequest");
        ck_assert_str_ne(error.clause, "");
    }
    profile_free(profile);
}
END_TEST

START_TEST(key_types)
{
    struct profile_subject subject = sample_subject();
    struct devca_error error = {0};
    struct profile *profile = load_shipped("matter-dac");

    ck_assert_int_eq(profile_admit(profile, &subject, "k", &error), DEVCA_OK);
    subject.key_curve = DEVID_P384;
    ck_assert_int_eq(profile_admit(profile, &subject, "k", &error),
                     DEVCA_E_ALGORITHM);
    ck_assert_str_eq(error.field, "subjectPKInfo");
    ck_assert_ptr_nonnull(strstr(error.fault, "p384"));
    subject.key_curve = (enum devid_curve)9;
    ck_assert_int_eq(profile_admit(profile, &subject, "k", NULL),
                     DEVCA_E_ALGORITHM);
    profile_free(profile);
}
END_TEST

START_TEST(device_needs_a_uid)
{
    struct profile_subject subject = sample_subject();
    struct devca_error error = {0};
    struct profile *device = load_shipped("ieee8021ar-idevid");
    struct profile *root = load_shipped("root");

    subject.uid.len = 0;
    ck_assert_int_eq(profile_admit(device, &subject, "k", &error),
                     DEVCA_E_PROFILE);
    ck_assert_str_eq(error.field, "uid");
    ck_assert_int_eq(profile_admit(root, &subject, "k", &error), DEVCA_OK);
    profile_free(device);
    profile_free(root);
}
END_TEST

/* subject CN=wanted, C=FR, serialNumber=mallory */
static const uint8_t wanted_subject[] = {
    0x30, 48,   0x31, 15,  0x30, 13,  6,    3,   0x55, 0x04, 0x03, 0x0C, 6,
    'w',  'a',  'n',  't', 'e',  'd', 0x31, 11,  0x30, 9,    6,    3,    0x55,
    0x04, 0x06, 0x13, 2,   'F',  'R', 0x31, 16,  0x30, 14,   6,    3,    0x55,
    0x04, 0x05, 0x13, 7,   'm',  'a', 'l',  'l', 'o',  'r',  'y'};

/* subjectAltName: dNSName a.example, rfc822Name m@x */
#define ALT_NAMES                                          \
    "\x30\x19\x06\x03\x55\x1D\x11\x04\x12\x30\x10\x82\x09" \
    "a.example\x81\x03m@x"
/* subjectAltName: dNSName a_b */
#define BAD_ALT_NAME                                       \
    "\x30\x0E\x06\x03\x55\x1D\x11\x04\x07\x30\x05\x82\x03" \
    "a_b"

static void has_attribute(const struct devid_cert *certificate,
                          struct devid_slice oid, const char *value)
{
    struct devid_attribute found;

    ck_assert_int_eq(devid_name_find(certificate->subject, oid, &found),
                     DEVID_OK);
    ck_assert_uint_eq(found.value.len, strlen(value));
    ck_assert_mem_eq(found.value.data, value, found.value.len);
}

START_TEST(takes_only_what_the_profile_lists)
{
    struct profile_subject subject = sample_subject();
    struct devid_request request = {0};
    struct devid_cert certificate;
    struct devca_error error = {0};
    struct bytes der;
    struct profile *profile = load_text(TAKING);

    request.subject =
        (struct devid_slice){wanted_subject, sizeof wanted_subject};
    request.extensions = (struct devid_slice)BYTES(ALT_NAMES);
    subject.request = &request;
    subject.country = NULL;
    ck_assert_int_eq(profile_admit(profile, &subject, "r", &error), DEVCA_OK);
    make_certificate(profile, &subject, &der, &certificate);
    has_attribute(&certificate, OID_SLICE(OID_COMMON_NAME), "wanted");
    has_attribute(&certificate, OID_SLICE(OID_COUNTRY), "FR");
    has_attribute(&certificate, OID_SLICE(OID_SERIAL_NUMBER), "0a1b2c3d");
    ck_assert_uint_eq(certificate.subject_alt_name.len, 11);
    ck_assert_mem_eq(certificate.subject_alt_name.data,
                     "\x82\x09"
                     "a.example",
                     11);
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

START_TEST(without_a_request_the_template_speaks)
{
    struct profile_subject subject = sample_subject();
    struct devid_request request = {0};
    struct devid_extension extension;
    struct devid_cert certificate;
    struct bytes der;
    struct profile *profile = load_text(TAKING);

    make_certificate(profile, &subject, &der, &certificate);
    has_attribute(&certificate, OID_SLICE(OID_COMMON_NAME), "none");
    has_attribute(&certificate, OID_SLICE(OID_COUNTRY), "DE");
    ck_assert(!find_extension(&certificate, OID_SLICE(OID_SUBJECT_ALT_NAME),
                              &extension));
    bytes_clear(&der);
    request.subject = (struct devid_slice)BYTES("\x30\x00");
    subject.request = &request;
    make_certificate(profile, &subject, &der, &certificate);
    has_attribute(&certificate, OID_SLICE(OID_COMMON_NAME), "none");
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

START_TEST(nothing_is_taken_by_default)
{
    struct profile_subject subject = sample_subject();
    struct devid_request request = {0};
    struct devid_extension extension;
    struct devid_cert certificate;
    struct bytes der;
    struct profile *profile = load_shipped("ieee8021ar-idevid");

    request.subject =
        (struct devid_slice){wanted_subject, sizeof wanted_subject};
    request.extensions = (struct devid_slice)BYTES(ALT_NAMES USAGE_CRITICAL);
    subject.request = &request;
    make_certificate(profile, &subject, &der, &certificate);
    has_attribute(&certificate, OID_SLICE(OID_SERIAL_NUMBER), "0a1b2c3d");
    ck_assert_uint_eq(certificate.key_usage, DEVID_KU_DIGITAL_SIGNATURE);
    ck_assert(!find_extension(&certificate, OID_SLICE(OID_SUBJECT_ALT_NAME),
                              &extension));
    bytes_clear(&der);
    profile_free(profile);
}
END_TEST

START_TEST(bad_names_are_refused_before_they_are_taken)
{
    struct profile_subject subject = sample_subject();
    struct devid_request request = {0};
    struct devca_error error = {0};
    struct profile *taking = load_text(TAKING);
    struct profile *strict = load_text(STRICT(""));

    request.subject = (struct devid_slice)BYTES("\x30\x00");
    request.extensions = (struct devid_slice)BYTES(BAD_ALT_NAME);
    subject.request = &request;
    ck_assert_int_eq(profile_admit(taking, &subject, "r", &error),
                     DEVCA_E_PROFILE);
    ck_assert_str_eq(error.field, "extensionRequest.subjectAltName");
    ck_assert_int_eq(profile_admit(strict, &subject, "r", &error), DEVCA_OK);
    profile_free(taking);
    profile_free(strict);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("admit");
    TCase *tests = tcase_create("admit");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, requested_extension, 0,
                        (int)(sizeof requests / sizeof requests[0]));
    tcase_add_test(tests, key_types);
    tcase_add_test(tests, device_needs_a_uid);
    tcase_add_test(tests, takes_only_what_the_profile_lists);
    tcase_add_test(tests, without_a_request_the_template_speaks);
    tcase_add_test(tests, nothing_is_taken_by_default);
    tcase_add_test(tests, bad_names_are_refused_before_they_are_taken);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
