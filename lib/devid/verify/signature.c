/* devid_verify_signature(): what a boot manager does with a verified leaf. */
#include "../x509/certificate.h"
#include "../x509/curves.h"
#include "once.h"
#include "signed.h"

#include <devid/verify.h>

enum devid_status
DEVID_ONCE(devid_verify_signature)(const struct devid_identity *identity,
                                   struct devid_slice hash,
                                   struct devid_slice signature)
{
    const struct devid_curve_data *data;

    if (identity == NULL)
        return DEVID_E_ARGUMENT;
    data = devid_curve_of_point(identity->public_key.len);
    if (data == NULL || hash.len != data->field)
        return DEVID_E_ARGUMENT;
    if (identity->key_usage != 0 &&
        (identity->key_usage & DEVID_KU_DIGITAL_SIGNATURE) == 0)
        return DEVID_E_KEY_USAGE;
    return devid_hash_verify((enum devid_curve)data->curve,
                             identity->public_key, hash.data, signature);
}
