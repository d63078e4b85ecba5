/* Whom a CA's certificate may have below it, whoever made it. */
#include "devca/profile/model.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

static enum devca_code check_usage(const struct devid_cert *issuer,
                                   const char *object,
                                   struct devca_error *error)
{
    const char *lacking = NULL;

    if ((issuer->key_usage & DEVID_KU_KEY_CERT_SIGN) == 0)
        lacking = "keyCertSign: it may issue nothing";
    else if ((issuer->key_usage & DEVID_KU_CRL_SIGN) == 0)
        lacking = "cRLSign: no device would take its CRLs";
    if (lacking == NULL)
        return DEVCA_OK;
    return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.2.1.3", "keyUsage",
                "lacks %s", lacking);
}

static enum devca_code check_path(const struct profile *profile,
                                  const struct devid_cert *issuer,
                                  const char *object, struct devca_error *error)
{
    if (!issuer->ca)
        return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.2.1.9",
                    "basicConstraints", "the certificate is not a CA's");
    if (!profile->ca || issuer->path_len != 0)
        return DEVCA_OK;
    fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.2.1.9",
         "basicConstraints.pathLenConstraint",
         "is 0, and profile %s makes devices that are CAs", profile->name);
    return fail_hint(error, DEVCA_E_MISMATCH,
                     "a CA for such devices has none, as profile "
                     "dice-intermediate makes it");
}

static bool has_purpose(struct devid_slice purposes, struct devid_slice wanted)
{
    struct devid_slice oid;

    while (devid_der_read_oid(&purposes, DER_OID, &oid) == DEVID_OK) {
        if (devid_slice_equal(oid, wanted))
            return true;
    }
    return false;
}

static enum devca_code check_purposes(const struct profile *profile,
                                      const struct devid_cert *issuer,
                                      const char *object,
                                      struct devca_error *error)
{
    struct devid_slice above = issuer->ext_key_usage;
    char text[DOTTED_TEXT];

    if (above.len == 0 || has_purpose(above, OID_SLICE(OID_ANY_EXT_KEY_USAGE)))
        return DEVCA_OK;
    for (size_t i = 0; i < profile->purpose_count; i++) {
        if (has_purpose(above, profile->purposes[i]))
            continue;
        return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.2.1.12",
                    "extKeyUsage", "lacks %s, a purpose of profile %s",
                    dotted(profile->purposes[i], text), profile->name);
    }
    return DEVCA_OK;
}

enum devca_code profile_fits_issuer(const struct profile *profile,
                                    const struct devid_cert *issuer,
                                    const char *object,
                                    struct devca_error *error)
{
    enum devca_code code = check_path(profile, issuer, object, error);

    if (code == DEVCA_OK)
        code = check_usage(issuer, object, error);
    return code == DEVCA_OK ? check_purposes(profile, issuer, object, error)
                            : code;
}
