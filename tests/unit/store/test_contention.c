/* Several writers, a writer that waits in vain, one that dies half way. */
#include "place.h"

#include "devca/store/handle.h"
#include "devca/store/migrate.h"

#include <check.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define WRITERS 4
#define EACH 60

static void issue_some(struct place *place, unsigned writer, unsigned group)
{
    unsigned i;

    for (i = 0; i < EACH; i++) {
        if (i % group == 0)
            ck_ok(store_begin(place->store, &place->error));
        place_issue(place, writer * 1000 + i, 0);
        /* everybody's device: found or put, never twice */
        place_device(place, 100000 + i);
        if (i % group == group - 1)
            ck_ok(store_commit(place->store, &place->error));
    }
}

static void check_all(struct place *place)
{
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM certificate"),
                     WRITERS * EACH);
    ck_assert_int_eq(place_ask(place, "SELECT sum(count) FROM tally"),
                     WRITERS * EACH);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM device"),
                     (WRITERS + 1) * EACH);
    ck_assert_int_eq(place_ask(place, "SELECT count(*) FROM pragma_integrity_"
                                      "check WHERE integrity_check = 'ok'"),
                     1);
}

START_TEST(test_processes)
{
    struct place place, mine;
    unsigned writer;
    int status;

    place_fill(&place);
    store_close(place.store);
    place.store = NULL;
    for (writer = 0; writer < WRITERS; writer++) {
        if (fork() != 0)
            continue;
        mine = place;
        ck_ok(store_open(&mine.store, mine.folder, NULL, &mine.error));
        issue_some(&mine, writer, writer + 1);
        store_close(mine.store);
        _exit(0);
    }
    for (writer = 0; writer < WRITERS; writer++) {
        ck_assert_int_gt(wait(&status), 0);
        ck_assert_int_eq(status, 0);
    }
    check_all(&place);
    place_remove(&place);
}
END_TEST

struct thread {
    struct place place;
    unsigned writer;
    pthread_t id;
};

static void *run_thread(void *context)
{
    struct thread *thread = context;
    struct store_certificate row = place_row(&thread->place, 0);
    uint8_t serial[8], digest[32], uid[6];
    unsigned i;
    int64_t id, device_id;

    for (i = 0; i < EACH; i++) {
        struct store_device device = {.product_id = thread->place.product,
                                      .uid = {uid, sizeof uid}};

        memset(serial, 1 + (int)thread->writer, sizeof serial);
        serial[7] = (uint8_t)i;
        memset(digest, (int)i, sizeof digest);
        memcpy(uid, serial + 2, sizeof uid);
        row.serial = (struct devid_slice){serial, 8};
        row.key_digest = row.der = (struct devid_slice){digest, 32};
        if (store_device_put(thread->place.store, &device, &device_id, NULL) !=
            DEVCA_OK)
            return thread;
        row.device_id = device_id;
        if (store_certificate_put(thread->place.store, &row, &id, NULL) !=
            DEVCA_OK)
            return thread;
    }
    return NULL;
}

START_TEST(test_threads)
{
    struct thread threads[WRITERS];
    struct place place;
    void *failed;
    unsigned i;

    place_fill(&place);
    for (i = 0; i < WRITERS; i++) {
        threads[i].place = place;
        threads[i].writer = i;
        ck_ok(store_open(&threads[i].place.store, place.folder, NULL,
                         &place.error));
        ck_assert_int_eq(
            pthread_create(&threads[i].id, NULL, run_thread, &threads[i]), 0);
    }
    for (i = 0; i < WRITERS; i++) {
        pthread_join(threads[i].id, &failed);
        ck_assert_ptr_null(failed);
        store_close(threads[i].place.store);
    }
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM certificate"),
                     WRITERS * EACH);
    place_remove(&place);
}
END_TEST

static double seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

START_TEST(test_busy)
{
    struct place place, other;
    struct store_options options = {.busy_ms = 300};
    double start;
    int64_t id;
    struct store_device device = {.uid = {(const uint8_t *)"\1", 1}};

    place_fill(&place);
    other = place;
    device.product_id = place.product;
    ck_ok(store_open(&other.store, place.folder, &options, &other.error));
    ck_ok(store_begin(place.store, &place.error));
    start = seconds();
    ck_code(store_device_put(other.store, &device, &id, &other.error),
            DEVCA_E_STORE_BUSY);
    ck_assert(seconds() - start >= 0.25 && seconds() - start < 3);
    ck_assert_ptr_nonnull(strstr(other.error.hint, "wait"));
    ck_assert_ptr_nonnull(strstr(other.error.fault, "this process"));
    ck_assert_str_ne(other.error.object, "");
    /* reading goes on */
    ck_code(store_device_find(other.store, place.product, device.uid, &id,
                              &other.error),
            DEVCA_E_NOT_FOUND);
    store_rollback(place.store);
    ck_ok(store_device_put(other.store, &device, &id, &other.error));
    store_close(other.store);
    place_remove(&place);
}
END_TEST

