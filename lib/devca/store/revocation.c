#include "devca/store/call.h"

#include "devca/base/fail.h"

#include <stdlib.h>
#include <string.h>

#define CERTIFICATE_HOLD 6 /* RFC 5280, 5.3.1 */
/* So many are found in the journal and sorted, in some 100 octets each. */
#define SORTED_MAX 65536

enum devca_code store_revocation_get(struct store *store,
                                     int64_t certificate_id,
                                     struct store_revocation *revocation,
                                     struct devca_error *error)
{
    struct call call;

    memset(revocation, 0, sizeof *revocation);
    call_open(&call, store, STATEMENT_REVOCATION_GET);
    call_integer(&call, certificate_id);
    if (call_row(&call)) {
        revocation->certificate_id = certificate_id;
        call.column = 1; /* the serial would not outlive this call */
        revocation->reason = (int)call_get_integer(&call);
        revocation->revoked_at = call_get_integer(&call);
        revocation->invalid_at = call_get_integer(&call);
    }
    return call_found(&call, error);
}

/* DEVCA_E_NOT_FOUND when no hold is in force. */
static enum devca_code end_hold(struct store *store, int64_t certificate_id,
                                devca_seconds at, struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_REVOCATION_END);
    call_integer(&call, certificate_id);
    call_integer(&call, at);
    return call_change(&call, error);
}

static enum devca_code insert(struct store *store,
                              const struct store_revocation *revocation,
                              struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_REVOCATION_PUT);
    call_integer(&call, revocation->certificate_id);
    call_integer(&call, revocation->reason);
    call_integer(&call, revocation->revoked_at);
    call_integer_or_null(&call, revocation->invalid_at);
    return call_change(&call, error);
}

/* A hold may become a revocation; a revocation is for good. */
static enum devca_code make_way(struct store *store,
                                const struct store_revocation *revocation,
                                struct devca_error *error)
{
    struct store_revocation old;
    enum devca_code code =
        store_revocation_get(store, revocation->certificate_id, &old, error);

    if (code != DEVCA_OK)
        return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
    if (old.reason != CERTIFICATE_HOLD ||
        revocation->reason == CERTIFICATE_HOLD)
        return fail(error, DEVCA_E_EXISTS, NULL, NULL, "revocation",
                    "the certificate is revoked or held already");
    return end_hold(store, revocation->certificate_id, revocation->revoked_at,
                    error);
}

enum devca_code store_revocation_put(struct store *store,
                                     const struct store_revocation *revocation,
                                     struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = make_way(store, revocation, error);
    if (code == DEVCA_OK)
        code = insert(store, revocation, error);
    if (code == DEVCA_OK)
        code = store_certificate_set_status(
            store, revocation->certificate_id,
            revocation->reason == CERTIFICATE_HOLD ? STORE_HELD : STORE_REVOKED,
            error);
    return step_close(store, own, code, error);
}

/* One that was superseded while it was held stays superseded. */
static enum devca_code unhold(struct store *store, int64_t certificate_id,
                              struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_RELEASE);
    call_integer(&call, certificate_id);
    return call_run(&call, error);
}

enum devca_code store_revocation_release(struct store *store,
                                         int64_t certificate_id,
                                         devca_seconds released_at,
                                         struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = end_hold(store, certificate_id, released_at, error);
    if (code == DEVCA_OK)
        code = unhold(store, certificate_id, error);
    return step_close(store, own, code, error);
}

static enum devca_code list_rows(struct call *call, store_revocation_each *each,
                                 void *context, struct devca_error *error)
{
    enum devca_code said = DEVCA_OK, code;

    while (said == DEVCA_OK && call_row(call)) {
        struct store_revocation row = {0};

        row.certificate_id = call_get_integer(call);
        row.serial = call_peek_octets(call);
        row.reason = (int)call_get_integer(call);
        row.revoked_at = call_get_integer(call);
        row.invalid_at = call_get_integer(call);
        said = each(&row, context);
    }
    code = call_close(call, error);
    return code != DEVCA_OK ? code : said;
}

enum devca_code store_revocation_list(
    struct store *store, const struct store_revocation_query *query,
    store_revocation_each *each, void *context, struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_REVOCATION_LIST);
    call_integer(&call, query->issuer_id);
    call_integer(&call, query->alive_at != 0 ? query->alive_at : INT64_MIN);
    call_integer(&call, query->seen);
    return list_rows(&call, each, context, error);
}

/* More than a few are met by a walk over all that was revoked, in order. */
static enum devca_code choose_changes(struct store *store, int64_t seen,
                                      enum statement *chosen,
                                      struct devca_error *error)
{
    struct call call;

    *chosen = STATEMENT_REVOCATION_CHANGES;
    if (seen < 0)
        return DEVCA_OK;
    call_open(&call, store, STATEMENT_REVOCATION_MANY_NEW);
    call_integer(&call, seen);
    call_integer(&call, SORTED_MAX);
    *chosen = call_row(&call) ? STATEMENT_REVOCATION_SINCE_ALL
                              : STATEMENT_REVOCATION_SINCE;
    return call_close(&call, error);
}

enum devca_code store_revocation_changes(struct store *store,
                                         const struct store_change_query *query,
                                         store_revocation_each *each,
                                         void *context,
                                         struct devca_error *error)
{
    enum statement chosen;
    enum devca_code code = choose_changes(store, query->seen, &chosen, error);
    struct call call;

    if (code != DEVCA_OK)
        return code;
    call_open(&call, store, chosen);
    call_integer(&call, query->issuer_id);
    call_integer(&call, query->seen >= 0 ? query->seen : query->since);
    return list_rows(&call, each, context, error);
}
