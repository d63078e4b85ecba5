/* Growing buffers, and measuring writes into them. */
#include "devca/base/bytes.h"
#include "devid/codec/writer.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

START_TEST(test_append_keeps_all)
{
    struct bytes bytes = {0};
    uint8_t octet;
    unsigned i;

    for (i = 0; i < 5000; i++) {
        octet = (uint8_t)(i * 7);
        ck_assert(bytes_append(&bytes, &octet, 1));
        ck_assert_uint_eq(bytes.data[bytes.len], 0);
    }
    ck_assert_uint_eq(bytes.len, 5000);
    for (i = 0; i < 5000; i++)
        ck_assert_uint_eq(bytes.data[i], (uint8_t)(i * 7));
    bytes_clear(&bytes);
    ck_assert_ptr_null(bytes.data);
    ck_assert_uint_eq(bytes.capacity, 0);
}
END_TEST

START_TEST(test_append_nothing)
{
    struct bytes bytes = {0};

    ck_assert(bytes_append(&bytes, NULL, 0));
    ck_assert_uint_eq(bytes.len, 0);
    ck_assert_uint_eq(bytes.data[0], 0);
    ck_assert(bytes_append_text(&bytes, "text"));
    ck_assert_str_eq((const char *)bytes.data, "text");
    ck_assert_uint_eq(bytes_slice(&bytes).len, 4);
    bytes_clear(&bytes);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(test_too_much)
{
    struct bytes bytes = {0};

    ck_assert(bytes_append_text(&bytes, "kept"));
    ck_assert(!bytes_reserve(&bytes, SIZE_MAX));
    ck_assert(!bytes_append(&bytes, "x", SIZE_MAX - 2));
    ck_assert_str_eq((const char *)bytes.data, "kept");
    bytes_clear(&bytes);
}
END_TEST

static void write_sequence(struct devid_writer *w, const void *context)
{
    const struct devid_slice *content = context;
    size_t mark = devid_der_open(w, DER_SEQUENCE);

    devid_der_write(w, DER_OCTET_STRING, *content);
    devid_der_close(w, mark);
}

START_TEST(test_write_appends)
{
    static const uint8_t content[300] = {0xAA};
    const struct devid_slice slice = {content, sizeof content};
    struct bytes bytes = {0};

    ck_assert(bytes_append_text(&bytes, "head"));
    ck_assert(bytes_write(&bytes, write_sequence, &slice));
    ck_assert_uint_eq(bytes.len, 4 + 4 + 4 + 300);
    ck_assert_mem_eq(bytes.data, "head\x30\x82\x01\x30\x04\x82\x01\x2C\xAA",
                     13);
    ck_assert_uint_eq(bytes.data[bytes.len], 0);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(test_wipe)
{
    uint8_t secret[16];

    memset(secret, 0x5A, sizeof secret);
    wipe(secret + 1, 14);
    ck_assert_uint_eq(secret[0], 0x5A);
    ck_assert_uint_eq(secret[1], 0);
    ck_assert_uint_eq(secret[14], 0);
    ck_assert_uint_eq(secret[15], 0x5A);
    wipe(NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.bytes");
    TCase *cases = tcase_create("bytes");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_test(cases, test_append_keeps_all);
    tcase_add_test(cases, test_append_nothing);
    tcase_add_test(cases, test_too_much);
    tcase_add_test(cases, test_write_appends);
    tcase_add_test(cases, test_wipe);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
