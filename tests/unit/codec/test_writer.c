/* The measuring writer: what it writes reads back, and how it measures. */
#include "devid/codec/writer.h"

#include "hex.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static void check_octets(const struct devid_writer *w, const char *expected)
{
    struct devid_slice want = hex_octets(expected);
    struct devid_slice got;

    ck_assert(devid_writer_done(w, &got) == DEVID_OK);
    ck_assert_msg(devid_slice_equal(got, want), "not %s", expected);
    hex_free(want);
}

START_TEST(integers)
{
    static const struct {
        const char *magnitude;
        const char *expected;
    } rows[] = {
        {"", "020100"},       {"00", "020100"},       {"0000", "020100"},
        {"7F", "02017F"},     {"80", "02020080"},     {"0080", "02020080"},
        {"000001", "020101"}, {"FFFF", "020300FFFF"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct devid_slice magnitude = hex_octets(rows[i].magnitude);
        uint8_t buffer[16];
        struct devid_writer w;

        devid_writer_init(&w, buffer, sizeof buffer);
        devid_der_write_unsigned(&w, DER_INTEGER, magnitude);
        check_octets(&w, rows[i].expected);
        hex_free(magnitude);
    }
}
END_TEST

START_TEST(small_values)
{
    uint8_t buffer[64];
    struct devid_writer w;

    devid_writer_init(&w, buffer, sizeof buffer);
    devid_der_write_small(&w, DER_INTEGER, 0);
    devid_der_write_small(&w, DER_ENUMERATED, 0x80);
    devid_der_write_small(&w, DER_INTEGER, 0xFFFFFFFF);
    devid_der_write_true(&w);
    check_octets(&w, "020100 0A020080 020500FFFFFFFF 0101FF");
}
END_TEST

START_TEST(bit_names)
{
    static const struct {
        uint16_t bits;
        const char *expected;
    } rows[] = {
        {0x0000, "030100"},   {0x0001, "03020780"},   {0x0060, "03020106"},
        {0x0080, "03020001"}, {0x0100, "0303070080"}, {0xFFFF, "030300FFFF"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t buffer[16];
        struct devid_writer w;
        struct devid_slice in;
        uint16_t bits;

        devid_writer_init(&w, buffer, sizeof buffer);
        devid_der_write_bit_names(&w, DER_BIT_STRING, rows[i].bits);
        check_octets(&w, rows[i].expected);
        in = (struct devid_slice){buffer, w.len};
        ck_assert(devid_der_read_bit_names(&in, DER_BIT_STRING, &bits) ==
                  DEVID_OK);
        ck_assert_uint_eq(bits, rows[i].bits);
    }
}
END_TEST

/* Content around each change of the length's own length reads back. */
START_TEST(lengths)
{
    static const size_t lens[] = {0, 1, 127, 128, 255, 256, 65535, 65536};
    const size_t room = 70000;
    uint8_t *buffer = malloc(room);
    uint8_t *content = calloc(1, room);

    ck_assert_ptr_nonnull(buffer);
    ck_assert_ptr_nonnull(content);
    for (size_t i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        struct devid_slice value = {content, lens[i]};
        struct devid_slice in;
        struct devid_slice outer;
        struct devid_slice inner;
        struct devid_writer w;
        size_t mark;

        devid_writer_init(&w, buffer, room);
        mark = devid_der_open(&w, DER_SEQUENCE);
        devid_der_write(&w, DER_OCTET_STRING, value);
        devid_der_close(&w, mark);
        ck_assert(devid_writer_done(&w, &in) == DEVID_OK);
        ck_assert(devid_der_read_whole(in, DER_SEQUENCE, &outer) == DEVID_OK);
        ck_assert(devid_der_read_whole(outer, DER_OCTET_STRING, &inner) ==
                  DEVID_OK);
        ck_assert(devid_slice_equal(inner, value));
        devid_writer_init(&w, NULL, 0);
        devid_der_write_header(&w, DER_SEQUENCE, outer.len);
        ck_assert_uint_eq(w.len, in.len - outer.len);
    }
    free(content);
    free(buffer);
}
END_TEST

static void write_sample(struct devid_writer *w)
{
    uint8_t content[200];
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t inner = devid_der_open(w, DER_SET);

    memset(content, 0x5A, sizeof content);
    devid_der_write(w, DER_OCTET_STRING,
                    (struct devid_slice){content, sizeof content});
    devid_der_close(w, inner);
    devid_der_write_bit_octets(w, (struct devid_slice){content, 3});
    devid_der_close(w, outer);
}

/* Every buffer that is too small yields the size needed, and no octet past
 * its end is touched (ASan). */
START_TEST(measures)
{
    uint8_t whole[300];
    struct devid_writer w;
    struct devid_slice got;
    size_t need;

    devid_writer_init(&w, NULL, 0);
    write_sample(&w);
    need = w.len;
    ck_assert(devid_writer_done(&w, &got) == DEVID_E_SPACE);
    devid_writer_init(&w, whole, sizeof whole);
    write_sample(&w);
    ck_assert_uint_eq(w.len, need);
    for (size_t room = 0; room <= need; room++) {
        uint8_t *buffer = malloc(room != 0 ? room : 1);

        ck_assert_ptr_nonnull(buffer);
        devid_writer_init(&w, buffer, room);
        write_sample(&w);
        ck_assert_uint_eq(w.len, need);
        ck_assert(devid_writer_done(&w, &got) ==
                  (room < need ? DEVID_E_SPACE : DEVID_OK));
        if (room == need)
            ck_assert_mem_eq(buffer, whole, need);
        free(buffer);
    }
}
END_TEST

/* More octets than can be counted do not come out as few. */
START_TEST(counts_no_further)
{
    uint8_t buffer[16] = {0};
    uint8_t untouched[16] = {0};
    struct devid_slice most = {buffer, SIZE_MAX - 4};
    struct devid_slice got;
    struct devid_writer w;
    size_t mark;

    devid_writer_init(&w, buffer, 0);
    mark = devid_der_open(&w, DER_SEQUENCE);
    devid_write_raw(&w, most);
    ck_assert_uint_eq(w.len, SIZE_MAX - 2);
    devid_der_write_true(&w);
    ck_assert_uint_eq(w.len, SIZE_MAX);
    devid_write_raw(&w, most);
    devid_der_write_true(&w);
    ck_assert_uint_eq(w.len, SIZE_MAX);
    devid_der_close(&w, mark);
    ck_assert_uint_eq(w.len, SIZE_MAX);
    ck_assert(devid_writer_done(&w, &got) == DEVID_E_SPACE);
    ck_assert_mem_eq(buffer, untouched, sizeof buffer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec writer");
    TCase *cases = tcase_create("writer");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(cases, integers);
    tcase_add_test(cases, small_values);
    tcase_add_test(cases, bit_names);
    tcase_add_test(cases, lengths);
    tcase_add_test(cases, measures);
    tcase_add_test(cases, counts_no_further);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
