/* CRLs: written in pieces, read back; and what the reader refuses. */
#include "devid/x509/crl_write.h"

#include "mint.h"

#include <check.h>
#include <stdlib.h>

/* TBSCertList up to the entries, without its header. */
#define HEAD "020101" ALG_SHA256 NAME_CA TIME_2024 TIME_2034
#define CRL_AKI EXT_AKI(ID_CA)
#define CRL_NUMBER "300A0603551D140403020105"
#define PAIR CRL_AKI CRL_NUMBER

struct row {
    const char *what;
    enum devid_status expected;
    const char *head;
    const char *entries;    /* revokedCertificates, whole */
    const char *extensions; /* content of Extensions, or NULL for no [0] */
};

static const struct row rows[] = {
    {"empty", DEVID_OK, HEAD, "", PAIR},
    {"one entry", DEVID_OK, HEAD, "30153013020200FF" TIME_2024, PAIR},
    {"revokedCertificates empty", DEVID_E_EMPTY, HEAD, "3000", PAIR},
    {"v1", DEVID_E_VERSION, ALG_SHA256 NAME_CA TIME_2024 TIME_2034, "", PAIR},
    {"v3", DEVID_E_VERSION, "020102" ALG_SHA256 NAME_CA TIME_2024 TIME_2034, "",
     PAIR},
    {"inner algorithm", DEVID_E_ALGORITHM_MISMATCH,
     "020101" ALG_SHA384 NAME_CA TIME_2024 TIME_2034, "", PAIR},
    {"issuer empty", DEVID_E_NAME,
     "020101" ALG_SHA256 NAME_EMPTY TIME_2024 TIME_2034, "", PAIR},
    {"no nextUpdate", DEVID_E_TAG, "020101" ALG_SHA256 NAME_CA TIME_2024, "",
     PAIR},
    {"nextUpdate first", DEVID_E_VALIDITY,
     "020101" ALG_SHA256 NAME_CA TIME_2034 TIME_2024, "", PAIR},
    {"no extensions", DEVID_E_CRL_NUMBER, HEAD, "", NULL},
    {"extensions empty", DEVID_E_CRL_NUMBER, HEAD, "", ""},
    {"no number", DEVID_E_CRL_NUMBER, HEAD, "", CRL_AKI},
    {"number critical", DEVID_E_EXTENSION_CRITICALITY, HEAD, "",
     CRL_AKI "300D0603551D140101FF0403020105"},
    {"number negative", DEVID_E_CRL_NUMBER, HEAD, "",
     CRL_AKI "300A0603551D1404030201FF"},
    {"number of 21 octets", DEVID_E_CRL_NUMBER, HEAD, "",
     CRL_AKI
     "301E0603551D140417021501FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"},
    {"number with trailing octets", DEVID_E_CRL_NUMBER, HEAD, "",
     CRL_AKI "300C0603551D1404050201050500"},
    {"no AKI", DEVID_E_KEY_IDENTIFIER, HEAD, "", CRL_NUMBER},
    {"AKI empty at the end", DEVID_E_EMPTY, HEAD, "",
     CRL_NUMBER "300B0603551D23040430028000"},
    {"AKI twice", DEVID_E_EXTENSION_DUPLICATE, HEAD, "", PAIR CRL_AKI},
    {"unknown extension", DEVID_OK, HEAD, "", PAIR "300806042A0304050400"},
    {"unknown critical extension", DEVID_E_EXTENSION_CRITICAL, HEAD, "",
     PAIR "300B06042A0304050101FF0400"},
    {"delta", DEVID_E_EXTENSION_CRITICAL, HEAD, "",
     PAIR "300D0603551D1B0101FF0403020101"},
    {"delta not critical", DEVID_E_EXTENSION_CRITICAL, HEAD, "",
     PAIR "300A0603551D1B0403020101"},
    {"partial", DEVID_E_EXTENSION_CRITICAL, HEAD, "",
     PAIR "300F0603551D1C0101FF040530038101FF"},
    {"partial not critical", DEVID_E_EXTENSION_CRITICAL, HEAD, "",
     PAIR "300C0603551D1C040530038101FF"},
};

static struct devid_slice copy_of(const struct devid_writer *w)
{
    struct devid_slice slice;
    uint8_t *copy = malloc(w->len);

    ck_assert(devid_writer_done(w, &slice) == DEVID_OK);
    ck_assert_ptr_nonnull(copy);
    for (size_t i = 0; i < slice.len; i++)
        copy[i] = slice.data[i];
    return (struct devid_slice){copy, slice.len};
}

static void release(struct devid_slice octets)
{
    free((void *)(uintptr_t)octets.data);
}

