/* Revocation sets: right answers, and every way in which one is malformed. */
#include "made_set.h"

#include "devid/x509/certificate.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define NO_PATCH ((size_t)-1)
#define FIRST 1000u

static const uint8_t key_id[] = {2, 2, 2, 2};
static const uint8_t other_id[] = {3, 3, 3, 3};
static struct test_key *key;
static struct test_key *other_key;

static void make_keys(void)
{
    key = test_key_new(DEVID_P256);
    other_key = test_key_new(DEVID_P256);
}

static void free_keys(void)
{
    test_key_free(key);
    test_key_free(other_key);
}

static struct made_set plain(unsigned bucket_bits, unsigned count)
{
    return (struct made_set){.key = key,
                             .key_id = {key_id, sizeof key_id},
                             .bucket_bits = bucket_bits,
                             .first = FIRST,
                             .count = count,
                             .number = 7};
}

static const unsigned shapes[][2] = {{0, 0}, {0, 1},  {0, 32},  {1, 40},
                                     {3, 0}, {4, 15}, {7, 900}, {10, 4000}};

/* Odd neighbours of what is in the set are not. */
START_TEST(answers)
{
    struct made_set made = plain(shapes[_i][0], shapes[_i][1]);
    struct devid_slice whole = made_set(&made, NO_PATCH, 0);
    struct devid_revocation_set set;
    uint8_t serial[2];

    ck_assert(devid_revocation_set_open(whole, &set) == DEVID_OK);
    ck_assert_uint_eq(set.count, made.count);
    ck_assert_uint_eq(set.number.len, 1);
    ck_assert_uint_eq(set.number.data[0], 7);
    for (unsigned n = FIRST - 10; n < FIRST + 2 * made.count + 10; n++) {
        bool in = n >= FIRST && n < FIRST + 2 * made.count && n % 2 == 0;

        ck_assert_msg(
            devid_revocation_set_lookup(&set, made_serial(n, serial)) ==
                (in ? DEVID_E_REVOKED : DEVID_OK),
            "serial %u of shape %d", n, _i);
    }
    free((void *)(uintptr_t)whole.data);
}
END_TEST

struct patch_row {
    const char *what;
    size_t at;
    uint8_t value;
    enum devid_status opened;
};

/* Of a set with one bucket bit and four entries: index at 88, entries at 96.
 * The patched set is signed: what is tested is the reading. */
static const struct patch_row patches[] = {
    {"magic", 0, 'd', DEVID_E_SET_FORMAT},
    {"magic, last octet", 7, 0, DEVID_E_SET_FORMAT},
    {"version 0", 8, 0, DEVID_E_SET_VERSION},
    {"version 2", 8, 2, DEVID_E_SET_VERSION},
    {"curve 0", 9, 0, DEVID_E_SET_FORMAT},
    {"curve 3", 9, 3, DEVID_E_SET_FORMAT},
    {"27 bucket bits", 10, 27, DEVID_E_SET_FORMAT},
    {"255 bucket bits", 10, 255, DEVID_E_SET_FORMAT},
    {"more buckets than octets", 10, 6, DEVID_E_SET_FORMAT},
    {"other buckets", 10, 0, DEVID_E_SET_FORMAT},
    {"no key id", 11, 0, DEVID_E_SET_FORMAT},
    {"key id of 33", 11, 33, DEVID_E_SET_FORMAT},
    {"key id of 3, then not zero", 11, 3, DEVID_E_SET_FORMAT},
    {"octets behind the key id", 43, 1, DEVID_E_SET_FORMAT},
    {"negative number", 44, 0x80, DEVID_E_SET_FORMAT},
    {"month 0", 55, 0x01, DEVID_E_TIME},
    {"day 0", 55, 0xC0, DEVID_E_TIME},
    {"year 10000", 53, 0xFF, DEVID_E_TIME},
    {"hour 32", 57, 2, DEVID_E_TIME},
    {"second 60", 59, 60, DEVID_E_TIME},
    {"minute 60", 58, 0x0F, DEVID_E_TIME},
    {"June 31st", 55, 0xDF, DEVID_E_TIME},
    {"nextUpdate before thisUpdate", 61, 1, DEVID_E_VALIDITY},
    {"count of 2^24", 68, 1, DEVID_E_SET_FORMAT},
    {"count one less", 71, 3, DEVID_E_SET_FORMAT},
    {"count one more", 71, 5, DEVID_E_SET_FORMAT},
    {"last bucket ends early", 95, 3, DEVID_E_SET_FORMAT},
    {"last bucket ends late", 92, 1, DEVID_E_SET_FORMAT},
};

