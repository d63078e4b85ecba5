#include "devca/ca/crl_scope.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/product.h"
#include "devid/codec/oid.h"
#include "devid/x509/certificate.h"

#include <stdio.h>
#include <string.h>

void crl_scope_clear(struct crl_scope *scope)
{
    policy_clear(&scope->policy);
    bytes_clear(&scope->extensions);
}

/* Whoever has certificates already cannot change where they look. */
static enum devca_code hint_at_whole(enum devca_code code,
                                     struct devca_error *error)
{
    if (code != DEVCA_E_PROFILE)
        return code;
    return fail_hint(error, code,
                     "crl without --shard makes the list of all, which serves "
                     "each of these places; new devices can have a profile "
                     "with places of its own");
}

static enum devca_code load_policy(struct crl_scope *scope, struct devca *devca,
                                   const struct devca_crl_request *request,
                                   struct devca_error *error)
{
    struct store_product product = {0};
    enum devca_code code =
        product_find(devca, request->product, &product, error);

    scope->product_id = product.id;
    if (code == DEVCA_OK && request->profile)
        code = policy_of_product(&scope->policy, devca, &product,
                                 request->profile, error);
    else if (code == DEVCA_OK && product.device_profile_id != 0)
        code = policy_recorded(&scope->policy, devca->store,
                               product.device_profile_id, error);
    if (code == DEVCA_OK && scope->policy.profile && request->shard != 0)
        code = hint_at_whole(
            policy_lists_agree(&scope->policy, devca, &product, error), error);
    store_row_clear(&product.memory);
    return code;
}

static enum devca_code choose_shard(struct crl_scope *scope,
                                    const struct devca_crl_request *request,
                                    struct devca_error *error)
{
    unsigned shards =
        scope->policy.profile ? profile_shards(scope->policy.profile) : 0;

    if (request->shard == 0)
        return DEVCA_OK;
    if (shards == 0) {
        fail(error, DEVCA_E_PROFILE, request->product, "RFC 5280 5.2.5",
             "/extensions/cRLDistributionPoints/shards",
             "the profile has no partitioned CRLs");
        return fail_hint(error, DEVCA_E_PROFILE,
                         "crl without --shard makes the list of all; --profile "
                         "names the one whose certificates say where their "
                         "partition is");
    }
    if (request->shard < 1 || (unsigned)request->shard > shards)
        return fail(error, DEVCA_E_USAGE, "--shard", "RFC 5280 5.2.5", NULL,
                    "must be 1 to %u", shards);
    scope->shard = (unsigned)request->shard;
    snprintf(scope->part, sizeof scope->part, "%u/%u", scope->shard, shards);
    return DEVCA_OK;
}

/* ---- places ---- */

/* What a profile says of where lists are: that of the partition, or of all. */
static enum devca_code value_of(const struct crl_scope *scope,
                                const struct profile *profile,
                                struct devid_slice oid, struct bytes *value,
                                struct devca_error *error)
{
    struct profile_subject subject = {0};
    char shard[12];

    product_subject(scope->devca, scope->product, &subject);
    snprintf(shard, sizeof shard, "%u", scope->shard);
    if (scope->shard != 0)
        subject.shard = shard;
    return profile_list_value(profile, &subject, oid, value, error);
}

struct first_place {
    const struct crl_scope *scope;
    struct bytes place;
    bool found;
    struct devca_error *error;
};

static enum devca_code take_place(struct first_place *first,
                                  const struct profile *profile)
{
    const struct crl_scope *scope = first->scope;
    enum devca_code code = DEVCA_OK;

    if (profile_shards(profile) != profile_shards(scope->policy.profile))
        return DEVCA_OK;
    first->found = true;
    code = value_of(scope, profile, OID_SLICE(OID_CRL_DISTRIBUTION_POINTS),
                    &first->place, NULL);
    if (code == DEVCA_E_PROFILE) /* recorded before that was refused */
        first->place.len = 0;
    else if (code != DEVCA_OK)
        return fail_memory(first->error);
    return DEVCA_OK;
}

static enum devca_code look_at_place(const struct store_profile *row,
                                     void *context)
{
    struct first_place *first = context;
    struct profile *profile = NULL;
    enum devca_code code;

    if (first->found || row->product_id != first->scope->product_id)
        return DEVCA_OK;
    code =
        profile_read_recorded(&profile, row->document, row->name, first->error);
    if (code == DEVCA_OK)
        code = take_place(first, profile);
    profile_free(profile);
    return code;
}

/* Two profiles may have as many partitions at other places: a list at one is
 * no base for a delta at the other, and nothing has stood there. The places of
 * the first on record need no mark. */
static void name_place(struct crl_scope *scope, const struct bytes *place,
                       const struct first_place *first)
{
    uint8_t hash[32];
    char mark[9];

    if (!first->found ||
        (place->len == first->place.len &&
         memcmp(place->data, first->place.data, place->len) == 0)) {
        snprintf(scope->name, sizeof scope->name, "%s", scope->part);
        return;
    }
    digest_sha256(bytes_slice(place), hash);
    hex_write((struct devid_slice){hash, 4}, mark);
    snprintf(scope->name, sizeof scope->name, "%s %s", scope->part, mark);
}

