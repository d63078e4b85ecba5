/* Path validation, RFC 5280 6.1.3 to 6.1.5, from the anchor down. */
#include "walk.h"

#include "../codec/oid.h"
#include "signed.h"

enum devid_status devid_clock_check(const struct devid_policy *policy,
                                    const struct devid_time *from,
                                    const struct devid_time *to)
{
    unsigned clock = policy->clock;

    if (clock > DEVID_CLOCK_NONE)
        return DEVID_E_ARGUMENT;
    if (clock == DEVID_CLOCK_NONE)
        return DEVID_OK;
    if (clock == DEVID_CLOCK_TIME &&
        devid_time_compare(policy->time, *from) < 0)
        return DEVID_E_NOT_YET_VALID;
    return devid_time_compare(policy->time, *to) <= 0 ? DEVID_OK
                                                      : DEVID_E_EXPIRED;
}

/* RFC 5280 6.1.3 (a)(4), and the key identifiers that go with the names. */
static enum devid_status check_issuer(const struct devid_walk *walk,
                                      size_t below)
{
    const struct devid_cert *cert = &walk->cert;

    if (!devid_slice_same(&cert->issuer, &walk->issuer.subject))
        return below + 1 == walk->chain->count ? DEVID_E_NO_ANCHOR
                                               : DEVID_E_NAME_CHAINING;
    /* RFC 5280 4.2.1.1: only a self-signed certificate may lack it. */
    if (cert->authority_key_id.len == 0 ||
        (walk->issuer.key_id.len != 0 &&
         !devid_slice_same(&cert->authority_key_id, &walk->issuer.key_id)))
        return DEVID_E_KEY_IDENTIFIER;
    return DEVID_OK;
}

enum devid_status devid_purpose_check(const struct devid_policy *policy,
                                      struct devid_slice purposes, bool ca)
{
    struct devid_slice purpose;

    if (policy->required_eku.len == 0)
        return DEVID_OK;
    if (purposes.len == 0 && (ca || policy->allow_absent_eku))
        return DEVID_OK;
    while (devid_der_read(&purposes, DER_OID, &purpose) == DEVID_OK) {
        if (devid_slice_same(&purpose, &policy->required_eku) ||
            (ca &&
             devid_slice_same(&purpose, &OID_SLICE(OID_ANY_EXT_KEY_USAGE))))
            return DEVID_OK;
    }
    return DEVID_E_EXT_KEY_USAGE;
}

/* What the policy decides of a key's uses: X.690 11.2.2, the one rule that the
 * reader leaves to it, and purposes. */
static enum devid_status check_key_usage(const struct devid_walk *walk,
                                         size_t below)
{
    if (walk->cert.padded_key_usage && !walk->policy->allow_padded_key_usage)
        return DEVID_E_BIT_STRING;
    return devid_purpose_check(walk->policy, walk->cert.ext_key_usage,
                               below != 0);
}

/* RFC 5280 6.1.3 (b)(c): self-issued CAs in the middle are exempt. */
static enum devid_status check_constraints(const struct devid_walk *walk,
                                           size_t below)
{
    enum devid_status status = DEVID_OK;

    if (below != 0 && walk->self_issued)
        return DEVID_OK;
    for (size_t i = 0; i < walk->constraint_count && status == DEVID_OK; i++)
        status = devid_constraints_check(walk->constraints[i], &walk->cert);
    return status;
}

/* RFC 5280 6.1.3 (a)(1) */
static enum devid_status check_signature(const struct devid_walk *walk)
{
    const struct devid_cert *cert = &walk->cert;
    enum devid_curve curve;
    enum devid_status status = devid_key_check(walk->issuer.public_key, &curve);

    if (status != DEVID_OK)
        return status;
    if (cert->signature_curve != (uint8_t)curve)
        return DEVID_E_ALGORITHM;
    return devid_signed_verify(curve, walk->issuer.public_key, cert->tbs,
                               cert->signature);
}

/* RFC 5280 6.1.4 (a) and (d) to (f) */
static void become_issuer(const struct devid_cert *cert,
                          struct devid_anchor *issuer)
{
    issuer->subject = cert->subject;
    issuer->public_key = cert->public_key;
    issuer->key_id = cert->subject_key_id;
    issuer->key_usage = cert->key_usage;
}

/* RFC 5280 6.1.4 (g) */
static void add_constraints(struct devid_walk *walk)
{
    const struct devid_slice *more = &walk->cert.name_constraints;

    if (more->len != 0)
        walk->constraints[walk->constraint_count++] = *more;
}

enum devid_status devid_walk_enter(struct devid_walk *walk)
{
    const struct devid_cert *cert = &walk->cert;

    if (!cert->ca)
        return DEVID_E_BASIC_CONSTRAINTS;
    /* RFC 5280 4.2.1.3: a CA's certificate has it. */
    if ((cert->key_usage & DEVID_KU_KEY_CERT_SIGN) == 0)
        return DEVID_E_KEY_USAGE;
    if (!walk->self_issued) {
        if (walk->path_left == 0)
            return DEVID_E_PATH_LENGTH;
        walk->path_left--;
    }
    if (cert->path_len < walk->path_left)
        walk->path_left = cert->path_len;
    become_issuer(cert, &walk->issuer);
    add_constraints(walk);
    return DEVID_OK;
}

