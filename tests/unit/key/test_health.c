/*
 * The start-up test of the random source, fed with bad ones; then the whole
 * way, with this program's getrandom() in place of the system's.
 */
#include "devca/key/crypto.h"
#include "devca/key/health.h"

#include <check.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- sources ---- */

struct feed {
    size_t at;
    const char *what;
};

/* A good one that is the same in every run: SHA-256 of a counter. */
static uint8_t good_octet(size_t at)
{
    uint8_t block[8], digest[32];
    size_t n = at / 32, i;

    for (i = 0; i < 8; i++)
        block[i] = (uint8_t)(n >> (8 * i));
    digest_sha256((struct devid_slice){block, 8}, digest);
    return digest[at % 32];
}

static uint8_t octet_of(const char *what, size_t at)
{
    if (strcmp(what, "stuck at 0") == 0)
        return 0;
    if (strcmp(what, "stuck at 255") == 0)
        return 0xFF;
    if (strcmp(what, "stuck after a while") == 0)
        return at < 900 ? good_octet(at) : 7;
    if (strcmp(what, "two values") == 0)
        return at % 2 ? 0x55 : 0xAA;
    if (strcmp(what, "sixteen values") == 0)
        return good_octet(at) & 0x0F;
    if (strcmp(what, "one in ten the same") == 0)
        return at % 10 ? good_octet(at) : 0x42;
    if (strcmp(what, "the same block again") == 0)
        return good_octet(at % HEALTH_WINDOW);
    return good_octet(at);
}

static ssize_t feed_read(void *context, uint8_t *octets, size_t len)
{
    struct feed *feed = context;
    size_t i;

    if (strcmp(feed->what, "none") == 0) {
        errno = ENOSYS;
        return -1;
    }
    if (strcmp(feed->what, "empty") == 0)
        return 0;
    if (strcmp(feed->what, "interrupted") == 0 && feed->at++ % 2 == 0) {
        errno = EINTR;
        return -1;
    }
    if (strcmp(feed->what, "in pieces") == 0 && len > 10)
        len = 10;
    for (i = 0; i < len; i++)
        octets[i] = octet_of(feed->what, feed->at++);
    return (ssize_t)len;
}

static const struct {
    const char *what;
    const char *test; /* NULL: it passes */
} sources[] = {
    {"good", NULL},
    {"in pieces", NULL},
    {"interrupted", NULL},
    {"stuck at 0", "repetition count"},
    {"stuck at 255", "repetition count"},
    {"stuck after a while", "repetition count"},
    {"two values", "adaptive proportion"},
    {"sixteen values", "adaptive proportion"},
    {"one in ten the same", "adaptive proportion"},
    {"the same block again", "the same twice"},
    {"none", ""},
    {"empty", ""},
};

START_TEST(test_sources)
{
    struct feed feed = {0, sources[_i].what};
    struct health_source source = {feed_read, &feed};
    struct devca_error error = {0};
    uint8_t nonce[HEALTH_NONCE], zeros[HEALTH_NONCE] = {0};
    enum devca_code code = health_start(&source, nonce, &error);

    if (!sources[_i].test) {
        ck_assert_msg(code == DEVCA_OK, "%s: %s", sources[_i].what,
                      error.field);
        ck_assert(memcmp(nonce, zeros, sizeof zeros) != 0);
        return;
    }
    ck_assert_msg(code == DEVCA_E_RANDOM, "%s", sources[_i].what);
    ck_assert_str_eq(error.field, sources[_i].test);
    ck_assert_str_ne(error.fault, "");
    ck_assert(memcmp(nonce, zeros, sizeof zeros) == 0);
}
END_TEST

/* ---- cutoffs ---- */

START_TEST(test_repetition_cutoff)
{
    struct health health = {0};
    int i;

    ck_assert_int_eq(HEALTH_REPETITIONS, 1 + 40 / 8);
    for (i = 1; i < HEALTH_REPETITIONS; i++)
        ck_assert_ptr_null(health_add(&health, 9));
    ck_assert_ptr_null(health_add(&health, 8));
    for (i = 1; i < HEALTH_REPETITIONS; i++)
        ck_assert_ptr_null(health_add(&health, 9));
    ck_assert_str_eq(health_add(&health, 9), "repetition count");
}
END_TEST

