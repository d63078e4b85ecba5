/*
 * The decisions, made once. In the plain profile these are the public functions
 * themselves; in the hardened one each has a name of its own, and hardened/
 * holds the public functions, which ask twice.
 */
#ifndef DEVID_VERIFY_ONCE_H
#define DEVID_VERIFY_ONCE_H

#include "walk.h"

#include <devid/issued.h>
#include <devid/revocation_set.h>
#include <devid/verify.h>

enum devid_status DEVID_ONCE(devid_verify_chain)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_identity *identity);
enum devid_status DEVID_ONCE(devid_verify_chain_crls)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, const struct devid_crls *crls,
    struct devid_identity *identity);
enum devid_status DEVID_ONCE(devid_verify_chain_lists)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, const struct devid_crls *lists,
    struct devid_identity *identity);
enum devid_status DEVID_ONCE(devid_issuer_verify)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_issuer *issuer);
enum devid_status DEVID_ONCE(devid_issued_verify)(
    struct devid_slice certificate, const struct devid_issuer *issuer,
    const struct devid_policy *policy, struct devid_identity *identity);
enum devid_status
    DEVID_ONCE(devid_verify_signature)(const struct devid_identity *identity,
                                       struct devid_slice hash,
                                       struct devid_slice signature);
enum devid_status DEVID_ONCE(devid_crl_verify)(
    const struct devid_crl *crl, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number);
enum devid_status DEVID_ONCE(devid_revocation_set_verify)(
    const struct devid_revocation_set *set, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number);

/* What DEVID_CONFIRM and DEVID_FLOW_CHECK of the hardened profile call: status,
 * when both it and its complement say so; whether walk has passed all that a
 * chain of its length has to pass. DEVID_E_FAULT. */
enum devid_status devid_confirm(enum devid_status status);
enum devid_status devid_flow_check(const struct devid_walk *walk);

#endif
