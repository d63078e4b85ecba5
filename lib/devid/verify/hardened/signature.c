/* devid_verify_signature(), decided twice. */
#include "twice.h"

enum devid_status devid_verify_signature(const struct devid_identity *identity,
                                         struct devid_slice hash,
                                         struct devid_slice signature)
{
    const struct devid_identity *volatile identity_again = identity;
    volatile struct devid_slice again[2] = {hash, signature};
    enum devid_status first =
        devid_verify_signature_once(identity, hash, signature);

    hash = again[0];
    signature = again[1];
    return devid_agree(
        first, devid_verify_signature_once(identity_again, hash, signature));
}
