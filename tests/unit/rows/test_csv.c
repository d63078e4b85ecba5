/* Quotes that somebody forgot, in lists of CSV: the row that has the fault is
 * told of, and every other row is read. */
#include <devca/rows.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PEM_OF(text) "\"-----BEGIN R-----\n" text "\n-----END R-----\""

static char folder[64];

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/devca-csv-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static void teardown(void)
{
    (void)unlink("list");
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
}

/* "line uid value's length or what is told;" for each row into told. */
static void read_list(const char *list, size_t len, char *told, size_t size)
{
    struct devca_rows_request request = {"list", -1};
    struct devca_rows *rows;
    struct devca_batch_row row;
    struct devca_error error;
    FILE *file = fopen("list", "w");
    size_t at = 0;

    ck_assert_ptr_nonnull(file);
    ck_assert_uint_eq(fwrite(list, 1, len, file), len);
    ck_assert_int_eq(fclose(file), 0);
    ck_assert_int_eq(devca_rows_open(&rows, &request, &error), DEVCA_OK);
    told[0] = '\0';
    while (devca_rows_next(rows, &row, &error) == DEVCA_OK) {
        at += (size_t)snprintf(told + at, size - at, "%d %s ", (int)row.line,
                               row.uid);
        ck_assert_uint_lt(at, size);
        if (row.fault)
            at += (size_t)snprintf(told + at, size - at, "%s; ",
                                   row.fault->fault);
        else
            at += (size_t)snprintf(told + at, size - at, "%d; ",
                                   (int)row.csr.len);
        ck_assert_uint_lt(at, size);
    }
    devca_rows_close(rows);
}

#define OPEN "a quote is not closed; "

static const struct list {
    const char *text; /* behind the header */
    const char *told;
} lists[] = {
    {"1," PEM_OF("x") "\n2,-----BEGIN R\n", "2 1 35; 5 2 12; "},
    {"1," PEM_OF("x") "\r\n2,-----BEGIN R\r\n", "2 1 35; 5 2 12; "},
    {"1,\"-----BEGIN R-----\r\nx\r\n\"\r\n2,-----BEGIN R\n",
     "2 1 22; 5 2 12; "},
    /* A line feed in quotes that hold no PEM. */
    {"1,\"x.csr\n2,-----BEGIN R\n", "2 1 " OPEN "3 2 12; "},
    {"\"1,x.csr\n2,-----BEGIN R\n", "2  " OPEN "3 2 12; "},
    {"1,\"x\"y\"z\n2,-----BEGIN R\n", "2 1 " OPEN "3 2 12; "},
    {"1,\"\n2,-----BEGIN R\n", "2 1 " OPEN "3 2 12; "},
    {"1,2,\"-----BEGIN R\n2,-----BEGIN R\n", "2 1 " OPEN "3 2 12; "},
    {"\"-----BEGIN \n\",x\n2,-----BEGIN R\n", "2  " OPEN "3  " OPEN "4 2 12; "},
    {"1,\"x", "2 1 " OPEN},
    /* PEM whose quote is missing: the row ends where no PEM can go on. */
    {"1,\"-----BEGIN R\n2,-----BEGIN R\n", "2 1 " OPEN "3 2 12; "},
    {"1,\"-----BEGIN R\nx\n2,-----BEGIN R", "2 1 " OPEN "4 2 12; "},
    {"1,\"-----BEGIN R\nx\n2," PEM_OF("y") "\n3,-----BEGIN R\n",
     "2 1 " OPEN "4 2 35; 7 3 12; "},
    {"1,\"-----BEGIN R\nx\n\"2\"," PEM_OF("y") "\n3,-----BEGIN R\n",
     "2 1 " OPEN "4 2 35; 7 3 12; "},
    {"1,\"-----BEGIN R\nx\"\"\n2,-----BEGIN R\n", "2 1 " OPEN "4 2 12; "},
    {"1,\"-----BEGIN R\nx\n\"\"\n2,-----BEGIN R\n", "2 1 " OPEN "5 2 12; "},
    {"1,\"-----BEGIN R\nx", "2 1 " OPEN},
    {"1,\"-----BEGIN R\nx\ny", "2 1 " OPEN},
    {"1,\"-----BEGIN R\nx\ny,z", "2 1 " OPEN "4 y the file cannot be read; "},
};

START_TEST(test_told)
{
    const struct list *list = &lists[_i];
    char text[512], told[1024];
    int len = snprintf(text, sizeof text, "uid,csr\n%s", list->text);

    read_list(text, (size_t)len, told, sizeof told);
    ck_assert_str_eq(told, list->told);
}
END_TEST

/* A NUL in PEM is that row's fault, and takes nothing from its UID or from the
 * rows behind it. */