START_TEST(malformed)
{
    const struct patch_row *row = &patches[_i];
    struct made_set made = plain(1, 4);
    struct devid_slice whole = made_set(&made, row->at, row->value);
    struct devid_revocation_set set;
    enum devid_status status = devid_revocation_set_open(whole, &set);

    ck_assert_msg(status == row->opened, "%s: %s", row->what,
                  devid_status_id(status));
    free((void *)(uintptr_t)whole.data);
}
END_TEST

/* The first bucket ends beyond all entries: some serials fall into one of the
 * two buckets that contradict each other, and none is read beyond the end. */
START_TEST(index_lies)
{
    struct made_set made = plain(1, 4);
    struct devid_slice whole = made_set(&made, 88, 0xFF);
    struct devid_revocation_set set;
    uint8_t serial[2];

    ck_assert(devid_revocation_set_open(whole, &set) == DEVID_OK);
    for (unsigned n = FIRST; n < FIRST + 40; n++)
        ck_assert(devid_revocation_set_lookup(&set, made_serial(n, serial)) ==
                  DEVID_E_SET_FORMAT);
    free((void *)(uintptr_t)whole.data);
}
END_TEST

/* Cut at every octet, down to nothing: never read beyond, never accepted. */
START_TEST(cut)
{
    struct made_set made = plain(2, 9);
    struct devid_slice whole = made_set(&made, NO_PATCH, 0);
    struct devid_anchor issuer = {.public_key = test_key_point(key),
                                  .key_id = {key_id, sizeof key_id}};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};

    for (size_t len = 0; len <= whole.len + 1; len++) {
        uint8_t *exact = calloc(1, len ? len : 1);
        struct devid_slice octets = {exact, len};
        struct devid_revocation_set set;
        enum devid_status status;

        ck_assert_ptr_nonnull(exact);
        memcpy(exact, whole.data, len < whole.len ? len : whole.len);
        status = devid_revocation_set_open(octets, &set);
        ck_assert_msg(status ==
                          (len == whole.len ? DEVID_OK : DEVID_E_SET_FORMAT),
                      "%zu octets: %s", len, devid_status_id(status));
        if (status == DEVID_OK)
            ck_assert(devid_revocation_set_verify(
                          &set, &issuer, &policy,
                          (struct devid_slice){NULL, 0}) == DEVID_OK);
        free(exact);
    }
    free((void *)(uintptr_t)whole.data);
}
END_TEST

struct verify_row {
    const char *what;
    enum devid_status expected;
    bool other_key;
    bool other_id;
    bool no_id;
    uint16_t key_usage;
    uint32_t now; /* 0: 2025 */
    enum devid_clock clock;
    uint8_t last_number; /* 0: none */
    size_t broken_at;    /* after signing; 0: not */
};

static const struct verify_row verify_rows[] = {
    {.what = "good", .expected = DEVID_OK},
    {.what = "good, cRLSign",
     .expected = DEVID_OK,
     .key_usage = DEVID_KU_CRL_SIGN},
    {.what = "an issuer without key id", .expected = DEVID_OK, .no_id = true},
    {.what = "may not sign lists",
     .expected = DEVID_E_CRL_ISSUER,
     .key_usage = DEVID_KU_KEY_CERT_SIGN},
    {.what = "of another issuer",
     .expected = DEVID_E_KEY_IDENTIFIER,
     .other_id = true},
    {.what = "by another key",
     .expected = DEVID_E_SIGNATURE,
     .other_key = true},
    {.what = "too early",
     .expected = DEVID_E_CRL_STALE,
     .now = DEVID_TIME_DATE(2024, 5, 31)},
    {.what = "too late",
     .expected = DEVID_E_CRL_STALE,
     .now = DEVID_TIME_DATE(2032, 1, 2)},
    {.what = "too late for a floor",
     .expected = DEVID_E_CRL_STALE,
     .clock = DEVID_CLOCK_FLOOR,
     .now = DEVID_TIME_DATE(2032, 1, 2)},
    {.what = "no clock",
     .expected = DEVID_OK,
     .clock = DEVID_CLOCK_NONE,
     .now = DEVID_TIME_DATE(2032, 1, 2)},
    {.what = "as last time", .expected = DEVID_OK, .last_number = 7},
    {.what = "played back", .expected = DEVID_E_CRL_NUMBER, .last_number = 8},
    {.what = "salt changed", .expected = DEVID_E_SIGNATURE, .broken_at = 75},
    {.what = "entry changed", .expected = DEVID_E_SIGNATURE, .broken_at = 103},
};

