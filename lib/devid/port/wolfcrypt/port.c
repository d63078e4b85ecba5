/* devid_port_* on wolfCrypt's public interface. No state; any thread. */
#include "wolfssl/settings.h"

#include <devid/port.h>

#include <stdbool.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>

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

enum devid_status devid_port_check_point(enum devid_curve curve,
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

enum devid_status devid_port_ecdsa_verify(enum devid_curve curve,
                                          const uint8_t *point,
                                          const uint8_t *hash,
                                          const uint8_t *raw)
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
