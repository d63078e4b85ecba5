/* docs/profiles.md says what is: its example is a sound profile, and every
 * shipped profile, placeholder and key is in it. */
#include "support.h"

#include "devca/profile/shape.h"
#include "devca/profile/shipped.h"
#include "devca/profile/template.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DOCUMENT "docs/profiles.md"

START_TEST(examples_are_sound)
{
    struct bytes text;
    const char *at;
    int examples = 0;

    load_file(DOCUMENT, &text);
    at = (const char *)text.data;
    while ((at = strstr(at, "```json\n")) != NULL) {
        const char *start = at + strlen("```json\n");
        const char *end = strstr(start, "\n```");
        struct devca_error error = {0};
        struct profile *profile;

        ck_assert_ptr_nonnull(end);
        ck_assert_msg(profile_read(&profile,
                                   (struct devid_slice){(const uint8_t *)start,
                                                        (size_t)(end - start)},
                                   DOCUMENT, &error) == DEVCA_OK,
                      "%s: %s", error.field, error.fault);
        profile_free(profile);
        at = end;
        examples++;
    }
    ck_assert_int_ge(examples, 1);
    bytes_clear(&text);
}
END_TEST

START_TEST(every_shipped_profile_has_its_section)
{
    size_t count;
    const char *const *names = profile_shipped_names(&count);
    struct bytes text;

    load_file(DOCUMENT, &text);
    for (size_t i = 0; i < count; i++) {
        char heading[128];

        snprintf(heading, sizeof heading, "\n### %s\n", names[i]);
        ck_assert_msg(strstr((const char *)text.data, heading) != NULL,
                      "no section for %s", names[i]);
    }
    bytes_clear(&text);
}
END_TEST

START_TEST(every_placeholder_is_told)
{
    struct bytes text;

    load_file(DOCUMENT, &text);
    for (int i = HOLE_LITERAL + 1; i < HOLE_OWN; i++) {
        char quoted[64];

        snprintf(quoted, sizeof quoted, "`{%s}`",
                 template_hole_name((enum hole)i));
        ck_assert_msg(strstr((const char *)text.data, quoted) != NULL,
                      "%s is not told", quoted);
    }
    bytes_clear(&text);
}
END_TEST

START_TEST(every_key_is_told)
{
    struct bytes text;

    load_file(DOCUMENT, &text);
    for (int shape = 0; shape < SHAPE_SETTINGS; shape++) {
        const char *key;
        bool required;

        for (size_t i = 0;
             (key = shape_key((enum shape)shape, i, &required)) != NULL; i++) {
            ck_assert_msg(strstr((const char *)text.data, key) != NULL,
                          "%s.%s is not told", shape_name((enum shape)shape),
                          key);
        }
    }
    bytes_clear(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("document");
    TCase *tests = tcase_create("document");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_test(tests, examples_are_sound);
    tcase_add_test(tests, every_shipped_profile_has_its_section);
    tcase_add_test(tests, every_placeholder_is_told);
    tcase_add_test(tests, every_key_is_told);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
