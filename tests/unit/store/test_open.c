/* Making and opening stores, and everything that is not one. */
#include "place.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum devca_code try_open(struct place *place, bool read_only)
{
    struct store_options options = {.read_only = read_only, .busy_ms = 50};

    return store_open(&place->store, place->folder, &options, &place->error);
}

START_TEST(test_create)
{
    struct place place;
    struct stat status;

    umask(0);
    place_fill(&place);
    ck_assert_int_eq(stat(place.database, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    strcat(place.database, "-wal");
    ck_assert_int_eq(stat(place.database, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0600);
    place.database[strlen(place.database) - 4] = '\0';
    ck_code(store_create(place.folder, &place.error), DEVCA_E_EXISTS);
    ck_assert_int_eq(place_ask(&place, "PRAGMA application_id"), 0x44564341);
    ck_assert_int_eq(place_ask(&place, "PRAGMA user_version"), 7);
    ck_assert_int_eq(
        place_ask(&place, "SELECT count(*) FROM sqlite_schema WHERE type = "
                          "'table' AND name NOT LIKE 'sqlite%' AND "
                          "sql NOT LIKE '%STRICT%'"),
        0);
    place_remove(&place);
}
END_TEST

START_TEST(test_create_nowhere)
{
    struct place place;

    place_make(&place);
    ck_code(store_create("/tmp/devca-no-such-folder", &place.error),
            DEVCA_E_STORE);
    ck_assert_str_ne(place.error.fault, "");
    place_remove(&place);
}
END_TEST

START_TEST(test_missing)
{
    struct place place;

    place_make(&place);
    ck_code(try_open(&place, false), DEVCA_E_STORE_MISSING);
    ck_code(try_open(&place, true), DEVCA_E_STORE_MISSING);
    ck_assert_ptr_nonnull(strstr(place.error.hint, "devca init"));
    place_remove(&place);
}
END_TEST

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static const char long_text[] =
    "this is no database at all, but it is longer than a header is, "
    "which is a hundred octets in a SQLite database file";
static const char *const strangers[] = {"", "x", long_text};

START_TEST(test_foreign_file)
{
    struct place place;

    place_make(&place);
    write_file(place.database, strangers[_i]);
    ck_code(try_open(&place, false), DEVCA_E_STORE_FOREIGN);
    ck_code(try_open(&place, true), DEVCA_E_STORE_FOREIGN);
    place_remove(&place);
}
END_TEST

START_TEST(test_foreign_database)
{
    struct place place;

    place_make(&place);
    place_sql(&place, "CREATE TABLE certificate (id)");
    ck_code(try_open(&place, false), DEVCA_E_STORE_FOREIGN);
    ck_assert_int_eq(place_ask(&place, "SELECT count(*) FROM sqlite_schema"),
                     1);
    place_remove(&place);
}
END_TEST

START_TEST(test_newer)
{
    struct place place;

    place_open(&place);
    store_close(place.store);
    place_sql(&place, "PRAGMA user_version = 2000");
    ck_code(try_open(&place, false), DEVCA_E_STORE_NEWER);
    ck_code(try_open(&place, true), DEVCA_E_STORE_NEWER);
    ck_assert_ptr_null(place.store);
    ck_assert_ptr_nonnull(strstr(place.error.fault, "2000"));
    place_remove(&place);
}
END_TEST

/* Every page but the first filled with rubbish. */
static void spoil(const struct place *place)
{
    char rubbish[4096];
    struct stat status;
    off_t at;
    int file = open(place->database, O_WRONLY);

    memset(rubbish, 0xee, sizeof rubbish);
    ck_assert_int_eq(fstat(file, &status), 0);
    for (at = 4096; at < status.st_size; at += 4096)
        ck_assert_int_eq(pwrite(file, rubbish, sizeof rubbish, at), 4096);
    close(file);
}

START_TEST(test_corrupt_page)
{
    struct place place;
    struct store_product product;
    enum devca_code code;

    place_fill(&place);
    store_close(place.store);
    spoil(&place);
    code = try_open(&place, true);
    if (code == DEVCA_OK)
        code = store_product_find(place.store, "meter", &product, &place.error);
    ck_code(code, DEVCA_E_STORE_CORRUPT);
    ck_assert_ptr_nonnull(strstr(place.error.hint, "backup"));
    ck_assert_ptr_null(strstr(place.error.fault, "SELECT"));
    place_remove(&place);
}
END_TEST

START_TEST(test_cut_short)
{
    struct place place;
    struct store_product product;
    enum devca_code code;

    place_fill(&place);
    store_close(place.store);
    ck_assert_int_eq(truncate(place.database, 4096 * 3), 0);
    code = try_open(&place, true);
    if (code == DEVCA_OK)
        code = store_product_find(place.store, "meter", &product, &place.error);
    ck_code(code, DEVCA_E_STORE_CORRUPT);
    place_remove(&place);
}
END_TEST

START_TEST(test_read_only)
{
    struct place place;
    struct store_device device = {.created_at = 1};
    int64_t id;

    place_fill(&place);
    store_close(place.store);
    ck_ok(try_open(&place, true));
    device.product_id = place.product;
    device.uid = place_octets(1, 6);
    ck_code(store_device_put(place.store, &device, &id, &place.error),
            DEVCA_E_STORE_READ_ONLY);
    place_remove(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("store open");
    TCase *tcase = tcase_create("open");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_create);
    tcase_add_test(tcase, test_create_nowhere);
    tcase_add_test(tcase, test_missing);
    tcase_add_loop_test(tcase, test_foreign_file, 0,
                        (int)(sizeof strangers / sizeof strangers[0]));
    tcase_add_test(tcase, test_foreign_database);
    tcase_add_test(tcase, test_newer);
    tcase_add_test(tcase, test_corrupt_page);
    tcase_add_test(tcase, test_cut_short);
    tcase_add_test(tcase, test_read_only);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
