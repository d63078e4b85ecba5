/* Revocation by CRLs and revocation sets, mixed. */
#include <devid/revocation_set.h>

#include "list.h"
#include "once.h"

static enum devid_status ask_set(const struct devid_question *question,
                                 size_t at)
{
    const struct devid_anchor *issuer = question->issuer;
    struct devid_revocation_set set;
    enum devid_status status =
        devid_revocation_set_open(question->crls->list[at], &set);

    if (status != DEVID_OK)
        return status;
    if (!devid_slice_same(&set.key_id, &issuer->key_id))
        return DEVID_E_CRL_MISSING;
    status = DEVID_ONCE(devid_revocation_set_verify)(
        &set, issuer, question->policy, devid_last_number(question->crls, at));
    return status == DEVID_OK
               ? devid_revocation_set_lookup(&set, question->cert->serial)
               : status;
}

/* A CRL is a SEQUENCE; a set does not begin like one. */
enum devid_status devid_ask_list(const struct devid_question *question,
                                 size_t at)
{
    const struct devid_slice *list = &question->crls->list[at];

    return list->len != 0 && list->data[0] != DER_SEQUENCE
               ? ask_set(question, at)
               : devid_ask_crl(question, at);
}

enum devid_status devid_revoked_by_lists(const struct devid_crls *lists,
                                         const struct devid_policy *policy,
                                         const struct devid_anchor *issuer,
                                         const struct devid_cert *cert)
{
    struct devid_question question;

    question.crls = lists;
    question.policy = policy;
    question.issuer = issuer;
    question.cert = cert;
    return devid_ask_all(&question, devid_ask_list);
}

enum devid_status DEVID_ONCE(devid_verify_chain_lists)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, const struct devid_crls *lists,
    struct devid_identity *identity)
{
    struct devid_walk walk;

    if (lists == NULL || (lists->list == NULL && lists->count != 0))
        return DEVID_E_ARGUMENT;
    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = devid_revoked_by_lists;
    walk.crls = lists;
    return devid_verify_walk(&walk, anchors, identity);
}
