/* Where the lists of two profiles are: a partition's list speaks for every
 * certificate that names its place, whatever profile made it. */
#include "devca/profile/build.h"

#include "devca/base/fail.h"
#include "devca/profile/meet.h"
#include "devid/codec/oid.h"

#define FULL_NAME "/extensions/cRLDistributionPoints/fullName"

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

const char *places_collide(const struct profile *profile,
                           const struct profile *other,
                           const struct profile_subject *subject)
{
    struct spot own, others;
    const struct op *place, *another;

    for (size_t i = 0; (place = place_at(profile, i)) != NULL; i++) {
        own.shards = profile->shards;
        spot_render(&own, &place->text, subject);
        for (size_t n = 0; (another = place_at(other, n)) != NULL; n++) {
            others.shards = other->shards;
            spot_render(&others, &another->text, subject);
            if (spots_meet(&own, &others) || spots_meet(&others, &own))
                return place->pointer;
        }
    }
    return NULL;
}

static enum devca_code refuse_place(const struct profile *profile,
                                    const struct profile *other,
                                    const char *pointer,
                                    struct devca_error *error)
{
    if (profile == other) {
        fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5", pointer,
             PLACES_OF_ONE);
        return fail_hint(error, DEVCA_E_PROFILE,
                         "give the profile's places texts that differ by more "
                         "than digits");
    }
    fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5", pointer,
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

bool places_are_of_lists(const struct profile *profile)
{
    const unsigned known = HOLE_BIT(HOLE_PRODUCT) | HOLE_BIT(HOLE_ORG) |
                           HOLE_BIT(HOLE_COUNTRY) | HOLE_BIT(HOLE_SHARD);
    const struct op *op;

    for (size_t i = 0; (op = place_at(profile, i)) != NULL; i++) {
        if ((template_holes(&op->text) & ~known) != 0)
            return false;
    }
    return true;
}

enum devca_code profile_lists_agree(const struct profile *profile,
                                    const struct profile *other,
                                    const struct profile_subject *subject,
                                    struct devca_error *error)
{
    const char *pointer;

    if (profile->shards != 0 && !places_are_partitions(profile))
        return fail(error, DEVCA_E_PROFILE, profile->name, "RFC 5280 5.2.5",
                    FULL_NAME, "a place without {shard} is every partition's");
    pointer = places_collide(profile, other, subject);
    return pointer == NULL ? DEVCA_OK
                           : refuse_place(profile, other, pointer, error);
}
