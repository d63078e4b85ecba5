/* Revocation by complete CRLs, RFC 5280 6.3.3. */
#include "signed.h"
#include "walk.h"

/* <0, 0, >0 for two cRLNumbers: minimal, not negative INTEGER contents. */
static int compare_numbers(struct devid_slice a, struct devid_slice b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    for (size_t i = 0; i < a.len; i++) {
        if (a.data[i] != b.data[i])
            return a.data[i] < b.data[i] ? -1 : 1;
    }
    return 0;
}

enum devid_status devid_crl_verify(const struct devid_crl *crl,
                                   const struct devid_anchor *issuer,
                                   const struct devid_policy *policy,
                                   struct devid_slice last_number)
{
    enum devid_curve curve;
    enum devid_status status;

    if (!devid_slice_equal(crl->issuer, issuer->subject) ||
        (issuer->key_usage != 0 &&
         (issuer->key_usage & DEVID_KU_CRL_SIGN) == 0))
        return DEVID_E_CRL_ISSUER;
    if (issuer->key_id.len != 0 &&
        !devid_slice_equal(crl->key_id, issuer->key_id))
        return DEVID_E_KEY_IDENTIFIER;
    if (last_number.len != 0 && compare_numbers(crl->number, last_number) < 0)
        return DEVID_E_CRL_NUMBER;
    status = devid_clock_check(policy, &crl->this_update, &crl->next_update);
    if (status != DEVID_OK)
        return status == DEVID_E_ARGUMENT ? status : DEVID_E_CRL_STALE;
    status = devid_key_check(issuer->public_key, &curve);
    if (status != DEVID_OK)
        return status;
    if (crl->curve != (uint8_t)curve)
        return DEVID_E_ALGORITHM;
    return devid_signed_verify(curve, issuer->public_key, crl->tbs,
                               crl->signature);
}

/*
 * The status of cert by one CRL. DEVID_E_CRL_MISSING: that CRL is not for it,
 * another may be.
 */
static enum devid_status ask_crl(const struct devid_crls *crls, size_t at,
                                 const struct devid_policy *policy,
                                 const struct devid_anchor *issuer,
                                 const struct devid_cert *cert)
{
    struct devid_slice last = {NULL, 0};
    struct devid_crl crl;
    enum devid_status status = devid_crl_read(crls->list[at], &crl);

    if (status != DEVID_OK)
        return status;
    if (!devid_slice_equal(crl.issuer, issuer->subject) ||
        (issuer->key_id.len != 0 &&
         !devid_slice_equal(crl.key_id, issuer->key_id)))
        return DEVID_E_CRL_MISSING;
    if (crls->last_numbers != NULL)
        last = crls->last_numbers[at];
    status = devid_crl_verify(&crl, issuer, policy, last);
    return status == DEVID_OK ? devid_crl_find(&crl, cert->serial, NULL)
                              : status;
}

/* Every CRL of the issuer has to let cert pass, and one has to be there. */
static enum devid_status check_revocation(const struct devid_crls *crls,
                                          const struct devid_policy *policy,
                                          const struct devid_anchor *issuer,
                                          const struct devid_cert *cert)
{
    enum devid_status verdict = DEVID_E_CRL_MISSING;

    for (size_t i = 0; i < crls->count; i++) {
        enum devid_status status = ask_crl(crls, i, policy, issuer, cert);

        if (status == DEVID_E_CRL_MISSING)
            continue;
        if (status != DEVID_OK)
            return status;
        verdict = DEVID_OK;
    }
    return verdict;
}

enum devid_status devid_verify_chain_crls(const struct devid_chain *chain,
                                          const struct devid_anchors *anchors,
                                          const struct devid_policy *policy,
                                          const struct devid_crls *crls,
                                          struct devid_identity *identity)
{
    struct devid_walk walk;

    if (crls == NULL || (crls->list == NULL && crls->count != 0))
        return DEVID_E_ARGUMENT;
    walk.chain = chain;
    walk.policy = policy;
    walk.revocation = check_revocation;
    walk.crls = crls;
    return devid_verify_walk(&walk, anchors, identity);
}
