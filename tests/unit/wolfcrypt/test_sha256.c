/*
 * The SHA-256 in use, whichever code the processor makes wolfCrypt take,
 * against the standard written down plainly: every length around the blocks,
 * wherever the message lies and however it comes in pieces.
 */
#include "wolfssl/settings.h"

#include <check.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/sha256.h>

enum { BLOCK = 64, LONGEST = 20 * BLOCK, PLACES = 17 };

static const uint32_t initial[8] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372,
                                    0xA54FF53A, 0x510E527F, 0x9B05688C,
                                    0x1F83D9AB, 0x5BE0CD19};

/* ---- FIPS 180-4, plainly ---- */

static uint32_t turned(uint32_t word, unsigned by)
{
    return word >> by | word << (32 - by);
}

/* 4.2.2: of the cube root of a prime the first 32 bits behind the point. */
static uint32_t constant(unsigned prime)
{
    unsigned __int128 cube = (unsigned __int128)prime << 96;
    uint64_t low = 0, high = UINT64_C(7) << 32;

    /* The largest root with root^3 <= prime * 2^96. */
    while (low + 1 < high) {
        uint64_t middle = low + (high - low) / 2;

        if ((unsigned __int128)middle * middle <= cube / middle)
            low = middle;
        else
            high = middle;
    }
    return (uint32_t)low;
}

static bool is_prime(unsigned number)
{
    unsigned i;

    for (i = 2; i * i <= number; i++)
        if (number % i == 0)
            return false;
    return true;
}

static void fill_constants(uint32_t *constants)
{
    unsigned prime = 2, i;

    for (i = 0; i < 64; prime++)
        if (is_prime(prime))
            constants[i++] = constant(prime);
}

static void fill_schedule(const uint8_t *block, uint32_t *w)
{
    int t;

    for (t = 0; t < 16; t++)
        w[t] = (uint32_t)block[4 * t] << 24 | (uint32_t)block[4 * t + 1] << 16 |
               (uint32_t)block[4 * t + 2] << 8 | block[4 * t + 3];
    for (t = 16; t < 64; t++)
        w[t] = w[t - 16] + w[t - 7] +
               (turned(w[t - 15], 7) ^ turned(w[t - 15], 18) ^ w[t - 15] >> 3) +
               (turned(w[t - 2], 17) ^ turned(w[t - 2], 19) ^ w[t - 2] >> 10);
}

/* 6.2.2; v holds a to h. */
static void compress(uint32_t *state, const uint8_t *block,
                     const uint32_t *constants)
{
    uint32_t w[64], v[8], one, two;
    int t;

    fill_schedule(block, w);
    memcpy(v, state, sizeof v);
    for (t = 0; t < 64; t++) {
        one = v[7] + (turned(v[4], 6) ^ turned(v[4], 11) ^ turned(v[4], 25)) +
              ((v[4] & v[5]) ^ (~v[4] & v[6])) + constants[t] + w[t];
        two = (turned(v[0], 2) ^ turned(v[0], 13) ^ turned(v[0], 22)) +
              ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += one;
        v[0] = one + two;
    }
    for (t = 0; t < 8; t++)
        state[t] += v[t];
}

static void plain_sha256(const uint8_t *message, size_t len, uint8_t *hash)
{
    uint8_t padded[LONGEST + 2 * BLOCK] = {0};
    uint32_t constants[64], state[8];
    size_t whole = (len + 8) / BLOCK * BLOCK + BLOCK, i;

    fill_constants(constants);
    memcpy(state, initial, sizeof state);
    memcpy(padded, message, len);
    padded[len] = 0x80;
    for (i = 0; i < 8; i++)
        padded[whole - 1 - i] = (uint8_t)((uint64_t)len * 8 >> 8 * i);
    for (i = 0; i < whole; i += BLOCK)
        compress(state, padded + i, constants);
    for (i = 0; i < 32; i++)
        hash[i] = (uint8_t)(state[i / 4] >> (24 - 8 * (i % 4)));
}

/* ---- the tests ---- */

static void fill(uint8_t *message, size_t len)
{
    uint32_t number = 1;
    size_t i;

    for (i = 0; i < len; i++) {
        number = number * 1664525u + 1013904223u;
        message[i] = (uint8_t)(number >> 24);
    }
}

START_TEST(test_plain)
{
    static const uint8_t abc[] = {
        0xBA, 0x78, 0x16, 0xBF, 0x8F, 0x01, 0xCF, 0xEA, 0x41, 0x41, 0x40,
        0xDE, 0x5D, 0xAE, 0x22, 0x23, 0xB0, 0x03, 0x61, 0xA3, 0x96, 0x17,
        0x7A, 0x9C, 0xB4, 0x10, 0xFF, 0x61, 0xF2, 0x00, 0x15, 0xAD};
    uint8_t hash[32];

    plain_sha256((const uint8_t *)"abc", 3, hash);
    ck_assert_mem_eq(hash, abc, sizeof hash);
}
END_TEST

START_TEST(test_lengths)
{
    uint8_t message[LONGEST + PLACES], hash[32], expected[32];
    size_t len, place;

    fill(message, sizeof message);
    for (len = 0; len <= LONGEST; len += len < 5 * BLOCK ? 1 : 37) {
        place = len % PLACES;
        plain_sha256(message + place, len, expected);
        ck_assert_int_eq(wc_Sha256Hash(message + place, (word32)len, hash), 0);
        ck_assert_msg(memcmp(hash, expected, sizeof hash) == 0,
                      "%zu octets at %zu", len, place);
    }
}
END_TEST

START_TEST(test_pieces)
{
    uint8_t message[LONGEST], hash[32], expected[32];
    wc_Sha256 sha256;
    size_t at, piece, step;

    fill(message, sizeof message);
    plain_sha256(message, sizeof message, expected);
    for (step = 1; step < 3 * BLOCK; step += 7) {
        ck_assert_int_eq(wc_InitSha256(&sha256), 0);
        for (at = 0; at < sizeof message; at += piece) {
            piece = 1 + (at * 31 + step) % (2 * step);
            if (piece > sizeof message - at)
                piece = sizeof message - at;
            ck_assert_int_eq(
                wc_Sha256Update(&sha256, message + at, (word32)piece), 0);
        }
        ck_assert_int_eq(wc_Sha256Final(&sha256, hash), 0);
        ck_assert_mem_eq(hash, expected, sizeof hash);
        wc_Sha256Free(&sha256);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wolfcrypt.sha256");
    TCase *cases = tcase_create("sha256");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_test(cases, test_plain);
    tcase_add_test(cases, test_lengths);
    tcase_add_test(cases, test_pieces);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