/* What is asked of the first certificate. Nothing here uses its key, so its
 * point is looked at for the caller, who will. */
static enum devid_status check_device(const struct devid_walk *walk)
{
    enum devid_curve curve;

    if (walk->cert.ca && !walk->policy->allow_ca_device)
        return DEVID_E_BASIC_CONSTRAINTS;
    return devid_key_check(walk->cert.public_key, &curve);
}

/* The anchor's own certificate may end the chain; it adds nothing. */
static bool is_anchor(const struct devid_walk *walk)
{
    return walk->self_issued &&
           devid_slice_same(&walk->cert.subject, &walk->issuer.subject) &&
           devid_slice_same(&walk->cert.public_key, &walk->issuer.public_key);
}

/* The status of a check as it is, told to those who count. */
static enum devid_status passed(struct devid_walk *walk, enum devid_flow point,
                                enum devid_status status)
{
    (void)point;
    if (status == DEVID_OK)
        DEVID_FLOW_PASS(walk, point);
    return status;
}

/* RFC 5280 6.1.3: the certificate with `below` others under it. */
static enum devid_status check(struct devid_walk *walk, size_t below)
{
    enum devid_status status;

    if ((status = passed(walk, FLOW_KEY_USAGE, check_key_usage(walk, below))) !=
            DEVID_OK ||
        (status = passed(walk, FLOW_NAMES, check_issuer(walk, below))) !=
            DEVID_OK ||
        (status = passed(walk, FLOW_CLOCK,
                         devid_clock_check(walk->policy, &walk->cert.not_before,
                                           &walk->cert.not_after))) !=
            DEVID_OK ||
        (status = passed(walk, FLOW_CONSTRAINTS,
                         check_constraints(walk, below))) != DEVID_OK ||
        (status = passed(walk, FLOW_SIGNATURE, check_signature(walk))) !=
            DEVID_OK)
        return status;
    if (walk->revocation == NULL)
        return DEVID_OK;
    status =
        walk->revocation(walk->crls, walk->policy, &walk->issuer, &walk->cert);
    return passed(walk, FLOW_REVOCATION, status);
}

/* RFC 5280 6.1: self-issued is the same name twice. */
static enum devid_status read_next(struct devid_walk *walk,
                                   struct devid_slice der)
{
    enum devid_status status = devid_cert_read(der, &walk->cert);

    if (status == DEVID_OK)
        walk->self_issued =
            devid_slice_same(&walk->cert.issuer, &walk->cert.subject);
    return status;
}

/* The certificate at hand: what is asked of each, then of its place. */
static enum devid_status judge(struct devid_walk *walk, size_t below)
{
    enum devid_status status = check(walk, below);

    if (status != DEVID_OK)
        return status;
    if (below != 0) {
        status = devid_walk_enter(walk);
        return passed(walk, FLOW_ISSUER, status);
    }
    return passed(walk, FLOW_DEVICE, check_device(walk));
}

/* Takes up the next certificate; the anchor's own adds nothing. */
static enum devid_status pass(struct devid_walk *walk, size_t below)
{
    enum devid_status status =
        read_next(walk, walk->chain->certificates[below]);

    if (status != DEVID_OK)
        return status;
    if (below != 0 && below + 1 == walk->chain->count && is_anchor(walk)) {
        DEVID_FLOW_PASS(walk, FLOW_ANCHOR);
        return DEVID_OK;
    }
    if (below >= DEVID_MAX_DEPTH)
        return DEVID_E_DEPTH;
    return judge(walk, below);
}

static enum devid_status walk_from(struct devid_walk *walk,
                                   const struct devid_anchor *anchor)
{
    size_t below = walk->chain->count;
    enum devid_status status;

    walk->issuer = *anchor;
    walk->path_left = DEVID_PATH_LEN_NONE;
    walk->constraint_count = 0;
    DEVID_FLOW_BEGIN(walk);
    do {
        status = pass(walk, --below);
    } while (below != 0 && status == DEVID_OK);
    return status;
}

enum devid_status devid_walk_chain(struct devid_walk *walk,
                                   const struct devid_anchors *anchors)
{
    size_t count = walk->chain->count;
    enum devid_status verdict = DEVID_E_NO_ANCHOR;

    /* One more than the bound, for the anchor's own certificate. */
    if (count == 0 || count > DEVID_MAX_DEPTH + 1)
        return DEVID_E_DEPTH;
    /* Two anchors may share a name: an old key and its successor. */
    for (size_t i = 0; i < anchors->count; i++) {
        enum devid_status status = walk_from(walk, &anchors->list[i]);

        if (status == DEVID_OK)
            return DEVID_OK;
        if (status != DEVID_E_NO_ANCHOR)
            verdict = status;
    }
    return verdict;
}
