/* Schema versions: one after the other, all or none. */
#include "place.h"

#include "devca/store/handle.h"
#include "devca/store/migrate.h"

#include <check.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

/* ---- from version 6 to 7: the UIDs' index becomes three tables ---- */

#define DEVICES 3000

/* A store of version 6 with devices of two products, closed. */
static void make_six(struct place *place)
{
    const struct store_migrations six = {store_migrations, 6};
    struct connection_request request = {.path = place->database,
                                         .flags = SQLITE_OPEN_READWRITE |
                                                  SQLITE_OPEN_CREATE};

    place_make(place);
    place_sql(place, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
    ck_ok(connection_open(&place->store, &request, &place->error));
    ck_ok(migrate_with(place->store, &six, &place->error));
    store_close(place->store);
    place->store = NULL;
    place_sql(place,
              "WITH a (id) AS (VALUES (1), (2)) INSERT INTO authority SELECT "
              "id, 2, 'p' || id, '', NULL, NULL, x'', x'', x'', NULL, 0, 7 "
              "FROM a;"
              "INSERT INTO product SELECT id, name, id, NULL, 'hex', 7 "
              "FROM authority;"
              "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
              "WHERE i < 3000) INSERT INTO device SELECT i, 1 + i % 2, "
              "CAST(i / 2 * 7919 % 10007 AS BLOB), 7 FROM n");
}

static void is_six(struct place *place)
{
    ck_assert_int_eq(place_ask(place, "PRAGMA user_version"), 6);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM sqlite_schema "
                                      "WHERE name LIKE 'uid\\_%' ESCAPE '\\' "
                                      "AND sql NOT LIKE '% (a)'"),
                     0);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM device "
                                      "INDEXED BY device_uid"),
                     DEVICES);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM pragma_integrity_"
                                      "check WHERE integrity_check = 'ok'"),
                     1);
}

static void is_seven(struct place *place)
{
    ck_assert_int_eq(place_ask(place, "PRAGMA user_version"), 7);
    ck_assert_int_eq(
        place_ask(place, "SELECT count(*) FROM device AS d JOIN uid_settled AS "
                         "u ON u.uid = d.uid AND u.product_id = d.product_id "
                         "AND u.device_id = d.id"),
        DEVICES);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM uid_settled"),
                     DEVICES);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM sqlite_schema "
                                      "WHERE name = 'device_uid'"),
                     0);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM sqlite_stat1 "
                                      "WHERE idx = 'device_uid'"),
                     0);
}

static int die(void *left)
{
    if (--*(int *)left == 0)
        raise(SIGKILL);
    return 0;
}

/* Killed after so many thousand steps of SQLite's machine; true when it ended
 * before. */
static bool migrate_or_die(struct place *place, int thousands)
{
    struct connection_request request = {.path = place->database,
                                         .flags = SQLITE_OPEN_READWRITE};
    pid_t child = fork();
    int status;

    if (child == 0) {
        if (connection_open(&place->store, &request, NULL) != DEVCA_OK)
            _exit(1);
        sqlite3_progress_handler(place->store->db, 1000, die, &thousands);
        _exit(migrate(place->store, NULL) == DEVCA_OK ? 0 : 1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return !WIFSIGNALED(status);
}

START_TEST(test_seven_killed)
{
    struct place place;
    int thousands = 1, killed = 0;

    make_six(&place);
    is_six(&place);
    for (; !migrate_or_die(&place, thousands); thousands += 5) {
        is_six(&place);
        killed++;
    }
    ck_assert_int_gt(killed, 3);
    is_seven(&place);
    place_remove(&place);
}
END_TEST

START_TEST(test_seven_fails)
{
    struct place place;
    struct connection_request request = {.flags = SQLITE_OPEN_READWRITE};

    make_six(&place);
    place_sql(&place, "CREATE TABLE uid_settled (a)");
    request.path = place.database;
    ck_ok(connection_open(&place.store, &request, &place.error));
    ck_assert_int_ne(migrate(place.store, &place.error), DEVCA_OK);
    is_six(&place);
    place_sql(&place, "DROP TABLE uid_settled");
    ck_ok(migrate(place.store, &place.error));
    is_seven(&place);
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
    tcase_add_test(tests, test_seven_killed);
    tcase_add_test(tests, test_seven_fails);
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}
