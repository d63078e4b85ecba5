/* devid_verify_chain(): no revocation, so no CRL code is linked for it. */
#include "once.h"
#include "walk.h"

static bool has_arguments(const struct devid_chain *chain,
                          const struct devid_anchors *anchors,
                          const struct devid_policy *policy)
{
    return chain != NULL && anchors != NULL && policy != NULL &&
           (chain->certificates != NULL || chain->count == 0) &&
           (anchors->list != NULL || anchors->count == 0);
}

enum devid_status devid_verify_walk(struct devid_walk *walk,
                                    const struct devid_anchors *anchors,
                                    struct devid_identity *identity)
{
    enum devid_status status;

    if (!has_arguments(walk->chain, anchors, walk->policy))
        return DEVID_E_ARGUMENT;
    status = devid_walk_chain(walk, anchors);
    if (status == DEVID_OK)
        status = devid_identity_read(&walk->cert, walk->policy, identity);
    return status == DEVID_OK ? DEVID_FLOW_CHECK(walk) : status;
}

enum devid_status DEVID_ONCE(devid_verify_chain)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, struct devid_identity *identity)
{
    struct devid_walk walk;

    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = NULL;
    walk.crls = NULL;
    return devid_verify_walk(&walk, anchors, identity);
}
