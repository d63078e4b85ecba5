/* Strings and OIDs of a profile. */
#include "devca/profile/build.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"
#include "devca/base/text.h"

#include <string.h>

/* Which placeholders a kind of certificate can fill. */
static unsigned allowed_holes(enum profile_kind kind)
{
    unsigned holes = HOLE_BIT(HOLE_ORG) | HOLE_BIT(HOLE_COUNTRY) |
                     HOLE_BIT(HOLE_SERIAL) | HOLE_BIT(HOLE_KEY_SHA1) |
                     HOLE_BIT(HOLE_KEY_SHA256) |
                     HOLE_BIT(HOLE_KEY_SHA256_UPPER);

    if (kind == PROFILE_ROOT)
        return holes | HOLE_BIT(HOLE_NAME);
    holes |= HOLE_BIT(HOLE_PRODUCT) | HOLE_BIT(HOLE_SHARD);
    return kind == PROFILE_INTERMEDIATE
               ? holes
               : holes | HOLES_OF_UID | HOLE_BIT(HOLE_OWN);
}

static enum devca_code check_holes(struct builder *builder,
                                   const struct place *place, unsigned holes,
                                   enum alphabet alphabet)
{
    unsigned allowed = allowed_holes(builder->profile->kind);

    for (int i = HOLE_LITERAL + 1; i < HOLES; i++) {
        if ((holes & ~allowed & HOLE_BIT(i)) != 0)
            return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                                "{%s} has no value in a profile of this kind",
                                template_hole_name((enum hole)i));
    }
    if ((holes & HOLE_BIT(HOLE_UID_BYTES)) != 0 && alphabet != ALPHABET_OCTETS)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "{uid:bytes} is octets: only an OCTET STRING can "
                            "hold it");
    return DEVCA_OK;
}

static enum devca_code compile(struct builder *builder,
                               const struct place *place,
                               struct template *template)
{
    char fault[TEMPLATE_FAULT];
    const char *text = NULL;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    if (template_compile(template, &builder->profile->arena, text,
                         &builder->profile->parameters, fault))
        return DEVCA_OK;
    if (fault[0] == '\0')
        return fail_memory(builder->reading.error);
    return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA, "%s",
                        fault);
}

enum devca_code build_text(struct builder *builder, const struct place *place,
                           const struct build_string *string, struct op *op)
{
    char pointer[PLACE_POINTER];
    struct profile *profile = builder->profile;
    enum devca_code code;
    unsigned holes;

    *op =
        (struct op){.kind = OP_TEXT, .tag = string->tag, .rule = string->rule};
    code = compile(builder, place, &op->text);
    if (code != DEVCA_OK)
        return code;
    holes = template_holes(&op->text);
    code = check_holes(builder, place, holes, string->rule.alphabet);
    if (code != DEVCA_OK)
        return code;
    place_pointer(place, pointer);
    op->pointer = arena_copy(&profile->arena, pointer, strlen(pointer));
    if (op->pointer == NULL)
        return fail_memory(builder->reading.error);
    profile->holes |= holes;
    return DEVCA_OK;
}

enum devca_code build_string(struct builder *builder, const struct place *place,
                             const struct build_string *string)
{
    struct op op;
    enum devca_code code = build_text(builder, place, string, &op);

    if (code == DEVCA_OK)
        program_add(builder->program, &op);
    return code;
}

enum devca_code build_constant(struct builder *builder,
                               const struct place *place, const char **constant)
{
    static const struct profile_subject nobody;
    struct template template;
    struct text text;
    const char *plain = NULL;
    enum devca_code code = place_string(&builder->reading, place, &plain);

    if (code != DEVCA_OK)
        return code;
    /* DER may be longer than any text. */
    if (strpbrk(plain, "{}") == NULL) {
        *constant = arena_copy(&builder->profile->arena, plain, strlen(plain));
        return *constant != NULL ? DEVCA_OK
                                 : fail_memory(builder->reading.error);
    }
    code = compile(builder, place, &template);
    if (code != DEVCA_OK)
        return code;
    if (template_holes(&template) != 0)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "only the profile's own parameters may stand here, "
                            "and none that is perDevice");
    text.len = 0;
    text.overflow = false;
    template_render(&template, &nobody, false, &text);
    if (text.overflow)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is too long");
    *constant = arena_copy(&builder->profile->arena, text.octets, text.len);
    return *constant != NULL ? DEVCA_OK : fail_memory(builder->reading.error);
}

enum devca_code build_oid(struct builder *builder, const struct place *place,
                          struct devid_slice *oid)
{
    const char *text = NULL;
    struct bytes octets = {0};
    enum devca_code code = build_constant(builder, place, &text);

    if (code != DEVCA_OK)
        return code;
    /* Reserved first, so that a refusal is about the text. */
    if (!bytes_reserve(&octets, strlen(text) + 1))
        return fail_memory(builder->reading.error);
    if (!oid_read(text, strlen(text), &octets)) {
        code = place_refuse(&builder->reading, place, NULL, "X.660",
                            "\"%.80s\" is not an object identifier", text);
    } else {
        *oid = arena_slice(&builder->profile->arena, bytes_slice(&octets));
        if (oid->data == NULL)
            code = fail_memory(builder->reading.error);
    }
    bytes_clear(&octets);
    return code;
}
