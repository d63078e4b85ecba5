/* settings.json: what is written is read back, what is none is refused. */
#include "devca/profile/settings.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct devid_slice slice_of(const char *text)
{
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

static void round_trip(const char *org, const char *country, bool encrypted)
{
    struct settings in = {NULL, NULL, encrypted};
    struct settings out;
    struct devca_error error = {0};
    struct bytes json = {0};

    in.org = strdup(org);
    in.country = country != NULL ? strdup(country) : NULL;
    ck_assert_int_eq(settings_write(&in, &json, &error), DEVCA_OK);
    ck_assert_int_eq(
        settings_read(&out, bytes_slice(&json), "settings.json", &error),
        DEVCA_OK);
    ck_assert_str_eq(out.org, org);
    ck_assert_int_eq(out.encrypted_keys, encrypted);
    if (country == NULL)
        ck_assert_ptr_null(out.country);
    else
        ck_assert_str_eq(out.country, country);
    settings_clear(&in);
    settings_clear(&out);
    bytes_clear(&json);
}

START_TEST(what_is_written_is_read)
{
    round_trip("Example", "DE", true);
    round_trip("Example", NULL, false);
    round_trip("\"Quotes\" \\ and Ümläüte", "FR", true);
}
END_TEST

static const struct {
    const char *json;
    const char *field;
} broken[] = {
    {"", "/"},
    {"[]", "/"},
    {"{}", "/org"},
    {"{\"org\":\"A\"}", "/encryptedKeys"},
    {"{\"org\":\"\",\"encryptedKeys\":true}", "/org"},
    {"{\"org\":7,\"encryptedKeys\":true}", "/org"},
    {"{\"org\":\"A\",\"country\":null,\"encryptedKeys\":true}", "/country"},
    {"{\"org\":\"A\",\"encryptedKeys\":\"yes\"}", "/encryptedKeys"},
    {"{\"org\":\"A\",\"encryptedKeys\":true,\"colour\":1}", "/colour"},
    {"{\"org\":\"A\",\"org\":\"B\",\"encryptedKeys\":true}", "/"},
    {"{\"org\":\"A\",\"encryptedKeys\":true} x", "/"},
};

START_TEST(what_is_none_is_refused)
{
    struct settings settings;
    struct devca_error error = {0};

    ck_assert_int_eq(settings_read(&settings, slice_of(broken[_i].json),
                                   "settings.json", &error),
                     DEVCA_E_STORE_CORRUPT);
    ck_assert_str_eq(error.object, "settings.json");
    ck_assert_str_eq(error.field, broken[_i].field);
    ck_assert_ptr_null(settings.org);
    ck_assert_ptr_null(settings.country);
}
END_TEST

START_TEST(an_organisation_that_is_no_text_is_not_written)
{
    char org[] = "\xFF\xFE";
    struct settings settings = {org, NULL, true};
    struct devca_error error = {0};
    struct bytes json = {0};

    ck_assert_int_eq(settings_write(&settings, &json, &error), DEVCA_E_USAGE);
    ck_assert_str_eq(error.field, "/org");
    settings.org = NULL;
    ck_assert_int_eq(settings_write(&settings, &json, &error), DEVCA_E_USAGE);
    settings = (struct settings){(char[]){"A"}, (char[]){""}, true};
    ck_assert_int_eq(settings_write(&settings, &json, &error), DEVCA_E_USAGE);
    ck_assert_str_eq(error.field, "/country");
    ck_assert_uint_eq(json.len, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("settings");
    TCase *tests = tcase_create("settings");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_test(tests, what_is_written_is_read);
    tcase_add_loop_test(tests, what_is_none_is_refused, 0,
                        (int)(sizeof broken / sizeof broken[0]));
    tcase_add_test(tests, an_organisation_that_is_no_text_is_not_written);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