START_TEST(test_nul)
{
    static const char text[] = "uid,csr\n1,\"-----BEGIN R\0\nx\n"
                               "2,-----BEGIN R\n";
    char told[256];

    read_list(text, sizeof text - 1, told, sizeof told);
    ck_assert_str_eq(told, "2 1 " OPEN "4 2 12; ");
}
END_TEST

/* The second of three rows, in two spellings each. */
#define FIRST "a1," PEM_OF("MII+/=\nBBBB") "\n"
#define SECOND "b2," PEM_OF("MIIC\nDDDD") "\n"
#define SECOND_PLAIN "b2,-----BEGIN R\n"
#define THIRD "c3," PEM_OF("MIIE\nFFFF") "\n"
#define THIRD_QUOTED "\"c3\"," PEM_OF("MIIE\nFFFF") "\n"

static const struct triple {
    const char *first, *second, *third;
} triples[] = {
    {FIRST, SECOND, THIRD},
    {FIRST, SECOND, THIRD_QUOTED},
    {FIRST, SECOND_PLAIN, THIRD},
    {FIRST, SECOND_PLAIN, THIRD_QUOTED},
};

static void check_others(const char *list, size_t len)
{
    char told[4096];

    read_list(list, len, told, sizeof told);
    ck_assert_msg(strncmp(told, "2 a1 45; ", 9) == 0, "%.*s: %s", (int)len,
                  list, told);
    ck_assert_msg(strstr(told, " c3 43; ") != NULL, "%.*s: %s", (int)len, list,
                  told);
}

/* A quote too much before each octet of the row, and each of its quotes taken
 * away. */
START_TEST(test_anywhere)
{
    const struct triple *triple = &triples[_i];
    size_t len = strlen(triple->second), i;
    char list[512];
    int size;

    for (i = 0; i < len; i++) {
        size =
            snprintf(list, sizeof list, "uid,csr\n%s%.*s\"%s%s", triple->first,
                     (int)i, triple->second, triple->second + i, triple->third);
        check_others(list, (size_t)size);
        if (triple->second[i] != '"')
            continue;
        size = snprintf(list, sizeof list, "uid,csr\n%s%.*s%s%s", triple->first,
                        (int)i, triple->second, triple->second + i + 1,
                        triple->third);
        check_others(list, (size_t)size);
    }
}
END_TEST

/* PEM that is not closed and longer than any row: around the largest size too,
 * where the next row begins at the end of what a row may have. */
START_TEST(test_long)
{
    static const char next[] = "02,-----BEGIN R\n\"03\",-----BEGIN R\n";
    static char list[70000];
    char told[1024];
    size_t size, len;

    for (size = 65480; size < 65560; size++) {
        len = (size_t)snprintf(list, sizeof list,
                               "uid,csr\n01,\"-----BEGIN\x20"
                               "R-----\n");
        memset(list + len, 'x', size);
        len += size;
        len += (size_t)snprintf(list + len, sizeof list - len, "\n%s",
                                next + (size % 2) * 16);
        read_list(list, len, told, sizeof told);
        ck_assert_msg(strncmp(told, "2 01 " OPEN, 28) == 0, "%zu: %s", size,
                      told);
        ck_assert_msg(size % 2 || strstr(told, "; 4 02 12; "), "%zu: %s", size,
                      told);
        ck_assert_msg(strstr(told, " 03 12; ") != NULL, "%zu: %s", size, told);
    }
}
END_TEST

/* Lines without end that could be PEM. */
START_TEST(test_lines)
{
    const size_t size = 3000000;
    char *list = malloc(size), told[1024];
    size_t len = 0;

    ck_assert_ptr_nonnull(list);
    len += (size_t)snprintf(list, size, "uid,csr\n01,\"-----BEGIN R-----\n");
    while (len < size - 200)
        len += (size_t)snprintf(list + len, size - len, "%0*d\n",
                                (int)(len % 131), 0);
    len += (size_t)snprintf(list + len, size - len, "\"02\",-----BEGIN R\n");
    read_list(list, len, told, sizeof told);
    ck_assert_msg(strncmp(told, "2 01 " OPEN, 28) == 0, "%s", told);
    ck_assert_msg(strstr(told, " 02 12; ") != NULL, "%s", told);
    free(list);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rows.csv");
    TCase *cases = tcase_create("csv");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_loop_test(cases, test_told, 0,
                        (int)(sizeof lists / sizeof lists[0]));
    tcase_add_loop_test(cases, test_anywhere, 0,
                        (int)(sizeof triples / sizeof triples[0]));
    tcase_add_test(cases, test_nul);
    tcase_add_test(cases, test_long);
    tcase_add_test(cases, test_lines);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
