#include "devca/store/call.h"

enum devca_code store_device_find(struct store *store, int64_t product_id,
                                  struct devid_slice uid, int64_t *id,
                                  struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_DEVICE_FIND);
    call_octets(&call, uid);
    call_integer(&call, product_id);
    *id = call_row(&call) ? call_get_integer(&call) : 0;
    return call_found(&call, error);
}

enum devca_code store_device_last(struct store *store, int64_t *id,
                                  struct devca_error *error)
{
    return call_ask(store, STATEMENT_DEVICE_LAST, id, error);
}

enum devca_code store_device_add(struct store *store,
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
    *id = 0;
    if (code == DEVCA_OK && sqlite3_changes(store->db) > 0)
        *id = sqlite3_last_insert_rowid(store->db);
    return code;
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
