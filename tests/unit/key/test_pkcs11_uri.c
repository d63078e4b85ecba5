/* RFC 7512: what is read, what is refused and by which attribute. */
#include "devca/key/pkcs11_uri.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static const struct good {
    const char *text;
    const char *written;
} good[] = {
    {"pkcs11:", "pkcs11:"},
    {"pkcs11:object=root", "pkcs11:object=root"},
    {"pkcs11:object=a?", "pkcs11:object=a"},
    {"pkcs11:?module-path=/l.so", "pkcs11:?module-path=/l.so"},
    {"pkcs11:object=k;token=Acme%20HSM?module-path=/a%3fb&",
     NULL}, /* a separator at the end */
    {"pkcs11:object=k;token=Acme%20HSM?module-path=/a%3fb",
     "pkcs11:token=Acme%20HSM;object=k?module-path=/a?b"},
    {"pkcs11:id=%01%FF%2a;type=private", "pkcs11:id=%01%FF%2A;type=private"},
    {"pkcs11:id=root", "pkcs11:id=%72%6F%6F%74"},
    {"pkcs11:token=%c3%a4;serial=0123456789abcdef;model=m;manufacturer=x",
     "pkcs11:token=%C3%A4;manufacturer=x;serial=0123456789abcdef;model=m"},
    {"pkcs11:slot-id=0281", "pkcs11:slot-id=0281"},
    {"pkcs11:object=a:[]@!$'()*+,=&b", "pkcs11:object=a:[]@!$'()*+,=&b"},
    {"pkcs11:object=a%3bb%2fc", "pkcs11:object=a%3Bb%2Fc"},
    {"pkcs11:token=", "pkcs11:token="},
};

START_TEST(test_read)
{
    struct pkcs11_uri uri, again;
    struct bytes text = {0}, twice = {0};
    enum devca_code code = pkcs11_uri_read(&uri, good[_i].text, NULL);

    if (!good[_i].written) {
        ck_assert_int_eq(code, DEVCA_E_USAGE);
        return;
    }
    ck_assert_int_eq(code, DEVCA_OK);
    ck_assert(pkcs11_uri_write(&uri, true, &text));
    ck_assert_str_eq((const char *)text.data, good[_i].written);
    ck_assert_int_eq(pkcs11_uri_read(&again, (const char *)text.data, NULL),
                     DEVCA_OK);
    ck_assert(pkcs11_uri_write(&again, true, &twice));
    ck_assert_str_eq((const char *)text.data, (const char *)twice.data);
    bytes_clear(&text);
    bytes_clear(&twice);
}
END_TEST

