/* Names: the subject and directoryNames (RFC 5280 4.1.2.4, 4.1.2.6). */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

/* Attribute types by the names of RFC 5280 appendix A.1 and RFC 4519. */
struct attribute_row {
    const char *name;
    const char *oid;
    uint8_t tag; /* string type when the profile says nothing */
};

#define ID_AT "\x55\x04"
static const struct attribute_row attributes[] = {
    {"commonName", OID_COMMON_NAME, DER_UTF8_STRING},
    {"surname", ID_AT "\x04", DER_UTF8_STRING},
    {"serialNumber", OID_SERIAL_NUMBER, DER_PRINTABLE_STRING},
    {"countryName", OID_COUNTRY, DER_PRINTABLE_STRING},
    {"localityName", OID_LOCALITY, DER_UTF8_STRING},
    {"stateOrProvinceName", OID_STATE, DER_UTF8_STRING},
    {"organizationName", OID_ORGANIZATION, DER_UTF8_STRING},
    {"organizationalUnitName", OID_ORGANIZATIONAL_UNIT, DER_UTF8_STRING},
    {"title", ID_AT "\x0C", DER_UTF8_STRING},
    {"givenName", ID_AT "\x2A", DER_UTF8_STRING},
    {"initials", ID_AT "\x2B", DER_UTF8_STRING},
    {"generationQualifier", ID_AT "\x2C", DER_UTF8_STRING},
    {"dnQualifier", OID_DN_QUALIFIER, DER_PRINTABLE_STRING},
    {"pseudonym", ID_AT "\x41", DER_UTF8_STRING},
    {"domainComponent", OID_DOMAIN_COMPONENT, DER_IA5_STRING},
    {"emailAddress", OID_EMAIL_ADDRESS, DER_IA5_STRING},
};

static const struct attribute_row *by_name(const char *name)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (strcmp(attributes[i].name, name) == 0)
            return &attributes[i];
    }
    return NULL;
}

static const struct attribute_row *by_oid(struct devid_slice oid)
{
    for (size_t i = 0; i < sizeof attributes / sizeof attributes[0]; i++) {
        if (strlen(attributes[i].oid) == oid.len &&
            memcmp(attributes[i].oid, oid.data, oid.len) == 0)
            return &attributes[i];
    }
    return NULL;
}

enum devca_code build_attribute_type(struct builder *builder,
                                     const struct place *place,
                                     struct devid_slice *oid, uint8_t *tag)
{
    const struct attribute_row *row;
    const char *text = NULL;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    row = by_name(text);
    if (row == NULL) {
        if (*text < '0' || *text > '9')
            return place_refuse(&builder->reading, place, NULL,
                                "RFC 5280 4.1.2.4",
                                "unknown attribute \"%.64s\": give its dotted "
                                "OID",
                                text);
        code = build_oid(builder, place, oid);
        row = code == DEVCA_OK ? by_oid(*oid) : NULL;
    } else {
        *oid =
            (struct devid_slice){(const uint8_t *)row->oid, strlen(row->oid)};
    }
    *tag = row != NULL ? row->tag : DER_UTF8_STRING;
    return code;
}

static enum devca_code read_type(struct builder *builder,
                                 const struct place *place, uint8_t *tag)
{
    struct place member;
    const char *type = NULL;
    enum devca_code code;

    if (!place_member(place, "type", &member))
        return DEVCA_OK;
    code = place_string(&builder->reading, &member, &type);
    if (code != DEVCA_OK)
        return code;
    if (strcmp(type, "utf8") == 0)
        *tag = DER_UTF8_STRING;
    else if (strcmp(type, "printable") == 0)
        *tag = DER_PRINTABLE_STRING;
    else if (strcmp(type, "ia5") == 0)
        *tag = DER_IA5_STRING;
    else
        return place_refuse(&builder->reading, &member, NULL, CLAUSE_SCHEMA,
                            "is not utf8, printable or ia5");
    return DEVCA_OK;
}

/* Everything of one attribute before it is written down. */
struct attribute {
    struct devid_slice oid;
    struct op text;
    bool optional;
};

