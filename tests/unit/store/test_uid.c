/* UIDs move from table to table as devices come, are found in each, and stay
 * unique over all three. */
#include "place.h"

#include "devca/store/handle.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UID_SIZE 6

static struct store_device device_of(int64_t product, unsigned n,
                                     uint8_t uid[UID_SIZE])
{
    memset(uid, 7, UID_SIZE);
    memcpy(uid, &n, sizeof n);
    return (struct store_device){product, {uid, UID_SIZE}, 1000 + n};
}

/* Gives the id; 0 when it is known. */
static int64_t add(struct place *place, unsigned n)
{
    uint8_t uid[UID_SIZE];
    struct store_device device = device_of(place->product, n, uid);
    int64_t id;

    ck_ok(store_device_add(place->store, &device, &id, &place->error));
    return id;
}

static int64_t find(struct place *place, unsigned n)
{
    uint8_t uid[UID_SIZE];
    struct store_device device = device_of(place->product, n, uid);
    int64_t id;
    enum devca_code code = store_device_find(place->store, device.product_id,
                                             device.uid, &id, &place->error);

    ck_assert_int_eq(code, id == 0 ? DEVCA_E_NOT_FOUND : DEVCA_OK);
    return id;
}

/* As if so many devices had come before: the next one has this id. */
static void next_id(struct place *place, int64_t id)
{
    char sql[128];

    snprintf(sql, sizeof sql,
             "INSERT INTO device VALUES (%lld, %lld, randomblob(9), 7)",
             (long long)id - 1, (long long)place->product);
    place_sql(place, sql);
}

static int64_t rows(struct place *place, const char *table)
{
    char sql[64];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return place_ask(place, sql);
}

static void rows_are(struct place *place, int64_t fresh, int64_t recent,
                     int64_t settled)
{
    ck_assert_int_eq(rows(place, "uid_fresh"), fresh);
    ck_assert_int_eq(rows(place, "uid_recent"), recent);
    ck_assert_int_eq(rows(place, "uid_settled"), settled);
}

START_TEST(test_ages)
{
    struct place place;

    place_fill(&place);
    ck_assert_int_eq(add(&place, 1), 1);
    ck_assert_int_eq(add(&place, 2), 2);
    rows_are(&place, 2, 0, 0);
    next_id(&place, 32768);
    ck_assert_int_eq(add(&place, 3), 32768);
    rows_are(&place, 0, 3, 0);
    ck_assert_int_eq(add(&place, 4), 32769);
    rows_are(&place, 1, 3, 0);
    next_id(&place, 524288);
    ck_assert_int_eq(add(&place, 5), 524288);
    rows_are(&place, 0, 0, 5);
    ck_assert_int_eq(add(&place, 6), 524289);
    ck_assert_int_eq(find(&place, 1), 1);
    ck_assert_int_eq(find(&place, 3), 32768);
    ck_assert_int_eq(find(&place, 5), 524288);
    ck_assert_int_eq(find(&place, 6), 524289);
    ck_assert_int_eq(find(&place, 7), 0);
    place_remove(&place);
}
END_TEST

/* The same UID, whichever table it is in: refused, or found again. */
START_TEST(test_once)
{
    static const char *const tables[] = {"uid_fresh", "uid_recent",
                                         "uid_settled"};
    uint8_t uid[UID_SIZE];
    char sql[128];
    struct place place;
    struct store_device device;
    int64_t id;
    int i;

    place_fill(&place);
    ck_assert_int_eq(add(&place, 1), 1);
    device = device_of(place.product, 1, uid);
    for (i = 0; i < 3; i++) {
        ck_assert_int_eq(rows(&place, tables[i]), 1);
        ck_assert_int_eq(add(&place, 1), 0);
        ck_ok(store_begin(place.store, &place.error));
        ck_assert_int_eq(add(&place, 1), 0);
        ck_ok(store_commit(place.store, &place.error));
        ck_ok(store_device_put(place.store, &device, &id, &place.error));
        ck_assert_int_eq(id, 1);
        ck_assert_int_eq(rows(&place, "device"), 1);
        snprintf(sql, sizeof sql,
                 "INSERT INTO %s SELECT * FROM %s; DELETE FROM %s",
                 tables[(i + 1) % 3], tables[i], tables[i]);
        place_sql(&place, sql);
    }
    place_remove(&place);
}
END_TEST

