/* Signers on a token (SoftHSM), from many threads and from a child of fork. */
#include "place.h"

#include "devca/key/crypto.h"
#include "devca/key/pkcs11_fault.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 4
#define SIGNATURES 100

static const char *const modules[] = {
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so"};

static char uri[256];

static const char *find_module(void)
{
    size_t i;

    for (i = 0; i < sizeof modules / sizeof modules[0]; i++)
        if (access(modules[i], R_OK) == 0)
            return modules[i];
    return NULL;
}

static void write_configuration(void)
{
    FILE *file = fopen("softhsm2.conf", "w");

    ck_assert(file != NULL);
    fprintf(file, "directories.tokendir = tokens\nlog.level = ERROR\n");
    fclose(file);
    ck_assert_int_eq(mkdir("tokens", 0700), 0);
    ck_assert_int_eq(setenv("SOFTHSM2_CONF", "softhsm2.conf", 1), 0);
}

static void make_token(void)
{
    char line[256];

    place_make();
    write_configuration();
    ck_assert_int_eq(place_run("softhsm2-util --init-token --free --label t "
                               "--pin 1234 --so-pin 9999 2>&1",
                               line, sizeof line),
                     0);
    snprintf(uri, sizeof uri, "pkcs11:token=t;object=k?module-path=%s",
             find_module());
}

static void remove_token(void)
{
    char line[256];

    (void)place_run("rm -rf tokens", line, sizeof line);
    place_remove();
}

static struct signer *create(enum devid_curve curve, bool lasting,
                             struct bytes *made)
{
    struct bytes pin = place_secret("1234");
    struct signer_location location = {uri, ".", &pin};
    struct signer_creation creation = {&location, curve, lasting, made};
    struct devca_error error = {0};
    struct signer *signer;

    ck_assert_msg(signer_create(&signer, &creation, &error) == DEVCA_OK, "%s",
                  error.fault);
    bytes_clear(&pin);
    return signer;
}

static enum devca_code open_key(struct signer **signer, const char *text)
{
    struct bytes pin = place_secret("1234");
    struct signer_location location = {text, ".", &pin};
    enum devca_code code = signer_open(signer, &location, NULL);

    bytes_clear(&pin);
    return code;
}

static bool signs(const struct signer *signer)
{
    static const uint8_t octets[] = "message";
    struct devid_slice message = {octets, sizeof octets};
    struct signature signature;
    struct signed_octets made = {message, {NULL, 0}, "message"};

    if (signer_sign(signer, message, &signature, NULL) != DEVCA_OK)
        return false;
    made.signature = (struct devid_slice){signature.der, signature.len};
    return public_key_verify(signer_public_key(signer), &made, NULL) ==
           DEVCA_OK;
}

/* Made, closed, opened by the URI it was given: the same key. */
START_TEST(test_create)
{
    enum devid_curve curve = _i ? DEVID_P384 : DEVID_P256;
    struct bytes made = {0};
    struct signer *signer = create(curve, true, &made), *again;
    struct signer_custody custody;
    struct public_key key = *signer_public_key(signer);

    ck_assert_int_eq(key.curve, curve);
    ck_assert(signs(signer));
    ck_assert_int_eq(signer_custody(signer, &custody, NULL), DEVCA_OK);
    ck_assert(!custody.exportable);
    ck_assert_str_eq(custody.token, "t");
    ck_assert_int_eq(signer_export(signer, NULL, &made, NULL), DEVCA_E_KEY);
    signer_close(signer);
    ck_assert_int_eq(open_key(&again, (const char *)made.data), DEVCA_OK);
    ck_assert_mem_eq(signer_public_key(again)->point, key.point, key.len);
    ck_assert(signs(again));
    signer_close(again);
    bytes_clear(&made);
}
END_TEST

START_TEST(test_gone_again)
{
    struct bytes made = {0};
    struct signer *signer = create(DEVID_P256, _i == 0, &made), *again;

    ck_assert(signs(signer));
    if (_i == 0)
        signer_discard(signer);
    else
        signer_close(signer);
    ck_assert_int_eq(open_key(&again, (const char *)made.data),
                     DEVCA_E_KEY_MISSING);
    bytes_clear(&made);
}
END_TEST

static void *sign_many(void *context)
{
    const struct signer *const *signers = context;
    int i, good = 0;

    for (i = 0; i < SIGNATURES; i++)
        good += signs(signers[i % 2]);
    crypto_thread_end();
    return good == SIGNATURES ? context : NULL;
}

START_TEST(test_threads)
{
    struct bytes made = {0};
    struct signer *signers[2] = {create(DEVID_P256, true, &made), NULL};
    pthread_t threads[THREADS];
    void *result;
    int i;

    ck_assert_int_eq(open_key(&signers[1], (const char *)made.data), DEVCA_OK);
    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, sign_many, signers),
                         0);
    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &result), 0);
        ck_assert_ptr_nonnull(result);
    }
    /* One signer that goes does not take the module from the other. */
    signer_close(signers[0]);
    ck_assert(signs(signers[1]));
    signer_close(signers[1]);
    bytes_clear(&made);
}
END_TEST

/* Whatever a token answers: a sentence, and what to do. */
START_TEST(test_answers)
{
    struct devca_error error;
    CK_RV answer;

    for (answer = 1; answer < 0x300; answer++) {
        memset(&error, 0, sizeof error);
        ck_assert_int_ne(pkcs11_fail(&error, "key", "sign", answer), DEVCA_OK);
        ck_assert_msg(error.fault[0] != '\0', "0x%lx: no sentence", answer);
        ck_assert_msg(error.hint[0] != '\0', "0x%lx: no hint", answer);
    }
}
END_TEST

START_TEST(test_fork)
{
    struct bytes made = {0};
    struct signer *signer = create(DEVID_P256, true, &made);
    int status;
    pid_t child;

    ck_assert(signs(signer));
    child = fork();
    if (child == 0)
        _exit(signs(signer) && signs(signer) ? 0 : 1);
    ck_assert(child > 0);
    ck_assert(signs(signer));
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    ck_assert(signs(signer));
    signer_close(signer);
    bytes_clear(&made);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.pkcs11");
    TCase *cases = tcase_create("pkcs11");
    SRunner *runner;
    int failed;

    if (!find_module()) {
        puts("skipped: SoftHSM 2 is not there");
        return 77;
    }
    runner = srunner_create(suite);
    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, make_token, remove_token);
    tcase_add_loop_test(cases, test_create, 0, 2);
    tcase_add_loop_test(cases, test_gone_again, 0, 2);
    tcase_add_test(cases, test_threads);
    tcase_add_test(cases, test_answers);
    tcase_add_test(cases, test_fork);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
