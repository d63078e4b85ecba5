/* The walk in two parts decides as the walk in one. */
#include "chain_rows.h"

#include "devid/codec/oid.h"

#include <devid/issued.h>

#include <check.h>
#include <string.h>

static enum devid_status open_issuer(const struct world *world,
                                     struct devid_issuer *issuer)
{
    struct devid_chain above = {world->chain.certificates + 1,
                                world->chain.count - 1};

    return devid_issuer_verify(&above, &world->anchors, &world->policy, issuer);
}

static enum devid_status verify(const struct world *world,
                                struct devid_identity *identity)
{
    struct devid_issuer issuer;
    enum devid_status status = open_issuer(world, &issuer);

    return status == DEVID_OK
               ? devid_issued_verify(world->chain.certificates[0], &issuer,
                                     &world->policy, identity)
               : status;
}

/* Every chain that the whole walk is tested with, and the identity told. */
START_TEST(same_verdict)
{
    const struct row *row = &chain_rows[_i];
    struct devid_identity whole, parts;
    struct world world;
    enum devid_status expected, status;

    memset(&whole, 0, sizeof whole);
    memset(&parts, 0, sizeof parts);
    world_build(&world, row);
    expected =
        devid_verify_chain(&world.chain, &world.anchors, &world.policy, &whole);
    status = verify(&world, &parts);
    ck_assert_msg(status == expected, "%s: %s, not %s", row->what,
                  devid_status_id(status), devid_status_id(expected));
    ck_assert_mem_eq(&whole, &parts, sizeof whole);
    world_clear(&world);
}
END_TEST

/* An issuer verified with no clock or another one is judged again by the
 * clock of each certificate. */
START_TEST(another_time)
{
    const struct row *row = &chain_rows[_i];
    struct world world, opened;
    struct devid_issuer issuer;
    enum devid_status expected;

    world_build(&world, row);
    opened = world;
    opened.policy.clock = DEVID_CLOCK_NONE;
    expected =
        devid_verify_chain(&world.chain, &world.anchors, &world.policy, NULL);
    if (open_issuer(&opened, &issuer) == DEVID_OK)
        ck_assert_msg(devid_issued_verify(world.chain.certificates[0], &issuer,
                                          &world.policy, NULL) == expected,
                      "%s", row->what);
    else
        ck_assert_msg(expected != DEVID_OK, "%s", row->what);
    world_clear(&world);
}
END_TEST

/* Every octet of every certificate counts here too. */
START_TEST(every_octet)
{
    world_every_octet(verify);
}
END_TEST

/* A policy that takes less than the one the issuer was verified under. */
START_TEST(narrower_policy)
{
    static const struct row good = {.what = "good",
                                    .policy = {.allow_padded_key_usage = true}};
    struct devid_issuer issuer;
    struct world world;

    world_build(&world, &good);
    ck_assert(open_issuer(&world, &issuer) == DEVID_OK);
    ck_assert(devid_issued_verify(world.chain.certificates[0], &issuer,
                                  &world.policy, NULL) == DEVID_OK);
    world.policy.allow_padded_key_usage = false;
    ck_assert(devid_issued_verify(world.chain.certificates[0], &issuer,
                                  &world.policy, NULL) == DEVID_E_BIT_STRING);
    world_clear(&world);
}
END_TEST

/* One issuer for every purpose: each certificate's policy asks it anew,
 * whatever that asked which the issuer was verified under. */
START_TEST(another_purpose)
{
    static const struct devid_slice purposes[] = {
        {NULL, 0},
        OID_LITERAL(OID_KP_SERVER_AUTH),
        OID_LITERAL(OID_KP_CODE_SIGNING)};
    const struct row *row = &chain_rows[_i];
    struct devid_issuer issuer;
    struct world world;
    enum devid_status expected;

    world_build(&world, row);
    expected =
        devid_verify_chain(&world.chain, &world.anchors, &world.policy, NULL);
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        struct world opened = world;

        opened.policy.required_eku = purposes[i];
        if (open_issuer(&opened, &issuer) == DEVID_OK)
            ck_assert_msg(devid_issued_verify(world.chain.certificates[0],
                                              &issuer, &world.policy,
                                              NULL) == expected,
                          "%s", row->what);
        else
            ck_assert_msg(expected != DEVID_OK, "%s", row->what);
    }
    world_clear(&world);
}
END_TEST

