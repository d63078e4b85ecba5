/*
 * SHA-256's compression function by the processor's instructions for it (Intel
 * SDM volume 1, 5.1.12: SHA256RNDS2, SHA256MSG1, SHA256MSG2), for which
 * wolfCrypt 5.5.4 has no code. cmake/wolfssl.cmake has wolfCrypt's sha256.c
 * call these two functions where it would call its own for AVX2; they go on to
 * that one where the processor lacks the instructions, or where a first block,
 * computed both ways, came out differently.
 */
#include <wolfssl/wolfcrypt/settings.h>
#include <wolfssl/wolfcrypt/sha256.h>

#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>

#define TARGET __attribute__((target("sha,sse4.1,ssse3")))

/* wolfCrypt's, in sha256_asm.S. */
int Transform_Sha256_AVX2_RORX(wc_Sha256 *sha256, const byte *data);
int Transform_Sha256_AVX2_RORX_Len(wc_Sha256 *sha256, const byte *data,
                                   word32 len);

/* What wolfCrypt's sha256.c calls. */
int devca_sha256_block(wc_Sha256 *sha256, const byte *data);
int devca_sha256_blocks(wc_Sha256 *sha256, const byte *data, word32 len);

/* FIPS 180-4, 4.2.2. */
static const word32 constants[64] __attribute__((aligned(16))) = {
    0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1,
    0x923F82A4, 0xAB1C5ED5, 0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3,
    0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174, 0xE49B69C1, 0xEFBE4786,
    0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
    0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147,
    0x06CA6351, 0x14292967, 0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13,
    0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85, 0xA2BFE8A1, 0xA81A664B,
    0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
    0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A,
    0x5B9CCA4F, 0x682E6FF3, 0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208,
    0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2};

/* The working variables as the instructions want them, highest word first. */
struct variables {
    __m128i abef;
    __m128i cdgh;
};

/* Four words of the message, which are big-endian. */
TARGET static inline __m128i load(const byte *data)
{
    const __m128i order =
        _mm_set_epi32(0x0C0D0E0F, 0x08090A0B, 0x04050607, 0x00010203);

    return _mm_shuffle_epi8(_mm_loadu_si128((const void *)data), order);
}

/* The next four words of the schedule from the sixteen before them
 * (FIPS 180-4, 6.2.2, step 1). */
TARGET static inline __m128i schedule(__m128i w0, __m128i w4, __m128i w8,
                                      __m128i w12)
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w0, w4),
                                _mm_alignr_epi8(w12, w8, 4));

    return _mm_sha256msg2_epu32(sum, w12);
}

/* Four rounds (step 3), from round t. */
TARGET static inline void rounds(struct variables *v, __m128i words, int t)
{
    __m128i sum =
        _mm_add_epi32(words, _mm_load_si128((const void *)(constants + t)));

    v->cdgh = _mm_sha256rnds2_epu32(v->cdgh, v->abef, sum);
    v->abef =
        _mm_sha256rnds2_epu32(v->abef, v->cdgh, _mm_shuffle_epi32(sum, 0x0E));
}

TARGET static inline void compress(struct variables *v, const byte *data)
{
    const struct variables before = *v;
    __m128i w0 = load(data), w4 = load(data + 16);
    __m128i w8 = load(data + 32), w12 = load(data + 48);
    int t;

    for (t = 0; t < 64; t += 16) {
        if (t > 0)
            w0 = schedule(w0, w4, w8, w12);
        rounds(v, w0, t);
        if (t > 0)
            w4 = schedule(w4, w8, w12, w0);
        rounds(v, w4, t + 4);
        if (t > 0)
            w8 = schedule(w8, w12, w0, w4);
        rounds(v, w8, t + 8);
        if (t > 0)
            w12 = schedule(w12, w0, w4, w8);
        rounds(v, w12, t + 12);
    }
    v->abef = _mm_add_epi32(v->abef, before.abef);
    v->cdgh = _mm_add_epi32(v->cdgh, before.cdgh);
}

TARGET static void compress_all(word32 *digest, const byte *data, word32 len)
{
    struct variables v;

    v.abef = _mm_set_epi32((int)digest[0], (int)digest[1], (int)digest[4],
                           (int)digest[5]);
    v.cdgh = _mm_set_epi32((int)digest[2], (int)digest[3], (int)digest[6],
                           (int)digest[7]);
    for (; len >= WC_SHA256_BLOCK_SIZE; len -= WC_SHA256_BLOCK_SIZE) {
        compress(&v, data);
        data += WC_SHA256_BLOCK_SIZE;
    }
    digest[0] = (word32)_mm_extract_epi32(v.abef, 3);
    digest[1] = (word32)_mm_extract_epi32(v.abef, 2);
    digest[2] = (word32)_mm_extract_epi32(v.cdgh, 3);
    digest[3] = (word32)_mm_extract_epi32(v.cdgh, 2);
    digest[4] = (word32)_mm_extract_epi32(v.abef, 1);
    digest[5] = (word32)_mm_extract_epi32(v.abef, 0);
    digest[6] = (word32)_mm_extract_epi32(v.cdgh, 1);
    digest[7] = (word32)_mm_extract_epi32(v.cdgh, 0);
}

/* ---- which one ---- */

static bool has_instructions(void)
{
    unsigned a, b = 0, c = 0, d, extended = 0;

    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_SSSE3) != 0 &&
           (c & bit_SSE4_1) != 0 &&
           __get_cpuid_count(7, 0, &a, &extended, &c, &d) != 0 &&
           (extended & bit_SHA) != 0;
}

/* Two blocks by both; the constants are as good a message as any. */
static bool agrees(void)
{
    const byte *message = (const byte *)constants;
    wc_Sha256 theirs, ours;

    memset(&theirs, 0, sizeof theirs);
    memcpy(theirs.digest, constants, sizeof theirs.digest);
    ours = theirs;
    (void)Transform_Sha256_AVX2_RORX_Len(&theirs, message,
                                         2 * WC_SHA256_BLOCK_SIZE);
    compress_all(ours.digest, message, 2 * WC_SHA256_BLOCK_SIZE);
    return memcmp(ours.digest, theirs.digest, sizeof ours.digest) == 0;
}

/* Asked of the processor once: the answer is the same for whoever is first. */
static bool by_instructions(void)
{
    enum { UNKNOWN, NO, YES };
    static atomic_int known = UNKNOWN;
    int answer = atomic_load_explicit(&known, memory_order_relaxed);

    if (answer == UNKNOWN) {
        answer = has_instructions() && agrees() ? YES : NO;
        atomic_store_explicit(&known, answer, memory_order_relaxed);
    }
    return answer == YES;
}

int devca_sha256_block(wc_Sha256 *sha256, const byte *data)
{
    if (!by_instructions())
        return Transform_Sha256_AVX2_RORX(sha256, data);
    compress_all(sha256->digest, data, WC_SHA256_BLOCK_SIZE);
    return 0;
}

int devca_sha256_blocks(wc_Sha256 *sha256, const byte *data, word32 len)
{
    if (!by_instructions())
        return Transform_Sha256_AVX2_RORX_Len(sha256, data, len);
    compress_all(sha256->digest, data, len);
    return 0;
}
