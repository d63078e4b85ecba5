/* JSON documents: what is read is written the same, and what is none is refused
 * with its place. */
#include "devca/json/document.h"

#include <check.h>
#include <string.h>

static struct devid_slice slice(const char *text)
{
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

/* What is written of what was read: the text itself where NULL. */
static const struct {
    const char *read;
    const char *written;
} sound[] = {
    {"null", NULL},
    {"true", NULL},
    {"false", NULL},
    {"0", NULL},
    {"-0", "0"},
    {"10", NULL},
    {"9223372036854775807", NULL},
    {"-9223372036854775808", NULL},
    {"\"\"", NULL},
    {"\"a \\\"b\\\\ c\"", NULL},
    {"\"\\b\\t\\n\\f\\r\"", NULL},
    {"\"\\u0001\\u001f\"", NULL},
    {"\"\\u0041\\/\\u00e4\\u20AC\"", "\"A/\xC3\xA4\xE2\x82\xAC\""},
    {"\"\\ud83d\\uDE00\"", "\"\xF0\x9F\x98\x80\""},
    {"\"\\udbff\\udfff\"", "\"\xF4\x8F\xBF\xBF\""},
    {"\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\x7F\"", NULL},
    {"[]", NULL},
    {" [ ] ", "[]"},
    {"[1,[2,[]],{}]", NULL},
    {"{}", NULL},
    {"\t{\r\n}\n", "{}"},
    {"{\"b\":1,\"a\":[true,null],\"\":{\"c\":\"\"}}", NULL},
    {"[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]", NULL},
};

START_TEST(test_sound)
{
    const char *wanted = sound[_i].written ? sound[_i].written : sound[_i].read;
    struct document_fault fault;
    struct bytes text = {0};
    json_t *top;

    ck_assert_msg(document_read(slice(sound[_i].read), &top, &fault) ==
                      DEVCA_OK,
                  "%s", sound[_i].read);
    ck_assert(document_write(top, 0, &text));
    ck_assert_str_eq((const char *)text.data, wanted);
    json_decref(top);
    bytes_clear(&text);
}
END_TEST

static const struct {
    const char *text;
    size_t line;
    size_t column;
    const char *fault;
} unsound[] = {
    {"", 1, 1, "no value"},
    {"  ", 1, 3, "no value"},
    {"x", 1, 1, "no value"},
    {"nul", 1, 1, "no value"},
    {"True", 1, 1, "no value"},
    {"-", 1, 2, "no value"},
    {"+1", 1, 1, "no value"},
    {"\xEF\xBB\xBF{}", 1, 1, "no value"},
    {"01", 1, 2, "begins with 0"},
    {"-00", 1, 3, "begins with 0"},
    {"1.5", 1, 2, "not whole"},
    {"1e3", 1, 2, "not whole"},
    {"0E0", 1, 2, "not whole"},
    {"9223372036854775808", 1, 19, "beyond 64 bits"},
    {"-9223372036854775809", 1, 20, "beyond 64 bits"},
    {"99999999999999999999999", 1, 19, "beyond 64 bits"},
    {"\"", 1, 2, "no end"},
    {"\"abc", 1, 5, "no end"},
    {"\"abc\\\"", 1, 7, "no end"},
    {"\"abc\\", 1, 6, "no escape"},
    {"\"\\x\"", 1, 3, "no escape"},
    {"\"\\u12", 1, 6, "four hex digits"},
    {"\"\\u12g4\"", 1, 6, "four hex digits"},
    {"\"\\u0000\"", 1, 8, "NUL"},
    {"\"\\ud800\"", 1, 8, "surrogate"},
    {"\"\\udc00\"", 1, 8, "surrogate"},
    {"\"\\ud800\\n\"", 1, 9, "surrogate"},
    {"\"\\ud800\\u0041\"", 1, 14, "surrogate"},
    {"\"a\nb\"", 1, 3, "control"},
    {"\"\xC3\xA4\x01\"", 1, 3, "control"},
    {"\"a\xFF\"", 1, 3, "UTF-8"},
    {"\"\xE2\x82\"", 1, 2, "UTF-8"},
    {"\"\xED\xA0\x80\"", 1, 2, "UTF-8"},
    {"[", 1, 2, "no value"},
    {"[1", 1, 3, "neither , nor ]"},
    {"[1 2]", 1, 4, "neither , nor ]"},
    {"[1,]", 1, 4, "no value"},
    {"[1}", 1, 3, "neither , nor ]"},
    {"{", 1, 2, "name in quotes"},
    {"{a:1}", 1, 2, "name in quotes"},
    {"{\"a\"}", 1, 5, "no :"},
    {"{\"a\":}", 1, 6, "no value"},
    {"{\"a\":1", 1, 7, "neither , nor }"},
    {"{\"a\":1,}", 1, 8, "name in quotes"},
    {"{\"a\":1]", 1, 7, "neither , nor }"},
    {"{\"a\":1,\n \"\\u0061\":2}", 2, 10, "duplicate"},
    {"{}\n\n x", 3, 2, "end of file"},
    {"1 2", 1, 3, "end of file"},
    {"[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]", 1, 18, "deeper"},
};

START_TEST(test_unsound)
{
    struct document_fault fault;
    json_t *top;

    ck_assert_int_eq((int)document_read(slice(unsound[_i].text), &top, &fault),
                     DEVCA_E_MALFORMED);
    ck_assert_ptr_null(top);
    ck_assert_msg(strstr(fault.text, unsound[_i].fault) != NULL, "%s: %s",
                  unsound[_i].text, fault.text);
    ck_assert_uint_eq(fault.line, unsound[_i].line);
    ck_assert_uint_eq(fault.column, unsound[_i].column);
}
END_TEST

/* A NUL octet is no end. */
START_TEST(test_nul)
{
    static const uint8_t inside[] = "\"a\0b\"", behind[] = "1\0";
    struct document_fault fault;
    json_t *top;

    ck_assert_int_eq(
        (int)document_read((struct devid_slice){inside, 5}, &top, &fault),
        DEVCA_E_MALFORMED);
    ck_assert_ptr_nonnull(strstr(fault.text, "NUL"));
    ck_assert_int_eq(
        (int)document_read((struct devid_slice){behind, 2}, &top, &fault),
        DEVCA_E_MALFORMED);
    ck_assert_ptr_nonnull(strstr(fault.text, "end of file"));
}
END_TEST

START_TEST(test_lines)
{
    static const char wanted[] = "{\n"
                                 "  \"a\": 1,\n"
                                 "  \"b\": [\n"
                                 "    [],\n"
                                 "    {\n"
                                 "      \"c\": \"d\"\n"
                                 "    }\n"
                                 "  ],\n"
                                 "  \"e\": {}\n"
                                 "}";
    struct document_fault fault;
    struct bytes text = {0};
    json_t *top;

    ck_assert_int_eq((int)document_read(slice(wanted), &top, &fault), DEVCA_OK);
    ck_assert(document_write(top, 2, &text));
    ck_assert_str_eq((const char *)text.data, wanted);
    json_decref(top);
    bytes_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("json.document");
    TCase *tests = tcase_create("document");
    SRunner *runner;
    int failed;

    tcase_add_loop_test(tests, test_sound, 0,
                        (int)(sizeof sound / sizeof sound[0]));
    tcase_add_loop_test(tests, test_unsound, 0,
                        (int)(sizeof unsound / sizeof unsound[0]));
    tcase_add_test(tests, test_nul);
    tcase_add_test(tests, test_lines);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
