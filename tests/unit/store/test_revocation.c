/* Revocations, holds and their release, and the stream that a CRL is made of.
 */
#include "place.h"

#include <check.h>
#include <stdio.h>
#include <string.h>

static enum devca_code revoke(struct place *place, int64_t id, int reason,
                              devca_seconds at)
{
    struct store_revocation row = {
        .certificate_id = id, .reason = reason, .revoked_at = at};

    return store_revocation_put(place->store, &row, &place->error);
}

static enum store_status status_of(struct place *place, int64_t id)
{
    struct store_certificate row;

    ck_ok(store_certificate_get(place->store, id, &row, &place->error));
    store_row_clear(&row.memory);
    return row.status;
}

START_TEST(test_revoke)
{
    struct place place;
    struct store_revocation got;
    int64_t id;

    place_fill(&place);
    id = place_issue(&place, 1, 0);
    ck_code(store_revocation_get(place.store, id, &got, &place.error),
            DEVCA_E_NOT_FOUND);
    ck_ok(revoke(&place, id, 1, 2000));
    ck_ok(store_revocation_get(place.store, id, &got, &place.error));
    ck_assert_int_eq(got.reason, 1);
    ck_assert_int_eq(got.revoked_at, 2000);
    ck_assert_int_eq(got.invalid_at, 0);
    ck_assert_int_eq(status_of(&place, id), STORE_REVOKED);
    ck_code(revoke(&place, id, 4, 2001), DEVCA_E_EXISTS);
    ck_code(store_revocation_release(place.store, id, 2002, &place.error),
            DEVCA_E_NOT_FOUND);
    ck_assert_int_eq(status_of(&place, id), STORE_REVOKED);
    ck_code(revoke(&place, 99, 1, 2000), DEVCA_E_NOT_FOUND);
    place_remove(&place);
}
END_TEST

START_TEST(test_hold)
{
    struct place place;
    struct store_revocation got;
    int64_t id;

    place_fill(&place);
    id = place_issue(&place, 1, 0);
    ck_ok(revoke(&place, id, 6, 2000));
    ck_assert_int_eq(status_of(&place, id), STORE_HELD);
    ck_code(revoke(&place, id, 6, 2001), DEVCA_E_EXISTS);
    ck_ok(store_revocation_release(place.store, id, 2002, &place.error));
    ck_assert_int_eq(status_of(&place, id), STORE_ACTIVE);
    ck_code(store_revocation_get(place.store, id, &got, &place.error),
            DEVCA_E_NOT_FOUND);
    ck_ok(revoke(&place, id, 6, 2003));
    ck_ok(revoke(&place, id, 1, 2004)); /* for good */
    ck_ok(store_revocation_get(place.store, id, &got, &place.error));
    ck_assert_int_eq(got.reason, 1);
    ck_assert_int_eq(status_of(&place, id), STORE_REVOKED);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM revocation"), 3);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM revocation "
                                       "WHERE released_at IN (2002, 2004)"),
                     2);
    place_remove(&place);
}
END_TEST

START_TEST(test_released_but_superseded)
{
    struct place place;
    int64_t id;

    place_fill(&place);
    id = place_issue(&place, 1, 0);
    ck_ok(revoke(&place, id, 6, 2000));
    ck_ok(store_certificate_set_status(place.store, id, STORE_SUPERSEDED,
                                       &place.error));
    ck_ok(store_revocation_release(place.store, id, 2002, &place.error));
    ck_assert_int_eq(status_of(&place, id), STORE_SUPERSEDED);
    place_remove(&place);
}
END_TEST

static const int bad_reasons[] = {-1, 7, 8, 11};

START_TEST(test_bad_reason)
{
    struct place place;
    int64_t id;

    place_fill(&place);
    id = place_issue(&place, 1, 0);
    ck_code(revoke(&place, id, bad_reasons[_i], 2000), DEVCA_E_INTERNAL);
    ck_assert_int_eq(status_of(&place, id), STORE_ACTIVE);
    place_remove(&place);
}
END_TEST

struct seen {
    int count;
    unsigned sum;
    uint8_t last[32];
    int stop_after;
};

static enum devca_code see(const struct store_revocation *row, void *context)
{
    struct seen *seen = context;

    ck_assert_uint_eq(row->serial.len, 8);
    ck_assert_int_gt(memcmp(row->serial.data, seen->last, 8), 0);
    memcpy(seen->last, row->serial.data, 8);
    seen->sum += row->serial.data[7];
    if (++seen->count == seen->stop_after)
        return DEVCA_E_INTERRUPTED;
    return DEVCA_OK;
}

/* Out of order, one not revoked, one released, one of another issuer, one that
 * ends at 5000. */
static void fill_list(struct place *place)
{
    static const unsigned order[] = {9, 3, 7, 1, 5};
    struct store_certificate row;
    int64_t id;
    size_t i;

    place_fill(place);
    for (i = 0; i < 5; i++)
        ck_ok(revoke(place, place_issue(place, order[i], 0), 1, 2000));
    place_issue(place, 2, 0);
    id = place_issue(place, 4, 0);
    ck_ok(revoke(place, id, 6, 2000));
    ck_ok(store_revocation_release(place->store, id, 2001, &place->error));
    row = place_row(place, 6);
    row.issuer_id = place->root;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    ck_ok(revoke(place, id, 1, 2000));
    row = place_row(place, 8);
    row.device_id = place_device(place, 8);
    row.not_after = 5000;
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
    ck_ok(revoke(place, id, 1, 2000));
}

