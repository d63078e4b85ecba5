/* May this key and this request have a certificate of this profile? */
#include "devca/profile/model.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/profile/takeover.h"
#include "devid/codec/oid.h"

#include <string.h>

static enum devca_code admit_key(const struct profile *profile,
                                 const struct profile_subject *subject,
                                 const char *object, struct devca_error *error)
{
    if ((profile->curves >> subject->key_curve & 1) != 0)
        return DEVCA_OK;
    return fail(error, DEVCA_E_ALGORITHM, object, "RFC 5480 2.1.1.1",
                "subjectPKInfo", "profile %s does not allow %s keys",
                profile->name,
                subject->key_curve == DEVID_P256   ? "p256"
                : subject->key_curve == DEVID_P384 ? "p384"
                                                   : "such");
}

/* A placeholder without a value would leave a hole in every certificate. */
static enum devca_code admit_subject(const struct profile *profile,
                                     const struct profile_subject *subject,
                                     const char *object,
                                     struct devca_error *error)
{
    if ((profile->holes & HOLES_OF_UID) != 0 && subject->uid.len == 0)
        return fail(error, DEVCA_E_PROFILE, object, "IEEE 802.1AR 8.6", "uid",
                    "profile %s needs a UID", profile->name);
    return DEVCA_OK;
}

/* Is this an extension that we have read the definition of, so that it is our
 * decision to give something else? */
static bool is_known(const struct profile *profile, struct devid_slice oid)
{
    return (oid.len == 3 && memcmp(oid.data, OID_KEY_USAGE, 2) == 0) ||
           devid_slice_equal(oid, OID_SLICE(OID_AUTHORITY_INFO_ACCESS)) ||
           profile_find(profile, oid) != NULL;
}

const char *dotted(struct devid_slice oid, char text[DOTTED_TEXT])
{
    return oid_write(oid, text, DOTTED_TEXT) ? text : "?";
}

static enum devca_code refuse_extension(const struct profile *profile,
                                        struct devid_slice oid,
                                        const char *object,
                                        struct devca_error *error)
{
    char text[DOTTED_TEXT];

    fail(error, DEVCA_E_PROFILE, object, "RFC 2985 5.4.2", "extensionRequest",
         "asks for the critical extension %s, which profile %s does not know",
         dotted(oid, text), profile->name);
    return fail_hint(
        error, DEVCA_E_PROFILE,
        "ask without it, or set \"unknownCritical\": \"ignore\" in "
        "the profile");
}

static enum devca_code admit_extensions(const struct profile *profile,
                                        const struct profile_subject *subject,
                                        const char *object,
                                        struct devca_error *error)
{
    struct devid_slice cursor = subject->request->extensions;
    struct devid_extension extension;
    enum devid_status status;

    while ((status = devid_extension_next(&cursor, &extension)) == DEVID_OK) {
        if (extension.critical && profile->refuse_unknown_critical &&
            !is_known(profile, extension.oid))
            return refuse_extension(profile, extension.oid, object, error);
    }
    if (status != DEVID_E_EMPTY)
        return fail_devid(error, DEVCA_E_MALFORMED, object, "extensionRequest",
                          status);
    return DEVCA_OK;
}

static enum devca_code admit_names(const struct profile *profile,
                                   const struct profile_subject *subject,
                                   const char *object,
                                   struct devca_error *error)
{
    const char *fault = takeover_check(subject, profile->request_names);

    if (profile->request_names == 0 || fault == NULL)
        return DEVCA_OK;
    return fail(error, DEVCA_E_PROFILE, object, "RFC 5280 4.2.1.6",
                "extensionRequest.subjectAltName", "a name %s", fault);
}

enum devca_code profile_admit(const struct profile *profile,
                              const struct profile_subject *subject,
                              const char *object, struct devca_error *error)
{
    enum devca_code code = admit_key(profile, subject, object, error);

    if (code == DEVCA_OK)
        code = admit_subject(profile, subject, object, error);
    if (code != DEVCA_OK || subject->request == NULL)
        return code;
    code = admit_extensions(profile, subject, object, error);
    return code == DEVCA_OK ? admit_names(profile, subject, object, error)
                            : code;
}
