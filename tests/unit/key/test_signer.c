/* Signing: RFC 6979 vectors, threads, forks, streams and random octets. */
#include "place.h"

#include "devca/base/text.h"
#include "devca/key/crypto.h"

#include <check.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct devid_slice text(const char *from)
{
    return (struct devid_slice){(const uint8_t *)from, strlen(from)};
}

static struct signer *generate(enum devid_curve curve)
{
    struct signer *signer;

    ck_assert_int_eq(signer_generate(&signer, curve, NULL), DEVCA_OK);
    return signer;
}

static enum devca_code verify(const struct signer *signer,
                              struct devid_slice message,
                              const struct signature *signature)
{
    const struct signed_octets octets = {
        message, {signature->der, signature->len}, "message"};

    return public_key_verify(signer_public_key(signer), &octets, NULL);
}

/* RFC 6979, A.2.5: P-256 with SHA-256. */
static const struct vector {
    const char *message, *signature;
} vectors[] = {
    {"sample",
     "3046022100efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf37"
     "16022100f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda"
     "8"},
    {"test",
     "3045022100f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d383"
     "670220019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083"},
};

START_TEST(test_rfc6979)
{
    static const struct signer_location location = {"file:key", ".", NULL};
    struct bytes pem = {0};
    struct signature signature;
    struct signer *signer;
    char hex[2 * SIGNATURE_MAX + 1];

    place_make();
    place_fixture("rfc6979-a25.pem", &pem);
    place_put("key", bytes_slice(&pem), 0600);
    ck_assert_int_eq(signer_open(&signer, &location, NULL), DEVCA_OK);
    ck_assert_int_eq(
        signer_sign(signer, text(vectors[_i].message), &signature, NULL),
        DEVCA_OK);
    hex_write((struct devid_slice){signature.der, signature.len}, hex);
    ck_assert_str_eq(hex, vectors[_i].signature);
    signer_close(signer);
    bytes_clear(&pem);
    place_remove();
}
END_TEST

START_TEST(test_sign)
{
    enum devid_curve curve = _i ? DEVID_P384 : DEVID_P256;
    struct signer *signer = generate(curve), *other = generate(curve);
    struct signature first, second;

    ck_assert_int_eq(signer_sign(signer, text("message"), &first, NULL),
                     DEVCA_OK);
    ck_assert_int_eq(verify(signer, text("message"), &first), DEVCA_OK);
    ck_assert_int_eq(verify(signer, text("messagf"), &first),
                     DEVCA_E_POSSESSION);
    ck_assert_int_eq(verify(other, text("message"), &first),
                     DEVCA_E_POSSESSION);
    ck_assert_int_eq(signer_sign(signer, text("message"), &second, NULL),
                     DEVCA_OK);
    /* P-256 is deterministic, P-384 is not. */
    ck_assert_int_eq(second.len == first.len &&
                         memcmp(second.der, first.der, first.len) == 0,
                     curve == DEVID_P256);
    first.len--;
    ck_assert_int_eq(verify(signer, text("message"), &first),
                     DEVCA_E_POSSESSION);
    signer_close(signer);
    signer_close(other);
    signer_close(NULL);
}
END_TEST

START_TEST(test_stream)
{
    enum devid_curve curve = _i ? DEVID_P384 : DEVID_P256;
    struct signer *signer = generate(curve);
    struct digest *digest = digest_open(curve);
    uint8_t hash[DEVID_MAX_HASH], whole[DEVID_MAX_HASH];
    struct signature signature;

    ck_assert_ptr_nonnull(digest);
    digest_update(digest, text("mess"));
    digest_update(digest, text(""));
    digest_update(digest, text("age"));
    digest_close(digest, hash);
    if (curve == DEVID_P256)
        digest_sha256(text("message"), whole);
    else
        digest_sha384(text("message"), whole);
    ck_assert_mem_eq(hash, whole, _i ? 48 : 32);
    ck_assert_int_eq(signer_sign_hash(signer, hash, &signature, NULL),
                     DEVCA_OK);
    ck_assert_int_eq(verify(signer, text("message"), &signature), DEVCA_OK);
    signer_close(signer);
}
END_TEST

START_TEST(test_digests)
{
    uint8_t digest[48];
    char hex[97];

    digest_sha1(text("abc"), digest);
    hex_write((struct devid_slice){digest, 20}, hex);
    ck_assert_str_eq(hex, "a9993e364706816aba3e25717850c26c9cd0d89d");
    digest_sha256(text("abc"), digest);
    hex_write((struct devid_slice){digest, 32}, hex);
    ck_assert_str_eq(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410"
                          "ff61f20015ad");
    digest_sha384(text("abc"), digest);
    hex_write((struct devid_slice){digest, 48}, hex);
    ck_assert_str_eq(hex, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b"
                          "605a43ff5bed8086072ba1e7cc2358baeca134c825a7");
}
END_TEST

