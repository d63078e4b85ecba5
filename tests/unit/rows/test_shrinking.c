/* A request's file that somebody writes anew while a list's row reads it:
 * libc's read() is overridden here, and cuts the file short first. */
#include <devca/rows.h>

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SIZE 600 /* of each request's file */

static char folder[64];
static const char *victim; /* NULL: none, or it was cut */
static off_t keep;

static bool is_victim(int fd)
{
    struct stat one, other;

    return victim != NULL && fstat(fd, &one) == 0 &&
           stat(victim, &other) == 0 && one.st_ino == other.st_ino &&
           one.st_dev == other.st_dev;
}

ssize_t read(int fd, void *octets, size_t len)
{
    if (is_victim(fd)) {
        ck_assert_int_eq(truncate(victim, keep), 0);
        victim = NULL;
    }
    return syscall(SYS_read, fd, octets, len);
}

static void put(const char *name, const char *text, size_t len)
{
    FILE *file = fopen(name, "w");

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(text, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
}

static void setup(void)
{
    char request[SIZE];

    memset(request, 'x', sizeof request);
    snprintf(folder, sizeof folder, "/tmp/devca-shrinking-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    ck_assert_int_eq(mkdir("requests", 0700), 0);
    put("requests/01.csr", request, sizeof request);
    put("requests/02.csr", request, sizeof request);
}

static void teardown(void)
{
    (void)unlink("list");
    (void)unlink("requests/01.csr");
    (void)unlink("requests/02.csr");
    (void)rmdir("requests");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* The victim is 01, which the row with `field` names. */
static const struct {
    const char *list; /* NULL: the folder is the list */
    const char *field;
    off_t keep;
} cases[] = {
    {"uid,csr\n01,requests/01.csr\n02,requests/02.csr\n", "csr", 599},
    {"uid,csr\n01,requests/01.csr\n02,requests/02.csr\n", "csr", 0},
    {"uid,public_key\n02,requests/02.csr\n01,requests/01.csr\n", "public_key",
     300},
    {"{\"uid\":\"01\",\"csr\":\"requests/01.csr\"}\n"
     "{\"uid\":\"02\",\"csr\":\"requests/02.csr\"}\n",
     "csr", 1},
    {NULL, "csr", 300},
};

static void check_row(const struct devca_batch_row *row)
{
    ck_assert_ptr_null(row->fault);
    ck_assert_uint_eq(row->csr.len + row->public_key.len, SIZE);
}

static void check_fault(const struct devca_error *fault, const char *field)
{
    ck_assert_ptr_nonnull(fault);
    ck_assert_str_eq(devca_code_text(fault->code),
                     devca_code_text(DEVCA_E_MALFORMED));
    ck_assert_str_eq(fault->field, field);
    ck_assert_str_eq(fault->fault, "became shorter while it was read");
}

START_TEST(test_row)
{
    struct devca_rows_request request = {.path = "list", .wake = -1};
    struct devca_batch_row row;
    struct devca_error error;
    struct devca_rows *rows;
    int i;

    if (cases[_i].list != NULL)
        put("list", cases[_i].list, strlen(cases[_i].list));
    else
        request.path = "requests";
    keep = cases[_i].keep;
    victim = "requests/01.csr";
    ck_assert_int_eq(devca_rows_open(&rows, &request, &error), DEVCA_OK);
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(devca_rows_next(rows, &row, &error), DEVCA_OK);
        if (strcmp(row.uid, "01") == 0)
            check_fault(row.fault, cases[_i].field);
        else
            check_row(&row);
    }
    ck_assert_int_eq(devca_rows_next(rows, &row, &error), DEVCA_E_NOT_FOUND);
    ck_assert_ptr_null(victim);
    devca_rows_close(rows);
}
END_TEST

/* The same file, once nobody writes to it. */
START_TEST(test_whole)
{
    struct devca_rows_request request = {.path = "requests", .wake = -1};
    struct devca_batch_row row;
    struct devca_error error;
    struct devca_rows *rows;
    int i;

    ck_assert_int_eq(devca_rows_open(&rows, &request, &error), DEVCA_OK);
    for (i = 0; i < 2; i++) {
        ck_assert_int_eq(devca_rows_next(rows, &row, &error), DEVCA_OK);
        check_row(&row);
    }
    devca_rows_close(rows);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows shrinking");
    TCase *tcase = tcase_create("shrinking");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test_row, 0,
                        (int)(sizeof cases / sizeof cases[0]));
    tcase_add_test(tcase, test_whole);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