/* Who is to be waited for is named. */
START_TEST(test_busy_names)
{
    struct place place;
    struct store_options options = {.busy_ms = 50};
    char text[32], octet;
    int ready[2];
    pid_t child;

    place_fill(&place);
    store_close(place.store);
    ck_assert_int_eq(pipe(ready), 0);
    child = fork();
    if (child == 0) {
        if (store_open(&place.store, place.folder, NULL, NULL) == DEVCA_OK &&
            store_begin(place.store, NULL) == DEVCA_OK &&
            write(ready[1], "x", 1) == 1)
            pause();
        _exit(1);
    }
    ck_assert_int_eq(read(ready[0], &octet, 1), 1);
    ck_ok(store_open(&place.store, place.folder, &options, &place.error));
    ck_code(store_begin(place.store, &place.error), DEVCA_E_STORE_BUSY);
    snprintf(text, sizeof text, "process %d", (int)child);
    ck_assert_msg(strstr(place.error.fault, text) != NULL, "%s",
                  place.error.fault);
    kill(child, SIGKILL);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
    place_remove(&place);
}
END_TEST

/* Died between begin and commit: nothing of it is left, and the next one
 * need not wait. */
START_TEST(test_crash)
{
    struct place place;
    int status;

    place_fill(&place);
    store_close(place.store);
    if (fork() == 0) {
        ck_ok(store_open(&place.store, place.folder, NULL, &place.error));
        ck_ok(store_begin(place.store, &place.error));
        issue_some(&place, 1, EACH + 1);
        _exit(0);
    }
    ck_assert_int_gt(wait(&status), 0);
    ck_ok(store_open(&place.store, place.folder, NULL, &place.error));
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM certificate"), 0);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM device"), 0);
    place_issue(&place, 1, 0);
    place_remove(&place);
}
END_TEST

/* Died after commit, before closing: all of it is there. */
START_TEST(test_crash_after)
{
    struct place place;
    int status;

    place_fill(&place);
    store_close(place.store);
    if (fork() == 0) {
        ck_ok(store_open(&place.store, place.folder, NULL, &place.error));
        issue_some(&place, 1, EACH);
        _exit(0);
    }
    ck_assert_int_gt(wait(&status), 0);
    ck_ok(store_open(&place.store, place.folder, NULL, &place.error));
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM certificate"),
                     EACH);
    place_remove(&place);
}
END_TEST

/* A migration that fails leaves the database as it was. */
START_TEST(test_migration_fails)
{
    struct place place;
    struct connection_request request = {.flags = SQLITE_OPEN_READWRITE |
                                                  SQLITE_OPEN_CREATE};

    place_make(&place);
    place_sql(&place, "CREATE TABLE revocation (id)");
    request.path = place.database;
    ck_ok(connection_open(&place.store, &request, &place.error));
    ck_assert_int_ne(migrate(place.store, &place.error), DEVCA_OK);
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"), 0);
    ck_assert_int_eq(place_ask(&place, "PRAGMA application_id"), 0);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM sqlite_schema"),
                     1);
    place_remove(&place);
}
END_TEST

START_TEST(test_migrations)
{
    size_t i;

    ck_assert_uint_gt(store_migration_count, 0);
    for (i = 0; i < store_migration_count; i++)
        ck_assert_int_eq(store_migrations[i].version, (int)i + 1);
    ck_assert_int_eq(migrate_latest(), (int)store_migration_count);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store contention");
    TCase *tcase = tcase_create("contention");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_processes);
    tcase_add_test(tcase, test_threads);
    tcase_add_test(tcase, test_busy);
    tcase_add_test(tcase, test_busy_names);
    tcase_add_test(tcase, test_crash);
    tcase_add_test(tcase, test_crash_after);
    tcase_add_test(tcase, test_migration_fails);
    tcase_add_test(tcase, test_migrations);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