/* Exactly at the cutoff, in the first and in a later window. */
static const char *window(struct health *health, unsigned times)
{
    const char *failed = NULL;
    unsigned i, given = 0;
    uint8_t octet;

    for (i = 0; i < HEALTH_WINDOW && !failed; i++) {
        octet = i % 2 == 0 && given < times ? 200 : (uint8_t)(i % 199);
        given += octet == 200;
        failed = health_add(health, octet);
    }
    return failed;
}

START_TEST(test_proportion_cutoff)
{
    struct health health = {0};

    ck_assert_ptr_null(window(&health, HEALTH_PROPORTION - 1));
    ck_assert_ptr_null(window(&health, HEALTH_PROPORTION - 1));
    ck_assert_str_eq(window(&health, HEALTH_PROPORTION), "adaptive proportion");
}
END_TEST

/* P(X > k) for X of Binomial(W, 1/256), summed from its small end. */
static long double tail(int k)
{
    long double term = 1, sum = 0;
    int i;

    for (i = 0; i < HEALTH_WINDOW; i++)
        term *= 255.0L / 256;
    for (i = 0; i <= HEALTH_WINDOW; i++) {
        if (i > k)
            sum += term;
        term *= (long double)(HEALTH_WINDOW - i) / (i + 1) / 255;
    }
    return sum;
}

START_TEST(test_proportion_is_derived)
{
    const long double alpha = 1.0L / ((uint64_t)1 << 40);

    ck_assert(tail(HEALTH_PROPORTION - 1) <= alpha);
    ck_assert(tail(HEALTH_PROPORTION - 2) > alpha);
}
END_TEST

/* ---- the whole way ---- */

static atomic_int mode; /* 0: the system's, 1: stuck, 2: fails */

ssize_t getrandom(void *octets, size_t len, unsigned flags)
{
    if (atomic_load(&mode) == 0)
        return syscall(SYS_getrandom, octets, len, flags);
    if (atomic_load(&mode) == 2) {
        errno = ENOSYS;
        return -1;
    }
    memset(octets, 0x17, len);
    return (ssize_t)len;
}

struct outcome {
    enum devca_code random;
    enum devca_code key;
    struct devca_error error;
};

/* A thread has no generator yet. */
static void *try_both(void *context)
{
    struct outcome *outcome = context;
    struct signer *signer = NULL;
    uint8_t octets[16];

    outcome->random = random_octets(octets, sizeof octets, &outcome->error);
    outcome->key = signer_generate(&signer, DEVID_P256, NULL);
    signer_close(signer);
    crypto_thread_end();
    return NULL;
}

static struct outcome in_a_thread(int how)
{
    struct outcome outcome;
    pthread_t thread;

    memset(&outcome, 0, sizeof outcome);
    atomic_store(&mode, how);
    ck_assert_int_eq(pthread_create(&thread, NULL, try_both, &outcome), 0);
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    atomic_store(&mode, 0);
    return outcome;
}

START_TEST(test_nothing_is_made)
{
    struct outcome outcome = in_a_thread(1);

    ck_assert_int_eq(outcome.random, DEVCA_E_RANDOM);
    ck_assert_int_eq(outcome.key, DEVCA_E_RANDOM);
    ck_assert_str_eq(outcome.error.field, "repetition count");
    ck_assert_ptr_nonnull(strstr(outcome.error.hint, "do not use"));
    outcome = in_a_thread(2);
    ck_assert_int_eq(outcome.random, DEVCA_E_RANDOM);
    ck_assert_int_eq(outcome.key, DEVCA_E_RANDOM);
    outcome = in_a_thread(0);
    ck_assert_int_eq(outcome.random, DEVCA_OK);
    ck_assert_int_eq(outcome.key, DEVCA_OK);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key health");
    TCase *cases = tcase_create("health");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, test_sources, 0,
                        sizeof sources / sizeof sources[0]);
    tcase_add_test(cases, test_repetition_cutoff);
    tcase_add_test(cases, test_proportion_cutoff);
    tcase_add_test(cases, test_proportion_is_derived);
    tcase_add_test(cases, test_nothing_is_made);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
