/* Keys move from table to table as certificates come, and are found in each. */
#include "place.h"

#include "devca/store/handle.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As if so many certificates had come before: the next one has this id. */
static void next_id(struct place *place, int64_t id)
{
    char sql[256];

    snprintf(sql, sizeof sql,
             "INSERT INTO certificate SELECT %lld, issuer_id, NULL, NULL, "
             "profile_id, 0, 1, 0, NULL, 7, x'00%06llx', zeroblob(32), x'30' "
             "FROM certificate WHERE id = 1",
             (long long)id - 1, (long long)id - 1);
    place_sql(place, sql);
}

static int64_t rows(struct place *place, const char *table)
{
    char sql[64];

    snprintf(sql, sizeof sql, "SELECT count(*) FROM %s", table);
    return place_ask(place, sql);
}

static void found(struct place *place, unsigned n, bool wanted)
{
    uint8_t digest[32];
    bool known = !wanted;
    struct store_certificate row;

    memcpy(digest, place_row(place, n).key_digest.data, sizeof digest);
    ck_ok(store_key_is_known(place->store, (struct devid_slice){digest, 32},
                             &known, &place->error));
    ck_assert_int_eq(known, wanted);
    ck_code(store_certificate_by_key(place->store,
                                     (struct devid_slice){digest, 32}, &row,
                                     &place->error),
            wanted ? DEVCA_OK : DEVCA_E_NOT_FOUND);
    if (wanted)
        store_row_clear(&row.memory);
}

static void all_found(struct place *place, unsigned last)
{
    unsigned n;

    for (n = 1; n <= last; n++)
        found(place, n, true);
    found(place, last + 1, false);
}

START_TEST(test_ages)
{
    struct place place;

    place_fill(&place);
    place_issue(&place, 1, 0);
    place_issue(&place, 2, 0);
    ck_assert_int_eq(rows(&place, "key_fresh"), 2);
    next_id(&place, 32768);
    ck_assert_int_eq(place_issue(&place, 3, 0), 32768);
    ck_assert_int_eq(rows(&place, "key_fresh"), 0);
    ck_assert_int_eq(rows(&place, "key_recent"), 3);
    place_issue(&place, 4, 0);
    all_found(&place, 4);
    next_id(&place, 524288);
    ck_assert_int_eq(place_issue(&place, 5, 0), 524288);
    ck_assert_int_eq(rows(&place, "key_fresh"), 0);
    ck_assert_int_eq(rows(&place, "key_recent"), 0);
    ck_assert_int_eq(rows(&place, "key_settled"), 5);
    place_issue(&place, 6, 0);
    all_found(&place, 6);
    place_remove(&place);
}
END_TEST

START_TEST(test_undone)
{
    struct place place;

    place_fill(&place);
    place_issue(&place, 1, 0);
    next_id(&place, 524288);
    ck_ok(store_begin(place.store, &place.error));
    place_issue(&place, 2, 0);
    store_rollback(place.store);
    ck_assert_int_eq(rows(&place, "key_fresh"), 1);
    ck_assert_int_eq(rows(&place, "key_settled"), 0);
    ck_ok(store_begin(place.store, &place.error));
    ck_assert_int_eq(place_issue(&place, 2, 0), 524288);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(rows(&place, "key_settled"), 2);
    all_found(&place, 2);
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
    place_issue(&place, 1, 0);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(rows(&place, "key_fresh"), 1);
    all_found(&place, 1);
    place_remove(&place);
}
END_TEST

/* Half a million keys into twice as many: SQLite counts its memory. */
START_TEST(test_memory)
{
    struct place place;

    place_fill(&place);
    place_issue(&place, 1, 0);
    place_sql(&place,
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 1000000) INSERT INTO key_settled "
              "SELECT randomblob(5), i FROM n ORDER BY 1;"
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 500000) INSERT INTO key_recent "
              "SELECT randomblob(5), i FROM n ORDER BY 1;");
    next_id(&place, 524288);
    (void)sqlite3_memory_highwater(1);
    place_issue(&place, 2, 0);
    ck_assert_int_lt(sqlite3_memory_highwater(0), 6 * 1024 * 1024);
    ck_assert_int_eq(rows(&place, "key_settled"), 1500002);
    place_remove(&place);
}
END_TEST

static enum devca_code count_fault(const char *object, const char *fault,
                                   void *context)
{
    (void)object;
    (void)fault;
    ++*(int *)context;
    return DEVCA_OK;
}

static int pages_read(struct place *place, bool large)
{
    const struct store_inspection_request request = {
        .which = STORE_INSPECT_PAGES, .large = large};
    int faults = 0, hits, misses, most;

    (void)sqlite3_db_status(place->store->db, SQLITE_DBSTATUS_CACHE_HIT, &hits,
                            &most, 1);
    (void)sqlite3_db_status(place->store->db, SQLITE_DBSTATUS_CACHE_MISS,
                            &misses, &most, 1);
    ck_ok(store_inspect(place->store, &request, count_fault, &faults,
                        &place->error));
    ck_assert_int_eq(faults, 0);
    (void)sqlite3_db_status(place->store->db, SQLITE_DBSTATUS_CACHE_HIT, &hits,
                            &most, 1);
    (void)sqlite3_db_status(place->store->db, SQLITE_DBSTATUS_CACHE_MISS,
                            &misses, &most, 1);
    return hits + misses;
}

/* A visit that draws a sample leaves out the tables that grow with keys. */
START_TEST(test_sample)
{
    struct place place;
    int before;

    place_fill(&place);
    before = pages_read(&place, false);
    place_sql(&place,
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 50000) INSERT INTO key_settled "
              "SELECT randomblob(5), i FROM n ORDER BY 1;"
              "INSERT INTO key_recent SELECT * FROM key_settled");
    ck_assert_int_lt(pages_read(&place, false), before + 20);
    ck_assert_int_gt(pages_read(&place, true), before + 20);
    place_remove(&place);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("key");
    Suite *suite = suite_create("key");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tests, 120);
    tcase_add_test(tests, test_ages);
    tcase_add_test(tests, test_undone);
    tcase_add_test(tests, test_bulk);
    tcase_add_test(tests, test_memory);
    tcase_add_test(tests, test_sample);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