/* ---- threads and processes ---- */

#define THREADS 4
#define ROUNDS 100

static void *sign_many(void *pointer)
{
    struct signer *signer = pointer;
    struct signature signature;
    uintptr_t faults = 0;
    char message[32];
    int i;

    for (i = 0; i < ROUNDS; i++) {
        snprintf(message, sizeof message, "message %d", i);
        if (signer_sign(signer, text(message), &signature, NULL) != DEVCA_OK ||
            verify(signer, text(message), &signature) != DEVCA_OK)
            faults++;
    }
    crypto_thread_end();
    return (void *)faults;
}

START_TEST(test_threads)
{
    struct signer *signer = generate(_i ? DEVID_P384 : DEVID_P256);
    pthread_t threads[THREADS];
    void *faults;
    int i;

    for (i = 0; i < THREADS; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, sign_many, signer),
                         0);
    for (i = 0; i < THREADS; i++) {
        ck_assert_int_eq(pthread_join(threads[i], &faults), 0);
        ck_assert_ptr_null(faults);
    }
    signer_close(signer);
}
END_TEST

struct drawn {
    uint8_t random[32];
    uint8_t public[14];
    uint8_t signature[SIGNATURE_MAX];
};

static void draw(const struct signer *signer, struct drawn *drawn)
{
    struct signature signature = {{0}, 0};

    if (random_octets(drawn->random, sizeof drawn->random, NULL) != DEVCA_OK ||
        random_public(drawn->public, sizeof drawn->public, NULL) != DEVCA_OK ||
        signer_sign(signer, text("m"), &signature, NULL) != DEVCA_OK)
        _exit(1);
    memcpy(drawn->signature, signature.der, sizeof drawn->signature);
}

/* The generator is warm before the fork: a child that went on with its state
 * would draw what the parent draws. */
START_TEST(test_fork)
{
    struct signer *signer = generate(DEVID_P384);
    struct drawn before, drawn[3];
    int i, j, ends[2], status;
    pid_t child;

    draw(signer, &before);
    ck_assert_int_eq(pipe(ends), 0);
    for (i = 0; i < 2; i++) {
        child = fork();
        ck_assert_int_ge(child, 0);
        if (child == 0) {
            draw(signer, &drawn[0]);
            _exit(write(ends[1], &drawn[0], sizeof drawn[0]) !=
                  (ssize_t)sizeof drawn[0]);
        }
        ck_assert_int_eq(waitpid(child, &status, 0), child);
        ck_assert_int_eq(status, 0);
        ck_assert_int_eq(read(ends[0], &drawn[i], sizeof drawn[i]),
                         (ssize_t)sizeof drawn[i]);
    }
    draw(signer, &drawn[2]);
    for (i = 0; i < 3; i++)
        for (j = 0; j < i; j++) {
            ck_assert_mem_ne(drawn[i].random, drawn[j].random, 32);
            ck_assert_mem_ne(drawn[i].public, drawn[j].public, 14);
            /* r, behind the heads of SEQUENCE and INTEGER */
            ck_assert_mem_ne(drawn[i].signature + 5, drawn[j].signature + 5,
                             40);
        }
    signer_close(signer);
}
END_TEST

/* Drawn some hundred at a time, none is given twice, and more than are drawn at
 * a time can be had. */
START_TEST(test_public_octets)
{
    enum { DRAWS = 100, LEN = 14 };
    static const uint8_t nothing[1000];
    uint8_t drawn[DRAWS][LEN], many[1000] = {0};
    int i, j;

    for (i = 0; i < DRAWS; i++)
        ck_assert_int_eq(random_public(drawn[i], LEN, NULL), DEVCA_OK);
    for (i = 0; i < DRAWS; i++)
        for (j = 0; j < i; j++)
            ck_assert_mem_ne(drawn[i], drawn[j], LEN);
    ck_assert_int_eq(random_public(many, sizeof many, NULL), DEVCA_OK);
    ck_assert_mem_ne(many, nothing, LEN);
    ck_assert_mem_ne(many + sizeof many - LEN, nothing, LEN);
}
END_TEST

START_TEST(test_keys_differ)
{
    struct signer *one = generate(DEVID_P256), *two = generate(DEVID_P256);

    ck_assert_mem_ne(signer_public_key(one)->point,
                     signer_public_key(two)->point, 65);
    signer_close(one);
    signer_close(two);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.signer");
    TCase *cases = tcase_create("signer");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, test_rfc6979, 0, 2);
    tcase_add_loop_test(cases, test_sign, 0, 2);
    tcase_add_loop_test(cases, test_stream, 0, 2);
    tcase_add_test(cases, test_digests);
    tcase_add_loop_test(cases, test_threads, 0, 2);
    tcase_add_test(cases, test_fork);
    tcase_add_test(cases, test_public_octets);
    tcase_add_test(cases, test_keys_differ);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
