/* Extensions that point elsewhere: key identifiers, policies, places where to
 * find CRLs and issuers. */
#include "devca/profile/build.h"

#include "devid/codec/oid.h"

#include <string.h>

/* RFC 5280 4.2.1.2, RFC 7093 2 */
enum devca_code build_subject_key_identifier(struct builder *builder,
                                             const struct place *place)
{
    struct place member;
    const char *method = NULL;
    enum devca_code code;

    place_member(place, "method", &member);
    code = place_string(&builder->reading, &member, &method);
    if (code != DEVCA_OK)
        return code;
    if (strcmp(method, "sha1") == 0)
        builder->profile->key_id = KEY_ID_SHA1;
    else if (strcmp(method, "rfc7093-1") == 0)
        builder->profile->key_id = KEY_ID_RFC7093_1;
    else
        return place_refuse(&builder->reading, &member, NULL, "RFC 7093 2",
                            "is not sha1 or rfc7093-1");
    program_open(builder->program, DER_OCTET_STRING);
    program_add(builder->program, &(struct op){.kind = OP_SUBJECT_KEY_ID});
    program_close(builder->program);
    return DEVCA_OK;
}

/* RFC 5280 4.2.1.1: keyIdentifier [0]. A root is its own issuer. */
enum devca_code build_authority_key_identifier(struct builder *builder,
                                               const struct place *place)
{
    bool own = builder->profile->kind == PROFILE_ROOT;

    (void)place;
    program_open(builder->program, DER_SEQUENCE);
    program_open(builder->program, DER_CONTEXT(0));
    program_add(builder->program, &(struct op){.kind = own ? OP_SUBJECT_KEY_ID
                                                           : OP_ISSUER_KEY_ID});
    program_close(builder->program);
    program_close(builder->program);
    return DEVCA_OK;
}

#define OID_QT_CPS_URI "\x2B\x06\x01\x05\x05\x07\x02\x01"

/* PolicyInformation, RFC 5280 4.2.1.4, with a CPS pointer at most. */
static enum devca_code build_policy(struct builder *builder,
                                    const struct place *place,
                                    struct devid_slice *oid)
{
    static const struct build_string uri = {
        {ALPHABET_URI, DER_IA5_STRING, {NULL, 0}}, DER_IA5_STRING};
    struct program *program = builder->program;
    struct place member;
    enum devca_code code =
        place_object(&builder->reading, place, SHAPE_POLICY_INFORMATION);

    if (code != DEVCA_OK)
        return code;
    place_member(place, "policyIdentifier", &member);
    code = build_oid(builder, &member, oid);
    if (code != DEVCA_OK)
        return code;
    program_open(program, DER_SEQUENCE);
    program_oid(program, DER_OID, *oid);
    if (place_member(place, "cPSuri", &member)) {
        program_open(program, DER_SEQUENCE);
        program_open(program, DER_SEQUENCE);
        program_oid(program, DER_OID, OID_SLICE(OID_QT_CPS_URI));
        code = build_string(builder, &member, &uri);
        program_close(program);
        program_close(program);
    }
    program_close(program);
    return code;
}

enum devca_code build_certificate_policies(struct builder *builder,
                                           const struct place *place)
{
    struct devid_slice seen[PROFILE_LIST_MAX];
    struct place list;
    struct place item;
    enum devca_code code;

    place_member(place, "policies", &list);
    code = place_array(&builder->reading, &list, 1, PROFILE_LIST_MAX);
    program_open(builder->program, DER_SEQUENCE);
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(list.value);
         i++) {
        place_item(&list, i, &item);
        code = build_policy(builder, &item, &seen[i]);
        for (size_t n = 0; code == DEVCA_OK && n < i; n++) {
            if (devid_slice_equal(seen[n], seen[i]))
                code =
                    place_refuse(&builder->reading, &item, "policyIdentifier",
                                 "RFC 5280 4.2.1.4", "appears twice");
        }
    }
    program_close(builder->program);
    return code;
}

