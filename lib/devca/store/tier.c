#include "devca/store/tier.h"

#include "devca/base/fail.h"

/* Ids are counted from 1 without a gap: so many rows are moved at a time. */
#define FRESH_MAX 32768
#define RECENT_MAX 524288

/* Not as of a row that is refused: a batch would go on with its group, which
 * SQLite has undone. */
static enum devca_code refuse(const struct store *store, const char *table,
                              struct devca_error *error)
{
    fail(error, DEVCA_E_STORE_CORRUPT, store->path, NULL, table,
         "a row that is moved here is here already");
    return fail_hint(error, DEVCA_E_STORE_CORRUPT,
                     "stop issuing, and look the store over: devca doctor "
                     "--full");
}

/* In order of the rows, which is that of either table's pages. */
static enum devca_code move(struct store *store, enum statement copy,
                            enum statement clear, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, copy);
    code = call_run(&call, error);
    if (code == DEVCA_E_EXISTS)
        return refuse(store, call.field, error);
    if (code != DEVCA_OK)
        return code;
    call_open(&call, store, clear);
    return call_run(&call, error);
}

enum devca_code tier_move(struct store *store, const struct tier *tier,
                          int64_t id, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (id % FRESH_MAX == 0)
        code = move(store, tier->to_recent, tier->clear_fresh, error);
    if (code == DEVCA_OK && id % RECENT_MAX == 0)
        code = move(store, tier->to_settled, tier->clear_recent, error);
    return code;
}
