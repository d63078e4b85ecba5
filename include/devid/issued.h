/*
 * Many certificates under one issuer, for what makes them or meets them by the
 * thousand: an authority, a gateway. The issuer's own chain is verified once;
 * each certificate under it then takes one verification of a signature, not one
 * for every certificate of the chain. A boot manager needs none of this.
 */
#ifndef DEVID_ISSUED_H
#define DEVID_ISSUED_H

#include <devid/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * An issuer whose chain was verified, by devid_issuer_verify() alone. Views
 * into the certificates of that chain; valid as long as those are. Read only
 * from then on: any number of threads may share one.
 */
struct devid_issuer {
    struct devid_anchor key;      /* who signs, as an anchor */
    struct devid_time not_before; /* latest of the chain */
    struct devid_time not_after;  /* earliest of the chain */
    /* nameConstraints and extKeyUsage of each, content, or empty */
    struct devid_slice constraints[DEVID_MAX_DEPTH];
    struct devid_slice purposes[DEVID_MAX_DEPTH];
    bool allow_padded_key_usage; /* of the policy it was verified under */
};

/*
 * Verifies the CAs above devices: chain is the one that issues to them, then
 * its issuers, at most DEVID_MAX_DEPTH - 1, without the anchor's own
 * certificate. *issuer is filled on DEVID_OK only. Of policy the clock, the
 * time and allow_padded_key_usage count. RFC 5280 6.1.3 and 6.1.4.
 *
 * The CA that issues to devices has to be inside the nameConstraints above it
 * also where it is self-issued, which devid_verify_chain() exempts (6.1.3
 * (b)(c)): DEVID_E_NOT_PERMITTED.
 *
 * Statuses: those of devid_verify_chain() for a chain that ends in a CA.
 * Stack on a Cortex-M: under 896 octets, of which 640 may stand below the
 * port's own need. Reentrant; nothing is kept but in *issuer.
 */
enum devid_status devid_issuer_verify(const struct devid_chain *chain,
                                      const struct devid_anchors *anchors,
                                      const struct devid_policy *policy,
                                      struct devid_issuer *issuer);

/*
 * Verifies one certificate under issuer, which devid_issuer_verify() accepted:
 * the verdict of devid_verify_chain() over the whole chain at policy's time.
 * What does not depend on the certificate is not done again: the signatures,
 * names and rights of the chain above it. What depends on policy is: the
 * chain's validity is compared with policy.time, its CAs have to be good for
 * policy.required_eku, and a policy that takes no padded keyUsage refuses an
 * issuer verified under one that does (DEVID_E_BIT_STRING). No revocation
 * check.
 *
 * Statuses and identity as devid_verify_chain(); where several rules are broken
 * the one named may be another. Stack on a Cortex-M: under 896 octets, of which
 * 608 may stand below the port's own need. Reentrant.
 */
enum devid_status devid_issued_verify(struct devid_slice certificate,
                                      const struct devid_issuer *issuer,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity);

#ifdef __cplusplus
}
#endif
#endif
