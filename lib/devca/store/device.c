#include "devca/store/tier.h"

#include "devca/base/fail.h"

static const struct tier uids = {
    STATEMENT_UIDS_TO_RECENT, STATEMENT_UIDS_FRESH_CLEAR,
    STATEMENT_UIDS_TO_SETTLED, STATEMENT_UIDS_RECENT_CLEAR};

/* *id is 0 when there is none. */
static enum devca_code look(struct store *store, int64_t product_id,
                            struct devid_slice uid, int64_t *id,
                            struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_DEVICE_FIND);
    call_octets(&call, uid);
    call_integer(&call, product_id);
    *id = call_row(&call) ? call_get_integer(&call) : 0;
    return call_close(&call, error);
}

enum devca_code store_device_find(struct store *store, int64_t product_id,
                                  struct devid_slice uid, int64_t *id,
                                  struct devca_error *error)
{
    enum devca_code code = look(store, product_id, uid, id, error);

    if (code == DEVCA_OK && *id == 0)
        return fail(error, DEVCA_E_NOT_FOUND, NULL, NULL, "device",
                    "is not on record");
    return code;
}

enum devca_code store_device_last(struct store *store, int64_t *id,
                                  struct devca_error *error)
{
    return call_ask(store, STATEMENT_DEVICE_LAST, id, error);
}

/* The UID finds device id, just put. */
static enum devca_code list(struct store *store,
                            const struct store_device *device, int64_t id,
                            struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_UID_PUT);
    call_octets(&call, device->uid);
    call_integer(&call, device->product_id);
    call_integer(&call, id);
    code = call_run(&call, error);
    return code == DEVCA_OK ? tier_move(store, &uids, id, error) : code;
}

static enum devca_code put(struct store *store,
                           const struct store_device *device, int64_t *id,
                           struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_DEVICE_PUT);
    call_integer(&call, device->product_id);
    call_octets(&call, device->uid);
    call_integer(&call, device->created_at);
    code = call_run(&call, error);
    *id = sqlite3_last_insert_rowid(store->db);
    return code == DEVCA_OK ? list(store, device, *id, error) : code;
}

/* Within a transaction, so that nobody puts it between. */
static enum devca_code add(struct store *store,
                           const struct store_device *device, int64_t *id,
                           struct devca_error *error)
{
    int64_t known;
    enum devca_code code =
        look(store, device->product_id, device->uid, &known, error);

    return code == DEVCA_OK && known == 0 ? put(store, device, id, error)
                                          : code;
}

/* No savepoint within the caller's transaction, for each row of a batch would
 * pay for it: whoever opened one undoes it when this fails. */
enum devca_code store_device_add(struct store *store,
                                 const struct store_device *device, int64_t *id,
                                 struct devca_error *error)
{
    bool own;
    enum devca_code code;

    *id = 0;
    if (sqlite3_get_autocommit(store->db) == 0)
        return add(store, device, id, error);
    code = step_open(store, &own, error);
    if (code != DEVCA_OK)
        return code;
    return step_close(store, own, add(store, device, id, error), error);
}

/* Each of the two stands or falls by itself: no bracket around them. */
enum devca_code store_device_put(struct store *store,
                                 const struct store_device *device, int64_t *id,
                                 struct devca_error *error)
{
    enum devca_code code = store_device_add(store, device, id, error);

    if (code != DEVCA_OK || *id != 0)
        return code;
    return store_device_find(store, device->product_id, device->uid, id, error);
}
