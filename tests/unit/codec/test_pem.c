/* PEM and base64. */
#include "devid/codec/pem.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

static struct devid_slice text_of(const char *text)
{
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

START_TEST(base64)
{
    static const struct {
        const char *text;
        const char *octets; /* NULL: refused */
    } rows[] = {
        {"", ""},           {"Zg==", "f"},        {"Zm8=", "fo"},
        {"Zm9v", "foo"},    {"Zm9vYg==", "foob"}, {"Zh==", NULL},
        {"Zm9=", NULL},     {"Zg=", NULL},        {"Zg", NULL},
        {"Z", NULL},        {"Z===", NULL},       {"====", NULL},
        {"Zg==Zg==", NULL}, {"Zm9v=", NULL},      {"Zm 9v", NULL},
        {"Zm-v", NULL},     {"Zg==x", NULL},      {"Zg=x", NULL},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t buffer[32];
        struct devid_writer w;
        enum devid_status status;

        devid_writer_init(&w, buffer, sizeof buffer);
        status = devid_base64_read(text_of(rows[i].text), &w);
        if (rows[i].octets == NULL) {
            ck_assert_msg(status == DEVID_E_STRING, "%s", rows[i].text);
            continue;
        }
        ck_assert_msg(status == DEVID_OK, "%s", rows[i].text);
        ck_assert_uint_eq(w.len, strlen(rows[i].octets));
        ck_assert_mem_eq(buffer, rows[i].octets, w.len);
        devid_writer_init(&w, buffer, sizeof buffer);
        devid_base64_write(&w, text_of(rows[i].octets));
        ck_assert_uint_eq(w.len, strlen(rows[i].text));
        ck_assert_mem_eq(buffer, rows[i].text, w.len);
    }
}
END_TEST

#define BEGIN "-----BEGIN X-----\n"
#define END "-----END X-----\n"

START_TEST(blocks)
{
    static const struct {
        const char *text;
        enum devid_status expected;
    } rows[] = {
        {"", DEVID_E_EMPTY},
        {"no block at all\n", DEVID_E_EMPTY},
        {BEGIN "Zm9v\n" END, DEVID_OK},
        {"said before\n" BEGIN "Zm9v\n" END, DEVID_OK},
        {"-----BEGIN X-----\r\nZm9v\r\n-----END X-----\r\n", DEVID_OK},
        {BEGIN "Zm\n9v\n" END, DEVID_OK},
        {BEGIN "Zm9v\n-----END X-----", DEVID_OK},
        {BEGIN "Zm9v\n", DEVID_E_TRUNCATED},
        {BEGIN "Zm9v\n-----END Y-----\n", DEVID_E_TRUNCATED},
        {BEGIN "Zm9v\n" BEGIN, DEVID_E_TRUNCATED},
        {BEGIN "Zm9\n" END, DEVID_E_STRING},
        {BEGIN "Zm9v \n" END, DEVID_E_STRING},
        {BEGIN "Proc-Type: 4,ENCRYPTED\n\nZm9v\n" END, DEVID_E_STRING},
        {"-----BEGIN X---\nZm9v\n", DEVID_E_EMPTY},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct devid_slice text = text_of(rows[i].text);
        struct devid_slice label;
        uint8_t buffer[32];
        struct devid_writer w;
        enum devid_status status;

        devid_writer_init(&w, buffer, sizeof buffer);
        status = devid_pem_read(&text, &label, &w);
        ck_assert_msg(status == rows[i].expected, "row %zu: %s", i,
                      devid_status_id(status));
        if (status != DEVID_OK)
            continue;
        ck_assert(devid_slice_equal(label, text_of("X")));
        ck_assert_uint_eq(w.len, 3);
        ck_assert_mem_eq(buffer, "foo", 3);
        ck_assert(devid_pem_detect(text_of(rows[i].text)));
        ck_assert(devid_pem_read(&text, &label, &w) == DEVID_E_EMPTY);
    }
}
END_TEST

START_TEST(round_trip)
{
    uint8_t octets[200];

    for (size_t i = 0; i < sizeof octets; i++)
        octets[i] = (uint8_t)(i * 7);
    for (size_t len = 0; len <= sizeof octets; len++) {
        struct devid_slice label;
        struct devid_slice text;
        struct devid_writer w;
        uint8_t written[400];
        uint8_t back[200];

        devid_writer_init(&w, written, sizeof written);
        devid_pem_write(&w, "CERTIFICATE", (struct devid_slice){octets, len});
        ck_assert(devid_writer_done(&w, &text) == DEVID_OK);
        devid_writer_init(&w, back, sizeof back);
        ck_assert(devid_pem_read(&text, &label, &w) == DEVID_OK);
        ck_assert_uint_eq(w.len, len);
        ck_assert_mem_eq(back, octets, len);
    }
}
END_TEST

/* A line of more than 76 columns is refused, one of 76 is taken. */
START_TEST(long_lines)
{
    for (size_t columns = 76; columns <= 80; columns += 4) {
        char text[160];
        uint8_t buffer[80];
        struct devid_slice in;
        struct devid_slice label;
        struct devid_writer w;
        size_t at = strlen(BEGIN);

        memcpy(text, BEGIN, at);
        memset(text + at, 'A', columns);
        memcpy(text + at + columns, "\n" END, strlen(END) + 2);
        in = text_of(text);
        devid_writer_init(&w, buffer, sizeof buffer);
        ck_assert(devid_pem_read(&in, &label, &w) ==
                  (columns == 76 ? DEVID_OK : DEVID_E_STRING));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("codec pem");
    TCase *cases = tcase_create("pem");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(cases, base64);
    tcase_add_test(cases, blocks);
    tcase_add_test(cases, round_trip);
    tcase_add_test(cases, long_lines);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
