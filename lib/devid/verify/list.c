/* Signed lists, RFC 5280 6.3.3. */
#include "list.h"

#include "signed.h"

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

enum devid_status devid_list_verify(const struct devid_list *list,
                                    const struct devid_anchor *issuer,
                                    const struct devid_policy *policy,
                                    struct devid_slice last_number)
{
    enum devid_curve curve;
    enum devid_status status;

    if (issuer->key_usage != 0 && (issuer->key_usage & DEVID_KU_CRL_SIGN) == 0)
        return DEVID_E_CRL_ISSUER;
    if (issuer->key_id.len != 0 &&
        !devid_slice_same(list->key_id, &issuer->key_id))
        return DEVID_E_KEY_IDENTIFIER;
    if (last_number.len != 0 && compare_numbers(*list->number, last_number) < 0)
        return DEVID_E_CRL_NUMBER;
    status = devid_clock_check(policy, list->this_update, list->next_update);
    if (status != DEVID_OK)
        return status == DEVID_E_ARGUMENT ? status : DEVID_E_CRL_STALE;
    status = devid_key_check(issuer->public_key, &curve);
    if (status != DEVID_OK)
        return status;
    if (list->curve != (uint8_t)curve)
        return DEVID_E_ALGORITHM;
    return devid_signed_verify(curve, issuer->public_key, *list->message,
                               *list->signature);
}

enum devid_status devid_ask_all(const struct devid_question *question,
                                devid_ask *ask)
{
    enum devid_status verdict = DEVID_E_CRL_MISSING;
    enum devid_status status;

    for (size_t i = 0; i < question->crls->count; i++) {
        status = ask(question, i);
        if (status == DEVID_E_CRL_MISSING)
            continue;
        if (status != DEVID_OK)
            return status;
        verdict = DEVID_OK;
    }
    return verdict;
}

struct devid_slice devid_last_number(const struct devid_crls *crls, size_t at)
{
    static const struct devid_slice none = {NULL, 0};

    return crls->last_numbers != NULL ? crls->last_numbers[at] : none;
}
