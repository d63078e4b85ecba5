/* GeneralName, RFC 5280 4.2.1.6, and the extensions made of them. */
#include "devca/profile/build.h"

#include "devid/codec/oid.h"

#include <string.h>

static enum devca_code build_plain(struct builder *builder,
                                   const struct place *place, unsigned tag,
                                   enum alphabet alphabet)
{
    struct build_string string = {{alphabet, DER_IA5_STRING, {NULL, 0}},
                                  (uint8_t)tag};

    return build_string(builder, place, &string);
}

static enum devca_code build_mail(struct builder *builder,
                                  const struct place *place)
{
    return build_plain(builder, place, DER_CONTEXT(1), ALPHABET_MAIL);
}

static enum devca_code build_dns(struct builder *builder,
                                 const struct place *place)
{
    return build_plain(builder, place, DER_CONTEXT(2), ALPHABET_DNS);
}

static enum devca_code build_uri(struct builder *builder,
                                 const struct place *place)
{
    return build_plain(builder, place, DER_CONTEXT(6), ALPHABET_URI);
}

static enum devca_code build_registered_id(struct builder *builder,
                                           const struct place *place)
{
    struct devid_slice oid;
    enum devca_code code = build_oid(builder, place, &oid);

    if (code == DEVCA_OK)
        program_oid(builder->program, DER_CONTEXT(8), oid);
    return code;
}

/* Name is a CHOICE, so its [4] is explicit. */
static enum devca_code build_directory_name(struct builder *builder,
                                            const struct place *place)
{
    enum devca_code code;

    program_open(builder->program, DER_CONTEXT_CONSTRUCTED(4));
    program_open(builder->program, DER_SEQUENCE);
    code = build_name(builder, place);
    program_close(builder->program);
    program_close(builder->program);
    return code;
}

/* otherName [0] { type-id, [0] { value } }: up to the value. */
static void open_other_name(struct program *program, struct devid_slice type)
{
    program_open(program, DER_CONTEXT_CONSTRUCTED(0));
    program_oid(program, DER_OID, type);
    program_open(program, DER_CONTEXT_CONSTRUCTED(0));
}

static void close_other_name(struct program *program)
{
    program_close(program);
    program_close(program);
}

/* RFC 4108, 5: SEQUENCE { hwType OID, hwSerialNum OCTET STRING }. */
static enum devca_code build_hardware_module(struct builder *builder,
                                             const struct place *place)
{
    static const struct build_string octets = {
        {ALPHABET_OCTETS, DER_OCTET_STRING, {NULL, 0}}, DER_OCTET_STRING};
    struct devid_slice type;
    struct place member;
    struct op serial;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_HARDWARE_MODULE_NAME);

    if (code != DEVCA_OK)
        return code;
    place_member(place, "hwType", &member);
    code = build_oid(builder, &member, &type);
    if (code != DEVCA_OK)
        return code;
    place_member(place, "hwSerialNum", &member);
    code = build_text(builder, &member, &octets, &serial);
    if (code != DEVCA_OK)
        return code;
    if (serial.text.count == 1 && serial.text.parts[0].hole == HOLE_UID_BYTES &&
        !builder->profile->names_module)
        builder->profile->module_is_uid = true;
    builder->profile->names_module = true;
    open_other_name(builder->program, OID_SLICE(OID_ON_HARDWARE_MODULE_NAME));
    program_open(builder->program, DER_SEQUENCE);
    program_oid(builder->program, DER_OID, type);
    program_add(builder->program, &serial);
    program_close(builder->program);
    close_other_name(builder->program);
    return code;
}

/* RFC 4043, 2: SEQUENCE { identifierValue UTF8String OPTIONAL, assigner OID
 * OPTIONAL }. */
static enum devca_code build_permanent_identifier(struct builder *builder,
                                                  const struct place *place)
{
    static const struct build_string utf8 = {
        {ALPHABET_STRING, DER_UTF8_STRING, {NULL, 0}}, DER_UTF8_STRING};
    struct devid_slice assigner;
    struct place member;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_PERMANENT_IDENTIFIER);

    if (code != DEVCA_OK)
        return code;
    if (json_object_size(place->value) == 0)
        return place_refuse(&builder->reading, place, NULL, "RFC 4043 2",
                            "says neither identifierValue nor assigner");
    open_other_name(builder->program, OID_SLICE(OID_ON_PERMANENT_IDENTIFIER));
    program_open(builder->program, DER_SEQUENCE);
    if (place_member(place, "identifierValue", &member))
        code = build_string(builder, &member, &utf8);
    if (code == DEVCA_OK && place_member(place, "assigner", &member)) {
        code = build_oid(builder, &member, &assigner);
        if (code == DEVCA_OK)
            program_oid(builder->program, DER_OID, assigner);
    }
    program_close(builder->program);
    close_other_name(builder->program);
    return code;
}

