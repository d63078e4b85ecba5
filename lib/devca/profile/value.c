/* Values of custom extensions and otherNames: a small language of ASN.1. */
#include "devca/profile/build.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"
#include "devca/base/text.h"

#include <string.h>

/* DER in hex: exactly one well-formed TLV. What is inside is the profile
 * writer's word. */
static enum devca_code build_der(struct builder *builder,
                                 const struct place *place)
{
    struct bytes octets = {0};
    struct devid_slice cursor;
    struct devid_slice kept;
    struct devid_slice value;
    const char *text = NULL;
    uint8_t tag;
    enum devca_code code = build_constant(builder, place, &text);

    if (code != DEVCA_OK)
        return code;
    if (!bytes_reserve(&octets, strlen(text) + 1))
        return fail_memory(builder->reading.error);
    if (!hex_read(text, strlen(text), &octets)) {
        code = place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not hex");
        goto out;
    }
    cursor = bytes_slice(&octets);
    if (devid_der_read_any(&cursor, &tag, &value) != DEVID_OK ||
        devid_der_end(&cursor) != DEVID_OK) {
        code = place_refuse(&builder->reading, place, NULL, "X.690 8.1",
                            "is not one whole DER value");
        goto out;
    }
    kept = arena_slice(&builder->profile->arena, bytes_slice(&octets));
    if (kept.data == NULL)
        code = fail_memory(builder->reading.error);
    else
        program_raw(builder->program, kept);
out:
    bytes_clear(&octets);
    return code;
}

static enum devca_code build_oid_value(struct builder *builder,
                                       const struct place *place)
{
    struct devid_slice oid;
    enum devca_code code = build_oid(builder, place, &oid);

    if (code == DEVCA_OK)
        program_oid(builder->program, DER_OID, oid);
    return code;
}

/* Content octets of a number below 2^31, minimal. */
static enum devca_code build_integer(struct builder *builder,
                                     const struct place *place)
{
    uint8_t octets[8];
    unsigned number = 0;
    struct devid_writer w;
    struct devid_slice element = {NULL, 0};
    enum devca_code code =
        place_number(&builder->reading, place, 0x7FFFFFFF, &number);

    if (code != DEVCA_OK)
        return code;
    devid_writer_init(&w, octets, sizeof octets);
    devid_der_write_small(&w, DER_INTEGER, number);
    if (devid_writer_done(&w, &element) == DEVID_OK)
        element = arena_slice(&builder->profile->arena, element);
    if (element.data == NULL)
        return fail_memory(builder->reading.error);
    program_raw(builder->program, element);
    return DEVCA_OK;
}

static enum devca_code build_boolean(struct builder *builder,
                                     const struct place *place)
{
    static const uint8_t octets[2] = {0x00, 0xFF};
    bool truth = false;
    enum devca_code code = place_bool(&builder->reading, place, &truth);

    program_open(builder->program, DER_BOOLEAN);
    program_raw(builder->program, (struct devid_slice){&octets[truth], 1});
    program_close(builder->program);
    return code;
}

static enum devca_code build_list(struct builder *builder,
                                  const struct place *place, unsigned tag)
{
    struct place item;
    enum devca_code code =
        place_array(&builder->reading, place, 0, PROFILE_LIST_MAX);

    program_open(builder->program, tag);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(place->value);
         i++) {
        place_item(place, i, &item);
        code = place_object(&builder->reading, &item, SHAPE_VALUE);
        if (code == DEVCA_OK)
            code = build_value(builder, &item);
    }
    program_close(builder->program);
    return code;
}

static enum devca_code build_sequence(struct builder *builder,
                                      const struct place *place)
{
    return build_list(builder, place, DER_SEQUENCE);
}

/* More than one element would have to be sorted anew for every device. */
static enum devca_code build_set(struct builder *builder,
                                 const struct place *place)
{
    if (json_array_size(place->value) > 1)
        return place_refuse(&builder->reading, place, NULL, "X.690 11.6",
                            "a SET has at most one element here");
    return build_list(builder, place, DER_SET);
}

/* Keys whose values are string templates. */
struct string_type {
    const char *key;
    enum alphabet alphabet;
    uint8_t tag;
};

static const struct string_type strings[] = {
    {"octetString", ALPHABET_OCTETS, DER_OCTET_STRING},
    {"utf8String", ALPHABET_STRING, DER_UTF8_STRING},
    {"printableString", ALPHABET_STRING, DER_PRINTABLE_STRING},
    {"ia5String", ALPHABET_STRING, DER_IA5_STRING},
};

struct value_type {
    const char *key;
    build_extension *build;
};

static const struct value_type values[] = {
    {"der", build_der},           {"oid", build_oid_value},
    {"integer", build_integer},   {"boolean", build_boolean},
    {"sequence", build_sequence}, {"set", build_set},
};

static enum devca_code build_typed_string(struct builder *builder,
                                          const struct place *place,
                                          const struct string_type *type)
{
    struct build_string string = {{type->alphabet, type->tag, {NULL, 0}},
                                  type->tag};

    return build_string(builder, place, &string);
}

enum devca_code build_value(struct builder *builder, const struct place *place)
{
    enum devca_code code = DEVCA_OK;
    struct place member;
    unsigned found = 0;

    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        if (code == DEVCA_OK && place_member(place, strings[i].key, &member)) {
            code = build_typed_string(builder, &member, &strings[i]);
            found++;
        }
    }
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (code == DEVCA_OK && place_member(place, values[i].key, &member)) {
            code = values[i].build(builder, &member);
            found++;
        }
    }
    if (code == DEVCA_OK && found != 1)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "has %u values, not exactly one", found);
    return code;
}