START_TEST(test_list)
{
    struct place place;
    struct store_revocation_query query = {.alive_at = 0};
    struct seen all = {0}, alive = {0}, stopped = {.stop_after = 2};

    fill_list(&place);
    query.issuer_id = place.ca;
    ck_ok(store_revocation_list(place.store, &query, see, &all, &place.error));
    ck_assert_int_eq(all.count, 6);
    ck_assert_uint_eq(all.sum, 9 + 3 + 7 + 1 + 5 + 8);
    query.alive_at = 5001;
    ck_ok(
        store_revocation_list(place.store, &query, see, &alive, &place.error));
    ck_assert_int_eq(alive.count, 5);
    ck_code(
        store_revocation_list(place.store, &query, see, &stopped, &place.error),
        DEVCA_E_INTERRUPTED);
    ck_assert_int_eq(stopped.count, 2);
    place_remove(&place);
}
END_TEST

/* Measured and written from one snapshot, whatever others do meanwhile. */
START_TEST(test_snapshot)
{
    struct place place, writer;
    struct store_revocation_query query = {.alive_at = 0};
    struct seen before = {0}, after = {0}, later = {0};
    int64_t id;

    fill_list(&place);
    id = place_issue(&place, 20, 0);
    query.issuer_id = place.ca;
    ck_ok(store_snapshot(place.store, &place.error));
    ck_ok(
        store_revocation_list(place.store, &query, see, &before, &place.error));
    writer = place;
    ck_ok(store_open(&writer.store, place.folder, NULL, &writer.error));
    ck_ok(revoke(&writer, id, 1, 3000));
    store_close(writer.store);
    ck_ok(
        store_revocation_list(place.store, &query, see, &after, &place.error));
    ck_assert_int_eq(after.count, before.count);
    store_rollback(place.store);
    ck_ok(
        store_revocation_list(place.store, &query, see, &later, &place.error));
    ck_assert_int_eq(later.count, before.count + 1);
    place_remove(&place);
}
END_TEST

static enum devca_code see_change(const struct store_revocation *row,
                                  void *context)
{
    struct seen *seen = context;

    ck_assert_int_gt(memcmp(row->serial.data, seen->last, 8), 0);
    memcpy(seen->last, row->serial.data, 8);
    seen->sum += row->reason == 8;
    seen->count++;
    return DEVCA_OK;
}

static const char seventy_thousand[] =
    "CREATE TEMP TABLE n AS WITH RECURSIVE n(n) AS (VALUES (1) UNION ALL "
    "SELECT n + 1 FROM n WHERE n < 70000) SELECT n FROM n;"
    "INSERT INTO certificate (id, issuer_id, profile_id, status, key_type, "
    "begins, issued_at, serial, key_digest, der) SELECT 1000 + n, c.issuer_id, "
    "c.profile_id, 0, 1, 0, 1000, CAST(printf('2%07d', n) AS BLOB), "
    "c.key_digest, c.der FROM temp.n CROSS JOIN certificate AS c "
    "WHERE c.id = 3;"
    "INSERT INTO revocation SELECT issuer_id, serial, 1, id, NULL, 6, 2000, "
    "NULL, iif(id % 7 = 0, 2001, NULL) FROM certificate WHERE id > 1000;"
    "INSERT INTO revocation SELECT issuer_id, serial, 2, id, NULL, 1, 2002, "
    "NULL, NULL FROM certificate WHERE id > 1000 AND id % 14 = 0;"
    "INSERT INTO journal SELECT 1000 + n, 2000, 1, 10, 71001 - n, NULL, NULL, "
    "zeroblob(32) FROM temp.n;";

/* As many changes as there may be take no memory for each, and are told in the
 * same order as a few. */
START_TEST(test_many_changes)
{
    struct store_change_query query = {.seen = 1000};
    struct seen all = {0}, some = {0};
    struct place place;
    sqlite3_int64 before;

    fill_list(&place);
    query.issuer_id = place.ca;
    place_sql(&place, seventy_thousand);
    before = sqlite3_memory_used();
    sqlite3_memory_highwater(1);
    ck_ok(store_revocation_changes(place.store, &query, see_change, &all,
                                   &place.error));
    ck_assert_int_lt(sqlite3_memory_highwater(0) - before, 4 << 20);
    ck_assert_int_eq(all.count, 70000);
    ck_assert_uint_eq(all.sum, 5000);
    query.seen = 1000 + 7000;
    ck_ok(store_revocation_changes(place.store, &query, see_change, &some,
                                   &place.error));
    ck_assert_int_eq(some.count, 63000);
    ck_assert_uint_eq(some.sum, 4500);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store revocation");
    TCase *tcase = tcase_create("revocation");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_revoke);
    tcase_add_test(tcase, test_hold);
    tcase_add_test(tcase, test_released_but_superseded);
    tcase_add_loop_test(tcase, test_bad_reason, 0,
                        (int)(sizeof bad_reasons / sizeof bad_reasons[0]));
    tcase_add_test(tcase, test_list);
    tcase_add_test(tcase, test_snapshot);
    tcase_add_test(tcase, test_many_changes);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
