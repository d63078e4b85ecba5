#include "devca/store/call.h"

enum devca_code store_trial_open(struct store *store, struct devca_error *error)
{
    return connection_run(store,
                          "CREATE TEMP TABLE trial (uid BLOB PRIMARY KEY, "
                          "key_digest BLOB NOT NULL UNIQUE)",
                          error);
}

enum devca_code store_trial_find(struct store *store, struct store_trial *trial,
                                 struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_TRIAL_FIND);
    call_octets(&call, trial->uid);
    call_octets(&call, trial->key_digest);
    trial->same = trial->uid_is_known = trial->key_is_known = false;
    if (call_row(&call)) {
        trial->same = call_get_integer(&call) != 0;
        trial->uid_is_known = call_get_integer(&call) != 0;
        trial->key_is_known = call_get_integer(&call) != 0;
    }
    return call_close(&call, error);
}

enum devca_code store_trial_put(struct store *store,
                                const struct store_trial *trial,
                                struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_TRIAL_PUT);
    call_octets(&call, trial->uid);
    call_octets(&call, trial->key_digest);
    return call_run(&call, error);
}
