/* Each of the forty checks: something that breaks it is found, by number and
 * severity, and what is good is left in peace. */
#include "made.h"

#include "devca/lint/lint.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

enum base { DEVICE, CA, LIST };

#define ECDSA_SHA384 "\x30\x0A\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x03"
#define WITH_NULL "\x30\x0C\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02\x05\x00"
#define LONG16 "aaaaaaaaaaaaaaaa"
#define EXTENSION(len, oid, value_len, value) \
    "\x30" len "\x06\x03\x55\x1D" oid "\x04" value_len value
/* G, the generator of P-256: its private key is 1 */
#define SPKI_G                                                         \
    "\x30\x59\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A" \
    "\x86\x48\xCE\x3D\x03\x01\x07\x03\x42\x00\x04"                     \
    "\x6B\x17\xD1\xF2\xE1\x2C\x42\x47\xF8\xBC\xE6\xE5\x63\xA4\x40\xF2" \
    "\x77\x03\x7D\x81\x2D\xEB\x33\xA0\xF4\xA1\x39\x45\xD8\x98\xC2\x96" \
    "\x4F\xE3\x42\xE2\xFE\x1A\x7F\x9B\x8E\xE7\xEB\x4A\x7C\x0F\x9E\x16" \
    "\x2B\xCE\x33\x57\x6B\x31\x5E\xCE\xCB\xB6\x40\x68\x37\xBF\x51\xF5"

struct row {
    int check;
    enum lint_severity severity;
    enum base base;
    int piece;
    const char *octets;
    size_t len;
};
#define ROW(check, severity, base, piece, octets)                       \
    {                                                                   \
        check, LINT_##severity, base, piece, octets, sizeof(octets) - 1 \
    }