/* One UID in two products is two devices, in every table. */
START_TEST(test_products)
{
    uint8_t uid[UID_SIZE];
    struct place place;
    struct store_device device;
    int64_t other, id, first;

    place_fill(&place);
    place_sql(&place, "INSERT INTO product SELECT 99, 'other', 1, NULL, 'hex', "
                      "7 FROM product");
    first = add(&place, 1);
    place_sql(&place, "INSERT INTO uid_settled SELECT * FROM uid_fresh;"
                      "DELETE FROM uid_fresh");
    device = device_of(99, 1, uid);
    ck_ok(store_device_add(place.store, &device, &other, &place.error));
    ck_assert_int_ne(other, 0);
    ck_assert_int_ne(other, first);
    ck_ok(store_device_find(place.store, 99, device.uid, &id, &place.error));
    ck_assert_int_eq(id, other);
    ck_assert_int_eq(find(&place, 1), first);
    /* And both move on into one table. */
    next_id(&place, 524288);
    ck_assert_int_eq(add(&place, 2), 524288);
    rows_are(&place, 0, 0, 3);
    place_remove(&place);
}
END_TEST

START_TEST(test_undone)
{
    struct place place;

    place_fill(&place);
    add(&place, 1);
    next_id(&place, 524288);
    ck_ok(store_begin(place.store, &place.error));
    ck_assert_int_eq(add(&place, 2), 524288);
    store_rollback(place.store);
    rows_are(&place, 1, 0, 0);
    ck_assert_int_eq(find(&place, 2), 0);
    ck_ok(store_begin(place.store, &place.error));
    ck_assert_int_eq(add(&place, 2), 524288);
    ck_ok(store_commit(place.store, &place.error));
    rows_are(&place, 0, 0, 2);
    ck_assert_int_eq(find(&place, 1), 1);
    place_remove(&place);
}
END_TEST

/* Without a transaction of the caller's, device and UID stand or fall. */
START_TEST(test_both_or_none)
{
    uint8_t uid[UID_SIZE];
    struct place place;
    struct store_device device;
    int64_t id;

    place_fill(&place);
    place_sql(&place, "CREATE TRIGGER no BEFORE INSERT ON uid_fresh BEGIN "
                      "SELECT raise(ABORT, 'no'); END");
    device = device_of(place.product, 1, uid);
    ck_assert_int_ne(store_device_add(place.store, &device, &id, &place.error),
                     DEVCA_OK);
    ck_assert_int_eq(rows(&place, "device"), 0);
    place_sql(&place, "DROP TRIGGER no");
    ck_assert_int_eq(add(&place, 1), 1);
    place_remove(&place);
}
END_TEST

/* A UID in two tables: the move is refused, and nothing of it stays, neither
 * in a transaction of its own nor in the caller's. */
START_TEST(test_twice)
{
    uint8_t uid[UID_SIZE];
    struct place place;
    struct store_device device;
    int64_t id;
    int mine;

    place_fill(&place);
    add(&place, 1);
    place_sql(&place, "INSERT INTO uid_recent SELECT * FROM uid_fresh");
    next_id(&place, 32768);
    device = device_of(place.product, 2, uid);
    for (mine = 0; mine < 2; mine++) {
        if (mine)
            ck_ok(store_begin(place.store, &place.error));
        ck_code(store_device_add(place.store, &device, &id, &place.error),
                DEVCA_E_STORE_CORRUPT);
        ck_assert_ptr_nonnull(strstr(place.error.field, "uid_recent"));
        ck_assert_ptr_nonnull(strstr(place.error.hint, "doctor"));
        store_rollback(place.store);
        rows_are(&place, 1, 1, 0);
        ck_assert_int_eq(find(&place, 2), 0);
    }
    place_sql(&place, "DELETE FROM uid_recent");
    ck_assert_int_eq(add(&place, 2), 32768);
    rows_are(&place, 0, 2, 0);
    place_remove(&place);
}
END_TEST

