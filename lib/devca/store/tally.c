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

void store_bulk(struct store *store, bool large)
{
    store->bulk = sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_TRIGGER,
                                    0, NULL) == SQLITE_OK;
    (void)sqlite3_db_config(store->db, SQLITE_DBCONFIG_ENABLE_FKEY, 0, NULL);
    /* Else the pages of one group are written before its end, and then again;
     * and the log is brought in with every other group. In a large store each
     * row has some pages to itself, to be looked at and then written. */
    (void)connection_run(store,
                         large ? "PRAGMA cache_size = -32000;"
                                 "PRAGMA wal_autocheckpoint = 16000;"
                               : "PRAGMA cache_size = -8000;"
                                 "PRAGMA wal_autocheckpoint = 4000;",
                         NULL);
}

static bool same_place(const struct tally_change *a,
                       const struct tally_change *b)
{
    return a->issuer_id == b->issuer_id && a->profile_id == b->profile_id &&
           a->device == b->device && a->status == b->status;
}

enum devca_code tally_note(struct store *store,
                           const struct store_certificate *row,
                           struct devca_error *error)
{
    const struct tally_change change = {.issuer_id = row->issuer_id,
                                        .profile_id = row->profile_id,
                                        .count = 1,
                                        .device = row->device_id != 0,
                                        .status = (int)row->status};
    enum devca_code code = DEVCA_OK;
    int i;

    for (i = 0; i < store->change_count; i++)
        if (same_place(&store->changes[i], &change)) {
            store->changes[i].count++;
            return DEVCA_OK;
        }
    if (store->change_count == TALLY_CHANGES)
        code = tally_write(store, error);
    if (code == DEVCA_OK)
        store->changes[store->change_count++] = change;
    return code;
}

enum devca_code tally_write(struct store *store, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    struct call call;
    int i;

    for (i = 0; i < store->change_count && code == DEVCA_OK; i++) {
        const struct tally_change *change = &store->changes[i];

        call_open(&call, store, STATEMENT_TALLY_ADD);
        call_integer(&call, change->issuer_id);
        call_integer(&call, change->profile_id);
        call_integer(&call, change->device);
        call_integer(&call, change->status);
        call_integer(&call, change->count);
        code = call_run(&call, error);
    }
    store->change_count = 0;
    return code;
}
