/* Extension values of a verified certificate, by OID. */
#include "../x509/certificate.h"

#include <devid/verify.h>

enum devid_status
devid_identity_extension(const struct devid_identity *identity,
                         struct devid_slice oid, struct devid_slice *value)
{
    struct devid_slice cursor = identity->extensions;
    struct devid_extension extension;

    while (devid_extension_next(&cursor, &extension) == DEVID_OK) {
        if (devid_slice_same(&extension.oid, &oid)) {
            *value = extension.value;
            return DEVID_OK;
        }
    }
    return DEVID_E_EXTENSIONS;
}
