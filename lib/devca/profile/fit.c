/* What others ask of a profile: what it is, whom it fits. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

const char *profile_name(const struct profile *profile)
{
    return profile->name;
}

const char *profile_description(const struct profile *profile)
{
    return profile->description;
}

enum profile_kind profile_kind(const struct profile *profile)
{
    return profile->kind;
}

const char *profile_kind_name(enum profile_kind kind)
{
    static const char *const names[] = {[PROFILE_ROOT] = "root",
                                        [PROFILE_INTERMEDIATE] = "intermediate",
                                        [PROFILE_DEVICE] = "device",
                                        [PROFILE_SIGNER] = "signer"};

    return names[kind];
}

void profile_traits(const struct profile *profile,
                    struct profile_traits *traits)
{
    static const struct devid_slice none = {NULL, 0};
    const unsigned sha256 =
        HOLE_BIT(HOLE_KEY_SHA256) | HOLE_BIT(HOLE_KEY_SHA256_UPPER);

    *traits = (struct profile_traits){
        .ca = profile->ca,
        .subject_key_id_expected = profile->key_id != KEY_ID_NONE,
        .required_eku =
            profile->purpose_count != 0 ? profile->purposes[0] : none,
        .uid_attribute = profile->module_is_uid && !profile->names_serial_number
                             ? none
                             : profile->uid_attribute,
        .max_size = profile->max_size,
        .uid_bound = profile->names_uid ||
                     (profile->module_is_uid && !profile->names_serial_number),
        .kind = profile->kind,
        .key_usage = profile->key_usage,
        .key_sha1 = profile->key_id == KEY_ID_SHA1 ||
                    (profile->holes & HOLE_BIT(HOLE_KEY_SHA1)) != 0,
        .key_sha256 = profile->key_id == KEY_ID_RFC7093_1 ||
                      (profile->holes & sha256) != 0,
    };
}

static bool has_purpose(const struct profile *profile, struct devid_slice oid)
{
    for (size_t i = 0; i < profile->purpose_count; i++) {
        if (devid_slice_equal(profile->purposes[i], oid))
            return true;
    }
    return false;
}

/* RFC 5280 4.2.1.9 and who signs whom here. */
static enum devca_code check_issuer(const struct profile *profile,
                                    const struct profile *issuer,
                                    struct devca_error *error)
{
    const char *fault = NULL;

    if (profile->kind == PROFILE_ROOT)
        fault = "a root has no issuer but itself";
    else if (!issuer->ca)
        fault = "the issuer's profile makes no CA";
    else if (profile->kind == PROFILE_INTERMEDIATE &&
             issuer->kind != PROFILE_ROOT)
        fault = "only a root signs a product's CA";
    if (fault != NULL)
        return fail(error, DEVCA_E_PROFILE_INVALID, profile->name,
                    "RFC 5280 4.2.1.9", "/kind", "%s", fault);
    if (profile->ca && issuer->has_path_len && issuer->path_len == 0) {
        fail(error, DEVCA_E_PROFILE_INVALID, profile->name, "RFC 5280 4.2.1.9",
             "/extensions/basicConstraints/pathLen",
             "a CA below %s, whose pathLen is 0", issuer->name);
        return fail_hint(error, DEVCA_E_PROFILE_INVALID,
                         "use an issuing profile without pathLen 0, for "
                         "devices that are CAs: dice-intermediate");
    }
    return DEVCA_OK;
}

/* RFC 5280 4.2.1.12: libdevid asks every CA of a chain for the purpose. */
static enum devca_code check_purposes_above(const struct profile *profile,
                                            const struct profile *issuer,
                                            struct devca_error *error)
{
    char text[DOTTED_TEXT];

    if (issuer->purpose_count == 0 ||
        has_purpose(issuer, OID_SLICE(OID_ANY_EXT_KEY_USAGE)))
        return DEVCA_OK;
    for (size_t i = 0; i < profile->purpose_count; i++) {
        if (has_purpose(issuer, profile->purposes[i]))
            continue;
        return fail(error, DEVCA_E_PROFILE_INVALID, profile->name,
                    "RFC 5280 4.2.1.12", "/extensions/extKeyUsage",
                    "%s is no purpose of the issuer's profile %s",
                    dotted(profile->purposes[i], text), issuer->name);
    }
    return DEVCA_OK;
}

/* Profiles made for each other share their parameters: a Matter PAI and its
 * DACs have one vendor. */
