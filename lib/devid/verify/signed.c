/* Signatures, FIPS 186-4 section 6.4. */
#include "signed.h"

#include "once.h"

#include "../x509/curves.h"
#include "../x509/key.h"

#include <devid/port.h>

enum devid_status devid_key_check(struct devid_slice point,
                                  enum devid_curve *curve)
{
    const struct devid_curve_data *data = devid_curve_of_point(point.len);

    if (data == NULL || point.data[0] != 0x04)
        return DEVID_E_KEY_POINT;
    *curve = (enum devid_curve)data->curve;
    return DEVID_CONFIRM(devid_port_check_point(*curve, point.data));
}

enum devid_status devid_hash_verify(enum devid_curve curve,
                                    struct devid_slice point,
                                    const uint8_t *hash,
                                    struct devid_slice signature)
{
    uint8_t raw[2 * DEVID_MAX_FIELD];
    enum devid_status status = devid_signature_read(signature, curve, raw);

    if (status == DEVID_OK)
        status = DEVID_CONFIRM(
            devid_port_ecdsa_verify(curve, point.data, hash, raw));
    return status;
}

enum devid_status devid_signed_verify(enum devid_curve curve,
                                      struct devid_slice point,
                                      struct devid_slice message,
                                      struct devid_slice signature)
{
    uint8_t hash[DEVID_MAX_HASH];
    enum devid_status status = devid_port_hash(curve, message, hash);

    if (status == DEVID_OK)
        status = devid_hash_verify(curve, point, hash, signature);
    return status;
}
