#include "devca/store/key.h"

/* Ids are counted from 1 without a gap: so many keys are moved at a time. */
#define FRESH_MAX 32768
#define RECENT_MAX 524288

/* In order of the keys, which is that of either table's pages. */
static enum devca_code move(struct store *store, enum statement copy,
                            enum statement clear, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, copy);
    code = call_run(&call, error);
    if (code != DEVCA_OK)
        return code;
    call_open(&call, store, clear);
    return call_run(&call, error);
}

enum devca_code key_note(struct store *store, struct devid_slice key_digest,
                         int64_t id, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_KEY_PUT);
    call_octets(&call, key_digest);
    call_integer(&call, id);
    code = call_run(&call, error);
    if (code == DEVCA_OK && id % FRESH_MAX == 0)
        code = move(store, STATEMENT_KEYS_TO_RECENT, STATEMENT_KEYS_FRESH_CLEAR,
                    error);
    if (code == DEVCA_OK && id % RECENT_MAX == 0)
        code = move(store, STATEMENT_KEYS_TO_SETTLED,
                    STATEMENT_KEYS_RECENT_CLEAR, error);
    return code;
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
