/*
 * P-256 of the wolfCrypt in use: signatures, verifications with one key and
 * with a fresh key each time, key pairs, per second on one core. The third
 * figure decides how fast certificates are issued.
 */
#include "wolfssl/settings.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>
#include <wolfssl/wolfcrypt/wc_port.h>

enum { KEYS = 200, POINT = 65, SIGNATURE = 80 };

struct sample {
    uint8_t point[POINT];
    uint8_t signature[SIGNATURE];
    word32 len;
};

static const uint8_t hash[32] = {1, 2, 3};

static void need(int code, const char *what)
{
    if (code != 0) {
        fprintf(stderr, "bench_wolfcrypt: %s: %d\n", what, code);
        exit(1);
    }
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void make(ecc_key *key, WC_RNG *rng)
{
    need(wc_ecc_init(key), "wc_ecc_init");
    need(wc_ecc_set_rng(key, rng), "wc_ecc_set_rng");
    need(wc_ecc_make_key_ex(rng, 32, key, ECC_SECP256R1), "wc_ecc_make_key");
}

static void sign(struct sample *sample, ecc_key *key, WC_RNG *rng)
{
    word32 len = POINT;

    sample->len = SIGNATURE;
    need(wc_ecc_export_x963(key, sample->point, &len), "export");
    need(wc_ecc_sign_hash(hash, sizeof(hash), sample->signature, &sample->len,
                          rng, key),
         "wc_ecc_sign_hash");
}

static void verify(const struct sample *sample)
{
    ecc_key key;
    int valid = 0;

    need(wc_ecc_init(&key), "wc_ecc_init");
    need(wc_ecc_import_x963_ex(sample->point, POINT, &key, ECC_SECP256R1),
         "import");
    need(wc_ecc_verify_hash(sample->signature, sample->len, hash, sizeof(hash),
                            &valid, &key),
         "wc_ecc_verify_hash");
    need(valid == 1 ? 0 : 1, "signature");
    wc_ecc_free(&key);
}

static double rate_keys(WC_RNG *rng, struct sample *samples)
{
    double start = now();
    double spent = 0;

    for (int i = 0; i < KEYS; i++) {
        ecc_key key;
        make(&key, rng);
        spent -= now();
        sign(&samples[i], &key, rng);
        spent += now();
        wc_ecc_free(&key);
    }
    return KEYS / (now() - start - spent);
}

static double rate_sign(WC_RNG *rng, struct sample *sample)
{
    ecc_key key;
    double start = 0;

    make(&key, rng);
    start = now();
    for (int i = 0; i < 10 * KEYS; i++)
        sign(sample, &key, rng);
    start = now() - start;
    wc_ecc_free(&key);
    return 10 * KEYS / start;
}

static double rate_verify(const struct sample *samples, bool fresh)
{
    double start = now();

    for (int i = 0; i < KEYS; i++)
        verify(&samples[fresh ? i : 0]);
    return KEYS / (now() - start);
}

int main(void)
{
    static struct sample samples[KEYS];
    WC_RNG rng;

    need(wolfCrypt_Init(), "wolfCrypt_Init");
    need(wc_InitRng(&rng), "wc_InitRng");
    printf("keygen/s %.0f\n", rate_keys(&rng, samples));
    printf("verify/s, fresh key %.0f\n", rate_verify(samples, true));
    printf("verify/s, one key %.0f\n", rate_verify(samples, false));
    printf("sign/s %.0f\n", rate_sign(&rng, samples));
    wc_FreeRng(&rng);
    wolfCrypt_Cleanup();
    return 0;
}
