/* What is decided with revocation sets, decided twice. */
#include "twice.h"

#include <string.h>

enum devid_status devid_verify_chain_lists(const struct devid_chain *chain,
                                           const struct devid_anchors *anchors,
                                           const struct devid_policy *policy,
                                           const struct devid_crls *lists,
                                           struct devid_identity *identity)
{
    struct devid_again again = {chain, anchors, policy, lists};
    struct devid_told told;
    enum devid_status first;
    enum devid_status second;

    memset(&told, 0, sizeof told);
    first = devid_verify_chain_lists_once(chain, anchors, policy, lists,
                                          &told.by[0]);
    second = devid_verify_chain_lists_once(
        again.chain, again.anchors, again.policy, again.lists, &told.by[1]);
    return devid_agree_on(first, second, &told, identity);
}

enum devid_status devid_revocation_set_verify(
    const struct devid_revocation_set *set, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number)
{
    const struct devid_revocation_set *volatile set_again = set;
    const struct devid_anchor *volatile issuer_again = issuer;
    const struct devid_policy *volatile policy_again = policy;
    enum devid_status first =
        devid_revocation_set_verify_once(set, issuer, policy, last_number);

    return devid_agree(
        first, devid_revocation_set_verify_once(set_again, issuer_again,
                                                policy_again, last_number));
}
