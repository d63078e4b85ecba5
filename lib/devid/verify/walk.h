/* The walk from the anchor down to the device, RFC 5280 6.1. */
#ifndef DEVID_VERIFY_WALK_H
#define DEVID_VERIFY_WALK_H

#include "../x509/certificate.h"

#include <devid/verify.h>

/* Is cert, just verified under issuer, revoked? By CRLs alone, and by CRLs and
 * revocation sets; a pointer to one of the two, for who does not ask carries
 * neither. */
typedef enum devid_status devid_revocation(const struct devid_crls *crls,
                                           const struct devid_policy *policy,
                                           const struct devid_anchor *issuer,
                                           const struct devid_cert *cert);
enum devid_status devid_revoked_by_crls(const struct devid_crls *crls,
                                        const struct devid_policy *policy,
                                        const struct devid_anchor *issuer,
                                        const struct devid_cert *cert);
enum devid_status devid_revoked_by_lists(const struct devid_crls *lists,
                                         const struct devid_policy *policy,
                                         const struct devid_anchor *issuer,
                                         const struct devid_cert *cert);

struct devid_walk {
    uint8_t path_left; /* RFC 5280 6.1.2 (k) max_path_length */
    uint8_t constraint_count;
    bool self_issued; /* the certificate at hand */
    uint8_t flow;     /* sum of enum devid_flow, in hardened builds */
    const struct devid_chain *chain;
    const struct devid_policy *policy;
    devid_revocation *revocation;  /* NULL: not asked */
    const struct devid_crls *crls; /* for revocation */
    struct devid_anchor issuer;    /* of the certificate at hand */
    struct devid_cert cert;        /* the certificate at hand */
    /* nameConstraints of every CA passed; content of each */
    struct devid_slice constraints[DEVID_MAX_DEPTH];
};

/* What a walk passes for each certificate. No sum without one of them is that
 * of another chain of the same length. */
enum devid_flow {
    FLOW_ANCHOR = 0x0B, /* the anchor's own, left out */
    FLOW_KEY_USAGE = 0x1D,
    FLOW_NAMES = 0x2B,
    FLOW_CLOCK = 0x3B,
    FLOW_CONSTRAINTS = 0x47,
    FLOW_SIGNATURE = 0x59,
    FLOW_REVOCATION = 0x67,
    FLOW_ISSUER = 0x7F,
    FLOW_DEVICE = 0x8B
};

/*
 * Walks walk->chain under each of anchors that has the right name, until one
 * accepts; walk->cert is then the first certificate. chain, policy, revocation
 * and crls are set by the caller, the rest is the walk's own.
 */
enum devid_status devid_walk_chain(struct devid_walk *walk,
                                   const struct devid_anchors *anchors);

/* RFC 5280 6.1.4: may walk->cert issue, and what holds below it? It becomes
 * walk->issuer. DEVID_E_BASIC_CONSTRAINTS, DEVID_E_KEY_USAGE,
 * DEVID_E_PATH_LENGTH, DEVID_E_EXT_KEY_USAGE. */
enum devid_status devid_walk_enter(struct devid_walk *walk);

/* Are purposes (content of one ExtKeyUsageSyntax, or empty: none told) good for
 * policy.required_eku? Those of a CA may also be none or have
 * anyExtendedKeyUsage. RFC 5280 4.2.1.12. DEVID_E_EXT_KEY_USAGE. */
enum devid_status devid_purpose_check(const struct devid_policy *policy,
                                      struct devid_slice purposes, bool ca);

/* Are the subject and the alternative names of cert inside constraints
 * (content of one NameConstraints)? RFC 5280 6.1.3 (b)(c).
 * DEVID_E_NOT_PERMITTED. */
enum devid_status devid_constraints_check(struct devid_slice constraints,
                                          const struct devid_cert *cert);

/* policy.time against a period, as policy.clock says: DEVID_E_NOT_YET_VALID,
 * DEVID_E_EXPIRED, or DEVID_E_ARGUMENT for a clock that is none. */
enum devid_status devid_clock_check(const struct devid_policy *policy,
                                    const struct devid_time *from,
                                    const struct devid_time *to);

/* Checks required_uid and required_product, then fills *identity (which may be
 * NULL) from a verified certificate. DEVID_E_IDENTITY. */
enum devid_status devid_identity_read(const struct devid_cert *cert,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity);

/* What both entry points share: arguments checked, the walk, the identity.
 * identity may be NULL and is written on DEVID_OK only. */
enum devid_status devid_verify_walk(struct devid_walk *walk,
                                    const struct devid_anchors *anchors,
                                    struct devid_identity *identity);

#endif
