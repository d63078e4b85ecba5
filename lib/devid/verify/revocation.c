/* Revocation by complete and partitioned CRLs, RFC 5280 6.3.3. */
#include "list.h"
#include "once.h"

enum devid_status DEVID_ONCE(devid_crl_verify)(
    const struct devid_crl *crl, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number)
{
    struct devid_list list;

    if (!devid_slice_same(&crl->issuer, &issuer->subject))
        return DEVID_E_CRL_ISSUER;
    list.key_id = &crl->key_id;
    list.number = &crl->number;
    list.message = &crl->tbs;
    list.signature = &crl->signature;
    list.this_update = &crl->this_update;
    list.next_update = &crl->next_update;
    list.curve = crl->curve;
    return devid_list_verify(&list, issuer, policy, last_number);
}

enum devid_status devid_ask_crl(const struct devid_question *question,
                                size_t at)
{
    const struct devid_anchor *issuer = question->issuer;
    struct devid_crl crl;
    enum devid_status status =
        devid_crl_read_part(question->crls->list[at], &crl);

    if (status != DEVID_OK)
        return status;
    if (!devid_slice_same(&crl.issuer, &issuer->subject) ||
        (issuer->key_id.len != 0 &&
         !devid_slice_same(&crl.key_id, &issuer->key_id)) ||
        !devid_crl_covers(&crl, question->cert->extensions))
        return DEVID_E_CRL_MISSING;
    status = DEVID_ONCE(devid_crl_verify)(
        &crl, issuer, question->policy, devid_last_number(question->crls, at));
    return status == DEVID_OK
               ? devid_crl_find(&crl, question->cert->serial, NULL)
               : status;
}

enum devid_status devid_revoked_by_crls(const struct devid_crls *crls,
                                        const struct devid_policy *policy,
                                        const struct devid_anchor *issuer,
                                        const struct devid_cert *cert)
{
    struct devid_question question;

    question.crls = crls;
    question.policy = policy;
    question.issuer = issuer;
    question.cert = cert;
    return devid_ask_all(&question, devid_ask_crl);
}

enum devid_status DEVID_ONCE(devid_verify_chain_crls)(
    const struct devid_chain *chain, const struct devid_anchors *anchors,
    const struct devid_policy *policy, const struct devid_crls *crls,
    struct devid_identity *identity)
{
    struct devid_walk walk;

    if (crls == NULL || (crls->list == NULL && crls->count != 0))
        return DEVID_E_ARGUMENT;
    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = devid_revoked_by_crls;
    walk.crls = crls;
    return devid_verify_walk(&walk, anchors, identity);
}
