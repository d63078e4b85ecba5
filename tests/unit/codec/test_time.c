/* UTCTime and GeneralizedTime, in and out. */
#include "devid/codec/writer.h"

#include <check.h>
#include <string.h>

struct row {
    uint8_t tag;
    const char *text;
    enum devid_status expected;
    struct devid_time time;
};

#define AT(y, mo, d, h, mi, s)                                \
    {                                                         \
        DEVID_TIME_DATE(y, mo, d), DEVID_TIME_CLOCK(h, mi, s) \
    }
#define NO_TIME \
    {           \
        0, 0    \
    }
#define UTC DER_UTC_TIME
#define GEN DER_GENERALIZED_TIME

static const struct row rows[] = {
    {UTC, "240229123456Z", DEVID_OK, AT(2024, 2, 29, 12, 34, 56)},
    {UTC, "500101000000Z", DEVID_OK, AT(1950, 1, 1, 0, 0, 0)},
    {UTC, "491231235959Z", DEVID_OK, AT(2049, 12, 31, 23, 59, 59)},
    {UTC, "000229000000Z", DEVID_OK, AT(2000, 2, 29, 0, 0, 0)},
    {UTC, "230229000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240230000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240431000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240430000000Z", DEVID_OK, AT(2024, 4, 30, 0, 0, 0)},
    {UTC, "240731000000Z", DEVID_OK, AT(2024, 7, 31, 0, 0, 0)},
    {UTC, "240831000000Z", DEVID_OK, AT(2024, 8, 31, 0, 0, 0)},
    {UTC, "240931000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "241131000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "241231000000Z", DEVID_OK, AT(2024, 12, 31, 0, 0, 0)},
    {UTC, "241301000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240001000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240100000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240101240000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240101006000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240101000060Z", DEVID_E_TIME, NO_TIME},
    {UTC, "2401010000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "240101000000", DEVID_E_TIME, NO_TIME},
    {UTC, "240101000000z", DEVID_E_TIME, NO_TIME},
    {UTC, "240101000000+0000", DEVID_E_TIME, NO_TIME},
    {UTC, "24010100000aZ", DEVID_E_TIME, NO_TIME},
    {UTC, "24-101000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "20240101000000Z", DEVID_E_TIME, NO_TIME},
    {UTC, "", DEVID_E_TIME, NO_TIME},
    {GEN, "20500101000000Z", DEVID_OK, AT(2050, 1, 1, 0, 0, 0)},
    {GEN, "20491231235959Z", DEVID_E_TIME, NO_TIME},
    {GEN, "19491231235959Z", DEVID_E_TIME, NO_TIME},
    {GEN, "99991231235959Z", DEVID_OK, AT(9999, 12, 31, 23, 59, 59)},
    {GEN, "21000229000000Z", DEVID_E_TIME, NO_TIME},
    {GEN, "24000229000000Z", DEVID_OK, AT(2400, 2, 29, 0, 0, 0)},
    {GEN, "20500101000000.5Z", DEVID_E_TIME, NO_TIME},
    {GEN, "205001010000Z", DEVID_E_TIME, NO_TIME},
    {GEN, "500101000000Z", DEVID_E_TIME, NO_TIME},
    {DER_IA5_STRING, "240101000000Z", DEVID_E_TAG, NO_TIME},
};

static struct devid_slice encode(const struct row *row, uint8_t *buffer,
                                 size_t capacity)
{
    struct devid_writer w;

    devid_writer_init(&w, buffer, capacity);
    devid_der_write(
        &w, row->tag,
        (struct devid_slice){(const uint8_t *)row->text, strlen(row->text)});
    return (struct devid_slice){buffer, w.len};
}

START_TEST(reads)
{
    const struct row *row = &rows[_i];
    uint8_t buffer[64];
    uint8_t again[64];
    struct devid_slice in = encode(row, buffer, sizeof buffer);
    size_t len = in.len;
    struct devid_writer w;
    struct devid_time time;
    enum devid_status status = devid_der_read_time(&in, &time);

    ck_assert_msg(status == row->expected, "%s: %s", row->text,
                  devid_status_id(status));
    if (status != DEVID_OK)
        return;
    ck_assert_int_eq(devid_time_compare(time, row->time), 0);
    devid_writer_init(&w, again, sizeof again);
    devid_der_write_time(&w, time);
    ck_assert_uint_eq(w.len, len);
    ck_assert_mem_eq(again, buffer, len);
}
END_TEST

START_TEST(any_generalized_year)
{
    const struct row row = {GEN, "20240101000000Z", DEVID_OK, NO_TIME};
    uint8_t buffer[64];
    struct devid_slice in = encode(&row, buffer, sizeof buffer);
    struct devid_time time;

    ck_assert(devid_der_read_generalized_time(&in, &time) == DEVID_OK);
    ck_assert_uint_eq(time.date, DEVID_TIME_DATE(2024, 1, 1));
}
END_TEST

START_TEST(compares)
{
    struct devid_time a = AT(2024, 1, 1, 0, 0, 0);
    struct devid_time b = AT(2024, 1, 1, 0, 0, 1);
    struct devid_time c = AT(2023, 12, 31, 23, 59, 59);

    ck_assert_int_lt(devid_time_compare(a, b), 0);
    ck_assert_int_gt(devid_time_compare(b, a), 0);
    ck_assert_int_gt(devid_time_compare(a, c), 0);
    ck_assert_int_eq(devid_time_compare(a, a), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec time");
    TCase *cases = tcase_create("time");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, reads, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, any_generalized_year);
    tcase_add_test(cases, compares);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
