/* A signature that went wrong is caught before anything of it is released, also
 * where the signer leaves the verification to libdevid. */
#include "devca/ca/issue.h"
#include "devca/key/backend.h"

#include <devca/authority.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Signs with the true key, then turns one bit. */
struct faulty {
    struct signer head;
    const struct signer *real;
};

static enum devca_code faulty_sign(const struct signer *signer,
                                   const uint8_t *hash, uint8_t *raw,
                                   struct devca_error *error)
{
    const struct signer *real = ((const struct faulty *)signer)->real;
    enum devca_code code = real->backend->sign(real, hash, raw, error);

    raw[17] ^= 0x20;
    return code;
}

static void faulty_close(struct signer *signer)
{
    (void)signer;
}

static const struct key_backend in_process = {faulty_sign, NULL, faulty_close,
                                              NULL,        true, NULL};
static const struct key_backend on_token = {faulty_sign, NULL,  faulty_close,
                                            NULL,        false, NULL};

struct place {
    char folder[64];
    struct devca *devca;
    struct devca_error error;
    bool unverified; /* the issuer's chain */
};

static void make(struct place *place)
{
    struct devca_init_request init = {.org = "Acme"};
    struct devca_open_request open = {0};
    struct devca_root_request root = {.name = "Root"};
    struct devca_product_request product = {.name = "meter"};
    struct devca_result result = {0};

    memset(place, 0, sizeof *place);
    strcpy(place->folder, "/tmp/devca-faulty-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(place->folder));
    init.folder = open.folder = place->folder;
    ck_assert_int_eq(devca_init(&init, &result, &place->error), DEVCA_OK);
    devca_result_clear(&result);
    ck_assert_int_eq(devca_open(&place->devca, &open, &place->error), DEVCA_OK);
    ck_assert_int_eq(
        devca_root_create(place->devca, &root, &result, &place->error),
        DEVCA_OK);
    devca_result_clear(&result);
    ck_assert_int_eq(
        devca_product_add(place->devca, &product, &result, &place->error),
        DEVCA_OK);
    devca_result_clear(&result);
}

static void take_away(struct place *place)
{
    char command[128];

    devca_close(place->devca);
    snprintf(command, sizeof command, "rm -rf %s", place->folder);
    ck_assert_int_eq(system(command), 0);
}

/* One device, its CA's signer replaced when there is a backend. */
static enum devca_code issue(struct place *place,
                             const struct key_backend *backend)
{
    struct issue_context context = {0};
    struct issue_work work = {.context = &context, .object = "device"};
    struct issue_input input = {.uid = "0a1b2c3d"};
    struct faulty faulty = {{backend, {0}}, NULL};
    struct signer *device = NULL;
    enum devca_code code;

    ck_assert_int_eq(signer_generate(&device, DEVID_P256, NULL), DEVCA_OK);
    input.generated = signer_public_key(device);
    ck_assert_int_eq(handle_now(&work.now, &place->error), DEVCA_OK);
    ck_assert_int_eq(issue_context_load(place->devca, "meter", NULL, &context,
                                        &place->error),
                     DEVCA_OK);
    ck_assert_int_eq(
        issuer_unlock(place->devca, &context.issuer, &place->error), DEVCA_OK);
    if (!place->unverified)
        ck_assert_int_eq(issuer_verify(&context.issuer, &place->error),
                         DEVCA_OK);
    faulty.real = context.issuer.signer;
    faulty.head.key = *signer_public_key(faulty.real);
    if (backend)
        context.issuer.signer = &faulty.head;
    ck_assert_int_eq(issue_read(&work, &input, &place->error), DEVCA_OK);
    code = issue_certify(&work, &place->error);
    context.issuer.signer = NULL;
    signer_close((struct signer *)(uintptr_t)faulty.real);
    signer_close(device);
    issue_work_clear(&work);
    issue_context_clear(&context);
    return code;
}

START_TEST(test_caught)
{
    struct place place;

    make(&place);
    ck_assert_int_eq(issue(&place, NULL), DEVCA_OK);
    ck_assert_int_eq(issue(&place, &in_process), DEVCA_E_LINT);
    ck_assert_ptr_nonnull(strstr(place.error.fault, "signature"));
    ck_assert_int_eq(issue(&place, &on_token), DEVCA_E_KEY);
    take_away(&place);
}
END_TEST

/* An issuer whose own chain nobody verified issues nothing. */
START_TEST(test_unverified_issuer)
{
    struct place place;

    make(&place);
    place.unverified = true;
    ck_assert_int_eq(issue(&place, NULL), DEVCA_E_LINT);
    take_away(&place);
}
END_TEST

/* Without a caller that answers for it the signer verifies, wherever the key
 * is. */
START_TEST(test_signer_verifies)
{
    const struct devid_slice message = {(const uint8_t *)"m", 1};
    struct faulty faulty = {{&in_process, {0}}, NULL};
    struct signer *real = NULL;
    struct signature signature;

    ck_assert_int_eq(signer_generate(&real, DEVID_P256, NULL), DEVCA_OK);
    faulty.real = real;
    faulty.head.key = *signer_public_key(real);
    ck_assert_int_eq(signer_sign(&faulty.head, message, &signature, NULL),
                     DEVCA_E_KEY);
    ck_assert_int_eq(signer_sign_as(&faulty.head, message, CALLER_VERIFIES,
                                    &signature, NULL),
                     DEVCA_OK);
    signer_close(real);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("faulty signature");
    TCase *tests = tcase_create("signatures");
    SRunner *runner;
    int failed;

    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, test_caught);
    tcase_add_test(tests, test_unverified_issuer);
    tcase_add_test(tests, test_signer_verifies);
    suite_add_tcase(suite, tests);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