static enum devca_code check_parameters(const struct profile *profile,
                                        const struct profile *issuer,
                                        struct devca_error *error)
{
    for (size_t i = 0; i < profile->parameters.count; i++) {
        const struct parameter *own = &profile->parameters.list[i];

        for (size_t n = 0; n < issuer->parameters.count; n++) {
            const struct parameter *other = &issuer->parameters.list[n];

            if (strcmp(own->name, other->name) == 0 && own->per_device)
                return fail(error, DEVCA_E_PROFILE_INVALID, profile->name,
                            CLAUSE_SCHEMA, "/parameters",
                            "%s cannot be perDevice: the issuer's profile %s "
                            "has it too",
                            own->name, issuer->name);
            if (strcmp(own->name, other->name) == 0 &&
                strcmp(own->value, other->value) != 0)
                return fail(error, DEVCA_E_PROFILE_INVALID, profile->name,
                            CLAUSE_SCHEMA, "/parameters",
                            "%s is %s here and %s in the issuer's profile %s",
                            own->name, own->value, other->value, issuer->name);
        }
    }
    return DEVCA_OK;
}

/* What a subject attribute says when it has no placeholder but the profile's
 * own; false when there is none. */
static bool constant_attribute(const struct profile *profile,
                               struct devid_slice oid, struct text *text)
{
    static const struct profile_subject nobody;

    text->len = 0;
    text->overflow = false;
    for (size_t i = 0; i < profile->subject.count; i++) {
        const struct op *op = &profile->subject.ops[i];

        if (op->kind == OP_TEXT && devid_slice_equal(op->rule.oid, oid)) {
            template_render(&op->text, &nobody, false, text);
            return true;
        }
    }
    return false;
}

/* Matter Core 6.2.2: a DAC's VendorID is that of its PAI; a ProductID in the
 * PAI, and a VendorID in the PAA, bind what is below. */
static enum devca_code check_matter(const struct profile *profile,
                                    const struct profile *issuer,
                                    struct devca_error *error)
{
    static const struct {
        struct devid_slice oid;
        bool needed; /* in whoever issues a device */
        const char *name;
    } ids[] = {
        {{(const uint8_t *)OID_MATTER_VID, sizeof OID_MATTER_VID - 1},
         true,
         "VendorID"},
        {{(const uint8_t *)OID_MATTER_PID, sizeof OID_MATTER_PID - 1},
         false,
         "ProductID"},
    };
    struct text own;
    struct text above;

    for (size_t i = 0; i < sizeof ids / sizeof ids[0]; i++) {
        bool has = constant_attribute(profile, ids[i].oid, &own);
        bool bound = constant_attribute(issuer, ids[i].oid, &above);
        bool device = profile->kind == PROFILE_DEVICE;

        if (bound ? (device || has) &&
                        (own.len != above.len ||
                         memcmp(own.octets, above.octets, own.len) != 0)
                  : has && device && ids[i].needed)
            return fail(error, DEVCA_E_PROFILE_INVALID, profile->name,
                        "Matter Core 6.2.2", "/subject",
                        "its %s is not that of the issuer's profile %s",
                        ids[i].name, issuer->name);
    }
    return DEVCA_OK;
}

enum devca_code profile_fits(const struct profile *profile,
                             const struct profile *issuer, size_t uid_octets,
                             struct devca_error *error)
{
    struct reading reading = {profile->name, DEVCA_E_PROFILE_INVALID, error,
                              CLAUSE_SCHEMA};
    enum devca_code code = check_trust(&reading, profile);

    if (code == DEVCA_OK && issuer != NULL) {
        code = check_issuer(profile, issuer, error);
        if (code == DEVCA_OK)
            code = check_purposes_above(profile, issuer, error);
        if (code == DEVCA_OK)
            code = check_parameters(profile, issuer, error);
        if (code == DEVCA_OK)
            code = check_matter(profile, issuer, error);
    }
    return code == DEVCA_OK ? probe(profile, &reading, uid_octets) : code;
}

/* A verifier that looks for the UID in an attribute other than serialNumber
 * would take the requester's word for it. */
static bool takes_uid_of(const struct profile *profile,
                         const struct profile *device)
{
    return device->kind == PROFILE_DEVICE && device->names_uid &&
           takes_attribute(profile, device->uid_attribute);
}

enum devca_code profile_agrees(const struct profile *profile,
                               const struct profile *other,
                               const struct profile_subject *subject,
                               struct devca_error *error)
{
    if (takes_uid_of(profile, other))
        return fail(error, DEVCA_E_PROFILE, profile->name, "libdevid identity",
                    "/fromRequest",
                    "a request chooses the attribute that holds the UID of the "
                    "product's devices by profile %s",
                    other->name);
    if (takes_uid_of(other, profile))
        return fail(error, DEVCA_E_PROFILE, profile->name, "libdevid identity",
                    "/subject",
                    "holds the UID in an attribute that a request chooses by "
                    "the product's profile %s",
                    other->name);
    return profile_lists_agree(profile, other, subject, error);
}