/* The field named, and a word of the reason. */
static const struct bad {
    const char *text, *field, *fault;
} bad[] = {
    {"", "", "does not begin"},
    {"file:key", "", "does not begin"},
    {"PKCS11:object=k", "", "does not begin"},
    {"pkcs11:object=k?pin-value=1234", "pin-value", "never stands"},
    {"pkcs11:pin-value=1234", "pin-value", "never stands"},
    {"pkcs11:object=k?pin-source=file:/p", "pin-source", "option of its own"},
    {"pkcs11:object=k?module-name=softhsm2", "module-name", "names no file"},
    {"pkcs11:object=k?module-path=libx.so", "module-path", "not absolute"},
    {"pkcs11:object=k?module-path=", "module-path", "not absolute"},
    {"pkcs11:module-path=/l.so", "module-path", "after a ?"},
    {"pkcs11:?object=k", "object", "before the ?"},
    {"pkcs11:object=a;object=b", "object", "twice"},
    {"pkcs11:?module-path=/a&module-path=/b", "module-path", "twice"},
    {"pkcs11:object", "object", "has no value"},
    {"pkcs11:object=", "object", "is empty"},
    {"pkcs11:id=", "id", "is empty"},
    {"pkcs11:object=a b", "object", "percent-encoded"},
    {"pkcs11:object=a/b", "object", "percent-encoded"},
    {"pkcs11:object=a\"b", "object", "percent-encoded"},
    {"pkcs11:object=\xc3\xa4", "object", "percent-encoded"},
    {"pkcs11:object=%", "object", "two hex digits"},
    {"pkcs11:object=%4", "object", "two hex digits"},
    {"pkcs11:object=%4g", "object", "two hex digits"},
    {"pkcs11:object=%;id=%01", "object", "two hex digits"},
    {"pkcs11:object=%00", "object", "control character"},
    {"pkcs11:object=a%1bb", "object", "control character"},
    {"pkcs11:object=%ff", "object", "not UTF-8"},
    {"pkcs11:object=%c3", "object", "not UTF-8"},
    {"pkcs11:token=123456789012345678901234567890123", "token", "longer than"},
    {"pkcs11:serial=12345678901234567", "serial", "longer than"},
    {"pkcs11:type=public;object=k", "type", "not private"},
    {"pkcs11:type=cert;object=k", "type", "not private"},
    {"pkcs11:slot-id=", "slot-id", "decimal"},
    {"pkcs11:slot-id=0x1", "slot-id", "decimal"},
    {"pkcs11:slot-id=-1", "slot-id", "decimal"},
    {"pkcs11:slot-id=18446744073709551616", "slot-id", "too large"},
    {"pkcs11:colour=red;object=k", "", "does not match by"},
    {"pkcs11:library-version=2", "", "does not match by"},
    {"pkcs11:object=k?vendor-x=1", "", "does not match by"},
    {"pkcs11:Object=k", "", "does not match by"},
    {"pkcs11:;object=k", "", "does not match by"},
    {"pkcs11:object=k;", "", "separator"},
    {"pkcs11:object=k?module-path=/a?b&c", "", "does not match by"},
};

START_TEST(test_refuse)
{
    struct pkcs11_uri uri;
    struct devca_error error = {0};

    ck_assert_int_eq(pkcs11_uri_read(&uri, bad[_i].text, &error),
                     DEVCA_E_USAGE);
    ck_assert_str_eq(error.field, bad[_i].field);
    ck_assert_msg(strstr(error.fault, bad[_i].fault) != NULL, "%s",
                  error.fault);
    ck_assert(!strstr(error.fault, "1234") && !strstr(error.hint, "1234"));
    ck_assert(!strstr(error.object, "1234"));
}
END_TEST

START_TEST(test_too_long)
{
    struct bytes text = {0};
    struct pkcs11_uri uri;

    ck_assert(bytes_append_text(&text, "pkcs11:object="));
    while (text.len <= PKCS11_URI_MAX)
        ck_assert(bytes_append_text(&text, "%61"));
    ck_assert_int_eq(pkcs11_uri_read(&uri, (const char *)text.data, NULL),
                     DEVCA_E_USAGE);
    bytes_clear(&text);
}
END_TEST

START_TEST(test_values)
{
    static const uint8_t id[] = {0x00, 0x25, 0xff};
    struct devid_slice got;
    struct pkcs11_uri uri;
    struct bytes text = {0};

    ck_assert_int_eq(
        pkcs11_uri_read(&uri, "pkcs11:slot-id=281;token=a%25b?module-path=/m",
                        NULL),
        DEVCA_OK);
    ck_assert_uint_eq(uri.slot_id, 281);
    got = pkcs11_uri_get(&uri, PKCS11_TOKEN);
    ck_assert_uint_eq(got.len, 3);
    ck_assert_mem_eq(got.data, "a%b", 3);
    ck_assert_uint_eq(pkcs11_uri_get(&uri, PKCS11_OBJECT).len, 0);
    pkcs11_uri_set(&uri, PKCS11_ID, (struct devid_slice){id, sizeof id});
    ck_assert(pkcs11_uri_write(&uri, false, &text));
    ck_assert_str_eq((const char *)text.data,
                     "pkcs11:token=a%25b;slot-id=281;id=%00%25%FF");
    bytes_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.pkcs11_uri");
    TCase *cases = tcase_create("pkcs11_uri");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_loop_test(cases, test_read, 0, sizeof good / sizeof good[0]);
    tcase_add_loop_test(cases, test_refuse, 0, sizeof bad / sizeof bad[0]);
    tcase_add_test(cases, test_too_long);
    tcase_add_test(cases, test_values);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
