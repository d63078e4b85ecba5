/* Many certificates under one issuer: the walk in two parts. */
#include <devid/issued.h>

#include "once.h"

#define APART __attribute__((noinline))

static bool later(const struct devid_time *a, const struct devid_time *b)
{
    return devid_time_compare(*a, *b) > 0;
}

/* What a CA limits below it: the time during which all of them are valid (RFC
 * 5280 6.1.3 (a)(2)), made shorter by each. */
static void shorten(const struct devid_cert *cert, struct devid_issuer *issuer)
{
    if (later(&cert->not_before, &issuer->not_before))
        issuer->not_before = cert->not_before;
    if (later(&issuer->not_after, &cert->not_after))
        issuer->not_after = cert->not_after;
}

/* The names below it, and what it is good for; who signs is the one taken last.
 * Member by member: the hardened profile compares what is told twice, and what
 * lies between members is told by nobody. */
static void take(const struct devid_cert *cert, size_t place,
                 struct devid_issuer *issuer)
{
    issuer->constraints[place] = cert->name_constraints;
    issuer->purposes[place] = cert->ext_key_usage;
    issuer->key.subject = cert->subject;
    issuer->key.public_key = cert->public_key;
    issuer->key.key_id = cert->subject_key_id;
    issuer->key.key_usage = cert->key_usage;
    shorten(cert, issuer);
}

static enum devid_status read_again(struct devid_slice certificate,
                                    size_t place, struct devid_issuer *issuer)
{
    struct devid_cert cert;
    enum devid_status status = devid_cert_read(certificate, &cert);

    if (status == DEVID_OK)
        take(&cert, place, issuer);
    return status;
}

/* Of a chain without certificates: always valid, limited by nothing. */
static void begin(struct devid_issuer *issuer)
{
    const struct devid_time first = {0, 0};
    const struct devid_time last = {UINT32_MAX, UINT32_MAX};
    const struct devid_slice none = {NULL, 0};

    issuer->not_before = first;
    issuer->not_after = last;
    for (size_t i = 0; i < DEVID_MAX_DEPTH; i++) {
        issuer->constraints[i] = none;
        issuer->purposes[i] = none;
    }
}

/* The certificates were walked, so they are read without a fault. From the top
 * down: the first one signs. */
static enum devid_status tell(const struct devid_slice *certificates,
                              size_t count, struct devid_issuer *issuer)
{
    enum devid_status status = DEVID_OK;

    begin(issuer);
    while (count != 0 && status == DEVID_OK) {
        count--;
        status = read_again(certificates[count], count, issuer);
    }
    return status;
}

/* The walk alone: nobody asks who a CA is for, and of a device it is asked when
 * all else is decided. */
static enum devid_status walk_down(struct devid_walk *walk,
                                   const struct devid_anchors *anchors)
{
    enum devid_status status = devid_walk_chain(walk, anchors);

    return status == DEVID_OK ? DEVID_FLOW_CHECK(walk) : status;
}

/* The nearest CA is walked to as a device would be, then entered as a CA. */
static enum devid_status walk_to(const struct devid_chain *chain,
                                 const struct devid_anchors *anchors,
                                 const struct devid_policy *policy)
{
    struct devid_walk walk;
    enum devid_status status;

    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = NULL;
    walk.crls = NULL;
    status = walk_down(&walk, anchors);
    return status == DEVID_OK ? devid_walk_enter(&walk) : status;
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
                                        const struct devid_policy *policy)
{
    struct devid_policy asked = for_issuers(policy);

    return walk_to(chain, anchors, &asked);
}

static bool has_arguments(const struct devid_chain *chain,
                          const struct devid_anchors *anchors)
{
    return chain->certificates != NULL && anchors != NULL &&
           (anchors->list != NULL || anchors->count == 0);
}

enum devid_status DEVID_ONCE(devid_issuer_verify)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_issuer *issuer)
{
    enum devid_status status;

    if (chain == NULL || policy == NULL || issuer == NULL)
        return DEVID_E_ARGUMENT;
    if (chain->count == 0 || chain->count >= DEVID_MAX_DEPTH)
        return DEVID_E_DEPTH;
    if (!has_arguments(chain, anchors))
        return DEVID_E_ARGUMENT;
    status = verify_issuers(chain, anchors, policy);
    if (status != DEVID_OK)
        return status;
    issuer->allow_padded_key_usage = policy->allow_padded_key_usage;
    return tell(chain->certificates, chain->count, issuer);
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

    for (size_t i = 0; i < DEVID_MAX_DEPTH && status == DEVID_OK; i++) {
        if (issuer->constraints[i].len != 0)
            status = devid_constraints_check(issuer->constraints[i], cert);
    }
    return status;
}

/* What is asked of the certificate when it is walked to. Never inlined: the
 * frame that it needs would stand below the signature's too. */
APART static enum devid_status check_last(const struct devid_issuer *issuer,
                                          const struct devid_policy *policy,
                                          const struct devid_cert *cert,
                                          struct devid_identity *identity)
{
    enum devid_status status = check_constraints(issuer, cert);

    return status == DEVID_OK ? devid_identity_read(cert, policy, identity)
                              : status;
}

static enum devid_status walk_under(const struct devid_chain *chain,
                                    const struct devid_anchors *anchors,
                                    const struct devid_issuer *issuer,
                                    const struct devid_policy *policy,
                                    struct devid_identity *identity)
{
    struct devid_walk walk;
    enum devid_status status = check_above(issuer, policy);

    if (status != DEVID_OK)
        return status;
    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = NULL;
    walk.crls = NULL;
    status = walk_down(&walk, anchors);
    if (status == DEVID_OK)
        status = check_last(issuer, policy, &walk.cert, identity);
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
    status = walk_under(&chain, &anchors, issuer, policy, identity);
    /* Under the whole chain another name is no end of it. */
    return status == DEVID_E_NO_ANCHOR ? DEVID_E_NAME_CHAINING : status;
}
