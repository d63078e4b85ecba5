/*
 * The bound of issuing: per certificate one verification under a key not seen
 * before, one signature, one verification of it under the CA's key, and nothing
 * else. Signatures to verify are made beforehand, hashes are given.
 *
 * Nonces are random, which is the least that a signature takes. devca's are a
 * function of key and message (RFC 6979), so that no generator that fails gives
 * a CA's key away: with "rfc6979" the bound's are, too, by wolfCrypt's own
 * code.
 *
 * usage: bench_bound COUNT THREADS [rfc6979]
 * Prints seconds and processor seconds.
 */
#include "wolfssl/settings.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/wc_port.h>

enum { POINT = 65, SIGNATURE = 80, THREADS_MAX = 64 };

struct request {
    uint8_t point[POINT];
    uint8_t signature[SIGNATURE];
    word32 len;
};

/* A thread's share, and the CA's key as its own: keys are not for two. */
struct share {
    const struct request *requests;
    long count;
    pthread_t thread;
    ecc_key ca;
    WC_RNG rng;
};

static const uint8_t hash[32] = {1, 2, 3};

static void need(int code, const char *what)
{
    if (code != 0) {
        fprintf(stderr, "bench_bound: %s: %d\n", what, code);
        exit(1);
    }
}

static double now(clockid_t clock)
{
    struct timespec t;

    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void make(ecc_key *key, WC_RNG *rng)
{
    need(wc_ecc_init(key), "wc_ecc_init");
    need(wc_ecc_set_rng(key, rng), "wc_ecc_set_rng");
    need(wc_ecc_make_key_ex(rng, 32, key, ECC_SECP256R1), "wc_ecc_make_key");
}

static void sign(struct request *request, ecc_key *key, WC_RNG *rng)
{
    request->len = SIGNATURE;
    need(wc_ecc_sign_hash(hash, sizeof hash, request->signature, &request->len,
                          rng, key),
         "wc_ecc_sign_hash");
}

static void verify(const struct request *request, ecc_key *key)
{
    int valid = 0;

    need(wc_ecc_verify_hash(request->signature, request->len, hash, sizeof hash,
                            &valid, key),
         "wc_ecc_verify_hash");
    need(valid == 1 ? 0 : 1, "signature");
}

static void *work(void *context)
{
    struct share *share = context;
    struct request result;
    ecc_key key;
    long i;

    for (i = 0; i < share->count; i++) {
        const struct request *request = &share->requests[i];

        need(wc_ecc_init(&key), "wc_ecc_init");
        need(wc_ecc_import_x963_ex(request->point, POINT, &key, ECC_SECP256R1),
             "import");
        verify(request, &key);
        wc_ecc_free(&key);
        sign(&result, &share->ca, &share->rng);
        verify(&result, &share->ca);
    }
    return NULL;
}

static void prepare(struct request *requests, long count)
{
    WC_RNG rng;
    ecc_key key;
    long i;

    need(wc_InitRng(&rng), "wc_InitRng");
    for (i = 0; i < count; i++) {
        word32 len = POINT;

        make(&key, &rng);
        need(wc_ecc_export_x963(&key, requests[i].point, &len), "export");
        sign(&requests[i], &key, &rng);
        wc_ecc_free(&key);
    }
    wc_FreeRng(&rng);
}

static void run(struct share *shares, int threads)
{
    double begun = now(CLOCK_MONOTONIC);
    double processor = now(CLOCK_PROCESS_CPUTIME_ID);
    int i;

    for (i = 0; i < threads; i++)
        need(pthread_create(&shares[i].thread, NULL, work, &shares[i]),
             "pthread_create");
    for (i = 0; i < threads; i++)
        need(pthread_join(shares[i].thread, NULL), "pthread_join");
    printf("%.6f %.6f\n", now(CLOCK_MONOTONIC) - begun,
           now(CLOCK_PROCESS_CPUTIME_ID) - processor);
}

int main(int argc, char **argv)
{
    static struct share shares[THREADS_MAX];
    struct request *requests = NULL;
    bool rfc6979 = argc == 4 && strcmp(argv[3], "rfc6979") == 0;
    bool asked = argc == 3 || rfc6979;
    long count = asked ? strtol(argv[1], NULL, 10) : 0;
    long threads = asked ? strtol(argv[2], NULL, 10) : 0;
    long i;

    if (count < 1 || threads < 1 || threads > THREADS_MAX) {
        fputs("usage: bench_bound COUNT THREADS [rfc6979]\n", stderr);
        return 2;
    }
    requests = calloc((size_t)count, sizeof *requests);
    need(requests ? 0 : 1, "memory");
    need(wolfCrypt_Init(), "wolfCrypt_Init");
    prepare(requests, count);
    for (i = 0; i < threads; i++) {
        shares[i].requests = requests + count * i / threads;
        shares[i].count = count * (i + 1) / threads - count * i / threads;
        need(wc_InitRng(&shares[i].rng), "wc_InitRng");
        make(&shares[i].ca, &shares[i].rng);
        if (rfc6979)
            need(wc_ecc_set_deterministic(&shares[i].ca, 1), "RFC 6979");
    }
    run(shares, (int)threads);
    for (i = 0; i < threads; i++) {
        wc_ecc_free(&shares[i].ca);
        wc_FreeRng(&shares[i].rng);
    }
    wolfCrypt_Cleanup();
    free(requests);
    return 0;
}