START_TEST(verdicts)
{
    const struct verify_row *row = &verify_rows[_i];
    struct made_set made = plain(1, 4);
    struct devid_slice whole = made_set(&made, NO_PATCH, 0);
    struct devid_anchor issuer = {
        .public_key = test_key_point(row->other_key ? other_key : key),
        .key_id = {row->other_id ? other_id : key_id,
                   row->no_id ? 0 : sizeof key_id},
        .key_usage = row->key_usage};
    struct devid_policy policy = {
        .time = {row->now != 0 ? row->now : DEVID_TIME_DATE(2025, 1, 1), 0},
        .clock = row->clock};
    struct devid_slice last = {&row->last_number, row->last_number ? 1 : 0};
    struct devid_revocation_set set;
    enum devid_status status;

    if (row->broken_at != 0)
        *(uint8_t *)(uintptr_t)(whole.data + row->broken_at) ^= 1;
    ck_assert(devid_revocation_set_open(whole, &set) == DEVID_OK);
    status = devid_revocation_set_verify(&set, &issuer, &policy, last);
    ck_assert_msg(status == row->expected, "%s: %s", row->what,
                  devid_status_id(status));
    free((void *)(uintptr_t)whole.data);
}
END_TEST

/* nextUpdate is a day that exists. */
START_TEST(days)
{
    static const struct {
        unsigned year, month, day;
        enum devid_status expected;
    } rows[] = {{2032, 2, 29, DEVID_OK},     {2032, 2, 30, DEVID_E_TIME},
                {2033, 2, 28, DEVID_OK},     {2033, 2, 29, DEVID_E_TIME},
                {2100, 2, 29, DEVID_E_TIME}, {2400, 2, 29, DEVID_OK},
                {9999, 12, 31, DEVID_OK},    {9999, 4, 31, DEVID_E_TIME},
                {2032, 13, 1, DEVID_E_TIME}, {2032, 7, 31, DEVID_OK},
                {2032, 8, 31, DEVID_OK},     {2032, 9, 31, DEVID_E_TIME}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made_set made = plain(0, 0);
        struct devid_revocation_set set;
        struct devid_slice whole;

        made.to = DEVID_TIME_DATE(rows[i].year, rows[i].month, rows[i].day);
        whole = made_set(&made, NO_PATCH, 0);
        ck_assert_msg(devid_revocation_set_open(whole, &set) ==
                          rows[i].expected,
                      "%u-%u-%u", rows[i].year, rows[i].month, rows[i].day);
        free((void *)(uintptr_t)whole.data);
    }
}
END_TEST

/* Not positive, not minimal, empty, too long: none is "not revoked". */
START_TEST(serials)
{
    static const uint8_t long_one[21] = {1};
    static const struct devid_slice none[] = {{long_one, 21},
                                              {NULL, 0},
                                              {(const uint8_t *)"\x00", 1},
                                              {(const uint8_t *)"\xFF", 1},
                                              {(const uint8_t *)"\x00\x01", 2}};
    struct made_set made = plain(1, 4);
    struct devid_slice whole = made_set(&made, NO_PATCH, 0);
    struct devid_revocation_set set;

    ck_assert(devid_revocation_set_open(whole, &set) == DEVID_OK);
    ck_assert(devid_revocation_set_lookup(
                  &set, (struct devid_slice){long_one, 20}) == DEVID_OK);
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        ck_assert(devid_revocation_set_lookup(&set, none[i]) ==
                  DEVID_E_ARGUMENT);
    free((void *)(uintptr_t)whole.data);
}
END_TEST

/* Numbers have the form of cRLNumbers, so that the two compare. */
START_TEST(numbers)
{
    static const struct {
        uint32_t number;
        size_t len;
        uint8_t first;
    } rows[] = {{0, 1, 0},         {1, 1, 1},
                {0x7F, 1, 0x7F},   {0x80, 2, 0},
                {0x0102, 2, 1},    {0x8001, 3, 0},
                {0xFFFFFF, 4, 0},  {0x7F000000, 4, 0x7F},
                {0xFF000000, 5, 0}};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct made_set made = plain(0, 0);
        struct devid_revocation_set set;
        struct devid_slice whole;

        made.number = rows[i].number;
        whole = made_set(&made, NO_PATCH, 0);
        ck_assert(devid_revocation_set_open(whole, &set) == DEVID_OK);
        ck_assert_uint_eq(set.number.len, rows[i].len);
        ck_assert_uint_eq(set.number.data[0], rows[i].first);
        free((void *)(uintptr_t)whole.data);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify revocation set");
    TCase *cases = tcase_create("set");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_unchecked_fixture(cases, make_keys, free_keys);
    tcase_add_loop_test(cases, answers, 0, sizeof shapes / sizeof shapes[0]);
    tcase_add_loop_test(cases, malformed, 0,
                        sizeof patches / sizeof patches[0]);
    tcase_add_loop_test(cases, verdicts, 0,
                        sizeof verify_rows / sizeof verify_rows[0]);
    tcase_add_test(cases, index_lies);
    tcase_add_test(cases, cut);
    tcase_add_test(cases, days);
    tcase_add_test(cases, serials);
    tcase_add_test(cases, numbers);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
