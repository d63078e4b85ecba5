/* Names: strings, alphabets, bounds, order. */
#include "devid/codec/oid.h"
#include "devid/x509/name.h"

#include "mint.h"

#include <check.h>
#include <string.h>

struct row {
    struct devid_slice oid;
    uint8_t tag;
    const char *hex;
    enum devid_status expected;
};

#define CN                                  \
    {                                       \
        (const uint8_t *)OID_COMMON_NAME, 3 \
    }
#define COUNTRY                         \
    {                                   \
        (const uint8_t *)OID_COUNTRY, 3 \
    }
#define SERIAL                                \
    {                                         \
        (const uint8_t *)OID_SERIAL_NUMBER, 3 \
    }
#define DC                                        \
    {                                             \
        (const uint8_t *)OID_DOMAIN_COMPONENT, 10 \
    }
#define EMAIL                                 \
    {                                         \
        (const uint8_t *)OID_EMAIL_ADDRESS, 9 \
    }
#define OTHER                          \
    {                                  \
        (const uint8_t *)"\x2A\x03", 2 \
    }
#define UTF8 DER_UTF8_STRING
#define PRINTABLE DER_PRINTABLE_STRING
#define IA5 DER_IA5_STRING

static const struct row rows[] = {
    {CN, UTF8, "41", DEVID_OK},
    {CN, UTF8, "", DEVID_E_STRING},
    {CN, UTF8, "00", DEVID_E_STRING},
    {CN, UTF8, "C3A9", DEVID_OK},
    {CN, UTF8, "C3", DEVID_E_STRING},
    {CN, UTF8, "C341", DEVID_E_STRING},
    {CN, UTF8, "A9", DEVID_E_STRING},
    {CN, UTF8, "C081", DEVID_E_STRING},
    {CN, UTF8, "C1BF", DEVID_E_STRING},
    {CN, UTF8, "E282AC", DEVID_OK},
    {CN, UTF8, "E08080", DEVID_E_STRING},
    {CN, UTF8, "E09FBF", DEVID_E_STRING},
    {CN, UTF8, "E0A080", DEVID_OK},
    {CN, UTF8, "EDA080", DEVID_E_STRING},
    {CN, UTF8, "EDBFBF", DEVID_E_STRING},
    {CN, UTF8, "ED9FBF", DEVID_OK},
    {CN, UTF8, "EE8080", DEVID_OK},
    {CN, UTF8, "F0908080", DEVID_OK},
    {CN, UTF8, "F08FBFBF", DEVID_E_STRING},
    {CN, UTF8, "F48FBFBF", DEVID_OK},
    {CN, UTF8, "F4908080", DEVID_E_STRING},
    {CN, UTF8, "F5808080", DEVID_E_STRING},
    {CN, UTF8, "FF", DEVID_E_STRING},
    {CN, PRINTABLE, "41 7A 30 20 27 28 29 2B 2C 2D 2E 2F 3A 3D 3F", DEVID_OK},
    {CN, PRINTABLE, "40", DEVID_E_STRING},
    {CN, PRINTABLE, "2A", DEVID_E_STRING},
    {CN, PRINTABLE, "26", DEVID_E_STRING},
    {CN, PRINTABLE, "5F", DEVID_E_STRING},
    {CN, PRINTABLE, "22", DEVID_E_STRING},
    {CN, PRINTABLE, "3B", DEVID_E_STRING},
    {CN, PRINTABLE, "3C", DEVID_E_STRING},
    {CN, PRINTABLE, "3E", DEVID_E_STRING},
    {CN, PRINTABLE, "5B", DEVID_E_STRING},
    {CN, PRINTABLE, "60", DEVID_E_STRING},
    {CN, PRINTABLE, "7B", DEVID_E_STRING},
    {CN, PRINTABLE, "7F", DEVID_E_STRING},
    {CN, PRINTABLE, "1F", DEVID_E_STRING},
    {CN, PRINTABLE, "C3A9", DEVID_E_STRING},
    {CN, IA5, "41", DEVID_E_STRING},
    {CN, DER_OCTET_STRING, "41", DEVID_E_STRING},
    {CN, DER_BMP_STRING, "0041", DEVID_OK},
    {CN, DER_BMP_STRING, "004100", DEVID_E_STRING},
    {CN, DER_UNIVERSAL_STRING, "00000041", DEVID_OK},
    {CN, DER_UNIVERSAL_STRING, "0041", DEVID_E_STRING},
    {CN, DER_TELETEX_STRING, "E9", DEVID_OK},
    {CN, DER_TELETEX_STRING, "", DEVID_E_STRING},
    {COUNTRY, PRINTABLE, "4445", DEVID_OK},
    {COUNTRY, PRINTABLE, "44", DEVID_E_STRING},
    {COUNTRY, PRINTABLE, "444541", DEVID_E_STRING},
    {COUNTRY, UTF8, "4445", DEVID_E_STRING},
    {SERIAL, PRINTABLE, "3041", DEVID_OK},
    {SERIAL, UTF8, "3041", DEVID_E_STRING},
    {SERIAL, IA5, "3041", DEVID_E_STRING},
    {DC, IA5, "41", DEVID_OK},
    {DC, UTF8, "41", DEVID_E_STRING},
    {DC, IA5, "80", DEVID_E_STRING},
    {EMAIL, IA5, "6140622E63", DEVID_OK},
    {EMAIL, PRINTABLE, "61", DEVID_E_STRING},
    {OTHER, UTF8, "41", DEVID_OK},
    {OTHER, IA5, "41", DEVID_OK},
    {OTHER, DER_NULL, "", DEVID_E_STRING},
};

