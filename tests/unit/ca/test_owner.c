/* Two handles to one store: one sets the owner, the other holds what it read
 * before. */
#include <devca/authority.h>
#include <devca/issue.h>
#include <devca/revoke.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct place {
    char folder[64];
    struct devca *one;
    struct devca *other;
    struct devca_error error;
    struct devca_result result;
};

static struct devca *open_again(struct place *place)
{
    struct devca_open_request request = {.folder = place->folder};
    struct devca *devca = NULL;

    ck_assert_int_eq(devca_open(&devca, &request, &place->error), DEVCA_OK);
    return devca;
}

static void begin(struct place *place)
{
    struct devca_init_request init = {.org = "Acme"};

    memset(place, 0, sizeof *place);
    strcpy(place->folder, "/tmp/devca-owner-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    init.folder = place->folder;
    ck_assert_int_eq(devca_init(&init, &place->result, &place->error),
                     DEVCA_OK);
    devca_result_clear(&place->result);
    place->one = open_again(place);
    place->other = open_again(place);
}

static void end(struct place *place)
{
    char command[128];

    devca_result_clear(&place->result);
    devca_close(place->one);
    devca_close(place->other);
    snprintf(command, sizeof command, "rm -rf %s", place->folder);
    ck_assert_int_eq(system(command), 0);
}

static enum devca_code set(struct place *place, struct devca *devca,
                           const char *org, const char *country)
{
    struct devca_settings_request request = {.org = org, .country = country};

    devca_result_clear(&place->result);
    return devca_settings_set(devca, &request, &place->result, &place->error);
}

static const char *told(const struct place *place, const char *name)
{
    const struct devca_record *record = &place->result.record;
    size_t i;

    for (i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return (const char *)record->fields[i].octets.data;
    return "";
}

/* What another has changed meanwhile stays. */
START_TEST(test_both_hold)
{
    struct place place;

    begin(&place);
    ck_assert_int_eq(set(&place, place.one, "Newco", NULL), DEVCA_OK);
    ck_assert_int_eq(set(&place, place.other, NULL, "FR"), DEVCA_OK);
    ck_assert_str_eq(told(&place, "org"), "Newco");
    ck_assert_str_eq(told(&place, "country"), "FR");
    devca_close(place.one);
    place.one = open_again(&place);
    ck_assert_int_eq(set(&place, place.one, NULL, NULL), DEVCA_OK);
    ck_assert_str_eq(told(&place, "org"), "Newco");
    ck_assert_str_eq(told(&place, "country"), "FR");
    end(&place);
}
END_TEST

static void refused(struct place *place, enum devca_code code)
{
    ck_assert_int_eq(code, DEVCA_E_STATE);
    ck_assert_str_eq(place->error.object, "settings.json");
    ck_assert_str_eq(place->error.field, "org");
    ck_assert_ptr_nonnull(strstr(place->error.hint, "the same command again"));
    devca_result_clear(&place->result);
}

static enum devca_code make_root(struct place *place, struct devca *devca)
{
    struct devca_root_request root = {.name = "Root"};

    return devca_root_create(devca, &root, &place->result, &place->error);
}

static enum devca_code add(struct place *place, struct devca *devca)
{
    struct devca_product_request product = {.name = "meter"};

    return devca_product_add(devca, &product, &place->result, &place->error);
}

static enum devca_code keep(void *context, const void *data, size_t len)
{
    (void)context;
    (void)data;
    (void)len;
    return DEVCA_OK;
}

static enum devca_code issue(struct place *place, struct devca *devca)
{
    struct devca_sink sink = {keep, NULL};
    struct devca_issue_request device = {.product = "meter",
                                         .uid = "0a1b2c3d",
                                         .generate = true,
                                         .key = &sink,
                                         .key_passphrase = "env:OWNER_SECRET"};

    /* Once it was read it is no more. */
    ck_assert_int_eq(setenv("OWNER_SECRET", "correct horse", 1), 0);
    return devca_issue(devca, &device, &place->result, &place->error);
}

static enum devca_code list(struct place *place, struct devca *devca)
{
    struct devca_crl_request crl = {.product = "meter"};

    return devca_crl(devca, &crl, NULL, &place->result, &place->error);
}

/* Nothing that a handle made for the owner of before is recorded. */
START_TEST(test_others_are_refused)
{
    typedef enum devca_code making(struct place *, struct devca *);
    static making *const acts[] = {make_root, add, issue, list};
    char org[8];
    struct place place;
    size_t i;

    begin(&place);
    for (i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        snprintf(org, sizeof org, "Acme %d", (int)i);
        ck_assert_int_eq(set(&place, place.one, org, NULL), DEVCA_OK);
        devca_result_clear(&place.result);
        refused(&place, acts[i](&place, place.other));
        ck_assert_msg(acts[i](&place, place.one) == DEVCA_OK, "%s",
                      place.error.fault);
        devca_result_clear(&place.result);
        devca_close(place.other);
        place.other = open_again(&place);
    }
    end(&place);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("owner");
    TCase *cases = tcase_create("owner");
    SRunner *runner;
    int failed;

    tcase_add_test(cases, test_both_hold);
    tcase_add_test(cases, test_others_are_refused);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
