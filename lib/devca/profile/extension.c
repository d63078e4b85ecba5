/* The extensions of RFC 5280 4.2 that a profile can write, and custom ones. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

enum criticality { EITHER, ALWAYS, NEVER };

struct extension_row {
    const char *name;
    struct devid_slice oid;
    enum shape shape;
    enum criticality criticality;
    const char *clause;
    build_extension *build;
};

#define ROW_OID(oid)                            \
    {                                           \
        (const uint8_t *)(oid), sizeof(oid) - 1 \
    }
static const struct extension_row rows[] = {
    {"authorityKeyIdentifier", ROW_OID(OID_AUTHORITY_KEY_IDENTIFIER),
     SHAPE_AUTHORITY_KEY_IDENTIFIER, NEVER, "RFC 5280 4.2.1.1",
     build_authority_key_identifier},
    {"subjectKeyIdentifier", ROW_OID(OID_SUBJECT_KEY_IDENTIFIER),
     SHAPE_SUBJECT_KEY_IDENTIFIER, NEVER, "RFC 5280 4.2.1.2",
     build_subject_key_identifier},
    {"keyUsage", ROW_OID(OID_KEY_USAGE), SHAPE_KEY_USAGE, EITHER,
     "RFC 5280 4.2.1.3", build_key_usage},
    {"certificatePolicies", ROW_OID(OID_CERTIFICATE_POLICIES),
     SHAPE_CERTIFICATE_POLICIES, EITHER, "RFC 5280 4.2.1.4",
     build_certificate_policies},
    {"subjectAltName", ROW_OID(OID_SUBJECT_ALT_NAME), SHAPE_SUBJECT_ALT_NAME,
     EITHER, "RFC 5280 4.2.1.6", build_subject_alt_name},
    {"basicConstraints", ROW_OID(OID_BASIC_CONSTRAINTS),
     SHAPE_BASIC_CONSTRAINTS, EITHER, "RFC 5280 4.2.1.9",
     build_basic_constraints},
    {"nameConstraints", ROW_OID(OID_NAME_CONSTRAINTS), SHAPE_NAME_CONSTRAINTS,
     ALWAYS, "RFC 5280 4.2.1.10", build_name_constraints},
    {"extKeyUsage", ROW_OID(OID_EXT_KEY_USAGE), SHAPE_EXT_KEY_USAGE, EITHER,
     "RFC 5280 4.2.1.12", build_ext_key_usage},
    {"cRLDistributionPoints", ROW_OID(OID_CRL_DISTRIBUTION_POINTS),
     SHAPE_CRL_DISTRIBUTION_POINTS, NEVER, "RFC 5280 4.2.1.13",
     build_crl_distribution_points},
    {"freshestCRL", ROW_OID(OID_FRESHEST_CRL), SHAPE_FRESHEST_CRL, NEVER,
     "RFC 5280 4.2.1.15", build_freshest_crl},
    {"authorityInfoAccess", ROW_OID(OID_AUTHORITY_INFO_ACCESS),
     SHAPE_AUTHORITY_INFO_ACCESS, NEVER, "RFC 5280 4.2.2.1",
     build_authority_info_access},
};
#define ROWS (sizeof rows / sizeof rows[0])

static const struct extension_row *row_by_name(const char *name)
{
    for (size_t i = 0; i < ROWS; i++) {
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    }
    return NULL;
}

const struct profile_extension *profile_find(const struct profile *profile,
                                             struct devid_slice oid)
{
    for (size_t i = 0; i < profile->extension_count; i++) {
        if (devid_slice_equal(profile->extensions[i].oid, oid))
            return &profile->extensions[i];
    }
    return NULL;
}

static enum devca_code check_criticality(const struct builder *builder,
                                         const struct place *place,
                                         const struct extension_row *row,
                                         bool critical)
{
    if (row->criticality == ALWAYS && !critical)
        return place_refuse(&builder->reading, place, "critical", row->clause,
                            "%s must be critical", row->name);
    if (row->criticality == NEVER && critical)
        return place_refuse(&builder->reading, place, "critical", row->clause,
                            "%s must not be critical", row->name);
    return DEVCA_OK;
}

/* OIDs below id-ce and id-pe are RFC 5280's: what it defines is either in the
 * table or is no business of a template. */
static bool is_reserved(struct devid_slice oid)
{
    return oid.len == 3 && memcmp(oid.data, OID_KEY_USAGE, 2) == 0;
}

/* An extension under its dotted OID. */
static enum devca_code build_custom(struct builder *builder,
                                    const struct place *place,
                                    struct profile_extension *extension)
{
    json_t *key = json_string(place->key);
    struct place name = *place;
    enum devca_code code;

    if (key == NULL)
        return fail_memory(builder->reading.error);
    name.value = key;
    code = build_oid(builder, &name, &extension->oid);
    json_decref(key);
    if (code != DEVCA_OK)
        return code;
    for (size_t i = 0; i < ROWS; i++) {
        if (devid_slice_equal(rows[i].oid, extension->oid))
            return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2",
                                "is %s: write it under its name", rows[i].name);
    }
    if (is_reserved(extension->oid))
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1",
                            "is an extension of RFC 5280 that no template "
                            "may write");
    if (profile_find(builder->profile, extension->oid) != NULL)
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2",
                            "appears twice");
    code = place_object(&builder->reading, place, SHAPE_CUSTOM_EXTENSION);
    if (code == DEVCA_OK && extension->critical)
        return place_refuse(&builder->reading, place, "critical",
                            "RFC 5280 4.2",
                            "no verifier knows a custom critical extension: "
                            "libdevid would refuse every certificate");
    return code == DEVCA_OK ? build_value(builder, place) : code;
}

static enum devca_code build_one(struct builder *builder,
                                 const struct place *place)
{
    struct profile *profile = builder->profile;
    const struct extension_row *row = row_by_name(place->key);
    struct profile_extension extension = {.first = profile->values.count};
    enum devca_code code;

    if (!json_is_object(place->value))
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not an object");
    code = place_member_bool(&builder->reading, place, "critical",
                             &extension.critical);
    if (code != DEVCA_OK)
        return code;
    if (row != NULL) {
        extension.oid = row->oid;
        code = place_object(&builder->reading, place, row->shape);
        if (code == DEVCA_OK)
            code = check_criticality(builder, place, row, extension.critical);
        if (code == DEVCA_OK)
            code = row->build(builder, place);
    } else {
        code = build_custom(builder, place, &extension);
    }
    if (code != DEVCA_OK)
        return code;
    extension.count = profile->values.count - extension.first;
    profile->extensions[profile->extension_count++] = extension;
    return DEVCA_OK;
}

enum devca_code build_extensions(struct builder *builder,
                                 const struct place *place)
{
    enum devca_code code = DEVCA_OK;
    struct place member = {place, NULL, 0, NULL};

    builder->program = &builder->profile->values;
    if (!json_is_object(place->value))
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not an object");
    if (json_object_size(place->value) > PROFILE_EXTENSIONS)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "has more than %d extensions", PROFILE_EXTENSIONS);
    json_object_foreach(place->value, member.key, member.value)
    {
        if (row_by_name(member.key) == NULL &&
            (*member.key < '0' || *member.key > '9'))
            code =
                place_refuse(&builder->reading, &member, NULL, "RFC 5280 4.2",
                             "is neither the name of an extension nor a "
                             "dotted OID");
        else
            code = build_one(builder, &member);
        if (code != DEVCA_OK)
            return code;
    }
    return builder->program->failed ? fail_memory(builder->reading.error)
                                    : DEVCA_OK;
}