static enum devca_code choose_name(struct crl_scope *scope,
                                   struct devca_error *error)
{
    struct first_place first = {.scope = scope, .error = error};
    struct bytes place = {0};
    enum devca_code code = hint_at_whole(
        value_of(scope, scope->policy.profile,
                 OID_SLICE(OID_CRL_DISTRIBUTION_POINTS), &place, error),
        error);

    if (code == DEVCA_OK)
        code = store_profile_list(scope->devca->store, look_at_place, &first,
                                  error);
    if (code == DEVCA_OK)
        name_place(scope, &place, &first);
    bytes_clear(&first.place);
    bytes_clear(&place);
    return code;
}

enum devca_code crl_scope_load(struct crl_scope *scope, struct devca *devca,
                               const struct devca_crl_request *request,
                               struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    scope->devca = devca;
    scope->product = request->product;
    if (!request->product && (request->shard != 0 || request->profile))
        return fail(error, DEVCA_E_USAGE, "crl", NULL, NULL,
                    "partitions are of a product's list");
    if (request->product)
        code = load_policy(scope, devca, request, error);
    if (code == DEVCA_OK)
        code = choose_shard(scope, request, error);
    return code == DEVCA_OK && scope->shard != 0 ? choose_name(scope, error)
                                                 : code;
}

bool crl_scope_has(const struct crl_scope *scope, struct devid_slice serial)
{
    return scope->shard == 0 ||
           profile_shard(scope->policy.profile, serial) == scope->shard;
}

/* ---- extensions ---- */

static void write_extension(struct devid_writer *w, const void *context)
{
    devid_extension_write(w, context);
}

static enum devca_code add(struct crl_scope *scope, struct devid_slice oid,
                           struct devid_slice value, bool critical,
                           struct devca_error *error)
{
    struct devid_extension extension = {oid, value, critical};

    return bytes_write(&scope->extensions, write_extension, &extension)
               ? DEVCA_OK
               : fail_memory(error);
}

/* The one DistributionPoint of a certificate, which has a fullName only, is an
 * IssuingDistributionPoint as it stands (RFC 5280 4.2.1.13 and 5.2.5). */
static enum devca_code add_point(struct crl_scope *scope,
                                 struct devca_error *error)
{
    struct devid_slice point = {NULL, 0};
    struct bytes value = {0};
    enum devca_code code = hint_at_whole(
        value_of(scope, scope->policy.profile,
                 OID_SLICE(OID_CRL_DISTRIBUTION_POINTS), &value, error),
        error);

    if (code == DEVCA_OK &&
        devid_der_read_whole(bytes_slice(&value), DER_SEQUENCE, &point) !=
            DEVID_OK)
        code = fail(error, DEVCA_E_INTERNAL, scope->product, "RFC 5280 5.2.5",
                    "issuingDistributionPoint", "cannot be made");
    if (code == DEVCA_OK)
        code = add(scope, OID_SLICE(OID_ISSUING_DISTRIBUTION_POINT), point,
                   true, error);
    bytes_clear(&value);
    return code;
}

/* RFC 5280 5.2.4: critical; the number of the list that it changes. */
static enum devca_code add_base(struct crl_scope *scope, int64_t base_number,
                                struct devca_error *error)
{
    uint8_t number[8], value[12];
    struct devid_writer w;
    int i;

    for (i = 0; i < 8; i++)
        number[i] = (uint8_t)((uint64_t)base_number >> (56 - 8 * i));
    devid_writer_init(&w, value, sizeof value);
    devid_der_write_unsigned(&w, DER_INTEGER, (struct devid_slice){number, 8});
    return add(scope, OID_SLICE(OID_DELTA_CRL_INDICATOR),
               (struct devid_slice){value, w.len}, true, error);
}

/* RFC 5280 5.2.6, where the profile has a place that this list can name. */
static enum devca_code add_freshest(struct crl_scope *scope,
                                    struct devca_error *error)
{
    struct bytes value = {0};
    enum devca_code code = value_of(scope, scope->policy.profile,
                                    OID_SLICE(OID_FRESHEST_CRL), &value, NULL);

    if (code == DEVCA_OK)
        code = add(scope, OID_SLICE(OID_FRESHEST_CRL), bytes_slice(&value),
                   false, error);
    else if (code == DEVCA_E_NOT_FOUND || code == DEVCA_E_PROFILE)
        code = DEVCA_OK;
    else
        code = fail_memory(error);
    bytes_clear(&value);
    return code;
}

enum devca_code crl_scope_write(struct crl_scope *scope, int64_t base_number,
                                struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (scope->shard != 0)
        code = add_point(scope, error);
    if (code == DEVCA_OK && base_number != 0)
        code = add_base(scope, base_number, error);
    if (code == DEVCA_OK && base_number == 0 && scope->policy.profile)
        code = add_freshest(scope, error);
    return code;
}
