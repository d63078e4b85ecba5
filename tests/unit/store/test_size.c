/*
 * Octets per device: docs/store.md states them, this keeps them true. With
 * DEVCA_ROWS=100000 in the environment it measures what the page says, with
 * DEVCA_DER=400 for certificates of another size.
 */
#include "place.h"

#include "devca/store/journal.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define DER_SIZE 500
#define DER_MAX 2000
#define KEY_SIZE 91 /* SubjectPublicKeyInfo of a P-256 key */
#define GROUP 1000

static uint64_t state = 88172645463325252u;

static void random_octets(uint8_t *octets, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        octets[i] = (uint8_t)(state >> 32);
    }
}

/* The row of an issue: its certificate says the rest. */
static void journal(struct place *place, unsigned n, int64_t certificate_id,
                    const uint8_t *leaf)
{
    struct store_journal_row row = {.seq = n + 1,
                                    .at = 1790000000 + n / 1000,
                                    .act = 4,
                                    .certificate_id = certificate_id,
                                    .leaf = {leaf, 32}};

    ck_ok(store_actor_put(place->store, "line@factory", &row.actor_id,
                          &place->error));
    ck_ok(store_journal_put(place->store, &row, &place->error));
}

/* As real ones: 20-octet serials that rise in their first six octets, 8-octet
 * UIDs at random, digests at random, DER give or take two octets. */
static void issue(struct place *place, unsigned n, struct devid_slice der)
{
    uint8_t serial[20], uid[8], digests[64];
    struct store_device device = {.product_id = place->product,
                                  .uid = {uid, sizeof uid},
                                  .created_at = 1790000000 + n / 1000};
    struct store_certificate row = place_row(place, n);
    int64_t id;

    random_octets(serial, sizeof serial);
    serial[0] = 0x19;
    serial[1] = serial[2] = 0;
    serial[3] = (uint8_t)(n >> 16);
    serial[4] = (uint8_t)(n >> 8);
    serial[5] = (uint8_t)n;
    random_octets(uid, sizeof uid);
    random_octets(digests, sizeof digests);
    row.serial = (struct devid_slice){serial, sizeof serial};
    row.key_digest = (struct devid_slice){digests, 32};
    row.der = (struct devid_slice){der.data, der.len - 2 + n % 5};
    row.not_before = row.issued_at = device.created_at;
    ck_ok(
        store_device_put(place->store, &device, &row.device_id, &place->error));
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    journal(place, n, id, digests);
}

static unsigned setting(const char *name, unsigned otherwise)
{
    const char *value = getenv(name);

    return value != NULL ? (unsigned)strtoul(value, NULL, 10) : otherwise;
}

START_TEST(test_size)
{
    unsigned n, rows = setting("DEVCA_ROWS", 10000);
    uint8_t octets[DER_MAX + 2];
    struct devid_slice der = {octets, setting("DEVCA_DER", DER_SIZE)};
    struct place place;
    struct stat status;
    double each;

    ck_assert_uint_le(der.len, DER_MAX);
    random_octets(octets, sizeof octets);
    place_fill(&place);
    for (n = 0; n < rows; n++) {
        if (n % GROUP == 0)
            ck_ok(store_begin(place.store, &place.error));
        issue(&place, n, der);
        if (n % GROUP == GROUP - 1 || n + 1 == rows)
            ck_ok(store_commit(place.store, &place.error));
    }
    store_close(place.store); /* brings the log in */
    place.store = NULL;
    ck_assert_int_eq(stat(place.database, &status), 0);
    each = (double)status.st_size / rows;
    printf("%u devices, %.1f octets each: %.3f x the certificate, %.3f x the "
           "certificate and its key\n",
           rows, each, each / (double)der.len,
           each / (double)(der.len + KEY_SIZE));
    if (getenv("DEVCA_KEEP") == NULL)
        place_remove(&place);
    /* A small store has some 15 octets of empty pages for each. */
    if (der.len == DER_SIZE)
        ck_assert_msg(each <=
                          (rows < 100000 ? 1.33 : 1.3) * (DER_SIZE + KEY_SIZE),
                      "%.1f octets", each);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store size");
    TCase *tcase = tcase_create("size");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 600);
    tcase_add_test(tcase, test_size);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
