#include "devca/store/key.h"

#include "devca/store/tier.h"

static const struct tier keys = {
    STATEMENT_KEYS_TO_RECENT, STATEMENT_KEYS_FRESH_CLEAR,
    STATEMENT_KEYS_TO_SETTLED, STATEMENT_KEYS_RECENT_CLEAR};

enum devca_code key_note(struct store *store, struct devid_slice key_digest,
                         int64_t id, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_KEY_PUT);
    call_octets(&call, key_digest);
    call_integer(&call, id);
    code = call_run(&call, error);
    return code == DEVCA_OK ? tier_move(store, &keys, id, error) : code;
}

static enum devca_code ask(struct store *store, enum statement statement,
                           struct devid_slice key_digest, bool *found,
                           struct devca_error *error)
{
    struct call call;

    call_open(&call, store, statement);
    call_octets(&call, key_digest);
    *found = call_row(&call);
    return call_close(&call, error);
}

/* Most keys are new, and of nearly all of these the first octets tell: without
 * a cursor in the certificates for each table. */
enum devca_code store_key_is_known(struct store *store,
                                   struct devid_slice key_digest, bool *known,
                                   struct devca_error *error)
{
    enum devca_code code =
        ask(store, STATEMENT_KEY_MAY_BE_KNOWN, key_digest, known, error);

    if (code != DEVCA_OK || !*known)
        return code;
    return ask(store, STATEMENT_KEY_IS_KNOWN, key_digest, known, error);
}

enum devca_code store_key_is_compromised(struct store *store,
                                         struct devid_slice key_digest,
                                         bool *compromised,
                                         struct devca_error *error)
{
    return ask(store, STATEMENT_KEY_IS_COMPROMISED, key_digest, compromised,
               error);
}
