/* Many certificates under one issuer, decided twice. */
#include "twice.h"

#include <string.h>

enum devid_status devid_issuer_verify(const struct devid_chain *chain,
                                      const struct devid_anchors *anchors,
                                      const struct devid_policy *policy,
                                      struct devid_issuer *issuer)
{
    struct devid_again again = {chain, anchors, policy, NULL};
    struct devid_issuer by[2];
    enum devid_status first;
    enum devid_status second;

    if (issuer == NULL)
        return DEVID_E_ARGUMENT;
    memset(by, 0, sizeof by);
    first = devid_issuer_verify_once(chain, anchors, policy, &by[0]);
    second = devid_issuer_verify_once(again.chain, again.anchors, again.policy,
                                      &by[1]);
    if (first == DEVID_OK) {
        /* Both were zeroed whole: padding that differs is a fault too. */
        /* NOLINTNEXTLINE(*-memory-comparison,cert-exp42-c,cert-flp37-c) */
        if (memcmp(&by[0], &by[1], sizeof by[0]) != 0)
            return DEVID_E_FAULT;
        if (second == DEVID_OK)
            *issuer = by[1];
    }
    return devid_agree(first, second);
}

enum devid_status devid_issued_verify(struct devid_slice certificate,
                                      const struct devid_issuer *issuer,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity)
{
    const struct devid_issuer *volatile issuer_again = issuer;
    const struct devid_policy *volatile policy_again = policy;
    struct devid_told told;
    enum devid_status first;
    enum devid_status second;

    memset(&told, 0, sizeof told);
    first = devid_issued_verify_once(certificate, issuer, policy, &told.by[0]);
    second = devid_issued_verify_once(certificate, issuer_again, policy_again,
                                      &told.by[1]);
    return devid_agree_on(first, second, &told, identity);
}