static const struct row rows[] = {
    ROW(1, ERROR, DEVICE, TRAILER, "\x00"),
    ROW(1, ERROR, DEVICE, SERIAL, "\x02\x81\x01\x05"),
    ROW(1, ERROR, DEVICE, SUBJECT, "\x30\x80\x00\x00"),
    ROW(1, ERROR, LIST, L_TRAILER, "\x00"),
    ROW(2, ERROR, DEVICE, VERSION, ""),
    ROW(2, ERROR, DEVICE, VERSION, "\xA0\x03\x02\x01\x01"),
    ROW(2, ERROR, DEVICE, VERSION, "\xA0\x03\x02\x01\x00"),
    ROW(3, ERROR, DEVICE, SERIAL, "\x02\x01\x00"),
    ROW(3, ERROR, DEVICE, SERIAL,
        "\x02\x09\x81\x02\x03\x04\x05\x06\x07\x08\x09"),
    ROW(4, ERROR, DEVICE, SERIAL, "\x02\x15" LONG16 "aaaaa"),
    ROW(5, WARNING, DEVICE, SERIAL, "\x02\x04\x01\x02\x03\x04"),
    ROW(6, ERROR, DEVICE, OUTER_ALGORITHM, ECDSA_SHA384),
    ROW(6, ERROR, LIST, L_OUTER_ALGORITHM, ECDSA_SHA384),
    ROW(7, ERROR, DEVICE, ALGORITHM, WITH_NULL),
    ROW(7, ERROR, LIST, L_ALGORITHM, WITH_NULL),
    ROW(8, ERROR, DEVICE, SIGNATURE, "\x00\x30\x06\x02\x01\x00\x02\x01\x07"),
    ROW(8, ERROR, DEVICE, SIGNATURE, "\x00\x30\x06\x02\x01\x85\x02\x01\x07"),
    ROW(8, ERROR, DEVICE, SIGNATURE, "\x01\x30\x06\x02\x01\x05\x02\x01\x07"),
    ROW(8, ERROR, DEVICE, SIGNATURE, "\x00\x05\x00"),
    ROW(9, ERROR, DEVICE, ISSUER, "\x30\x00"),
    ROW(9, ERROR, LIST, L_ISSUER, "\x30\x00"),
    ROW(10, ERROR, CA, SUBJECT, "\x30\x00"),
    ROW(11, ERROR, DEVICE, SUBJECT, "\x30\x00"),
    ROW(13, ERROR, DEVICE, SUBJECT,
        "\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x06\x0C\x02"
        "DE"),
    ROW(13, ERROR, DEVICE, SUBJECT,
        "\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x16\x02"
        "DE"),
    ROW(14, ERROR, DEVICE, SUBJECT,
        "\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x13\x02"
        "a@"),
    ROW(14, ERROR, DEVICE, SUBJECT,
        "\x30\x4C\x31\x4A\x30\x48\x06\x03\x55\x04\x03\x0C\x41" LONG16 LONG16
            LONG16 LONG16 "a"),
    ROW(15, ERROR, DEVICE, SUBJECT,
        "\x30\x1A\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x0C\x02"
        "aa"
        "\x31\x0B\x30\x09\x06\x03\x55\x04\x03\x0C\x02"
        "bb"),
    ROW(15, ERROR, DEVICE, SUBJECT,
        "\x30\x18\x31\x16\x30\x09\x06\x03\x55\x04\x0A\x0C\x02"
        "bb"
        "\x30\x09\x06\x03\x55\x04\x03\x0C\x02"
        "aa"),
    ROW(16, ERROR, DEVICE, NOT_BEFORE,
        "\x18\x0F"
        "20260101000000Z"),
    ROW(16, ERROR, DEVICE, NOT_BEFORE,
        "\x0C\x0D"
        "260101000000Z"),
    ROW(17, ERROR, DEVICE, NOT_BEFORE,
        "\x17\x0B"
        "2601010000Z"),
    ROW(17, ERROR, DEVICE, NOT_BEFORE,
        "\x17\x0D"
        "261301000000Z"),
    ROW(17, ERROR, LIST, L_THIS_UPDATE,
        "\x17\x0B"
        "2601010000Z"),
    ROW(18, ERROR, DEVICE, NOT_AFTER,
        "\x17\x0D"
        "250101000000Z"),
    ROW(19, ERROR, CA, E_BASIC,
        EXTENSION("\x0F", "\x13", "\x08", "\x30\x06\x01\x01\xFF\x02\x01\x00")),
    ROW(19, ERROR, CA, E_BASIC,
        "\x30\x12\x06\x03\x55\x1D\x13\x01\x01\xFF\x04\x08"
        "\x30\x06\x01\x01\x01\x02\x01\x00"),
    ROW(20, ERROR, DEVICE, E_BASIC,
        EXTENSION("\x0C", "\x13", "\x05", "\x30\x03\x02\x01\x00")),
    ROW(21, ERROR, DEVICE, E_USAGE,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x00\x80"),
    ROW(21, ERROR, DEVICE, E_USAGE,
        "\x30\x0D\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x03\x03\x01\x00"),
    ROW(21, WARNING, DEVICE, E_USAGE,
        EXTENSION("\x0B", "\x0F", "\x04", "\x03\x02\x07\x80")),
    ROW(22, ERROR, DEVICE, E_USAGE,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x02\x84"),
    ROW(23, ERROR, CA, E_USAGE, ""),
    ROW(23, ERROR, CA, E_USAGE,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x01\x02"),
    ROW(24, ERROR, DEVICE, E_USAGE,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x05\xA0"),
    ROW(25, WARNING, DEVICE, E_USAGE,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x01\x02"),
    ROW(26, ERROR, DEVICE, E_EXTRA,
        EXTENSION("\x09", "\x25", "\x02", "\x30\x00")),
    ROW(26, WARNING, DEVICE, E_EXTRA,
        "\x30\x12\x06\x03\x55\x1D\x25\x01\x01\xFF\x04\x08"
        "\x30\x06\x06\x04\x55\x1D\x25\x00"),
    ROW(28, ERROR, CA, E_SKI, ""),
    ROW(28, ERROR, CA, E_SKI,
        "\x30\x20\x06\x03\x55\x1D\x0E\x01\x01\xFF\x04\x16\x04\x14"
        "abcdefghijklmnopqrst"),
    ROW(29, NOTICE, CA, E_SKI,
        EXTENSION("\x0F", "\x0E", "\x08",
                  "\x04\x06"
                  "abcdef")),
    ROW(30, ERROR, DEVICE, E_AKI, ""),
    ROW(30, ERROR, DEVICE, E_AKI,
        EXTENSION("\x09", "\x23", "\x02", "\x30\x00")),
    ROW(32, ERROR, DEVICE, E_EXTRA,
        "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04\x04\x03\x02\x07\x80"),
    ROW(33, ERROR, DEVICE, E_AKI,
        "\x30\x22\x06\x03\x55\x1D\x23\x01\x01\x00\x04\x18\x30\x16\x80\x14"
        "12345678901234567890"),
    ROW(34, ERROR, DEVICE, E_EXTRA,
        EXTENSION("\x09", "\x11", "\x02", "\x30\x00")),
    ROW(34, ERROR, DEVICE, E_EXTRA,
        EXTENSION("\x0B", "\x11", "\x04", "\x30\x02\x82\x00")),
    ROW(35, ERROR, DEVICE, E_EXTRA,
        EXTENSION("\x19", "\x11", "\x12",
                  "\x30\x10\xA0\x0E\x06\x08\x2B\x06\x01\x05\x05\x07\x08\x04"
                  "\xA0\x02\x30\x00")),
    ROW(36, ERROR, DEVICE, E_EXTRA,
        "\x30\x15\x06\x03\x55\x1D\x1E\x01\x01\xFF\x04\x0B"
        "\x30\x09\xA0\x07\x30\x05\x82\x03"
        "a.b"),
    ROW(36, ERROR, CA, E_EXTRA,
        EXTENSION("\x12", "\x1E", "\x0B",
                  "\x30\x09\xA0\x07\x30\x05\x82\x03"
                  "a.b")),
    ROW(37, ERROR, DEVICE, E_EXTRA,
        EXTENSION("\x15", "\x20", "\x0E",
                  "\x30\x0C\x30\x04\x06\x02\x2A\x03\x30\x04\x06\x02\x2A\x03")),
    ROW(38, ERROR, DEVICE, SPKI, SPKI_G),
    ROW(38, ERROR, DEVICE, SPKI, "\x30\x00"),
    ROW(39, ERROR, DEVICE, UNIQUE_ID, "\x81\x02\x00\x01"),
    ROW(40, ERROR, LIST, L_VERSION, ""),
    ROW(40, ERROR, LIST, L_NEXT_UPDATE, ""),
    ROW(40, ERROR, LIST, L_NEXT_UPDATE,
        "\x17\x0D"
        "250201000000Z"),
    ROW(40, ERROR, LIST, L_ENTRIES, "\x30\x00"),
    ROW(40, ERROR, LIST, L_ENTRIES,
        "\x30\x22\x30\x20\x02\x01\x05\x17\x0D"
        "260101000000Z"
        "\x30\x0C\x30\x0A\x06\x03\x55\x1D\x15\x04\x03\x0A\x01\x00"),
    ROW(40, ERROR, LIST, L_NUMBER, ""),
    ROW(40, ERROR, LIST, L_NUMBER,
        "\x30\x0D\x06\x03\x55\x1D\x14\x01\x01\xFF\x04\x03\x02\x01\x07"),
    ROW(40, ERROR, LIST, L_AKI, "")};
#define ROW_COUNT (sizeof rows / sizeof rows[0])

static void make(struct made *made, enum base base)
{
    if (base == LIST)
        made_list(made);
    else if (base == CA)
        made_ca(made);
    else
        made_device(made);
}

static void judge(struct made *made, enum base base,
                  struct lint_subject *subject, struct lint_report *report)
{
    subject->kind = base == LIST ? LINT_CRL : LINT_CERTIFICATE;
    subject->der = base == LIST ? made_crl(made) : made_certificate(made);
    lint_run(subject, report);
}

static const struct lint_finding *find(const struct lint_report *report,
                                       int check)
{
    size_t i;

    for (i = 0; i < report->count; i++)
        if (report->findings[i].check->number == check)
            return &report->findings[i];
    return NULL;
}

START_TEST(test_good)
{
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    struct lint_report report;
    struct made made;

    make(&made, (enum base)_i);
    judge(&made, (enum base)_i, &subject, &report);
    ck_assert_msg(report.count == 0, "check %d at %s: %s",
                  report.count ? report.findings[0].check->number : 0,
                  report.findings[0].field, report.findings[0].fault);
}
END_TEST

START_TEST(test_broken)
{
    const struct row *row = &rows[_i];
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    const struct lint_finding *finding;
    struct lint_report report;
    struct made made;

    make(&made, row->base);
    made.pieces[row->piece] =
        (struct devid_slice){(const uint8_t *)row->octets, row->len};
    judge(&made, row->base, &subject, &report);
    finding = find(&report, row->check);
    ck_assert_msg(finding != NULL,
                  "row %d: check %d found nothing (%zu others)", _i, row->check,
                  report.count);
    ck_assert_int_eq((int)finding->severity, (int)row->severity);
    ck_assert_uint_gt(strlen(finding->field), 0);
    ck_assert_uint_gt(strlen(finding->fault), 0);
}
END_TEST

/* Checks that weigh a certificate against its issuer. */
START_TEST(test_issuer)
{
    static const char other[] = "\x30\x0D\x31\x0B\x30\x09\x06\x03\x55\x04\x03"
                                "\x0C\x02"
                                "XX";
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    struct lint_report report;
    struct made made;

    made_device(&made);
    subject.issuer_subject =
        (struct devid_slice){(const uint8_t *)other, sizeof other - 1};
    subject.issuer_key_id =
        (struct devid_slice){(const uint8_t *)"another key id......", 20};
    subject.issuer_not_before.date = DEVID_TIME_DATE(2027, 1, 1);
    subject.issuer_not_after.date = DEVID_TIME_DATE(2030, 1, 1);
    judge(&made, DEVICE, &subject, &report);
    ck_assert_ptr_nonnull(find(&report, 12));
    ck_assert_ptr_nonnull(find(&report, 18));
    ck_assert_ptr_nonnull(find(&report, 31));
    ck_assert_uint_eq(report.errors, 4);
}
END_TEST

/* Two pieces at once: a purpose that no bit serves. */
START_TEST(test_purpose)
{
    static const char usage[] = "\x30\x0E\x06\x03\x55\x1D\x0F\x01\x01\xFF\x04"
                                "\x04\x03\x02\x03\x08";
    static const char purpose[] = "\x30\x13\x06\x03\x55\x1D\x25\x04\x0C\x30\x0A"
                                  "\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x03";
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    struct lint_report report;
    struct made made;

    made_device(&made);
    made.pieces[E_USAGE] =
        (struct devid_slice){(const uint8_t *)usage, sizeof usage - 1};
    made.pieces[E_EXTRA] =
        (struct devid_slice){(const uint8_t *)purpose, sizeof purpose - 1};
    judge(&made, DEVICE, &subject, &report);
    ck_assert_ptr_nonnull(find(&report, 27));
    ck_assert_uint_eq(report.count, 1);
}
END_TEST

/* Every check of the table is broken by a row or by a test above. */
START_TEST(test_all_covered)
{
    bool covered[41] = {false};
    const struct lint_check *checks;
    size_t count, i;

    covered[12] = covered[27] = covered[31] = true;
    for (i = 0; i < ROW_COUNT; i++)
        covered[rows[i].check] = true;
    checks = lint_checks(&count);
    ck_assert_uint_eq(count, 40);
    for (i = 0; i < count; i++) {
        ck_assert_int_eq(checks[i].number, (int)i + 1);
        ck_assert_msg(covered[i + 1], "check %zu is broken by nothing", i + 1);
    }
}
END_TEST

/* Hostile octets: every truncation, every octet changed in three ways. What is
 * asserted is that a change is never silent where it makes the DER fail, and
 * that the sanitizers have nothing to say. */
START_TEST(test_hostile)
{
    static const uint8_t changes[] = {0x01, 0x80, 0xFF};
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    struct lint_report report;
    struct devid_slice good;
    struct made made;
    uint8_t *copy;
    size_t i, j, len;

    make(&made, (enum base)_i);
    judge(&made, (enum base)_i, &subject, &report);
    good = subject.der;
    for (len = 0; len < good.len; len++) {
        copy = malloc(len + 1);
        memcpy(copy, good.data, len);
        subject.der = (struct devid_slice){copy, len};
        lint_run(&subject, &report);
        ck_assert_msg(report.errors > 0, "cut to %zu octets: no error", len);
        free(copy);
    }
    copy = malloc(good.len);
    memcpy(copy, good.data, good.len);
    subject.der = (struct devid_slice){copy, good.len};
    for (i = 0; i < good.len; i++)
        for (j = 0; j < sizeof changes; j++) {
            copy[i] ^= changes[j];
            lint_run(&subject, &report);
            ck_assert_uint_le(report.count, LINT_FINDINGS_MAX);
            copy[i] ^= changes[j];
        }
    free(copy);
}
END_TEST

static Suite *suite(void)
{
    Suite *suite = suite_create("lint.checks");
    TCase *checks = tcase_create("checks");
    TCase *hostile = tcase_create("hostile");

    tcase_add_loop_test(checks, test_good, DEVICE, LIST + 1);
    tcase_add_loop_test(checks, test_broken, 0, (int)ROW_COUNT);
    tcase_add_test(checks, test_issuer);
    tcase_add_test(checks, test_purpose);
    tcase_add_test(checks, test_all_covered);
    suite_add_tcase(suite, checks);
    tcase_add_loop_test(hostile, test_hostile, DEVICE, LIST + 1);
    suite_add_tcase(suite, hostile);
    return suite;
}

int main(void)
{
    SRunner *runner = srunner_create(suite());
    int failed;

    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
