/* CertificationRequest: written, read back, and what is refused. */
#include "devid/x509/request.h"

#include "mint.h"

#include <check.h>

#define INFO "020100" NAME_DEVICE SPKI_P256 POINT_G
/* extensionRequest for keyUsage digitalSignature */
#define EXTENSIONS "06092A864886F70D01090E 3112 3010" EXT_KU_SIGN

static const struct {
    const char *what;
    enum devid_status expected;
    const char *info; /* content of CertificationRequestInfo */
    size_t extensions;
} rows[] = {
    {"no attributes", DEVID_OK, INFO "A000", 0},
    {"empty subject", DEVID_OK, "020100" NAME_EMPTY SPKI_P256 POINT_G "A000",
     0},
    {"[0] missing", DEVID_E_TRUNCATED, INFO, 0},
    {"version 1", DEVID_E_VERSION,
     "020101" NAME_DEVICE SPKI_P256 POINT_G "A000", 0},
    {"trailing octets", DEVID_E_TRAILING, INFO "A0000500", 0},
    {"extensionRequest", DEVID_OK, INFO "A021 301F" EXTENSIONS, 16},
    {"extensionRequest of nothing", DEVID_E_EXTENSIONS,
     INFO "A011 300F 06092A864886F70D01090E 31023000", 0},
    {"extensionRequest of two", DEVID_E_TRAILING,
     INFO "A025 3023 06092A864886F70D01090E 3116 3002 0500 3010" EXT_KU_SIGN "",
     0},
    {"attribute without values", DEVID_E_ATTRIBUTE,
     INFO "A00A 3008 06042A030405 3100", 0},
    {"unknown attribute", DEVID_OK, INFO "A00C 300A 06042A030405 31020500", 0},
    {"attribute twice", DEVID_E_ATTRIBUTE,
     INFO "A019 300A 06042A030405 31020500 300B 06042A030405 3103020101", 0},
    {"attributes unsorted", DEVID_E_SET_ORDER,
     INFO "A018 300A 06042A030406 31020500 300A 06042A030405 31020500", 0},
    {"attributes sorted", DEVID_OK,
     INFO "A018 300A 06042A030405 31020500 300A 06042A030406 31020500", 0},
    {"values unsorted", DEVID_E_SET_ORDER,
     INFO "A010 300E 06042A030405 3106020102020101", 0},
    {"extension twice", DEVID_E_EXTENSION_DUPLICATE,
     INFO "A031 302F 06092A864886F70D01090E 3122 3020" EXT_KU_SIGN EXT_KU_SIGN,
     0},
};

START_TEST(reads)
{
    uint8_t buffer[512];
    struct devid_writer w;
    struct devid_slice der;
    struct devid_request request;
    enum devid_status status;
    size_t whole;
    size_t info;

    devid_writer_init(&w, buffer, sizeof buffer);
    whole = devid_der_open(&w, DER_SEQUENCE);
    info = devid_der_open(&w, DER_SEQUENCE);
    mint_hex(&w, rows[_i].info);
    devid_der_close(&w, info);
    mint_hex(&w, ALG_SHA256 "0309003006020101020101");
    devid_der_close(&w, whole);
    ck_assert(devid_writer_done(&w, &der) == DEVID_OK);
    status = devid_request_read(der, &request);
    ck_assert_msg(status == rows[_i].expected, "%s: %s", rows[_i].what,
                  devid_status_id(status));
    if (status == DEVID_OK)
        ck_assert_uint_eq(request.extensions.len, rows[_i].extensions);
}
END_TEST

START_TEST(round_trip)
{
    uint8_t subject[32];
    uint8_t spki[128];
    uint8_t extensions[64];
    uint8_t buffer[512];
    uint8_t whole[600];
    struct devid_request_info info;
    struct devid_writer w;
    struct devid_slice tbs;
    struct devid_slice der;
    struct devid_request request;
    const uint8_t signature[] = {0x30, 6, 2, 1, 1, 2, 1, 1};

    devid_writer_init(&w, subject, sizeof subject);
    mint_hex(&w, NAME_DEVICE);
    info.subject = (struct devid_slice){subject, w.len};
    devid_writer_init(&w, spki, sizeof spki);
    mint_hex(&w, SPKI_P256 POINT_G);
    info.spki = (struct devid_slice){spki, w.len};
    devid_writer_init(&w, extensions, sizeof extensions);
    mint_hex(&w, EXT_KU_SIGN);
    info.extensions = (struct devid_slice){extensions, w.len};
    devid_writer_init(&w, buffer, sizeof buffer);
    devid_request_info_write(&w, &info);
    ck_assert(devid_writer_done(&w, &tbs) == DEVID_OK);
    devid_writer_init(&w, whole, sizeof whole);
    devid_signed_write(&w, tbs, DEVID_P256,
                       (struct devid_slice){signature, sizeof signature});
    ck_assert(devid_writer_done(&w, &der) == DEVID_OK);
    ck_assert(devid_request_read(der, &request) == DEVID_OK);
    ck_assert(devid_slice_equal(request.info, tbs));
    ck_assert(devid_slice_equal(request.subject, info.subject));
    ck_assert(devid_slice_equal(request.spki, info.spki));
    ck_assert(devid_slice_equal(request.extensions, info.extensions));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x509 request");
    TCase *cases = tcase_create("request");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, reads, 0, sizeof rows / sizeof rows[0]);
    tcase_add_test(cases, round_trip);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
