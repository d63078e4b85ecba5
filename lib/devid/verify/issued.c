/* Many certificates under one issuer: the walk in two parts. */
#include <devid/issued.h>

#include "once.h"

static bool later(const struct devid_time *a, const struct devid_time *b)
{
    return devid_time_compare(*a, *b) > 0;
}

/* What CAs limit below them: the time during which all of them are valid (RFC
 * 5280 6.1.3 (a)(2)), made shorter by each, and what each is good for. */
struct limits {
    struct devid_time from;
    struct devid_time to;
    struct devid_slice purposes[DEVID_MAX_DEPTH];
};

static enum devid_status limit_by(struct devid_slice certificate,
                                  struct limits *limits,
                                  struct devid_slice *purposes)
{
    struct devid_cert cert;
    enum devid_status status = devid_cert_read(certificate, &cert);

    if (status != DEVID_OK)
        return status;
    if (later(&cert.not_before, &limits->from))
        limits->from = cert.not_before;
    if (later(&limits->to, &cert.not_after))
        limits->to = cert.not_after;
    *purposes = cert.ext_key_usage;
    return DEVID_OK;
}

/* chain has fewer certificates than there is room for purposes. */
static enum devid_status limit(const struct devid_chain *chain,
                               struct limits *limits)
{
    enum devid_status status = DEVID_OK;
    size_t count = chain->count;

    for (size_t i = 0; i < count && status == DEVID_OK; i++)
        status = limit_by(chain->certificates[i], limits, &limits->purposes[i]);
    return status;
}

static void keep_constraints(const struct devid_walk *walk,
                             struct devid_issuer *issuer)
{
    issuer->constraint_count = walk->constraint_count;
    for (size_t i = 0; i < walk->constraint_count; i++)
        issuer->constraints[i] = walk->constraints[i];
}

static void keep(const struct devid_walk *walk, const struct limits *limits,
                 bool allow_padded_key_usage, struct devid_issuer *issuer)
{
    keep_constraints(walk, issuer);
    issuer->not_before = limits->from;
    issuer->not_after = limits->to;
    for (size_t i = 0; i < DEVID_MAX_DEPTH; i++)
        issuer->purposes[i] = limits->purposes[i];
    issuer->allow_padded_key_usage = allow_padded_key_usage;
    issuer->key = walk->issuer;
}

static enum devid_status tell(const struct devid_chain *chain,
                              const struct devid_walk *walk,
                              bool allow_padded_key_usage,
                              struct devid_issuer *issuer)
{
    struct limits limits = {.to = {UINT32_MAX, UINT32_MAX}};
    enum devid_status status = limit(chain, &limits);

    if (status == DEVID_OK)
        keep(walk, &limits, allow_padded_key_usage, issuer);
    return status;
}

/* The nearest CA is walked to as a device would be, then entered as a CA. */
static enum devid_status walk_to(struct devid_walk *walk,
                                 const struct devid_anchors *anchors)
{
    enum devid_status status = devid_verify_walk(walk, anchors, NULL);

    return status == DEVID_OK ? devid_walk_enter(walk) : status;
}

/* What of a policy holds for the CAs alone. */
static struct devid_policy for_issuers(const struct devid_policy *policy)
{
    struct devid_policy asked = {
        .time = policy->time,
        .clock = policy->clock,
        .allow_padded_key_usage = policy->allow_padded_key_usage,
        .allow_ca_device = true,
    };

    return asked;
}

static enum devid_status verify_issuers(const struct devid_chain *chain,
                                        const struct devid_anchors *anchors,
                                        struct devid_policy asked,
                                        struct devid_issuer *issuer)
{
    struct devid_walk walk;
    enum devid_status status;

    walk.chain = chain;
    walk.policy = &asked;
    walk.revocation = NULL;
    walk.crls = NULL;
    status = walk_to(&walk, anchors);
    if (status == DEVID_OK)
        status = tell(chain, &walk, asked.allow_padded_key_usage, issuer);
    return status;
}

enum devid_status DEVID_ONCE(devid_issuer_verify)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_issuer *issuer)
{
    if (chain == NULL || policy == NULL || issuer == NULL)
        return DEVID_E_ARGUMENT;
    if (chain->count >= DEVID_MAX_DEPTH)
        return DEVID_E_DEPTH;
    return verify_issuers(chain, anchors, for_issuers(policy), issuer);
}

static enum devid_status check_purposes(const struct devid_issuer *issuer,
                                        const struct devid_policy *policy)
{
    enum devid_status status = DEVID_OK;

    for (size_t i = 0; i < DEVID_MAX_DEPTH && status == DEVID_OK; i++)
        status = devid_purpose_check(policy, issuer->purposes[i], true);
    return status;
}

/* What of the chain above depends on the policy. */
static enum devid_status check_above(const struct devid_issuer *issuer,
                                     const struct devid_policy *policy)
{
    enum devid_status status;

    if (issuer->allow_padded_key_usage && !policy->allow_padded_key_usage)
        return DEVID_E_BIT_STRING;
    status = check_purposes(issuer, policy);
    return status == DEVID_OK ? devid_clock_check(policy, &issuer->not_before,
                                                  &issuer->not_after)
                              : status;
}

static enum devid_status check_constraints(const struct devid_issuer *issuer,
                                           const struct devid_cert *cert)
{
    enum devid_status status = DEVID_OK;

    for (size_t i = 0; i < issuer->constraint_count && status == DEVID_OK; i++)
        status = devid_constraints_check(issuer->constraints[i], cert);
    return status;
}

static enum devid_status verify_under(const struct devid_chain *chain,
                                      const struct devid_anchors *anchors,
                                      const struct devid_issuer *issuer,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity)
{
    struct devid_walk walk;
    enum devid_status status;

    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = NULL;
    walk.crls = NULL;
    status = devid_verify_walk(&walk, anchors, NULL);
    if (status == DEVID_OK)
        status = check_constraints(issuer, &walk.cert);
    if (status == DEVID_OK && identity != NULL)
        status = devid_identity_read(&walk.cert, policy, identity);
    return status;
}

enum devid_status DEVID_ONCE(devid_issued_verify)(
    struct devid_slice certificate, const struct devid_issuer *issuer,
    const struct devid_policy *policy, struct devid_identity *identity)
{
    struct devid_chain chain;
    struct devid_anchors anchors;
    enum devid_status status;

    if (issuer == NULL || policy == NULL)
        return DEVID_E_ARGUMENT;
    chain.certificates = &certificate;
    chain.count = 1;
    anchors.list = &issuer->key;
    anchors.count = 1;
    status = check_above(issuer, policy);
    if (status == DEVID_OK)
        status = verify_under(&chain, &anchors, issuer, policy, identity);
    /* Under the whole chain another name is no end of it. */
    return status == DEVID_E_NO_ANCHOR ? DEVID_E_NAME_CHAINING : status;
}