/* What is refused leaves issuer and identity as they were. */
START_TEST(untouched)
{
    static const struct row bad = {.what = "bad",
                                   .device = {{[MINT_ISSUER] = NAME_CN("58")}}};
    struct devid_identity identity, identity_before;
    struct devid_issuer issuer, issuer_before;
    struct world world;

    world_build(&world, &bad);
    memset(&identity, 0x5A, sizeof identity);
    identity_before = identity;
    ck_assert(verify(&world, &identity) == DEVID_E_NAME_CHAINING);
    ck_assert_mem_eq(&identity, &identity_before, sizeof identity);
    memset(&issuer, 0x5A, sizeof issuer);
    issuer_before = issuer;
    world.anchors.count = 0;
    ck_assert(open_issuer(&world, &issuer) == DEVID_E_NO_ANCHOR);
    ck_assert_mem_eq(&issuer, &issuer_before, sizeof issuer);
    world_clear(&world);
}
END_TEST

START_TEST(arguments)
{
    static const struct row good = {.what = "good"};
    struct devid_slice many[DEVID_MAX_DEPTH];
    struct devid_chain above;
    struct devid_issuer issuer;
    struct world world;

    world_build(&world, &good);
    above = (struct devid_chain){world.chain.certificates + 1, 1};
    ck_assert(devid_issuer_verify(NULL, &world.anchors, &world.policy,
                                  &issuer) == DEVID_E_ARGUMENT);
    ck_assert(devid_issuer_verify(&above, NULL, &world.policy, &issuer) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_issuer_verify(&above, &world.anchors, NULL, &issuer) ==
              DEVID_E_ARGUMENT);
    ck_assert(devid_issuer_verify(&above, &world.anchors, &world.policy,
                                  NULL) == DEVID_E_ARGUMENT);
    ck_assert(open_issuer(&world, &issuer) == DEVID_OK);
    ck_assert(devid_issued_verify(world.chain.certificates[0], NULL,
                                  &world.policy, NULL) == DEVID_E_ARGUMENT);
    ck_assert(devid_issued_verify(world.chain.certificates[0], &issuer, NULL,
                                  NULL) == DEVID_E_ARGUMENT);
    above.count = 0;
    ck_assert(devid_issuer_verify(&above, &world.anchors, &world.policy,
                                  &issuer) == DEVID_E_DEPTH);
    /* a device under so many could not be verified as a whole */
    for (size_t i = 0; i < DEVID_MAX_DEPTH; i++)
        many[i] = world.chain.certificates[1];
    above = (struct devid_chain){many, DEVID_MAX_DEPTH};
    ck_assert(devid_issuer_verify(&above, &world.anchors, &world.policy,
                                  &issuer) == DEVID_E_DEPTH);
    world_clear(&world);
}
END_TEST

/* A device's certificate issues nothing. */
START_TEST(no_ca)
{
    static const struct row good = {.what = "good"};
    struct devid_issuer issuer;
    struct world world;

    world_build(&world, &good);
    ck_assert(devid_issuer_verify(&world.chain, &world.anchors, &world.policy,
                                  &issuer) == DEVID_E_BASIC_CONSTRAINTS);
    world_clear(&world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verify issued");
    TCase *cases = tcase_create("issued");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_unchecked_fixture(cases, chain_keys_make, chain_keys_free);
    tcase_add_loop_test(cases, same_verdict, 0, (int)chain_row_count);
    tcase_add_loop_test(cases, another_time, 0, (int)chain_row_count);
    tcase_add_loop_test(cases, another_purpose, 0, (int)chain_row_count);
    tcase_add_test(cases, every_octet);
    tcase_add_test(cases, narrower_policy);
    tcase_add_test(cases, untouched);
    tcase_add_test(cases, arguments);
    tcase_add_test(cases, no_ca);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
