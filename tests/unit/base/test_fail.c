/* The caller's error, its codes, and text that an attacker chose. */
#include "devca/base/fail.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Check has an old name of its own for it. */
#undef fail

START_TEST(test_fields)
{
    struct devca_error error;

    memset(&error, 0xEE, sizeof error);
    ck_assert_int_eq(
        fail(&error, DEVCA_E_FILE, "o", "c", NULL, "%d of %s", 3, "it"),
        DEVCA_E_FILE);
    ck_assert_int_eq(error.code, DEVCA_E_FILE);
    ck_assert_str_eq(error.object, "o");
    ck_assert_str_eq(error.clause, "c");
    ck_assert_str_eq(error.field, "");
    ck_assert_str_eq(error.fault, "3 of it");
    ck_assert_str_eq(error.hint, "");
    ck_assert_int_eq(fail_hint(&error, DEVCA_E_FILE, "do %s", "so"),
                     DEVCA_E_FILE);
    ck_assert_str_eq(error.hint, "do so");
    ck_assert_str_eq(error.fault, "3 of it");
}
END_TEST

START_TEST(test_without_error)
{
    ck_assert_int_eq(fail(NULL, DEVCA_E_UID, "o", NULL, NULL, "x"),
                     DEVCA_E_UID);
    ck_assert_int_eq(fail_hint(NULL, DEVCA_E_UID, "x"), DEVCA_E_UID);
    ck_assert_int_eq(fail_memory(NULL), DEVCA_E_NO_MEMORY);
    ck_assert_int_eq(
        fail_devid(NULL, DEVCA_E_MALFORMED, "o", NULL, DEVID_E_KEY_POINT),
        DEVCA_E_MALFORMED);
}
END_TEST

START_TEST(test_devid)
{
    struct devca_error error;

    fail_devid(&error, DEVCA_E_MALFORMED, "dev.csr", "key", DEVID_E_KEY_POINT);
    ck_assert_str_eq(error.clause, devid_status_clause(DEVID_E_KEY_POINT));
    ck_assert_str_eq(error.fault, devid_status_text(DEVID_E_KEY_POINT));
}
END_TEST

static const struct hostile {
    const char *given, *shown;
} hostile[] = {
    {"\x1B[31mred\n", "?[31mred?"},
    {"a\tb\x7F", "a?b?"},
    {"Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x94\x91",
     "Z\xC3\xBCrich \xE2\x82\xAC \xF0\x9F\x94\x91"},
    {"\xC2\x9B"
     "31m",
     "??31m"},          /* CSI of C1 */
    {"\x9B", "?"},      /* no UTF-8 */
    {"\xC0\xAF", "??"}, /* overlong */
    {"\xE0\x80\xAF", "???"},
    {"\xED\xA0\x80", "???"}, /* surrogate */
    {"\xF4\x90\x80\x80", "????"},
    {"\xF5", "?"},
    {"cut \xE2\x82", "cut ??"},
};

START_TEST(test_hostile)
{
    const struct hostile *row = &hostile[_i];
    struct devca_error error;

    fail(&error, DEVCA_E_FILE, row->given, row->given, row->given, "%s",
         row->given);
    fail_hint(&error, DEVCA_E_FILE, "%s", row->given);
    ck_assert_str_eq(error.object, row->shown);
    ck_assert_str_eq(error.clause, row->shown);
    ck_assert_str_eq(error.field, row->shown);
    ck_assert_str_eq(error.fault, row->shown);
    ck_assert_str_eq(error.hint, row->shown);
}
END_TEST

START_TEST(test_cut)
{
    struct devca_error error;
    char longer[1024];

    memset(longer, 'a', sizeof longer);
    memcpy(longer + sizeof error.fault - 2, "\xC3\xBC", 2);
    longer[sizeof longer - 1] = '\0';
    fail(&error, DEVCA_E_FILE, longer, longer, longer, "%s", longer);
    ck_assert_uint_eq(strlen(error.object), sizeof error.object - 1);
    ck_assert_uint_eq(strlen(error.clause), sizeof error.clause - 1);
    ck_assert_uint_eq(strlen(error.field), sizeof error.field - 1);
    ck_assert_uint_eq(strlen(error.fault), sizeof error.fault - 1);
    ck_assert_int_eq(error.fault[sizeof error.fault - 2], '?');
}
END_TEST

START_TEST(test_codes)
{
    enum devca_code code, other;

    for (code = DEVCA_OK; code <= DEVCA_E_INTERRUPTED; code++) {
        ck_assert_ptr_nonnull(devca_code_text(code));
        ck_assert_int_ge(devca_code_exit(code), code == DEVCA_OK ? 0 : 1);
        ck_assert_int_le(devca_code_exit(code), 7);
        for (other = DEVCA_OK; other < code; other++)
            ck_assert_str_ne(devca_code_text(code), devca_code_text(other));
    }
    ck_assert_str_eq(devca_code_text(DEVCA_E_UID_IN_USE), "uid-in-use");
    ck_assert_int_eq(devca_code_exit(DEVCA_E_UID_IN_USE), 3);
    ck_assert_str_eq(devca_code_text((enum devca_code)9999), "unknown");
    ck_assert_int_eq(devca_code_exit((enum devca_code)9999), 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.fail");
    TCase *cases = tcase_create("fail");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_test(cases, test_fields);
    tcase_add_test(cases, test_without_error);
    tcase_add_test(cases, test_devid);
    tcase_add_loop_test(cases, test_hostile, 0,
                        sizeof hostile / sizeof hostile[0]);
    tcase_add_test(cases, test_cut);
    tcase_add_test(cases, test_codes);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
