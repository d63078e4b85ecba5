/* Where the lists of two profiles are: a partition's list speaks for every
 * certificate that names its place, whatever profile made it. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

#define FULL_NAME "/extensions/cRLDistributionPoints/fullName"

/* In a place, what is another from certificate to certificate. */
#define ANY_SHARD 0x01
#define ANYTHING 0x02

static void render_place(const struct template *place,
                         const struct profile_subject *subject,
                         struct text *text)
{
    text->len = 0;
    text->overflow = false;
    for (size_t i = 0; i < place->count; i++) {
        const struct template part = {&place->parts[i], 1};

        switch (place->parts[i].hole) {
        case HOLE_LITERAL:
        case HOLE_PRODUCT:
        case HOLE_ORG:
        case HOLE_COUNTRY:
            template_render(&part, subject, true, text);
            break;
        default:
            if (text->len < sizeof text->octets)
                text->octets[text->len++] =
                    place->parts[i].hole == HOLE_SHARD ? ANY_SHARD : ANYTHING;
        }
    }
}

/* May these two octets begin, or end, the same text? */
static bool may_meet(uint8_t a, uint8_t b)
{
    if (a == ANYTHING || b == ANYTHING || a == b)
        return true;
    if (a == ANY_SHARD)
        return b >= '0' && b <= '9';
    return b == ANY_SHARD && a >= '0' && a <= '9';
}

static bool varies(uint8_t octet)
{
    return octet == ANY_SHARD || octet == ANYTHING;
}

/* Could both be the same text, as far as their ends tell? */
static bool may_be_one(const struct text *a, const struct text *b)
{
    size_t least = a->len < b->len ? a->len : b->len;
    size_t i = 0;

    while (i < least && !varies(a->octets[i]) && !varies(b->octets[i])) {
        if (a->octets[i] != b->octets[i])
            return false;
        i++;
    }
    if (i == least)
        return a->len == b->len;
    if (!may_meet(a->octets[i], b->octets[i]))
        return false;
    i = 1;
    while (i < least && !varies(a->octets[a->len - i]) &&
           !varies(b->octets[b->len - i]) &&
           a->octets[a->len - i] == b->octets[b->len - i])
        i++;
    return may_meet(a->octets[a->len - i], b->octets[b->len - i]);
}

static bool same_text(const struct text *a, const struct text *b)
{
    return a->len == b->len && memcmp(a->octets, b->octets, a->len) == 0;
}

/* The n-th place of a profile's lists; NULL when there are not so many. */
static const struct op *place_at(const struct profile *profile, size_t n)
{
    const struct profile_extension *points =
        profile_find(profile, OID_SLICE(OID_CRL_DISTRIBUTION_POINTS));

    for (size_t i = 0; points != NULL && i < points->count; i++) {
        const struct op *op = &profile->values.ops[points->first + i];

        if (op->kind == OP_TEXT && n-- == 0)
            return op;
    }
    return NULL;
}

/* A place is shared without harm when its lists have the same certificates. */
static bool collide(const struct profile *profile, const struct op *place,
                    const struct profile *other,
                    const struct profile_subject *subject)
{
    struct text own, others;
    const struct op *op;

    render_place(&place->text, subject, &own);
    for (size_t i = 0; (op = place_at(other, i)) != NULL; i++) {
        render_place(&op->text, subject, &others);
        if (may_be_one(&own, &others) &&
            (profile->shards != other->shards || !same_text(&own, &others)))
            return true;
    }
    return false;
}

static enum devca_code refuse_place(const struct profile *profile,
                                    const struct profile *other,
                                    const struct op *place,
                                    struct devca_error *error)
{
    fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5",
         place->pointer,
         "is a place of profile %s's lists too, in other partitions: the list "
         "of one would pass for the other's",
         other->name);
    return fail_hint(error, DEVCA_E_PROFILE,
                     "give each profile of a product places of its own, or the "
                     "same fullName and shards");
}

bool places_are_partitions(const struct profile *profile)
{
    const struct op *op;

    for (size_t i = 0; (op = place_at(profile, i)) != NULL; i++) {
        if ((template_holes(&op->text) & HOLE_BIT(HOLE_SHARD)) == 0)
            return false;
    }
    return true;
}

enum devca_code profile_lists_agree(const struct profile *profile,
                                    const struct profile *other,
                                    const struct profile_subject *subject,
                                    struct devca_error *error)
{
    const struct op *op;

    if (profile->shards == 0 && other->shards == 0)
        return DEVCA_OK;
    if (profile->shards != 0 && !places_are_partitions(profile))
        return fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5",
                    FULL_NAME, "a place without {shard} is every partition's");
    for (size_t i = 0; (op = place_at(profile, i)) != NULL; i++) {
        if (collide(profile, op, other, subject))
            return refuse_place(profile, other, op, error);
    }
    return DEVCA_OK;
}