/* In bulk, too, where triggers are off. */
START_TEST(test_bulk)
{
    struct place place;

    place_fill(&place);
    store_bulk(place.store, false);
    ck_ok(store_begin(place.store, &place.error));
    ck_assert_int_eq(add(&place, 1), 1);
    ck_assert_int_eq(add(&place, 1), 0);
    ck_ok(store_commit(place.store, &place.error));
    rows_are(&place, 1, 0, 0);
    ck_assert_int_eq(find(&place, 1), 1);
    place_remove(&place);
}
END_TEST

/* Half a million UIDs into twice as many: SQLite counts its memory. */
START_TEST(test_memory)
{
    struct place place;

    place_fill(&place);
    place_sql(&place,
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 1000000) INSERT INTO uid_settled "
              "SELECT randomblob(8), 1, i FROM n ORDER BY 1;"
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 500000) INSERT INTO uid_recent "
              "SELECT randomblob(8), 1, i FROM n ORDER BY 1;");
    next_id(&place, 524288);
    (void)sqlite3_memory_highwater(1);
    add(&place, 1);
    ck_assert_int_lt(sqlite3_memory_highwater(0), 6 * 1024 * 1024);
    rows_are(&place, 0, 0, 1500001);
    place_remove(&place);
}
END_TEST

#define WRITERS 4
#define EACH 60

struct racer {
    struct place place;
    pthread_t id;
    int64_t ids[EACH];
};

/* Half of them in transactions of three, half without. */
static void *race(void *context)
{
    struct racer *racer = context;
    struct store *store = racer->place.store;
    uint8_t uid[UID_SIZE];
    unsigned i;

    for (i = 0; i < EACH; i++) {
        struct store_device device = device_of(racer->place.product, i, uid);

        if (i >= EACH / 2 && i % 3 == 0 && store_begin(store, NULL) != DEVCA_OK)
            return racer;
        if (store_device_put(store, &device, &racer->ids[i], NULL) != DEVCA_OK)
            return racer;
        if (i >= EACH / 2 && i % 3 == 2 &&
            store_commit(store, NULL) != DEVCA_OK)
            return racer;
    }
    return NULL;
}

/* Every writer puts every device: each is there once, for all the same. */
START_TEST(test_race)
{
    static struct racer racers[WRITERS];
    struct place place;
    void *failed;
    unsigned i, n;

    place_fill(&place);
    for (i = 0; i < WRITERS; i++) {
        racers[i].place = place;
        ck_ok(store_open(&racers[i].place.store, place.folder, NULL,
                         &place.error));
        ck_assert_int_eq(pthread_create(&racers[i].id, NULL, race, &racers[i]),
                         0);
    }
    for (i = 0; i < WRITERS; i++) {
        pthread_join(racers[i].id, &failed);
        ck_assert_ptr_null(failed);
        store_close(racers[i].place.store);
    }
    ck_assert_int_eq(rows(&place, "device"), EACH);
    rows_are(&place, EACH, 0, 0);
    for (n = 0; n < EACH; n++)
        for (i = 0; i < WRITERS; i++)
            ck_assert_int_eq(racers[i].ids[n], find(&place, n));
    place_remove(&place);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("uid");
    Suite *suite = suite_create("uid");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_ages);
    tcase_add_test(tests, test_once);
    tcase_add_test(tests, test_products);
    tcase_add_test(tests, test_undone);
    tcase_add_test(tests, test_both_or_none);
    tcase_add_test(tests, test_twice);
    tcase_add_test(tests, test_bulk);
    tcase_add_test(tests, test_memory);
    tcase_add_test(tests, test_race);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
