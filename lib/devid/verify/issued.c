/* Many certificates under one issuer: the walk in two parts. */
#include <devid/issued.h>

#include "once.h"

#include <string.h>

static bool later(const struct devid_time *a, const struct devid_time *b)
{
    return devid_time_compare(*a, *b) > 0;
}

/* The time during which all of chain is valid, for RFC 5280 6.1.3 (a)(2). */
static enum devid_status narrow(const struct devid_chain *chain,
                                struct devid_issuer *issuer)
{
    struct devid_cert cert;
    enum devid_status status;

    for (size_t i = 0; i < chain->count; i++) {
        status = devid_cert_read(chain->certificates[i], &cert);
        if (status != DEVID_OK)
            return status;
        if (i == 0 || later(&cert.not_before, &issuer->not_before))
            issuer->not_before = cert.not_before;
        if (i == 0 || later(&issuer->not_after, &cert.not_after))
            issuer->not_after = cert.not_after;
    }
    return DEVID_OK;
}

static void keep(const struct devid_walk *walk, struct devid_issuer *issuer)
{
    issuer->key = walk->issuer;
    issuer->constraint_count = walk->constraint_count;
    for (size_t i = 0; i < walk->constraint_count; i++)
        issuer->constraints[i] = walk->constraints[i];
    issuer->allow_padded_key_usage = walk->policy->allow_padded_key_usage;
}

/* The nearest CA is walked to as a device would be, then entered as a CA. */
static enum devid_status walk_to(struct devid_walk *walk,
                                 const struct devid_anchors *anchors,
                                 struct devid_issuer *issuer)
{
    enum devid_status status = devid_verify_walk(walk, anchors, NULL);

    if (status == DEVID_OK)
        status = devid_walk_enter(walk);
    if (status == DEVID_OK)
        status = narrow(walk->chain, issuer);
    if (status == DEVID_OK)
        keep(walk, issuer);
    return status;
}

enum devid_status DEVID_ONCE(devid_issuer_verify)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_issuer *issuer)
{
    struct devid_policy asked;
    struct devid_issuer found;
    struct devid_walk walk;
    enum devid_status status;

    if (chain == NULL || policy == NULL || issuer == NULL)
        return DEVID_E_ARGUMENT;
    if (chain->count >= DEVID_MAX_DEPTH)
        return DEVID_E_DEPTH;
    memset(&asked, 0, sizeof asked);
    asked.time = policy->time;
    asked.clock = policy->clock;
    asked.allow_padded_key_usage = policy->allow_padded_key_usage;
    asked.allow_ca_device = true;
    memset(&walk, 0, sizeof walk);
    walk.chain = chain;
    walk.policy = &asked;
    memset(&found, 0, sizeof found);
    status = walk_to(&walk, anchors, &found);
    if (status == DEVID_OK)
        *issuer = found;
    return status;
}

/* What of the chain above depends on the policy. */
static enum devid_status check_above(const struct devid_issuer *issuer,
                                     const struct devid_policy *policy)
{
    if (issuer->allow_padded_key_usage && !policy->allow_padded_key_usage)
        return DEVID_E_BIT_STRING;
    return devid_clock_check(policy, &issuer->not_before, &issuer->not_after);
}

static enum devid_status check_constraints(const struct devid_issuer *issuer,
                                           const struct devid_cert *cert)
{
    enum devid_status status = DEVID_OK;

    for (size_t i = 0; i < issuer->constraint_count && status == DEVID_OK; i++)
        status = devid_constraints_check(issuer->constraints[i], cert);
    return status;
}

enum devid_status DEVID_ONCE(devid_issued_verify)(
    struct devid_slice certificate, const struct devid_issuer *issuer,
    const struct devid_policy *policy, struct devid_identity *identity)
{
    struct devid_chain chain;
    struct devid_anchors anchors;
    struct devid_walk walk;
    struct devid_identity found;
    enum devid_status status;

    if (issuer == NULL || policy == NULL)
        return DEVID_E_ARGUMENT;
    chain.certificates = &certificate;
    chain.count = 1;
    anchors.list = &issuer->key;
    anchors.count = 1;
    memset(&walk, 0, sizeof walk);
    walk.chain = &chain;
    walk.policy = policy;
    memset(&found, 0, sizeof found);
    status = check_above(issuer, policy);
    if (status == DEVID_OK)
        status = devid_verify_walk(&walk, &anchors, &found);
    if (status == DEVID_OK)
        status = check_constraints(issuer, &walk.cert);
    if (status == DEVID_OK && identity != NULL)
        *identity = found;
    /* Under the whole chain another name is no end of it. */
    return status == DEVID_E_NO_ANCHOR ? DEVID_E_NAME_CHAINING : status;
}
