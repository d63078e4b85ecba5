/*
 * Every profile below invalid/ is refused when it is read, with the pointer,
 * the clause and the fault that stand in `expected` beside it, one a line.
 */
#include "support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOLDER "tests/unit/profile/invalid"
#define CASES_AT_LEAST 100

/* The n-th line of the text, without its end. */
static void take_line(char **rest, const char **line)
{
    *line = *rest;
    *rest += strcspn(*rest, "\n");
    if (**rest != '\0')
        *(*rest)++ = '\0';
}

static void check_case(const char *name)
{
    char path[384];
    struct bytes json;
    struct bytes expected;
    struct devca_error error = {0};
    struct profile *profile;
    const char *pointer;
    const char *clause;
    const char *fault;
    char *rest;

    snprintf(path, sizeof path, FOLDER "/%.200s/profile.json", name);
    load_file(path, &json);
    snprintf(path, sizeof path, FOLDER "/%.200s/expected", name);
    load_file(path, &expected);
    rest = (char *)expected.data;
    take_line(&rest, &pointer);
    take_line(&rest, &clause);
    take_line(&rest, &fault);
    ck_assert_msg(profile_read(&profile, bytes_slice(&json), name, &error) ==
                      DEVCA_E_PROFILE_INVALID,
                  "%s was not refused", name);
    ck_assert_ptr_null(profile);
    ck_assert_str_eq(error.object, name);
    ck_assert_msg(strcmp(error.field, pointer) == 0, "%s: pointer %s (%s)",
                  name, error.field, error.fault);
    ck_assert_msg(strstr(error.clause, clause) != NULL, "%s: clause %s", name,
                  error.clause);
    ck_assert_msg(strstr(error.fault, fault) != NULL, "%s: fault %s", name,
                  error.fault);
    bytes_clear(&json);
    bytes_clear(&expected);
}

START_TEST(each_is_refused)
{
    DIR *folder = opendir(SOURCE_DIR "/" FOLDER);
    const struct dirent *entry;
    int cases = 0;

    ck_assert_ptr_nonnull(folder);
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        check_case(entry->d_name);
        cases++;
    }
    closedir(folder);
    ck_assert_int_ge(cases, CASES_AT_LEAST);
}
END_TEST

/* Whatever octet of a sound profile is struck out, nothing but an answer comes
 * of it: run under the sanitizers. */
START_TEST(every_truncation_is_answered)
{
    struct bytes json;
    struct devca_error error;

    load_file("pki-templates/tpm-devid.json", &json);
    for (size_t len = 0; len < json.len - 1; len++) {
        struct profile *profile;
        enum devca_code code = profile_read(
            &profile, (struct devid_slice){json.data, len}, "cut", &error);

        ck_assert_int_eq(code, DEVCA_E_PROFILE_INVALID);
        ck_assert_ptr_null(profile);
    }
    bytes_clear(&json);
}
END_TEST

START_TEST(every_flipped_octet_is_answered)
{
    struct bytes json;
    struct devca_error error;

    load_file("pki-templates/dice-uds.json", &json);
    for (size_t i = 0; i < json.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct profile *profile;
            enum devca_code code;

            json.data[i] ^= (uint8_t)(1 << bit);
            code =
                profile_read(&profile, bytes_slice(&json), "flipped", &error);
            ck_assert(code == DEVCA_OK || code == DEVCA_E_PROFILE_INVALID);
            ck_assert_int_eq(code == DEVCA_OK, profile != NULL);
            profile_free(profile);
            json.data[i] ^= (uint8_t)(1 << bit);
        }
    }
    bytes_clear(&json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("invalid");
    TCase *tests = tcase_create("invalid");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, each_is_refused);
    tcase_add_test(tests, every_truncation_is_answered);
    tcase_add_test(tests, every_flipped_octet_is_answered);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
