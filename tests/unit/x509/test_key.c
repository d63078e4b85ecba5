/* Signature values: 1 <= r,s < n, one encoding each. */
#include "devid/x509/key.h"

#include "mint.h"

#include <check.h>
#include <string.h>

#define N256 "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551"
#define N256_LESS \
    "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632550"

static const struct {
    const char *hex;
    enum devid_status expected;
} rows[] = {
    {"3006020101020101", DEVID_OK},
    {"3026022100" N256_LESS "020101", DEVID_OK},
    {"3026020101022100" N256_LESS, DEVID_OK},
    {"3026022100" N256 "020101", DEVID_E_SIGNATURE_FORMAT},
    {"3026020101022100" N256, DEVID_E_SIGNATURE_FORMAT},
    {"3006020100020101", DEVID_E_SIGNATURE_FORMAT},
    {"3006020101020100", DEVID_E_SIGNATURE_FORMAT},
    {"3006020100020100", DEVID_E_SIGNATURE_FORMAT},
    {"3006020181020101", DEVID_E_SIGNATURE_FORMAT},
    {"300702020001020101", DEVID_E_SIGNATURE_FORMAT},
    {"3005 0200 020101", DEVID_E_SIGNATURE_FORMAT},
    {"3003020101", DEVID_E_SIGNATURE_FORMAT},
    {"3009020101020101020101", DEVID_E_SIGNATURE_FORMAT},
    {"30060201010201010500", DEVID_E_SIGNATURE_FORMAT},
    {"308006020101 020101", DEVID_E_SIGNATURE_FORMAT},
    {"30810602010102 0101", DEVID_E_SIGNATURE_FORMAT},
    {"3027 02220100" N256 "020101", DEVID_E_SIGNATURE_FORMAT},
    {"3106020101020101", DEVID_E_SIGNATURE_FORMAT},
    {"", DEVID_E_SIGNATURE_FORMAT},
};

START_TEST(signatures)
{
    uint8_t buffer[128];
    uint8_t again[128];
    uint8_t raw[64];
    struct devid_writer w;
    struct devid_slice der;
    enum devid_status status;

    devid_writer_init(&w, buffer, sizeof buffer);
    mint_hex(&w, rows[_i].hex);
    der = (struct devid_slice){buffer, w.len};
    status = devid_signature_read(der, DEVID_P256, raw);
    ck_assert_msg(status == rows[_i].expected, "%s: %s", rows[_i].hex,
                  devid_status_id(status));
    if (status != DEVID_OK)
        return;
    devid_writer_init(&w, again, sizeof again);
    devid_signature_write(&w, DEVID_P256, raw);
    ck_assert(devid_slice_equal(der, (struct devid_slice){again, w.len}));
}
END_TEST

START_TEST(keys)
{
    static const size_t field[] = {32, 48};

    for (int curve = DEVID_P256; curve <= DEVID_P384; curve++) {
        size_t len = 2 * field[curve - DEVID_P256] + 1;
        uint8_t point[DEVID_MAX_POINT] = {0x04};
        uint8_t buffer[256];
        struct devid_writer w;
        struct devid_slice in;
        struct devid_slice got;
        enum devid_curve read;

        devid_writer_init(&w, buffer, sizeof buffer);
        devid_spki_write(&w, (enum devid_curve)curve,
                         (struct devid_slice){point, len});
        devid_signature_algorithm_write(&w, (enum devid_curve)curve);
        ck_assert(devid_writer_done(&w, &in) == DEVID_OK);
        ck_assert(devid_spki_read(&in, &read, &got) == DEVID_OK);
        ck_assert_int_eq(read, curve);
        ck_assert_uint_eq(got.len, len);
        ck_assert(devid_signature_algorithm_read(&in, &read) == DEVID_OK);
        ck_assert_int_eq(read, curve);
        ck_assert_uint_eq(in.len, 0);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x509 key");
    TCase *cases = tcase_create("key");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, signatures, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, keys);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
