/* Records as text: whatever a value holds, a line stays a line, JSON stays JSON
 * and a cell stays a cell. */
#include "devca/base/bytes.h"

#include <devca/record.h>

#include <check.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static enum devca_code gather(void *context, const void *data, size_t len)
{
    return bytes_append(context, data, len) ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static struct bytes written(const struct devca_record *record,
                            enum devca_format format)
{
    struct bytes text = {NULL, 0, 0};
    struct devca_sink sink = {gather, &text};

    ck_assert_int_eq((int)devca_record_write(record, format, &sink), DEVCA_OK);
    return text;
}

static struct devca_field text_field(const char *name, const char *octets,
                                     size_t len)
{
    return (struct devca_field){
        name, DEVCA_TEXT, 0, {(const uint8_t *)octets, len}};
}

struct row {
    const char *octets;
    size_t len;
    const char *json; /* the string that a reader of JSON gets */
    const char *tsv;
    const char *csv;
};
#define ROW(octets, json, tsv, csv)                \
    {                                              \
        octets, sizeof(octets) - 1, json, tsv, csv \
    }
#define BAD "\xEF\xBF\xBD"

static const struct row rows[] = {
    ROW("", "", "\n", "\r\n"),
    ROW("plain", "plain", "plain\n", "plain\r\n"),
    ROW("a\"b\\c", "a\"b\\c", "a\"b\\c\n", "\"a\"\"b\\c\"\r\n"),
    ROW("a,b", "a,b", "a,b\n", "\"a,b\"\r\n"),
    ROW("=1+2", "=1+2", "=1+2\n", "\"=1+2\"\r\n"),
    ROW("a\tb", "a" BAD "b", "a" BAD "b\n", "a" BAD "b\r\n"),
    ROW("a\nb", "a" BAD "b", "a" BAD "b\n", "a" BAD "b\r\n"),
    ROW("\x1B[31m", BAD "[31m", BAD "[31m\n", BAD "[31m\r\n"),
    ROW("\xC3\xA4", "\xC3\xA4", "\xC3\xA4\n", "\xC3\xA4\r\n"),
    ROW("\xC0\xAF", BAD BAD, BAD BAD "\n", BAD BAD "\r\n"),
    ROW("\xED\xA0\x80", BAD BAD BAD, BAD BAD BAD "\n", BAD BAD BAD "\r\n"),
    ROW("\xC2\x9B", BAD, BAD "\n", BAD "\r\n"),
    ROW("cut\xE2\x82", "cut" BAD BAD, "cut" BAD BAD "\n",
        "cut" BAD BAD "\r\n")};

START_TEST(test_text)
{
    const struct row *row = &rows[_i];
    struct devca_field field = text_field("f", row->octets, row->len);
    struct devca_record record = {&field, 1};
    struct bytes text = written(&record, DEVCA_FORMAT_JSON);
    json_t *object = json_loads((const char *)text.data, 0, NULL);

    ck_assert_ptr_nonnull(object);
    ck_assert_str_eq(json_string_value(json_object_get(object, "f")),
                     row->json);
    ck_assert_str_eq(json_string_value(json_object_get(object, "schema")),
                     "devca/1");
    json_decref(object);
    bytes_clear(&text);
    text = written(&record, DEVCA_FORMAT_TSV);
    ck_assert_str_eq((const char *)text.data, row->tsv);
    bytes_clear(&text);
    text = written(&record, DEVCA_FORMAT_CSV);
    ck_assert_str_eq((const char *)text.data, row->csv);
    bytes_clear(&text);
}
END_TEST

START_TEST(test_types)
{
    static const uint8_t octets[] = {0x00, 0xAB};
    struct devca_field fields[] = {
        {"null", DEVCA_NULL, 0, {NULL, 0}},
        {"integer", DEVCA_INTEGER, INT64_MIN, {NULL, 0}},
        {"boolean", DEVCA_BOOLEAN, 1, {NULL, 0}},
        {"time", DEVCA_TIME, DEVCA_NEVER, {NULL, 0}},
        {"hex", DEVCA_HEX, 0, {octets, sizeof octets}},
        {"base64", DEVCA_BASE64, 0, {octets, sizeof octets}}};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};
    struct bytes text = written(&record, DEVCA_FORMAT_JSONL);

    ck_assert_str_eq((const char *)text.data,
                     "{\"null\":null,\"integer\":-9223372036854775808,"
                     "\"boolean\":true,\"time\":\"9999-12-31T23:59:59Z\","
                     "\"hex\":\"00ab\",\"base64\":\"AKs=\"}\n");
    bytes_clear(&text);
    text = written(&record, DEVCA_FORMAT_TSV);
    ck_assert_str_eq((const char *)text.data,
                     "\t-9223372036854775808\ttrue\t9999-12-31T23:59:59Z\t"
                     "00ab\n");
    bytes_clear(&text);
    text = written(&record, DEVCA_FORMAT_PAIRS);
    ck_assert_ptr_nonnull(strstr((const char *)text.data, "hex      00ab\n"));
    ck_assert_ptr_null(strstr((const char *)text.data, "base64"));
    bytes_clear(&text);
}
END_TEST

static enum devca_code refuse(void *context, const void *data, size_t len)
{
    (void)context;
    (void)data;
    (void)len;
    return DEVCA_E_FILE;
}

START_TEST(test_sink_fails)
{
    struct devca_field field = text_field("f", "x", 1);
    struct devca_record record = {&field, 1};
    struct devca_sink sink = {refuse, NULL};

    ck_assert_int_eq(
        (int)devca_record_write(&record, (enum devca_format)_i, &sink),
        DEVCA_E_FILE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("export.record");
    TCase *tests = tcase_create("record");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(tests, test_text, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, test_types);
    tcase_add_loop_test(tests, test_sink_fails, DEVCA_FORMAT_JSON,
                        DEVCA_FORMAT_CSV + 1);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