static struct devid_slice make(const struct row *row)
{
    uint8_t buffer[2048];
    struct devid_writer w;
    size_t whole;
    size_t tbs;

    devid_writer_init(&w, buffer, sizeof buffer);
    whole = devid_der_open(&w, DER_SEQUENCE);
    tbs = devid_der_open(&w, DER_SEQUENCE);
    mint_hex(&w, row->head);
    mint_hex(&w, row->entries);
    if (row->extensions != NULL) {
        size_t outer = devid_der_open(&w, DER_CONTEXT_CONSTRUCTED(0));
        size_t list = devid_der_open(&w, DER_SEQUENCE);

        mint_hex(&w, row->extensions);
        devid_der_close(&w, list);
        devid_der_close(&w, outer);
    }
    devid_der_close(&w, tbs);
    mint_hex(&w, ALG_SHA256 "0309003006020101020101");
    devid_der_close(&w, whole);
    return copy_of(&w);
}

START_TEST(reads)
{
    const struct row *row = &rows[_i];
    struct devid_slice der = make(row);
    struct devid_crl crl;
    enum devid_status status = devid_crl_read(der, &crl);

    ck_assert_msg(status == row->expected, "%s: %s, not %s", row->what,
                  devid_status_id(status), devid_status_id(row->expected));
    release(der);
}
END_TEST

static const struct {
    const char *what;
    enum devid_status expected;
    const char *hex;
    unsigned reason;
} entries[] = {
    {"plain", DEVID_OK, "3013020200FF" TIME_2024, 0},
    {"reason 1", DEVID_OK,
     "3021020200FF" TIME_2024 "300C300A0603551D1504030A0101", 1},
    {"reason 6", DEVID_OK,
     "3021020200FF" TIME_2024 "300C300A0603551D1504030A0106", 6},
    {"reason 7", DEVID_E_CRL_ENTRY,
     "3021020200FF" TIME_2024 "300C300A0603551D1504030A0107", 0},
    {"reason 11", DEVID_E_CRL_ENTRY,
     "3021020200FF" TIME_2024 "300C300A0603551D1504030A010B", 0},
    {"reason as INTEGER", DEVID_E_TAG,
     "3021020200FF" TIME_2024 "300C300A0603551D150403020101", 0},
    {"reason critical", DEVID_E_EXTENSION_CRITICAL,
     "3024020200FF" TIME_2024 "300F300D0603551D150101FF04030A0101", 0},
    {"invalidityDate", DEVID_OK,
     "302F020200FF" TIME_2024
     "301A30180603551D180411180F32303234303130313030303030305A",
     0},
    {"extensions empty", DEVID_E_CRL_ENTRY, "3015020200FF" TIME_2024 "3000", 0},
    {"trailing octets", DEVID_E_TAG, "3015020200FF" TIME_2024 "0500", 0},
    {"serial 0", DEVID_E_SERIAL, "3012020100" TIME_2024, 0},
    {"no date", DEVID_E_TRUNCATED, "3004020200FF", 0},
    {"unknown extension", DEVID_OK,
     "301F020200FF" TIME_2024 "300A300806042A0304050400", 0},
    {"unknown critical extension", DEVID_E_EXTENSION_CRITICAL,
     "3022020200FF" TIME_2024 "300D300B06042A0304050101FF0400", 0},
};

START_TEST(reads_entries)
{
    uint8_t buffer[128];
    struct devid_writer w;
    struct devid_slice in;
    struct devid_crl_entry entry;
    enum devid_status status;

    devid_writer_init(&w, buffer, sizeof buffer);
    mint_hex(&w, entries[_i].hex);
    in = (struct devid_slice){buffer, w.len};
    status = devid_crl_next(&in, &entry);
    ck_assert_msg(status == entries[_i].expected, "%s: %s", entries[_i].what,
                  devid_status_id(status));
    if (status == DEVID_OK) {
        ck_assert_uint_eq(entry.reason, entries[_i].reason);
        ck_assert(devid_crl_next(&in, &entry) == DEVID_E_EMPTY);
    }
}
END_TEST

