/* Schema versions: one after the other, all or none. */
#include "place.h"

#include "devca/store/handle.h"
#include "devca/store/migrate.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#define FIRST 1000

static const struct store_migration two[] = {
    {FIRST, "CREATE TABLE first (a); INSERT INTO first VALUES (7);"},
    {FIRST + 1, "CREATE TABLE second AS SELECT a + 1 AS b FROM first;"}};

static const struct store_migration broken[] = {
    {FIRST, "CREATE TABLE first (a); INSERT INTO first VALUES (7);"},
    {FIRST + 1, "CREATE TABLE second (b); INSERT INTO nowhere VALUES (1);"}};

START_TEST(test_in_order)
{
    struct store_migrations steps = {two, 2};
    struct place place;

    place_fill(&place);
    ck_ok(migrate_with(place.store, &steps, &place.error));
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"), FIRST + 1);
    ck_assert_int_eq(place_ask(&place, "SELECT b FROM second"), 8);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM product"), 1);
    place_remove(&place);
}
END_TEST

START_TEST(test_once)
{
    struct store_migrations steps = {two, 2};
    struct place place;

    place_open(&place);
    ck_ok(migrate_with(place.store, &steps, &place.error));
    ck_ok(migrate_with(place.store, &steps, &place.error));
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM first"), 1);
    place_remove(&place);
}
END_TEST

START_TEST(test_rest_only)
{
    struct store_migrations one = {two, 1}, steps = {two, 2};
    struct place place;

    place_open(&place);
    ck_ok(migrate_with(place.store, &one, &place.error));
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"), FIRST);
    ck_ok(migrate_with(place.store, &steps, &place.error));
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM first"), 1);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM second"), 1);
    place_remove(&place);
}
END_TEST

START_TEST(test_all_or_none)
{
    struct store_migrations steps = {broken, 2};
    struct place place;

    place_fill(&place);
    ck_assert_int_ne(migrate_with(place.store, &steps, &place.error), DEVCA_OK);
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"),
                     migrate_latest());
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM sqlite_schema "
                                       "WHERE name IN ('first', 'second')"),
                     0);
    /* The connection goes on as if nothing had been tried. */
    place_issue(&place, 1, 0);
    place_remove(&place);
}
END_TEST

START_TEST(test_beyond)
{
    struct store_migrations steps = {two, 2};
    struct place place;

    place_open(&place);
    place_sql(&place, "PRAGMA user_version = 1002");
    ck_code(migrate_with(place.store, &steps, &place.error),
            DEVCA_E_STORE_NEWER);
    ck_assert_ptr_nonnull(strstr(place.error.fault, "version 1002"));
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"), 1002);
    place_remove(&place);
}
END_TEST

START_TEST(test_table_rises)
{
    size_t i;

    ck_assert_uint_gt(store_migration_count, 0);
    for (i = 0; i < store_migration_count; i++)
        ck_assert_int_eq(store_migrations[i].version, (int)i + 1);
}
END_TEST

/* A table of 16 MB, changed by one statement; SQLite counts its memory. */
static const struct store_migration large[] = {
    {FIRST, "CREATE TABLE large (a, b); WITH RECURSIVE n (i) AS "
            "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000) "
            "INSERT INTO large SELECT i, randomblob(4000) FROM n;"},
    {FIRST + 1, "ALTER TABLE large DROP COLUMN a;"}};

START_TEST(test_memory)
{
    struct store_migrations one = {large, 1}, both = {large, 2};
    struct place place;

    place_open(&place);
    ck_ok(migrate_with(place.store, &one, &place.error));
    (void)sqlite3_memory_highwater(1);
    ck_ok(migrate_with(place.store, &both, &place.error));
    ck_assert_int_lt(sqlite3_memory_highwater(0), 8 * 1024 * 1024);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM large"), 4000);
    place_remove(&place);
}
END_TEST

int main(void)
{
    TCase *tests = tcase_create("migrate");
    Suite *suite = suite_create("migrate");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tests, test_in_order);
    tcase_add_test(tests, test_once);
    tcase_add_test(tests, test_rest_only);
    tcase_add_test(tests, test_all_or_none);
    tcase_add_test(tests, test_beyond);
    tcase_add_test(tests, test_table_rises);
    tcase_add_test(tests, test_memory);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
