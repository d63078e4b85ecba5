/* Public keys in every form that people hand in, and what is none. */
#include "place.h"

#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void fixture_key(const char *name, struct public_key *key)
{
    struct bytes pem = {0};

    place_fixture(name, &pem);
    ck_assert_int_eq(public_key_parse(key, bytes_slice(&pem), name, NULL),
                     DEVCA_OK);
    bytes_clear(&pem);
}

static void same(struct devid_slice input, const struct public_key *expected)
{
    struct public_key key;

    ck_assert_int_eq(public_key_parse(&key, input, "key", NULL), DEVCA_OK);
    ck_assert_int_eq(key.curve, expected->curve);
    ck_assert_uint_eq(key.len, expected->len);
    ck_assert_mem_eq(key.point, expected->point, key.len);
}

START_TEST(test_point)
{
    struct public_key key;
    char hex[2 * DEVID_MAX_POINT + 3];

    fixture_key(_i ? "p384.pub.pem" : "p256.pub.pem", &key);
    ck_assert_uint_eq(key.len, _i ? 97 : 65);
    same(public_key_slice(&key), &key);
    hex_write(public_key_slice(&key), hex);
    same((struct devid_slice){(uint8_t *)hex, strlen(hex)}, &key);
    hex[2 * key.len] = '\n';
    same((struct devid_slice){(uint8_t *)hex, 2 * key.len + 1}, &key);
}
END_TEST

/* The last octet of y is another: off the curve, in each form. */
START_TEST(test_off_curve)
{
    struct public_key key, read;
    struct devca_error error;
    char hex[2 * DEVID_MAX_POINT + 1];

    fixture_key(_i ? "p384.pub.pem" : "p256.pub.pem", &key);
    key.point[key.len - 1] ^= 1;
    ck_assert_int_eq(
        public_key_parse(&read, public_key_slice(&key), "dev.pub", &error),
        DEVCA_E_KEY_POINT);
    ck_assert_str_eq(error.object, "dev.pub");
    hex_write(public_key_slice(&key), hex);
    ck_assert_int_eq(
        public_key_parse(&read,
                         (struct devid_slice){(uint8_t *)hex, strlen(hex)},
                         "dev.pub", &error),
        DEVCA_E_KEY_POINT);
    memset(key.point + 1, 0, key.len - 1);
    ck_assert_int_eq(
        public_key_parse(&read, public_key_slice(&key), "dev.pub", &error),
        DEVCA_E_KEY_POINT);
    memset(key.point + 1, 0xFF, key.len - 1);
    ck_assert_int_eq(
        public_key_parse(&read, public_key_slice(&key), "dev.pub", &error),
        DEVCA_E_KEY_POINT);
}
END_TEST

static const struct refusal {
    const char *input;
    size_t len;
} refusals[] = {
    {"", 0},        {"0", 1},           {"04", 2},
    {"\x04", 1},    {"\x30\x01", 2},    {"\x30\x80\x00\x00", 4},
    {"zz", 2},      {"-----BEGIN", 10}, {"  \n", 3},
    {"0400\n0", 6},
};

START_TEST(test_refuse)
{
    const struct devid_slice input = {(const uint8_t *)refusals[_i].input,
                                      refusals[_i].len};
    struct devca_error error = {0};
    struct public_key key;

    ck_assert_int_eq(public_key_parse(&key, input, "x", &error),
                     DEVCA_E_MALFORMED);
    ck_assert_str_ne(error.fault, "");
}
END_TEST

START_TEST(test_not_a_public_key)
{
    struct bytes pem = {0};
    struct public_key key;

    place_fixture("p256.pem", &pem);
    ck_assert_int_eq(public_key_parse(&key, bytes_slice(&pem), "x", NULL),
                     DEVCA_E_MALFORMED);
    bytes_clear(&pem);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.public_key");
    TCase *cases = tcase_create("public_key");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_loop_test(cases, test_point, 0, 2);
    tcase_add_loop_test(cases, test_off_curve, 0, 2);
    tcase_add_loop_test(cases, test_refuse, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_test(cases, test_not_a_public_key);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
