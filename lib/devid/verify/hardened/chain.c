/* devid_verify_chain(), decided twice. */
#include "twice.h"

#include <string.h>

enum devid_status devid_verify_chain(const struct devid_chain *chain,
                                     const struct devid_anchors *anchors,
                                     const struct devid_policy *policy,
                                     struct devid_identity *identity)
{
    struct devid_again again = {chain, anchors, policy, NULL};
    struct devid_told told;
    enum devid_status first;
    enum devid_status second;

    memset(&told, 0, sizeof told);
    first = devid_verify_chain_once(chain, anchors, policy, &told.by[0]);
    second = devid_verify_chain_once(again.chain, again.anchors, again.policy,
                                     &told.by[1]);
    return devid_agree_on(first, second, &told, identity);
}