START_TEST(strings)
{
    const struct row *row = &rows[_i];
    struct devid_attribute attribute = {row->oid, {NULL, 0}, row->tag};
    uint8_t buffer[64];
    struct devid_writer w;
    enum devid_status status;

    devid_writer_init(&w, buffer, sizeof buffer);
    mint_hex(&w, row->hex);
    attribute.value = (struct devid_slice){buffer, w.len};
    status = devid_attribute_check(&attribute);
    ck_assert_msg(status == row->expected, "row %d (%s): %s", _i, row->hex,
                  devid_status_id(status));
}
END_TEST

/* The bounds of RFC 5280 appendix A.1, in characters. */
START_TEST(bounds)
{
    static const struct {
        const char *oid;
        uint8_t tag;
        size_t max;
    } limits[] = {
        {OID_COMMON_NAME, UTF8, 64},
        {OID_ORGANIZATION, UTF8, 64},
        {OID_ORGANIZATIONAL_UNIT, UTF8, 64},
        {OID_LOCALITY, UTF8, 128},
        {OID_STATE, UTF8, 128},
        {OID_SERIAL_NUMBER, PRINTABLE, 64},
    };

    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        uint8_t text[130];
        struct devid_attribute attribute = {{(const uint8_t *)limits[i].oid, 3},
                                            {text, limits[i].max},
                                            limits[i].tag};

        memset(text, 'A', sizeof text);
        ck_assert(devid_attribute_check(&attribute) == DEVID_OK);
        attribute.value.len++;
        ck_assert(devid_attribute_check(&attribute) == DEVID_E_STRING);
    }
}
END_TEST

/* 64 characters of two octets each are 64 characters. */
START_TEST(bounds_count_characters)
{
    uint8_t text[130];
    struct devid_attribute attribute = {CN, {text, 128}, UTF8};

    for (size_t i = 0; i < sizeof text; i += 2)
        memcpy(text + i, "\xC3\xA9", 2);
    ck_assert(devid_attribute_check(&attribute) == DEVID_OK);
    attribute.value.len = 130;
    ck_assert(devid_attribute_check(&attribute) == DEVID_E_STRING);
}
END_TEST

START_TEST(round_trip)
{
    const struct devid_attribute attributes[] = {
        {COUNTRY, {(const uint8_t *)"DE", 2}, PRINTABLE},
        {CN, {(const uint8_t *)"meter", 5}, UTF8},
        {SERIAL, {(const uint8_t *)"0A1B", 4}, PRINTABLE},
    };
    uint8_t buffer[128];
    struct devid_writer w;
    struct devid_slice in;
    struct devid_slice name;
    struct devid_slice cursor;
    struct devid_attribute got;

    devid_writer_init(&w, buffer, sizeof buffer);
    devid_name_write(&w, attributes, 3);
    ck_assert(devid_writer_done(&w, &in) == DEVID_OK);
    ck_assert(devid_name_read(&in, &name) == DEVID_OK);
    ck_assert(in.len == 0 && !devid_name_is_empty(name));
    cursor = devid_name_attributes(name);
    for (size_t i = 0; i < 3; i++) {
        ck_assert(devid_name_next(&cursor, &got) == DEVID_OK);
        ck_assert(devid_slice_equal(got.oid, attributes[i].oid));
        ck_assert(devid_slice_equal(got.value, attributes[i].value));
        ck_assert_uint_eq(got.tag, attributes[i].tag);
    }
    ck_assert(devid_name_next(&cursor, &got) == DEVID_E_EMPTY);
    ck_assert(devid_name_find(name, OID_SLICE(OID_SERIAL_NUMBER), &got) ==
              DEVID_OK);
    ck_assert_uint_eq(got.value.len, 4);
    ck_assert(devid_name_find(name, OID_SLICE(OID_LOCALITY), &got) ==
              DEVID_E_EMPTY);
}
END_TEST

/* Several attributes in one RDN: sorted or refused, and all are found. */
START_TEST(multi_valued)
{
    static const struct {
        const char *hex;
        enum devid_status expected;
    } names[] = {
        {"3016 3114 3008 0603550403 0C0141 3008 060355040A 0C0142", DEVID_OK},
        {"3016 3114 3008 060355040A 0C0142 3008 0603550403 0C0141",
         DEVID_E_SET_ORDER},
        {"3016 3114 3008 0603550403 0C0141 3008 0603550403 0C0141",
         DEVID_E_SET_ORDER},
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        uint8_t buffer[64];
        struct devid_writer w;
        struct devid_slice in;
        struct devid_slice name;
        struct devid_attribute got;
        enum devid_status status;

        devid_writer_init(&w, buffer, sizeof buffer);
        mint_hex(&w, names[i].hex);
        in = (struct devid_slice){buffer, w.len};
        status = devid_name_read(&in, &name);
        ck_assert_msg(status == names[i].expected, "%zu: %s", i,
                      devid_status_id(status));
        if (status == DEVID_OK)
            ck_assert(devid_name_find(name, OID_SLICE(OID_ORGANIZATION),
                                      &got) == DEVID_OK);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x509 name");
    TCase *cases = tcase_create("name");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, strings, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, bounds);
    tcase_add_test(cases, bounds_count_characters);
    tcase_add_test(cases, round_trip);
    tcase_add_test(cases, multi_valued);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
