/*
 * SHA-256 by the processor's instructions against wolfCrypt's code that they
 * stand in for, block by block. Whole digests are in test_primitives.c.
 */
#include "wolfssl/settings.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(WOLFSSL_USER_SETTINGS) && defined(__x86_64__)
#include "wolfssl/host/sha256_x86.h"

enum { BLOCK = 64, BLOCKS = 9, ROUNDS = 200 };

int Transform_Sha256_AVX2_RORX_Len(wc_Sha256 *sha256, const byte *data,
                                   word32 len);

/* The same in every run. */
static uint32_t next(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16 | *state << 16;
}

static void fill(uint32_t *state, uint8_t *octets, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++)
        octets[i] = (uint8_t)next(state);
}

START_TEST(test_as_the_other_code)
{
    uint8_t data[BLOCK * BLOCKS + 16];
    wc_Sha256 one, other;
    uint32_t state = (uint32_t)_i;
    word32 len = (word32)(BLOCK * (1 + _i % BLOCKS));
    const uint8_t *at = data + _i % 16; /* any alignment */

    memset(&one, 0, sizeof one);
    fill(&state, data, sizeof data);
    fill(&state, (uint8_t *)one.digest, sizeof one.digest);
    other = one;
    devca_sha256_x86_run(&one, at, len);
    Transform_Sha256_AVX2_RORX_Len(&other, at, len);
    ck_assert_mem_eq(one.digest, other.digest, 32);
}
END_TEST

/* A million times "a": FIPS 180-2, B.3, in pieces that meet no block's edge. */
START_TEST(test_pieces)
{
    static const uint8_t expected[4] = {0xcd, 0xc7, 0x6e, 0x5c};
    uint8_t piece[1000], digest[32];
    wc_Sha256 sha256;
    int i;

    memset(piece, 'a', sizeof piece);
    ck_assert_int_eq(wc_InitSha256(&sha256), 0);
    for (i = 0; i < 1000; i++)
        ck_assert_int_eq(wc_Sha256Update(&sha256, piece, sizeof piece), 0);
    ck_assert_int_eq(wc_Sha256Final(&sha256, digest), 0);
    ck_assert_mem_eq(digest, expected, sizeof expected);
}
END_TEST

int main(void)
{
    SRunner *runner;
    TCase *cases = tcase_create("sha256");
    Suite *suite = suite_create("sha256");
    int failed;

    if (!devca_sha256_x86_is_there()) {
        puts("skipped: this processor has no instructions for SHA-256");
        return 77;
    }
    tcase_add_loop_test(cases, test_as_the_other_code, 0, ROUNDS);
    tcase_add_test(cases, test_pieces);
    suite_add_tcase(suite, cases);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
#else
int main(void)
{
    puts("skipped: this wolfCrypt is not ours, or for another processor");
    return 77;
}
#endif
