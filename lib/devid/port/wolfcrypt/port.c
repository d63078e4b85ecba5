/*
 * devid_port_* on wolfCrypt's public interface. No state; any thread. Where
 * wolfCrypt is built with devca's own settings, P-256 goes straight to its
 * single-precision functions, which no library exports: a key object for each
 * call costs as much as a point to be checked.
 */
#include "wolfssl/settings.h"

#include <devid/port.h>

#include <stdbool.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>
#ifdef DEVID_PORT_DIRECT_P256
#include <wolfssl/wolfcrypt/sp.h>
#endif

#include <string.h>

static int curve_id(enum devid_curve curve)
{
    return curve == DEVID_P256 ? ECC_SECP256R1 : ECC_SECP384R1;
}

static word32 field_len(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

enum devid_status devid_port_hash(enum devid_curve curve,
                                  struct devid_slice message, uint8_t *hash)
{
    int failed;

    if (message.len > UINT32_MAX)
        return DEVID_E_ALGORITHM;
    if (curve == DEVID_P256)
        failed = wc_Sha256Hash(message.data, (word32)message.len, hash);
    else
        failed = wc_Sha384Hash(message.data, (word32)message.len, hash);
    return failed == 0 ? DEVID_OK : DEVID_E_ALGORITHM;
}

/* A key of its own for each call: wolfSSL's keys are not to be shared between
 * threads. *key is initialized on DEVID_OK only. */
static enum devid_status load_key(ecc_key *key, enum devid_curve curve,
                                  const uint8_t *point)
{
    word32 field = field_len(curve);

    if (wc_ecc_init(key) != 0)
        return DEVID_E_KEY_ALGORITHM;
    if (wc_ecc_import_unsigned(key, point + 1, point + 1 + field, NULL,
                               curve_id(curve)) != 0) {
        wc_ecc_free(key);
        return DEVID_E_KEY_POINT;
    }
    return DEVID_OK;
}

static enum devid_status check_point(enum devid_curve curve,
                                     const uint8_t *point)
{
    ecc_key key;
    enum devid_status status = load_key(&key, curve, point);

    if (status != DEVID_OK)
        return status;
    /* The import takes points off the curve. */
    if (wc_ecc_point_is_on_curve(&key.pubkey, key.idx) != 0)
        status = DEVID_E_KEY_POINT;
    wc_ecc_free(&key);
    return status;
}

static bool verify_scalars(ecc_key *key, const uint8_t *hash,
                           const uint8_t *raw, word32 field)
{
    mp_int r;
    mp_int s;
    int good = 0;
    int failed;

    if (mp_init_multi(&r, &s, NULL, NULL, NULL, NULL) != 0)
        return false;
    failed = mp_read_unsigned_bin(&r, raw, field);
    if (failed == 0)
        failed = mp_read_unsigned_bin(&s, raw + field, field);
    if (failed == 0)
        failed = wc_ecc_verify_hash_ex(&r, &s, hash, field, &good, key);
    mp_clear(&r);
    mp_clear(&s);
    return failed == 0 && good == 1;
}

static enum devid_status verify(enum devid_curve curve, const uint8_t *point,
                                const uint8_t *hash, const uint8_t *raw)
{
    ecc_key key;
    enum devid_status status = load_key(&key, curve, point);

    if (status != DEVID_OK)
        return status;
    if (!verify_scalars(&key, hash, raw, field_len(curve)))
        status = DEVID_E_SIGNATURE;
    wc_ecc_free(&key);
    return status;
}

#ifdef DEVID_PORT_DIRECT_P256

/* ---- P-256, directly ---- */

enum { FIELD = 32 };

/* FIPS 186-4 D.1.2.3: the prime and the order of the base point. */
static const uint8_t prime[FIELD] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
static const uint8_t order[FIELD] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA, 0xAD, 0xA7, 0x17,
    0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51};

static bool load(mp_int *number, const uint8_t *octets)
{
    return mp_init(number) == 0 &&
           mp_read_unsigned_bin(number, octets, FIELD) == 0;
}

/* These functions reduce what is too large: it is refused here (SEC 1,
 * 3.2.2.1). */
static enum devid_status check_point_p256(const uint8_t *point)
{
    mp_int x;
    mp_int y;

    if (memcmp(point + 1, prime, FIELD) >= 0 ||
        memcmp(point + 1 + FIELD, prime, FIELD) >= 0 || !load(&x, point + 1) ||
        !load(&y, point + 1 + FIELD))
        return DEVID_E_KEY_POINT;
    return sp_ecc_is_point_256(&x, &y) == MP_OKAY ? DEVID_OK
                                                  : DEVID_E_KEY_POINT;
}

/* FIPS 186-4 6.4.2, step 1. */
static bool load_scalar(mp_int *number, const uint8_t *octets)
{
    return memcmp(octets, order, FIELD) < 0 && load(number, octets) &&
           !mp_iszero(number);
}

static enum devid_status verify_p256(const uint8_t *point, const uint8_t *hash,
                                     const uint8_t *raw)
{
    mp_int x;
    mp_int y;
    mp_int z;
    mp_int r;
    mp_int s;
    int good = 0;
    int failed;

    if (!load(&x, point + 1) || !load(&y, point + 1 + FIELD) ||
        !load_scalar(&r, raw) || !load_scalar(&s, raw + FIELD) ||
        mp_init(&z) != 0 || mp_set(&z, 1) != 0)
        return DEVID_E_SIGNATURE;
    failed = sp_ecc_verify_256(hash, FIELD, &x, &y, &z, &r, &s, &good, NULL);
    RESTORE_VECTOR_REGISTERS();
    return failed == MP_OKAY && good == 1 ? DEVID_OK : DEVID_E_SIGNATURE;
}

#else

static enum devid_status check_point_p256(const uint8_t *point)
{
    return check_point(DEVID_P256, point);
}

static enum devid_status verify_p256(const uint8_t *point, const uint8_t *hash,
                                     const uint8_t *raw)
{
    return verify(DEVID_P256, point, hash, raw);
}

#endif

enum devid_status devid_port_check_point(enum devid_curve curve,
                                         const uint8_t *point)
{
    return curve == DEVID_P256 ? check_point_p256(point)
                               : check_point(curve, point);
}

enum devid_status devid_port_ecdsa_verify(enum devid_curve curve,
                                          const uint8_t *point,
                                          const uint8_t *hash,
                                          const uint8_t *raw)
{
    return curve == DEVID_P256 ? verify_p256(point, hash, raw)
                               : verify(curve, point, hash, raw);
}
