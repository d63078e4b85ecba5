/* /fromRequest: "subject.commonName", "subjectAltName.dNSName". */
#include "devca/profile/build.h"

#include "devca/base/fail.h"

#include <string.h>

#define SUBJECT "subject."
#define ALT_NAME "subjectAltName."

/* The forms that say nothing about who the device is. */
static const struct {
    const char *name;
    unsigned form;
} forms[] = {
    {"rfc822Name", 1}, {"dNSName", 2}, {"uniformResourceIdentifier", 6}};

static enum devca_code take_name(struct builder *builder,
                                 const struct place *place, const char *name)
{
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (strcmp(forms[i].name, name) == 0) {
            builder->profile->request_names |= 1u << forms[i].form;
            return DEVCA_OK;
        }
    }
    return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                        "only rfc822Name, dNSName and "
                        "uniformResourceIdentifier may come from a request");
}

/* Marks the steps of the attribute. What identifies a device or a product is
 * the authority's word, never the requester's. */
static enum devca_code mark_attribute(struct builder *builder,
                                      const struct place *place,
                                      struct devid_slice oid)
{
    struct program *program = &builder->profile->subject;
    unsigned owned = HOLES_OF_UID | HOLE_BIT(HOLE_PRODUCT);
    bool found = false;

    for (size_t i = 0; i < program->count; i++) {
        struct op *op = &program->ops[i];

        if ((op->kind != OP_TEXT && op->kind != OP_OPTIONAL) ||
            !devid_slice_equal(op->rule.oid, oid))
            continue;
        if ((template_holes(&op->text) & owned) != 0)
            return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                                "the attribute holds {uid} or {product}: a "
                                "request cannot choose it");
        op->take = true;
        found = true;
    }
    if (!found)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "the subject has no such attribute to replace");
    return DEVCA_OK;
}

static enum devca_code take_attribute(struct builder *builder,
                                      const struct place *place,
                                      const char *name)
{
    struct place attribute = *place;
    struct devid_slice oid;
    uint8_t tag;
    enum devca_code code;

    attribute.value = json_string(name);
    if (attribute.value == NULL)
        return fail_memory(builder->reading.error);
    code = build_attribute_type(builder, &attribute, &oid, &tag);
    json_decref(attribute.value);
    return code == DEVCA_OK ? mark_attribute(builder, place, oid) : code;
}

enum devca_code build_takeover(struct builder *builder,
                               const struct place *place)
{
    enum devca_code code =
        place_array(&builder->reading, place, 0, PROFILE_LIST_MAX);

    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(place->value);
         i++) {
        const char *text = NULL;
        struct place item;

        place_item(place, i, &item);
        code = place_string(&builder->reading, &item, &text);
        if (code != DEVCA_OK)
            return code;
        if (strncmp(text, SUBJECT, strlen(SUBJECT)) == 0)
            code = take_attribute(builder, &item, text + strlen(SUBJECT));
        else if (strncmp(text, ALT_NAME, strlen(ALT_NAME)) == 0)
            code = take_name(builder, &item, text + strlen(ALT_NAME));
        else
            code = place_refuse(&builder->reading, &item, NULL, CLAUSE_SCHEMA,
                                "is neither subject.ATTRIBUTE nor "
                                "subjectAltName.FORM");
    }
    return code;
}
