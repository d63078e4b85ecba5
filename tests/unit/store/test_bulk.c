/* In bulk the tally is kept without triggers, and says the same. */
#include "place.h"

#include "devca/store/handle.h"

#include <check.h>

/* Of eight kinds: by issuer, profile, and whether it is a device's. */
static void add(struct place *place, unsigned n)
{
    struct store_certificate row = place_row(place, n);
    int64_t id;

    if (n & 1)
        row.issuer_id = place->root;
    if (n & 2)
        row.profile_id = place->other;
    if (n & 4)
        row.device_id = place_device(place, n);
    ck_ok(store_certificate_put(place->store, &row, &id, &place->error));
}

/* Kinds whose count is not that of their rows. */
#define DISAGREEING                                                 \
    "SELECT count(*) FROM tally AS t WHERE t.count <> "             \
    "(SELECT count(*) FROM certificate AS c WHERE c.issuer_id = "   \
    "t.issuer_id AND coalesce(c.profile_id, 0) = t.profile_id AND " \
    "(c.device_id IS NOT NULL) = t.device AND c.status = t.status)"

static int64_t counted(struct place *place)
{
    struct store_query everything = {.authorities = true};
    int64_t count = -1;

    ck_ok(store_query_count(place->store, &everything, &count, &place->error));
    return count;
}

START_TEST(test_counts)
{
    struct place place;
    int64_t before, kilobytes = 0;
    unsigned n;

    place_fill(&place);
    before = counted(&place);
    store_bulk(place.store, _i != 0);
    ck_ok(connection_ask(place.store, "PRAGMA cache_size", &kilobytes,
                         &place.error));
    ck_assert_int_eq(kilobytes, _i != 0 ? -32000 : -8000);
    ck_ok(store_begin(place.store, &place.error));
    for (n = 0; n < 30; n++)
        add(&place, n);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(counted(&place), before + 30);
    ck_assert_int_eq(place_ask(&place, DISAGREEING), 0);
    /* Another connection, with triggers, goes on from there. */
    store_close(place.store);
    ck_ok(store_open(&place.store, place.folder, NULL, &place.error));
    add(&place, 30);
    ck_assert_int_eq(counted(&place), before + 31);
    place_remove(&place);
}
END_TEST

/* What a rollback takes back was never counted. */
START_TEST(test_rolled_back)
{
    struct place place;
    int64_t before;

    place_fill(&place);
    before = counted(&place);
    store_bulk(place.store, false);
    ck_ok(store_begin(place.store, &place.error));
    add(&place, 0);
    store_rollback(place.store);
    ck_ok(store_begin(place.store, &place.error));
    add(&place, 1);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(counted(&place), before + 1);
    place_remove(&place);
}
END_TEST

static int64_t brought_in(const struct place *place)
{
    return place_ask_alone(place, "SELECT count(*) FROM certificate");
}

/* Settled, what was committed is in the file; while somebody reads what was
 * before, it waits for the next time. */
START_TEST(test_settles)
{
    struct place place;
    struct store *reader;
    int64_t before;

    place_fill(&place);
    store_settle(place.store);
    before = brought_in(&place);
    ck_assert_int_eq(before, counted(&place));
    ck_ok(store_open(&reader, place.folder, NULL, &place.error));
    ck_ok(store_snapshot(reader, &place.error));
    store_bulk(place.store, false);
    ck_ok(store_begin(place.store, &place.error));
    add(&place, 1);
    ck_ok(store_commit(place.store, &place.error));
    ck_assert_int_eq(brought_in(&place), before);
    store_settle(place.store);
    ck_assert_int_eq(brought_in(&place), before);
    store_close(reader);
    store_settle(place.store);
    ck_assert_int_eq(brought_in(&place), before + 1);
    place_remove(&place);
}
END_TEST

/* No status changes unseen by the tally. */
START_TEST(test_no_status)
{
    struct place place;
    struct store_certificate row;
    int64_t id;

    place_fill(&place);
    row = place_row(&place, 0);
    ck_ok(store_certificate_put(place.store, &row, &id, &place.error));
    store_bulk(place.store, false);
    ck_code(store_certificate_set_status(place.store, id, STORE_REVOKED,
                                         &place.error),
            DEVCA_E_INTERNAL);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store bulk");
    TCase *tcase = tcase_create("bulk");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(tcase, test_counts, 0, 2); /* large, too */
    tcase_add_test(tcase, test_rolled_back);
    tcase_add_test(tcase, test_settles);
    tcase_add_test(tcase, test_no_status);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
