#include "devca/store/tally.h"

#include <string.h>

static const char *const kept[] = {[STORE_ACTIVE] = "active",
                                   [STORE_SUPERSEDED] = "superseded",
                                   [STORE_REVOKED] = "revoked",
                                   [STORE_HELD] = "held"};
#define KEPT ((int)(sizeof kept / sizeof kept[0]))

/* KEPT when the tally does not keep that status. */
static int status_number(const char *name)
{
    int i;

    for (i = 0; i < KEPT; i++)
        if (strcmp(kept[i], name) == 0)
            break;
    return i;
}

bool tally_answers(const struct store_query *query)
{
    if (query->uid.len > 0 || query->serial.len > 0 || query->expires ||
        query->where != NULL || query->after > 0)
        return false;
    /* A product's own CA is counted at its issuer. */
    if (query->authorities && query->product != NULL)
        return false;
    return query->status == NULL || status_number(query->status) < KEPT;
}

enum devca_code tally_count(struct store *store,
                            const struct store_query *query, int64_t *count,
                            struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_TALLY);
    call_integer(&call, query->authorities ? 0 : 1);
    if (query->status != NULL)
        call_integer(&call, status_number(query->status));
    else
        call_integer_or_null(&call, 0);
    call_text(&call, query->product);
    call_text(&call, query->profile);
    *count = call_row(&call) ? call_get_integer(&call) : 0;
    return call_close(&call, error);
}
