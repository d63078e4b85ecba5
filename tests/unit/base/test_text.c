/* Hex and dotted OIDs, both ways. */
#include "devca/base/text.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_hex)
{
    struct bytes octets = {0};
    uint8_t all[256];
    char text[513];
    unsigned i;

    for (i = 0; i < 256; i++)
        all[i] = (uint8_t)i;
    hex_write((struct devid_slice){all, sizeof all}, text);
    ck_assert_uint_eq(strlen(text), 512);
    ck_assert_int_eq(strncmp(text + 2 * 0xAB, "abacad", 6), 0);
    ck_assert(hex_read(text, 512, &octets));
    ck_assert_uint_eq(octets.len, 256);
    ck_assert_mem_eq(octets.data, all, 256);
    ck_assert(hex_read("Ff", 2, &octets));
    ck_assert_uint_eq(octets.data[256], 0xFF);
    ck_assert(hex_read("", 0, &octets));
    ck_assert_uint_eq(octets.len, 257);
    bytes_clear(&octets);
}
END_TEST

static const char *const not_hex[] = {"0",  "abc", "0g",    "0x",      " 0",
                                      "-1", "aB/", "00:00", "\xC3\xBC"};

START_TEST(test_not_hex)
{
    struct bytes octets = {0};

    ck_assert(!hex_read(not_hex[_i], strlen(not_hex[_i]), &octets));
    bytes_clear(&octets);
}
END_TEST

static const struct oid {
    const char *text;
    const char *octets;
    size_t len;
} oids[] = {
    {"1.2.840.10045.3.1.7", "\x2A\x86\x48\xCE\x3D\x03\x01\x07", 8},
    {"0.0", "\x00", 1},
    {"0.39", "\x27", 1},
    {"1.0", "\x28", 1},
    {"1.39", "\x4F", 1},
    {"2.0", "\x50", 1},
    {"2.5.29.15", "\x55\x1D\x0F", 3},
    {"2.999.3", "\x88\x37\x03", 3},
    {"1.2.18446744073709551605", "\x2A\x81\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x75",
     11},
};

START_TEST(test_oid)
{
    const struct oid *row = &oids[_i];
    const struct devid_slice slice = {(const uint8_t *)row->octets, row->len};
    struct bytes oid = {0};
    char text[64];

    ck_assert(oid_read(row->text, strlen(row->text), &oid));
    ck_assert_uint_eq(oid.len, row->len);
    ck_assert_mem_eq(oid.data, row->octets, row->len);
    bytes_clear(&oid);
    ck_assert(oid_write(slice, text, sizeof text));
    ck_assert_str_eq(text, row->text);
    ck_assert(oid_write(slice, text, strlen(row->text) + 1));
    ck_assert(!oid_write(slice, text, strlen(row->text)));
}
END_TEST

static const char *const not_oids[] = {"",
                                       "1",
                                       "1.",
                                       ".1",
                                       "1..2",
                                       "3.1",
                                       "0.40",
                                       "1.40",
                                       "1.02",
                                       "01.2",
                                       "1.2.x",
                                       "1.2 ",
                                       " 1.2",
                                       "1,2",
                                       "-1.2",
                                       "1.2.18446744073709551616",
                                       "2.18446744073709551615"};

START_TEST(test_not_oid)
{
    struct bytes oid = {0};

    ck_assert(!oid_read(not_oids[_i], strlen(not_oids[_i]), &oid));
    bytes_clear(&oid);
}
END_TEST

static const struct oid broken[] = {
    {"empty", "", 0},
    {"cut", "\x2A\x86", 2},
    {"padded arc", "\x2A\x80\x01", 3},
    {"padded first arc", "\x80\x01", 2},
    {"over 64 bits", "\x2A\x83\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F", 11},
};

START_TEST(test_broken_oid)
{
    const struct devid_slice slice = {(const uint8_t *)broken[_i].octets,
                                      broken[_i].len};
    char text[64];

    ck_assert_msg(!oid_write(slice, text, sizeof text), "%s", broken[_i].text);
}
END_TEST

static const struct number {
    int64_t number;
    const char *text;
} numbers[] = {{0, "0"},
               {7, "7"},
               {-7, "-7"},
               {10, "10"},
               {-100, "-100"},
               {INT64_MAX, "9223372036854775807"},
               {INT64_MIN, "-9223372036854775808"}};

START_TEST(test_number)
{
    struct bytes text = {0};

    ck_assert(bytes_append_text(&text, "x"));
    ck_assert(number_append(&text, numbers[_i].number));
    ck_assert_str_eq((const char *)text.data + 1, numbers[_i].text);
    ck_assert_uint_eq(text.len, 1 + strlen(numbers[_i].text));
    bytes_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.text");
    TCase *cases = tcase_create("text");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_test(cases, test_hex);
    tcase_add_loop_test(cases, test_number, 0,
                        sizeof numbers / sizeof numbers[0]);
    tcase_add_loop_test(cases, test_not_hex, 0,
                        sizeof not_hex / sizeof not_hex[0]);
    tcase_add_loop_test(cases, test_oid, 0, sizeof oids / sizeof oids[0]);
    tcase_add_loop_test(cases, test_not_oid, 0,
                        sizeof not_oids / sizeof not_oids[0]);
    tcase_add_loop_test(cases, test_broken_oid, 0,
                        sizeof broken / sizeof broken[0]);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
