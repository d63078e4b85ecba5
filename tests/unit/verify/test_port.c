/* The port of the host, asked directly: what its contract leaves to callers is
 * refused as well, and says nothing good by accident. */
#include <devid/port.h>

#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD = 32, POINT = 65, RAW = 64 };

/* RFC 6979 A.2.5: the key, and the signature of "sample" with SHA-256. */
static const char key_hex[] =
    "04"
    "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6"
    "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
static const char raw_hex[] =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
static const char order_hex[] =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
static const char prime_hex[] =
    "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff";
/* A point whose x is small: x = 5 is on the curve. x + p fits in the field's
 * octets, and would be taken for x by who reduces it. */
static const char small_hex[] =
    "04"
    "0000000000000000000000000000000000000000000000000000000000000005"
    "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";
static const char small_over_hex[] =
    "04"
    "ffffffff00000001000000000000000000000001000000000000000000000004"
    "459243b9aa581806fe913bce99817ade11ca503c64d9a3c533415c083248fbcc";

static void octets(const char *hex, uint8_t *to)
{
    char pair[3] = {0};

    for (; hex[0] != '\0'; hex += 2) {
        memcpy(pair, hex, 2);
        *to++ = (uint8_t)strtoul(pair, NULL, 16);
    }
}

static enum devid_status check(const char *hex)
{
    uint8_t point[POINT];

    octets(hex, point);
    return devid_port_check_point(DEVID_P256, point);
}

START_TEST(test_points)
{
    uint8_t point[POINT];

    ck_assert_int_eq(check(key_hex), DEVID_OK);
    ck_assert_int_eq(check(small_hex), DEVID_OK);
    ck_assert_int_eq(check(small_over_hex), DEVID_E_KEY_POINT);
    octets(key_hex, point);
    point[POINT - 1] ^= 1;
    ck_assert_int_eq(devid_port_check_point(DEVID_P256, point),
                     DEVID_E_KEY_POINT);
    memset(point + 1, 0, POINT - 1);
    ck_assert_int_eq(devid_port_check_point(DEVID_P256, point),
                     DEVID_E_KEY_POINT);
    octets(prime_hex, point + 1);
    octets(prime_hex, point + 1 + FIELD);
    ck_assert_int_eq(devid_port_check_point(DEVID_P256, point),
                     DEVID_E_KEY_POINT);
}
END_TEST

static enum devid_status verify(const uint8_t *raw)
{
    static const struct devid_slice message = {(const uint8_t *)"sample", 6};
    uint8_t point[POINT], hash[FIELD];

    octets(key_hex, point);
    ck_assert_int_eq(devid_port_hash(DEVID_P256, message, hash), DEVID_OK);
    return devid_port_ecdsa_verify(DEVID_P256, point, hash, raw);
}

/* Adds n to the scalar at raw; false when that has no room. */
static bool add_order(uint8_t *raw)
{
    uint8_t order[FIELD];
    unsigned sum = 0;
    int i;

    octets(order_hex, order);
    for (i = FIELD - 1; i >= 0; i--) {
        sum += (unsigned)raw[i] + order[i];
        raw[i] = (uint8_t)sum;
        sum >>= 8;
    }
    return sum == 0;
}

START_TEST(test_scalars)
{
    uint8_t raw[RAW];
    int i;

    octets(raw_hex, raw);
    ck_assert_int_eq(verify(raw), DEVID_OK);
    for (i = 0; i < 2; i++) {
        octets(raw_hex, raw);
        memset(raw + i * FIELD, 0, FIELD);
        ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
        octets(order_hex, raw + i * FIELD);
        ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
        memset(raw + i * FIELD, 0xFF, FIELD);
        ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
        octets(raw_hex, raw);
        raw[i * FIELD + FIELD - 1] ^= 1;
        ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
    }
    /* Both zero, and both n. */
    memset(raw, 0, RAW);
    ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
    ck_assert(add_order(raw) && add_order(raw + FIELD));
    ck_assert_int_eq(verify(raw), DEVID_E_SIGNATURE);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify.port");
    TCase *cases = tcase_create("port");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_test(cases, test_points);
    tcase_add_test(cases, test_scalars);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