static const struct build_string location = {
    {ALPHABET_URI, DER_IA5_STRING, {NULL, 0}}, DER_CONTEXT(6)};

/* RFC 5280 4.2.1.13: one DistributionPoint; its URIs name the same CRL. */
static enum devca_code build_point(struct builder *builder,
                                   const struct place *place)
{
    struct program *program = builder->program;
    struct place list;
    struct place item;
    enum devca_code code;

    place_member(place, "fullName", &list);
    code = place_array(&builder->reading, &list, 1, PROFILE_LIST_MAX);
    program_open(program, DER_SEQUENCE);
    program_open(program, DER_SEQUENCE);
    program_open(program, DER_CONTEXT_CONSTRUCTED(0));
    program_open(program, DER_CONTEXT_CONSTRUCTED(0));
    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(list.value);
         i++) {
        place_item(&list, i, &item);
        code = build_string(builder, &item, &location);
    }
    for (int i = 0; i < 4; i++)
        program_close(program);
    return code;
}

#define SHARDS_MAX 65536

static enum devca_code read_shards(struct builder *builder,
                                   const struct place *place)
{
    struct place member;
    unsigned shards = 0;
    enum devca_code code = DEVCA_OK;

    if (!place_member(place, "shards", &member))
        return code;
    code = place_number(&builder->reading, &member, SHARDS_MAX, &shards);
    if (code == DEVCA_OK && shards < 2)
        code = place_refuse(&builder->reading, &member, NULL, CLAUSE_SCHEMA,
                            "is less than 2");
    builder->profile->shards = shards;
    return code;
}

/* Each partition needs a place of its own, and {shard} a number of them. */
enum devca_code build_crl_distribution_points(struct builder *builder,
                                              const struct place *place)
{
    unsigned before = builder->profile->holes;
    bool named;
    enum devca_code code = read_shards(builder, place);

    builder->profile->holes = 0;
    if (code == DEVCA_OK)
        code = build_point(builder, place);
    named = (builder->profile->holes & HOLE_BIT(HOLE_SHARD)) != 0;
    builder->profile->holes |= before;
    if (code == DEVCA_OK && builder->profile->shards != 0 && !named)
        code = place_refuse(&builder->reading, place, "fullName",
                            "RFC 5280 5.2.5", "has shards and no {shard}");
    return code;
}

/* RFC 5280 4.2.1.15: where the delta CRL is. */
enum devca_code build_freshest_crl(struct builder *builder,
                                   const struct place *place)
{
    return build_point(builder, place);
}

/* AccessDescriptions of one method. */
static enum devca_code build_access(struct builder *builder,
                                    const struct place *list,
                                    struct devid_slice method)
{
    struct place item;
    enum devca_code code =
        place_array(&builder->reading, list, 1, PROFILE_LIST_MAX);

    for (size_t i = 0; code == DEVCA_OK && i < json_array_size(list->value);
         i++) {
        place_item(list, i, &item);
        program_open(builder->program, DER_SEQUENCE);
        program_oid(builder->program, DER_OID, method);
        code = build_string(builder, &item, &location);
        program_close(builder->program);
    }
    return code;
}

/* RFC 5280 4.2.2.1 */
enum devca_code build_authority_info_access(struct builder *builder,
                                            const struct place *place)
{
    struct place issuers;
    struct place ocsp;
    bool has_issuers = place_member(place, "caIssuers", &issuers);
    bool has_ocsp = place_member(place, "ocsp", &ocsp);
    enum devca_code code = DEVCA_OK;

    if (!has_issuers && !has_ocsp)
        return place_refuse(&builder->reading, place, NULL, "RFC 5280 4.2.2.1",
                            "says neither caIssuers nor ocsp");
    program_open(builder->program, DER_SEQUENCE);
    if (has_issuers)
        code = build_access(builder, &issuers, OID_SLICE(OID_AD_CA_ISSUERS));
    if (code == DEVCA_OK && has_ocsp)
        code = build_access(builder, &ocsp, OID_SLICE(OID_AD_OCSP));
    program_close(builder->program);
    return code;
}
