/* Media that are full or only for reading: small mounts of our own. Needs the
 * right to mount; otherwise skipped (77). */
#include "place.h"

#include <check.h>
#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

static enum devca_code try_open(struct place *place, bool read_only)
{
    struct store_options options = {.read_only = read_only, .busy_ms = 50};

    return store_open(&place->store, place->folder, &options, &place->error);
}

static int entries(const char *folder)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL)
        count += entry->d_name[0] != '.';
    closedir(dir);
    return count;
}

static void copy_file(const struct place *from, const struct place *to,
                      const char *suffix)
{
    char path[sizeof from->database + 16], octets[4096];
    FILE *in, *out;
    size_t len;

    snprintf(path, sizeof path, "%s%s", from->database, suffix);
    in = fopen(path, "r");
    snprintf(path, sizeof path, "%s%s", to->database, suffix);
    out = fopen(path, "w");
    ck_assert(in != NULL && out != NULL);
    while ((len = fread(octets, 1, sizeof octets, in)) > 0)
        ck_assert_uint_eq(fwrite(octets, 1, len, out), len);
    fclose(in);
    ck_assert_int_eq(fclose(out), 0);
}

/* A mount of our own that goes with the process; false where not allowed. */
static bool mount_private(const char *folder, const char *size)
{
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
        return false;
    return mount("none", folder, "tmpfs", 0, size) == 0;
}

START_TEST(test_read_only_medium)
{
    struct place place;
    struct store_product product;

    place_make(&place);
    ck_assert(mount_private(place.folder, "size=1m"));
    ck_ok(store_create(place.folder, &place.error));
    ck_assert_int_eq(
        mount("none", place.folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    ck_code(try_open(&place, false), DEVCA_E_STORE_READ_ONLY);
    ck_ok(try_open(&place, true));
    ck_code(store_product_find(place.store, "meter", &product, &place.error),
            DEVCA_E_NOT_FOUND);
    store_close(place.store);
    ck_assert_int_eq(umount(place.folder), 0);
    rmdir(place.folder);
}
END_TEST

/* A log that was never brought in must not be overlooked. */
START_TEST(test_read_only_medium_with_log)
{
    struct place place;
    struct place copy;

    place_fill(&place);
    place_make(&copy);
    ck_assert(mount_private(copy.folder, "size=1m"));
    copy_file(&place, &copy, "");
    copy_file(&place, &copy, "-wal");
    ck_assert_int_eq(
        mount("none", copy.folder, NULL, MS_REMOUNT | MS_RDONLY, NULL), 0);
    ck_code(try_open(&copy, true), DEVCA_E_STORE_READ_ONLY);
    ck_assert_ptr_nonnull(strstr(copy.error.hint, "copy"));
    ck_assert_int_eq(umount(copy.folder), 0);
    rmdir(copy.folder);
    place_remove(&place);
}
END_TEST

START_TEST(test_full_disk)
{
    struct place place;
    enum devca_code code = DEVCA_OK;
    unsigned n;
    int64_t id;

    place_make(&place);
    ck_assert(mount_private(place.folder, "size=480k"));
    ck_ok(store_create(place.folder, &place.error));
    ck_ok(try_open(&place, false));
    for (n = 0; n < 1000 && code == DEVCA_OK; n++) {
        struct store_profile profile = {.name = "p"};

        profile.digest = place_octets(n, 32);
        profile.document = place_octets(n, 90);
        code = store_profile_put(place.store, &profile, &id, &place.error);
    }
    ck_code(code, DEVCA_E_STORE_FULL);
    ck_assert_int_gt(n, 1);
    store_close(place.store);
    ck_assert_int_eq(umount(place.folder), 0);
    rmdir(place.folder);
}
END_TEST

START_TEST(test_create_full_disk)
{
    struct place place;

    place_make(&place);
    ck_assert(mount_private(place.folder, "size=24k"));
    ck_code(store_create(place.folder, &place.error), DEVCA_E_STORE_FULL);
    ck_assert_int_eq(entries(place.folder), 0);
    ck_assert_int_eq(umount(place.folder), 0);
    rmdir(place.folder);
}
END_TEST

static bool can_mount(void)
{
    int status = 1;
    pid_t child = fork();

    if (child == 0)
        _exit(mount_private("/tmp", "size=64k") ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    Suite *suite = suite_create("store medium");
    TCase *tcase = tcase_create("medium");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_test(tcase, test_read_only_medium);
    tcase_add_test(tcase, test_read_only_medium_with_log);
    tcase_add_test(tcase, test_full_disk);
    tcase_add_test(tcase, test_create_full_disk);
    suite_add_tcase(suite, tcase);
    if (!can_mount()) {
        printf("skipped: mounting is not allowed here\n");
        srunner_free(runner);
        return 77;
    }
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
