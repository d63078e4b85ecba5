/* Reading a profile: the members of the document, one after the other. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <stdlib.h>
#include <string.h>

#define NAME_MAX_LEN 64
#define SIZE_MAX_LIMIT 65536

/* A name that can be a file name and a command line argument. */
static bool is_name(const char *text, const char *alphabet)
{
    size_t len = strlen(text);

    return len <= NAME_MAX_LEN && strspn(text, alphabet) == len &&
           *text >= 'a' && *text <= 'z';
}

static enum devca_code keep(struct builder *builder, const struct place *place,
                            const char **kept)
{
    const char *text = NULL;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    *kept = arena_copy(&builder->profile->arena, text, strlen(text));
    return *kept != NULL ? DEVCA_OK : fail_memory(builder->reading.error);
}

/* For editors; of no meaning here. */
static enum devca_code read_schema(struct builder *builder,
                                   const struct place *place)
{
    const char *text = NULL;

    return place_string(&builder->reading, place, &text);
}

static enum devca_code read_name(struct builder *builder,
                                 const struct place *place)
{
    enum devca_code code = keep(builder, place, &builder->profile->name);

    if (code == DEVCA_OK && !is_name(builder->profile->name,
                                     "abcdefghijklmnopqrstuvwxyz0123456789-"))
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not lower-case letters, digits and hyphens");
    return code;
}

static enum devca_code read_description(struct builder *builder,
                                        const struct place *place)
{
    return keep(builder, place, &builder->profile->description);
}

static enum devca_code read_kind(struct builder *builder,
                                 const struct place *place)
{
    static const char *const kinds[] = {"root", "intermediate", "device",
                                        "signer"};
    const char *text = NULL;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i], text) == 0) {
            builder->profile->kind = (enum profile_kind)i;
            return DEVCA_OK;
        }
    }
    return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                        "is not root, intermediate, device or signer");
}

static enum devca_code read_parameter(struct builder *builder,
                                      const struct place *place,
                                      struct parameter *parameter)
{
    struct place member;
    const char *text = NULL;
    enum devca_code code;

    if (!is_name(place->key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUV"
                             "WXYZ0123456789") ||
        template_is_hole(place->key))
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is no name for a parameter, or a placeholder "
                            "already");
    code = place_object(&builder->reading, place, SHAPE_PARAMETER);
    if (code == DEVCA_OK)
        code =
            place_member_string(&builder->reading, place, "description", &text);
    if (code != DEVCA_OK)
        return code;
    parameter->name =
        arena_copy(&builder->profile->arena, place->key, strlen(place->key));
    if (parameter->name == NULL)
        return fail_memory(builder->reading.error);
    code = place_member_bool(&builder->reading, place, "perDevice",
                             &parameter->per_device);
    if (code != DEVCA_OK)
        return code;
    place_member(place, "default", &member);
    return keep(builder, &member, &parameter->value);
}

static enum devca_code read_parameters(struct builder *builder,
                                       const struct place *place)
{
    struct parameters *parameters = &builder->profile->parameters;
    struct parameter *list;
    struct place member = {place, NULL, 0, NULL};

    if (!json_is_object(place->value) ||
        json_object_size(place->value) > PROFILE_PARAMETERS)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not an object of at most %d parameters",
                            PROFILE_PARAMETERS);
    list =
        arena_take(&builder->profile->arena, PROFILE_PARAMETERS * sizeof *list);
    if (list == NULL)
        return fail_memory(builder->reading.error);
    parameters->list = list;
    json_object_foreach(place->value, member.key, member.value)
    {
        enum devca_code code =
            read_parameter(builder, &member, &list[parameters->count]);

        if (code != DEVCA_OK)
            return code;
        parameters->count++;
    }
    return DEVCA_OK;
}

static enum devca_code read_not_before(struct builder *builder,
                                       const struct place *place)
{
    const char *text = "now";
    enum devca_code code =
        place_member_string(&builder->reading, place, "notBefore", &text);

    if (code == DEVCA_OK && strcmp(text, "now") != 0)
        return place_refuse(&builder->reading, place, "notBefore",
                            "RFC 5280 4.1.2.5", "is not \"now\"");
    return code;
}

static enum devca_code read_validity(struct builder *builder,
                                     const struct place *place)
{
    struct lifetime *lifetime = &builder->profile->lifetime;
    struct place member;
    const char *text = NULL;
    const char *fault;
    devca_seconds now;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_VALIDITY);

    if (code == DEVCA_OK)
        code = read_not_before(builder, place);
    if (code != DEVCA_OK)
        return code;
    place_member(place, "notAfter", &member);
    code = place_string(&builder->reading, &member, &text);
    if (code != DEVCA_OK)
        return code;
    fault = lifetime_read(text, lifetime);
    if (fault == NULL && lifetime->kind == LIFETIME_DATE && devca_now(&now) &&
        lifetime->date <= now)
        fault = "is over already";
    if (fault != NULL)
        return place_refuse(&builder->reading, &member, NULL,
                            "RFC 5280 4.1.2.5", "%s", fault);
    return DEVCA_OK;
}