static enum devca_code build_other_name(struct builder *builder,
                                        const struct place *place)
{
    struct devid_slice type;
    struct place member;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_OTHER_NAME);

    if (code != DEVCA_OK)
        return code;
    place_member(place, "typeId", &member);
    code = build_oid(builder, &member, &type);
    if (code != DEVCA_OK)
        return code;
    if (devid_slice_equal(type, OID_SLICE(OID_ON_HARDWARE_MODULE_NAME)) ||
        devid_slice_equal(type, OID_SLICE(OID_ON_PERMANENT_IDENTIFIER)))
        return place_refuse(&builder->reading, &member, NULL, CLAUSE_SCHEMA,
                            "has a key of its own: hardwareModuleName or "
                            "permanentIdentifier");
    place_member(place, "value", &member);
    code = place_object(&builder->reading, &member, SHAPE_VALUE);
    if (code != DEVCA_OK)
        return code;
    open_other_name(builder->program, type);
    code = build_value(builder, &member);
    close_other_name(builder->program);
    return code;
}

struct form {
    const char *key;
    build_extension *build;
};

static const struct form forms[] = {
    {"hardwareModuleName", build_hardware_module},
    {"permanentIdentifier", build_permanent_identifier},
    {"otherName", build_other_name},
    {"rfc822Name", build_mail},
    {"dNSName", build_dns},
    {"directoryName", build_directory_name},
    {"uniformResourceIdentifier", build_uri},
    {"registeredID", build_registered_id},
};

enum devca_code build_general_name(struct builder *builder,
                                   const struct place *place)
{
    struct place member;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_GENERAL_NAME);

    if (code != DEVCA_OK)
        return code;
    if (json_object_size(place->value) != 1)
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1.6",
                            "a GeneralName has exactly one form");
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (place_member(place, forms[i].key, &member))
            return forms[i].build(builder, &member);
    }
    return code;
}

enum devca_code build_subject_alt_name(struct builder *builder,
                                       const struct place *place)
{
    struct place names;
    struct place item;
    unsigned taken = builder->profile->request_names;
    enum devca_code code;

    place_member(place, "names", &names);
    code = place_array(&builder->reading, &names, taken != 0 ? 0 : 1,
                       PROFILE_LIST_MAX);
    if (code != DEVCA_OK)
        return code;
    builder->profile->request_names_only = json_array_size(names.value) == 0;
    program_open(builder->program, DER_SEQUENCE);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(names.value);
         i++) {
        place_item(&names, i, &item);
        code = build_general_name(builder, &item);
    }
    if (taken != 0)
        program_add(builder->program, &(struct op){.kind = OP_REQUEST_NAMES,
                                                   .forms = (uint16_t)taken});
    program_close(builder->program);
    return code;
}

/* GeneralSubtrees. Only directoryName: libdevid refuses every chain below a
 * constraint whose form it does not match. */
static enum devca_code build_subtrees(struct builder *builder,
                                      const struct place *place, unsigned tag)
{
    struct place item;
    enum devca_code code =
        place_array(&builder->reading, place, 1, PROFILE_LIST_MAX);

    program_open(builder->program, tag);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(place->value);
         i++) {
        place_item(place, i, &item);
        if (json_object_get(item.value, "directoryName") == NULL)
            return place_refuse(&builder->reading, &item, NULL,
                                "RFC 5280 4.2.1.10",
                                "is not a directoryName: no device could "
                                "check another form");
        program_open(builder->program, DER_SEQUENCE);
        code = build_general_name(builder, &item);
        program_close(builder->program);
    }
    program_close(builder->program);
    return code;
}

enum devca_code build_name_constraints(struct builder *builder,
                                       const struct place *place)
{
    struct place member;
    bool permitted;
    enum devca_code code = DEVCA_OK;

    program_open(builder->program, DER_SEQUENCE);
    permitted = place_member(place, "permittedSubtrees", &member);
    if (permitted)
        code = build_subtrees(builder, &member, DER_CONTEXT_CONSTRUCTED(0));
    if (code == DEVCA_OK && place_member(place, "excludedSubtrees", &member))
        code = build_subtrees(builder, &member, DER_CONTEXT_CONSTRUCTED(1));
    else if (code == DEVCA_OK && !permitted)
        code = place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.1.10",
                            "says neither permittedSubtrees nor "
                            "excludedSubtrees");
    program_close(builder->program);
    return code;
}