static size_t write_entries(struct devid_writer *w, unsigned count)
{
    size_t start = w->len;

    for (unsigned i = 1; i <= count; i++) {
        uint8_t serial[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        struct devid_crl_entry entry = {
            .serial = {serial, 2},
            .revoked_at = {DEVID_TIME_DATE(2024, 1, 1), 0},
            .reason = (uint8_t)(i % 6)};

        if (i % 10 == 0)
            entry.invalidity_date.date = DEVID_TIME_DATE(2023, 1, 1);
        if (i == 9)
            entry.reason = 8;
        devid_crl_entry_write(w, &entry);
    }
    return w->len - start;
}

/* A reason that no reader takes is written whole all the same. */
START_TEST(writes_any_reason)
{
    static const struct {
        uint8_t reason;
        const char *hex;
    } written[] = {
        {0x7F, "3020020101" TIME_2024 "300C300A0603551D1504030A017F"},
        {0x80, "3021020101" TIME_2024 "300D300B0603551D1504040A020080"},
        {0xFF, "3021020101" TIME_2024 "300D300B0603551D1504040A0200FF"},
    };
    uint8_t serial = 1;

    for (size_t i = 0; i < sizeof written / sizeof written[0]; i++) {
        struct devid_crl_entry entry = {
            .serial = {&serial, 1},
            .revoked_at = {DEVID_TIME_DATE(2024, 1, 1), 0},
            .reason = written[i].reason};
        uint8_t buffer[64];
        uint8_t expected[64];
        struct devid_writer w;
        struct devid_writer want;

        devid_writer_init(&w, buffer, sizeof buffer);
        devid_crl_entry_write(&w, &entry);
        devid_writer_init(&want, expected, sizeof expected);
        mint_hex(&want, written[i].hex);
        ck_assert_uint_eq(w.len, want.len);
        ck_assert_mem_eq(buffer, expected, w.len);
    }
}
END_TEST

/* The streamed pieces make one CRL, whatever the number of entries. */
START_TEST(round_trip)
{
    static uint8_t buffer[400000];
    static uint8_t tbs_buffer[400000];
    static const unsigned counts[] = {0, 1, 3, 5, 200, 5000};
    unsigned count = counts[_i];
    uint8_t name_buffer[32];
    uint8_t number[] = {0x01, 0x00};
    uint8_t key_id[] = {2, 2, 2, 2};
    uint8_t signature[] = {0x30, 6, 2, 1, 1, 2, 1, 1};
    struct devid_crl_head head = {
        .key_id = {key_id, 4},
        .number = {number, 2},
        .this_update = {DEVID_TIME_DATE(2024, 1, 1), 0},
        .next_update = {DEVID_TIME_DATE(2051, 1, 1), 0},
        .signature_curve = DEVID_P256};
    struct devid_writer w;
    struct devid_slice tbs;
    struct devid_slice der;
    struct devid_crl crl;
    struct devid_crl_entry entry;
    size_t entries_len;

    devid_writer_init(&w, name_buffer, sizeof name_buffer);
    mint_hex(&w, NAME_CA);
    head.issuer = (struct devid_slice){name_buffer, w.len};
    devid_writer_init(&w, NULL, 0);
    entries_len = write_entries(&w, count);
    devid_writer_init(&w, tbs_buffer, sizeof tbs_buffer);
    devid_crl_head_write(&w, &head, entries_len);
    (void)write_entries(&w, count);
    devid_crl_tail_write(&w, &head);
    ck_assert(devid_writer_done(&w, &tbs) == DEVID_OK);
    devid_writer_init(&w, buffer, sizeof buffer);
    devid_crl_outer_write(&w, tbs.len, DEVID_P256, sizeof signature);
    devid_write_raw(&w, tbs);
    devid_crl_signature_write(
        &w, DEVID_P256, (struct devid_slice){signature, sizeof signature});
    ck_assert(devid_writer_done(&w, &der) == DEVID_OK);

    ck_assert(devid_crl_read(der, &crl) == DEVID_OK);
    ck_assert(devid_slice_equal(crl.tbs, tbs));
    ck_assert_uint_eq(crl.number.len, 2);
    ck_assert_uint_eq(crl.next_update.date, DEVID_TIME_DATE(2051, 1, 1));
    ck_assert(devid_crl_find(&crl, (struct devid_slice){NULL, 0}, NULL) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_crl_find(&crl, (struct devid_slice){(const uint8_t *)"", 1},
                             NULL) == DEVID_E_ARGUMENT);
    for (unsigned i = 1; i <= count + 1; i++) {
        uint8_t octets[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        struct devid_slice serial = {octets, 2};
        enum devid_status expected =
            i <= count && i != 9 ? DEVID_E_REVOKED : DEVID_OK;

        if (i > 20 && i % 97 != 0 && i < count)
            continue;
        if (octets[0] == 0 && octets[1] < 0x80)
            serial = (struct devid_slice){octets + 1, 1};
        ck_assert(devid_crl_find(&crl, serial, &entry) == expected);
        if (expected == DEVID_E_REVOKED)
            ck_assert_uint_eq(entry.reason, i % 6);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("x509 crl");
    TCase *cases = tcase_create("crl");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, reads, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(cases, reads_entries, 0,
                        sizeof entries / sizeof entries[0]);
    tcase_add_test(cases, writes_any_reason);
    tcase_add_loop_test(cases, round_trip, 0, 6);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
