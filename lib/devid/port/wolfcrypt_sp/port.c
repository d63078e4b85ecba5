/*
 * devid_port_* for firmware: P-256 and SHA-256, on wolfCrypt's single-precision
 * functions called directly. They leave checks to their caller; each is made
 * here or, for r and s, in devid_signature_read().
 */
#include <wolfssl/wolfcrypt/settings.h>

#include <devid/port.h>

#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sp.h>

#include <string.h>

enum { FIELD = 32, WORDS = FIELD / 4, BLOCK = 64, HASH = 32, HASH_WORDS = 8 };

/* The prime of P-256, FIPS 186-4 D.1.2.3. */
static const uint8_t prime[FIELD] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* Big-endian octets into an integer of eight words. */
static void load(mp_int *number, const uint8_t *octets)
{
    number->used = WORDS;
    for (unsigned i = 0; i < WORDS; i++) {
        const uint8_t *at = octets + FIELD - 4 - 4 * i;

        number->dp[i] = (sp_int_digit)at[0] << 24 | (sp_int_digit)at[1] << 16 |
                        (sp_int_digit)at[2] << 8 | at[3];
    }
}

/* FIPS 180-4 5.3.3 */
static const uint32_t initial[HASH_WORDS] = {0x6A09E667, 0xBB67AE85, 0x3C6EF372,
                                             0xA54FF53A, 0x510E527F, 0x9B05688C,
                                             0x1F83D9AB, 0x5BE0CD19};

/* The octet at this place of the padded message, its length left out
 * (FIPS 180-4 5.1.1). */
static unsigned padded_octet(const struct devid_slice *message, size_t at)
{
    if (at < message->len)
        return message->data[at];
    return at == message->len ? 0x80 : 0;
}

/* One block of the padded message, as words. */
static void load_block(const struct devid_slice *message, size_t at,
                       uint32_t *block)
{
    for (unsigned i = 0; i < BLOCK; i++)
        /* cppcheck-suppress uninitvar ; what stood there is shifted out */
        block[i / 4] = block[i / 4] << 8 | padded_octet(message, at + i);
}

/* The message is all there, so wolfCrypt's buffer between calls is not needed:
 * whole blocks go to its compression function. */
enum devid_status devid_port_hash(enum devid_curve curve,
                                  struct devid_slice message, uint8_t *hash)
{
    wc_Sha256 sha;
    uint32_t block[BLOCK / 4];
    size_t last = (message.len + 8) / BLOCK * BLOCK; /* holds the length */

    if (curve != DEVID_P256)
        return DEVID_E_ALGORITHM;
    memcpy(sha.digest, initial, sizeof initial);
    for (size_t at = 0; at <= last; at += BLOCK) {
        load_block(&message, at, block);
        if (at == last) {
            block[BLOCK / 4 - 2] = (uint32_t)(message.len >> 29);
            block[BLOCK / 4 - 1] = (uint32_t)(message.len << 3);
        }
        if (wc_Sha256Transform(&sha, (const uint8_t *)block) != 0)
            return DEVID_E_ALGORITHM;
    }
    for (unsigned i = 0; i < HASH; i++)
        hash[i] = (uint8_t)(sha.digest[i / 4] >> (24 - 8 * (i & 3)));
    return DEVID_OK;
}

enum devid_status devid_port_check_point(enum devid_curve curve,
                                         const uint8_t *point)
{
    mp_int x;
    mp_int y;

    if (curve != DEVID_P256)
        return DEVID_E_KEY_ALGORITHM;
    /* SEC 1, 3.2.2.1: sp_ecc_is_point_256() reduces what is too large. */
    if (memcmp(point + 1, prime, FIELD) >= 0 ||
        memcmp(point + 1 + FIELD, prime, FIELD) >= 0)
        return DEVID_E_KEY_POINT;
    load(&x, point + 1);
    load(&y, point + 1 + FIELD);
    return sp_ecc_is_point_256(&x, &y) == MP_OKAY ? DEVID_OK
                                                  : DEVID_E_KEY_POINT;
}

enum devid_status devid_port_ecdsa_verify(enum devid_curve curve,
                                          const uint8_t *point,
                                          const uint8_t *hash,
                                          const uint8_t *raw)
{
    mp_int x;
    mp_int y;
    mp_int z;
    mp_int r;
    mp_int s;
    int good = 0;

    if (curve != DEVID_P256)
        return DEVID_E_SIGNATURE;
    load(&x, point + 1);
    load(&y, point + 1 + FIELD);
    load(&r, raw);
    load(&s, raw + FIELD);
    z.used = 1;
    z.dp[0] = 1;
    if (sp_ecc_verify_256(hash, FIELD, &x, &y, &z, &r, &s, &good, NULL) !=
            MP_OKAY ||
        good != 1)
        return DEVID_E_SIGNATURE;
    return DEVID_OK;
}
