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

enum devca_code store_key_is_known(struct store *store,
                                   struct devid_slice key_digest, bool *known,
                                   struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_KEY_IS_KNOWN);
    call_octets(&call, key_digest);
    *known = call_row(&call);
    return call_close(&call, error);
}

enum devca_code store_key_is_compromised(struct store *store,
                                         struct devid_slice key_digest,
                                         bool *compromised,
                                         struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_KEY_IS_COMPROMISED);
    call_octets(&call, key_digest);
    *compromised = call_row(&call);
    return call_close(&call, error);
}