static enum devca_code read_attribute(struct builder *builder,
                                      const struct place *place,
                                      struct attribute *attribute)
{
    struct build_string string = {{ALPHABET_ATTRIBUTE, 0, {NULL, 0}}, 0};
    struct place member;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_ATTRIBUTE);

    attribute->optional = false;
    if (code != DEVCA_OK)
        return code;
    place_member(place, "attribute", &member);
    code = build_attribute_type(builder, &member, &attribute->oid, &string.tag);
    if (code == DEVCA_OK)
        code = read_type(builder, place, &string.tag);
    if (code == DEVCA_OK)
        code = place_member_bool(&builder->reading, place, "optional",
                                 &attribute->optional);
    if (code != DEVCA_OK)
        return code;
    string.rule.oid = attribute->oid;
    string.rule.tag = string.tag;
    place_member(place, "value", &member);
    code = build_text(builder, &member, &string, &attribute->text);
    if (code == DEVCA_OK && attribute->optional &&
        template_holes(&attribute->text.text) == 0)
        return place_refuse(&builder->reading, place, "optional", CLAUSE_SCHEMA,
                            "a value without placeholders is never empty");
    return code;
}

/* Steps of one single-valued RDN. */
#define RDN_STEPS 8

static void write_attribute(struct program *program,
                            const struct attribute *attribute)
{
    if (attribute->optional) {
        struct op optional = attribute->text;

        optional.kind = OP_OPTIONAL;
        optional.skip = RDN_STEPS;
        program_add(program, &optional);
    }
    program_open(program, DER_SET);
    program_open(program, DER_SEQUENCE);
    program_oid(program, DER_OID, attribute->oid);
    program_add(program, &attribute->text);
    program_close(program);
    program_close(program);
}

/* Is the template this placeholder and nothing else? */
static bool is_just(const struct template *template, enum hole hole)
{
    return template->count == 1 && template->parts[0].hole == hole;
}

static void note_attribute(struct profile *profile,
                           const struct attribute *attribute)
{
    const struct template *text = &attribute->text.text;
    bool serial_number =
        devid_slice_equal(attribute->oid, OID_SLICE(OID_SERIAL_NUMBER));

    if (!attribute->optional)
        profile->subject_may_be_empty = false;
    profile->subject_has_attribute = true;
    if (devid_slice_equal(attribute->oid, OID_SLICE(OID_ORGANIZATIONAL_UNIT)) &&
        is_just(text, HOLE_PRODUCT))
        profile->names_product = true;
    if (serial_number)
        profile->names_serial_number = true;
    /* serialNumber goes first: a verifier looks there unless told otherwise. */
    if (is_just(text, HOLE_UID) || is_just(text, HOLE_UID_UPPER)) {
        if (!profile->names_uid || serial_number)
            profile->uid_attribute = attribute->oid;
        profile->names_uid = true;
    }
}

static enum devca_code build_attributes(struct builder *builder,
                                        const struct place *place, bool own)
{
    struct devid_slice seen[PROFILE_ATTRIBUTES];
    size_t count = json_array_size(place->value);
    enum devca_code code =
        place_array(&builder->reading, place, own ? 0 : 1, PROFILE_ATTRIBUTES);

    for (size_t i = 0; code == DEVCA_OK && i < count; i++) {
        struct attribute attribute;
        struct place item;

        place_item(place, i, &item);
        code = read_attribute(builder, &item, &attribute);
        if (code != DEVCA_OK)
            break;
        for (size_t n = 0; n < i; n++) {
            if (devid_slice_equal(seen[n], attribute.oid) &&
                !devid_slice_equal(seen[n], OID_SLICE(OID_DOMAIN_COMPONENT)))
                return place_refuse(&builder->reading, &item, "attribute",
                                    "X.501 9.3", "appears twice");
        }
        seen[i] = attribute.oid;
        if (own)
            note_attribute(builder->profile, &attribute);
        write_attribute(builder->program, &attribute);
    }
    return code;
}

enum devca_code build_subject(struct builder *builder,
                              const struct place *place)
{
    builder->program = &builder->profile->subject;
    builder->profile->subject_may_be_empty = true;
    return build_attributes(builder, place, true);
}

enum devca_code build_name(struct builder *builder, const struct place *place)
{
    return build_attributes(builder, place, false);
}
