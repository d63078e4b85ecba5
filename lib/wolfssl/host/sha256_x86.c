#include "sha256_x86.h"

#include <cpuid.h>
#include <immintrin.h>
#include <pthread.h>

/* wolfCrypt's, for processors with AVX2 and BMI2: sha256_asm.S. */
int Transform_Sha256_AVX2_RORX(wc_Sha256 *sha256, const byte *data);
int Transform_Sha256_AVX2_RORX_Len(wc_Sha256 *sha256, const byte *data,
                                   word32 len);

#define WITH_SHA __attribute__((target("sha,sse4.1")))

/* FIPS 180-4, 4.2.2. */
static const word32 constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
    0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
    0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
    0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
    0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
    0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
    0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
    0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
    0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

/* The eight words as the instructions want them, from a to h: a b e f and
 * c d g h, the first in the highest lane. */
struct halves {
    __m128i abef;
    __m128i cdgh;
};

WITH_SHA static struct halves load(const word32 *digest)
{
    __m128i abcd = _mm_loadu_si128((const __m128i *)(const void *)digest);
    __m128i efgh = _mm_loadu_si128((const __m128i *)(const void *)(digest + 4));
    __m128i cdab = _mm_shuffle_epi32(abcd, 0xB1);
    __m128i hgfe = _mm_shuffle_epi32(efgh, 0x1B);

    return (struct halves){_mm_alignr_epi8(cdab, hgfe, 8),
                           _mm_blend_epi16(hgfe, cdab, 0xF0)};
}

WITH_SHA static void store(struct halves halves, word32 *digest)
{
    __m128i feba = _mm_shuffle_epi32(halves.abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(halves.cdgh, 0xB1);

    _mm_storeu_si128((__m128i *)(void *)digest,
                     _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(void *)(digest + 4),
                     _mm_alignr_epi8(dchg, feba, 8));
}

/* Words of the message, from the order of the octets. */
WITH_SHA static __m128i read_words(const byte *data)
{
    const __m128i order =
        _mm_set_epi64x(0x0c0d0e0f08090a0bLL, 0x0405060700010203LL);

    return _mm_shuffle_epi8(
        _mm_loadu_si128((const __m128i *)(const void *)data), order);
}

/* The four words of the schedule after a, b, c and d, which are four each. */
WITH_SHA static inline __m128i schedule(__m128i a, __m128i b, __m128i c,
                                        __m128i d)
{
    __m128i sum =
        _mm_add_epi32(_mm_sha256msg1_epu32(a, b), _mm_alignr_epi8(d, c, 4));

    return _mm_sha256msg2_epu32(sum, d);
}

/* Four rounds, the first of them number i. */
WITH_SHA static inline void rounds(struct halves *halves, __m128i words, int i)
{
    __m128i sum = _mm_add_epi32(
        words, _mm_load_si128((const __m128i *)(const void *)(constants + i)));

    halves->cdgh = _mm_sha256rnds2_epu32(halves->cdgh, halves->abef, sum);
    halves->abef = _mm_sha256rnds2_epu32(halves->abef, halves->cdgh,
                                         _mm_shuffle_epi32(sum, 0x0E));
}

WITH_SHA static inline struct halves block(struct halves before,
                                           const byte *data)
{
    struct halves now = before;
    __m128i a = read_words(data), b = read_words(data + 16);
    __m128i c = read_words(data + 32), d = read_words(data + 48);
    int i;

    for (i = 0; i < 48; i += 16) {
        rounds(&now, a, i);
        a = schedule(a, b, c, d);
        rounds(&now, b, i + 4);
        b = schedule(b, c, d, a);
        rounds(&now, c, i + 8);
        c = schedule(c, d, a, b);
        rounds(&now, d, i + 12);
        d = schedule(d, a, b, c);
    }
    rounds(&now, a, 48);
    rounds(&now, b, 52);
    rounds(&now, c, 56);
    rounds(&now, d, 60);
    now.abef = _mm_add_epi32(now.abef, before.abef);
    now.cdgh = _mm_add_epi32(now.cdgh, before.cdgh);
    return now;
}

WITH_SHA void devca_sha256_x86_run(wc_Sha256 *sha256, const byte *data,
                                   word32 len)
{
    struct halves halves = load(sha256->digest);

    for (; len >= 64; len -= 64, data += 64)
        halves = block(halves, data);
    store(halves, sha256->digest);
}

static pthread_once_t once = PTHREAD_ONCE_INIT;
static bool is_there;

static void ask_once(void)
{
    unsigned a, b, c, d;

    is_there = __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_1) &&
               (c & bit_SSSE3) && __get_cpuid_count(7, 0, &a, &b, &c, &d) &&
               (b & bit_SHA);
}

bool devca_sha256_x86_is_there(void)
{
    return pthread_once(&once, ask_once) == 0 && is_there;
}

int devca_sha256_block(wc_Sha256 *sha256, const byte *data)
{
    return devca_sha256_blocks(sha256, data, WC_SHA256_BLOCK_SIZE);
}

int devca_sha256_blocks(wc_Sha256 *sha256, const byte *data, word32 len)
{
    if (!devca_sha256_x86_is_there())
        return Transform_Sha256_AVX2_RORX_Len(sha256, data, len);
    devca_sha256_x86_run(sha256, data, len);
    return 0;
}
