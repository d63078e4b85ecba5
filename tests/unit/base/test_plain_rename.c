/* Outputs where the file system has neither nameless files nor
 * RENAME_NOREPLACE, as NFS and many FUSE ones: libc's calls are overridden
 * here. */
#include "devca/base/file.h"

#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static char folder[64];
static int refused; /* by the two below */

/* Declared by libc with names of its own for what is unused here. */
int renameat2(int from, const char *name, int to, const char *other,
              unsigned flags)
{
    if (flags == 0)
        return renameat(from, name, to, other);
    refused++;
    errno = EINVAL;
    return -1;
}

int openat(int from, const char *name, int flags, ...)
{
    va_list more;
    mode_t mode;

    va_start(more, flags);
    mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if ((flags & O_TMPFILE) != O_TMPFILE)
        return (int)syscall(SYS_openat, from, name, flags, mode);
    refused++;
    errno = EOPNOTSUPP;
    return -1;
}

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/devca-rename-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    refused = 0;
}

/* Names in the folder; hidden ones count. */
static int entries(bool unlinked)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    int count = 0;

    while (open && (entry = readdir(open))) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        count++;
        if (unlinked)
            (void)unlinkat(dirfd(open), entry->d_name, 0);
    }
    if (open)
        closedir(open);
    return count;
}

static void teardown(void)
{
    (void)entries(true);
    (void)rmdir(folder);
}

static enum devca_code put(const char *content, bool replace)
{
    const struct file_target target = {"file", 0600,  replace,
                                       false,  false, NULL};
    struct devid_slice text = {(const uint8_t *)content, strlen(content)};

    return file_write(&target, text, NULL);
}

static void check_content(const char *wanted)
{
    struct bytes content = {0};
    struct stat info;

    ck_assert_int_eq(file_read("file", 100, &content, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)content.data, wanted);
    bytes_clear(&content);
    ck_assert_int_eq(stat("file", &info), 0);
    ck_assert_uint_eq(info.st_mode & 07777u, 0600);
    ck_assert_uint_eq(info.st_nlink, 1);
    ck_assert_int_eq(entries(false), 1);
}

START_TEST(test_put)
{
    ck_assert_int_eq(put("first", false), DEVCA_OK);
    ck_assert_int_eq(refused, 2);
    check_content("first");
    ck_assert_int_eq(put("second", true), DEVCA_OK);
    check_content("second");
    ck_assert_int_eq(put("third", false), DEVCA_E_FILE_EXISTS);
    check_content("second");
}
END_TEST

/* Somebody else was faster, between opening and putting in place. */
START_TEST(test_overtaken)
{
    const struct file_target target = {"file", 0600, false, false, false, NULL};
    struct file_output *output;

    ck_assert_int_eq(file_output_open(&output, &target, NULL), DEVCA_OK);
    ck_assert_int_eq(put("theirs", false), DEVCA_OK);
    ck_assert_int_eq(file_output_commit(output, NULL), DEVCA_E_FILE_EXISTS);
    check_content("theirs");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.plain_rename");
    TCase *cases = tcase_create("plain rename");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_put);
    tcase_add_test(cases, test_overtaken);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
