#include "devca/store/call.h"

#include "devca/base/fail.h"

static enum devca_code use_number(struct store *store,
                                  const struct store_crl *crl,
                                  struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_AUTHORITY_NUMBER);
    call_integer(&call, crl->authority_id);
    call_integer(&call, crl->number);
    code = call_change(&call, error);
    if (code != DEVCA_E_NOT_FOUND)
        return code;
    fail(error, DEVCA_E_EXISTS, NULL, "RFC 5280 5.2.3", "cRLNumber",
         "%lld is not the next number of this authority",
         (long long)crl->number);
    return fail_hint(error, DEVCA_E_EXISTS,
                     "another list was made meanwhile: run this again");
}

static enum devca_code insert(struct store *store, const struct store_crl *crl,
                              struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CRL_PUT);
    call_integer(&call, crl->authority_id);
    call_integer(&call, crl->number);
    call_integer(&call, crl->entries);
    call_integer(&call, crl->this_update);
    call_integer(&call, crl->next_update);
    call_octets(&call, crl->digest);
    call_integer(&call, crl->kind);
    call_text(&call, crl->scope ? crl->scope : "");
    call_integer(&call, crl->seq);
    return call_run(&call, error);
}

enum devca_code store_crl_put(struct store *store, const struct store_crl *crl,
                              struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = use_number(store, crl, error);
    if (code == DEVCA_OK)
        code = insert(store, crl, error);
    return step_close(store, own, code, error);
}

enum devca_code store_crl_last(struct store *store, struct store_crl *crl,
                               struct devca_error *error)
{
    enum devca_code code;
    struct call call;
    bool found;

    call_open(&call, store, STATEMENT_CRL_LAST);
    call_integer(&call, crl->authority_id);
    call_integer(&call, crl->kind);
    call_text(&call, crl->scope ? crl->scope : "");
    found = call_row(&call);
    if (found) {
        crl->number = call_get_integer(&call);
        crl->entries = call_get_integer(&call);
        crl->this_update = call_get_integer(&call);
        crl->next_update = call_get_integer(&call);
        crl->seq = call_get_integer(&call);
    }
    code = call_close(&call, error);
    return code == DEVCA_OK && !found ? DEVCA_E_NOT_FOUND : code;
}