static enum devca_code read_curve(struct builder *builder,
                                  const struct place *place)
{
    const char *text = NULL;
    enum devid_curve curve;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    if (strcmp(text, "p256") == 0)
        curve = DEVID_P256;
    else if (strcmp(text, "p384") == 0)
        curve = DEVID_P384;
    else
        return place_refuse(&builder->reading, place, NULL, "RFC 5480 2.1.1.1",
                            "is not p256 or p384");
    if ((builder->profile->curves >> curve & 1) != 0)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "appears twice");
    builder->profile->curves |= 1u << curve;
    return DEVCA_OK;
}

static enum devca_code read_keys(struct builder *builder,
                                 const struct place *place)
{
    struct place list;
    struct place item;
    enum devca_code code = place_object(&builder->reading, place, SHAPE_KEYS);

    if (code != DEVCA_OK)
        return code;
    place_member(place, "allowed", &list);
    code = place_array(&builder->reading, &list, 1, 2);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(list.value);
         i++) {
        place_item(&list, i, &item);
        code = read_curve(builder, &item);
    }
    return code;
}

static enum devca_code read_unknown_critical(struct builder *builder,
                                             const struct place *place)
{
    const char *text = NULL;
    enum devca_code code = place_string(&builder->reading, place, &text);

    if (code != DEVCA_OK)
        return code;
    builder->profile->refuse_unknown_critical = strcmp(text, "refuse") == 0;
    if (!builder->profile->refuse_unknown_critical &&
        strcmp(text, "ignore") != 0)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "is not refuse or ignore");
    return DEVCA_OK;
}

static enum devca_code read_max_size(struct builder *builder,
                                     const struct place *place)
{
    unsigned number = 0;
    enum devca_code code =
        place_number(&builder->reading, place, SIZE_MAX_LIMIT, &number);

    builder->profile->max_size = number;
    if (code == DEVCA_OK && number == 0)
        return place_refuse(&builder->reading, place, NULL, CLAUSE_SCHEMA,
                            "no certificate has no octets");
    return code;
}

/* In the order in which one needs another. */
static const struct {
    const char *key;
    build_extension *read;
} members[] = {
    {"$schema", read_schema},
    {"name", read_name},
    {"description", read_description},
    {"kind", read_kind},
    {"parameters", read_parameters},
    {"subject", build_subject},
    {"validity", read_validity},
    {"keys", read_keys},
    {"fromRequest", build_takeover},
    {"extensions", build_extensions},
    {"unknownCritical", read_unknown_critical},
    {"maxSize", read_max_size},
};

static enum devca_code read_members(struct builder *builder,
                                    const struct place *top)
{
    struct place member;
    enum devca_code code = place_object(&builder->reading, top, SHAPE_PROFILE);

    for (size_t i = 0;
         code == DEVCA_OK && i < sizeof members / sizeof members[0]; i++) {
        if (place_member(top, members[i].key, &member))
            code = members[i].read(builder, &member);
    }
    if (code != DEVCA_OK)
        return code;
    if (builder->profile->subject.failed || builder->profile->values.failed)
        return fail_memory(builder->reading.error);
    if (builder->profile->request_names != 0 &&
        profile_find(builder->profile, OID_SLICE(OID_SUBJECT_ALT_NAME)) == NULL)
        return place_refuse(&builder->reading, top, "fromRequest",
                            "RFC 5280 4.2.1.6",
                            "takes names over, but /extensions has no "
                            "subjectAltName to put them in");
    return check_rules(&builder->reading, top, builder->profile);
}

enum devca_code profile_read_recorded(struct profile **profile,
                                      struct devid_slice json,
                                      const char *object,
                                      struct devca_error *error)
{
    struct builder builder = {
        {object, DEVCA_E_PROFILE_INVALID, error, CLAUSE_SCHEMA}, NULL, NULL};
    struct place top;
    enum devca_code code;

    *profile = NULL;
    code = place_load(&builder.reading, json, PROFILE_JSON_MAX, &top);
    if (code != DEVCA_OK)
        return code;
    builder.profile = calloc(1, sizeof *builder.profile);
    if (builder.profile == NULL) {
        code = fail_memory(error);
        goto out;
    }
    builder.profile->refuse_unknown_critical = true;
    code = read_members(&builder, &top);
    if (code == DEVCA_OK)
        code = probe(builder.profile, &builder.reading, 0);
    if (code != DEVCA_OK)
        goto out;
    *profile = builder.profile;
    builder.profile = NULL;
out:
    profile_free(builder.profile);
    json_decref(top.value);
    return code;
}

enum devca_code profile_read(struct profile **profile, struct devid_slice json,
                             const char *object, struct devca_error *error)
{
    struct reading reading = {object, DEVCA_E_PROFILE_INVALID, error,
                              CLAUSE_SCHEMA};
    enum devca_code code = profile_read_recorded(profile, json, object, error);

    if (code == DEVCA_OK)
        code = check_trust(&reading, *profile);
    if (code != DEVCA_OK) {
        profile_free(*profile);
        *profile = NULL;
    }
    return code;
}

void profile_free(struct profile *profile)
{
    if (profile == NULL)
        return;
    program_clear(&profile->subject);
    program_clear(&profile->values);
    arena_clear(&profile->arena);
    free(profile);
}

size_t profile_own(const struct profile *profile, const char *name)
{
    size_t i;

    for (i = 0; i < profile->parameters.count; i++)
        if (profile->parameters.list[i].per_device &&
            strcmp(profile->parameters.list[i].name, name) == 0)
            return i;
    return PROFILE_PARAMETERS;
}
