/* Statuses far apart, and two verdicts that become one. */
#include "../unit/verify/chain_rows.h"

#include "devid/verify/hardened/twice.h"

#include <check.h>
#include <string.h>

static const enum devid_status statuses[] = {
#define CODE(name, id, clause, text) name,
    DEVID_STATUS_TABLE(CODE)
#undef CODE
};

static int distance(enum devid_status a, enum devid_status b)
{
    return __builtin_popcount((unsigned)a ^ (unsigned)b);
}

START_TEST(far_apart)
{
    for (size_t i = 0; i < DEVID_STATUS_ROWS; i++) {
        for (size_t j = 0; j < i; j++)
            ck_assert_int_ge(distance(statuses[i], statuses[j]), 8);
        if (i != 0)
            ck_assert_int_ge(distance(statuses[i], DEVID_OK), 12);
        ck_assert_int_ge(distance(statuses[i], (enum devid_status)0), 4);
        ck_assert_int_ge(distance(statuses[i], (enum devid_status) - 1), 4);
    }
}
END_TEST

/* Of the first and the second verdict, only two acceptances are one. */
START_TEST(agreement)
{
    for (size_t i = 0; i < DEVID_STATUS_ROWS; i++) {
        for (size_t j = 0; j < DEVID_STATUS_ROWS; j++) {
            enum devid_status both = devid_agree(statuses[i], statuses[j]);

            ck_assert(both == (i == j ? statuses[i] : DEVID_E_FAULT));
            /* What is left of devid_agree() when its branch is skipped. */
            ck_assert(((int)statuses[i] | (int)statuses[j]) != (int)DEVID_OK ||
                      i + j == 0);
        }
    }
}
END_TEST

START_TEST(texts)
{
    ck_assert_str_eq(devid_status_id(DEVID_OK), "ok");
    ck_assert_str_eq(devid_status_id(DEVID_E_FAULT), "fault");
    ck_assert_str_eq(devid_status_id((enum devid_status)0), "unknown");
    ck_assert_str_eq(devid_status_id((enum devid_status)1), "unknown");
    ck_assert_str_eq(
        devid_status_id((enum devid_status)((int)DEVID_E_FAULT ^ 0x100)),
        "unknown");
}
END_TEST

START_TEST(told_apart)
{
    struct devid_told told;
    struct devid_identity identity;

    memset(&told, 0, sizeof told);
    memset(&identity, 0, sizeof identity);
    told.by[1].key_usage = 1;
    ck_assert(devid_agree_on(DEVID_OK, DEVID_OK, &told, &identity) ==
              DEVID_E_FAULT);
    ck_assert(identity.key_usage == 0);
    told.by[0].key_usage = 1;
    ck_assert(devid_agree_on(DEVID_OK, DEVID_E_EXPIRED, &told, &identity) ==
              DEVID_E_FAULT);
    ck_assert(identity.key_usage == 0);
    ck_assert(devid_agree_on(DEVID_OK, DEVID_OK, &told, &identity) == DEVID_OK);
    ck_assert(identity.key_usage == 1);
}
END_TEST

/* A walk that has left something out does not pass. */
START_TEST(flow)
{
    static const struct row row = {.what = "good"};
    const unsigned each = FLOW_KEY_USAGE + FLOW_NAMES + FLOW_CLOCK +
                          FLOW_CONSTRAINTS + FLOW_SIGNATURE;
    const unsigned all = 2 * each + FLOW_ISSUER + FLOW_DEVICE;
    static const unsigned points[] = {
        FLOW_KEY_USAGE, FLOW_NAMES,  FLOW_CLOCK,  FLOW_CONSTRAINTS,
        FLOW_SIGNATURE, FLOW_ISSUER, FLOW_DEVICE, FLOW_ANCHOR};
    struct world world;
    struct devid_walk walk;

    world_build(&world, &row);
    walk.chain = &world.chain;
    walk.revocation = NULL;
    walk.flow = (uint8_t)all;
    ck_assert(devid_flow_check(&walk) == DEVID_OK);
    for (size_t i = 0; i < sizeof points / sizeof points[0]; i++) {
        walk.flow = (uint8_t)(all - points[i]);
        ck_assert(devid_flow_check(&walk) == DEVID_E_FAULT);
        walk.flow = (uint8_t)(all + points[i]);
        ck_assert(devid_flow_check(&walk) == DEVID_E_FAULT);
    }
    walk.flow = (uint8_t)(all - each - FLOW_ISSUER + FLOW_ANCHOR);
    ck_assert(devid_flow_check(&walk) == DEVID_OK);
    world_clear(&world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("twice");
    TCase *tcase = tcase_create("twice");
    SRunner *runner = srunner_create(suite);
    int failed;

    chain_keys_make();
    tcase_add_test(tcase, far_apart);
    tcase_add_test(tcase, agreement);
    tcase_add_test(tcase, texts);
    tcase_add_test(tcase, told_apart);
    tcase_add_test(tcase, flow);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    chain_keys_free();
    return failed == 0 ? 0 : 1;
}
