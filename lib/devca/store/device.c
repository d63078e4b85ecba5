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

static enum devca_code insert(struct store *store,
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
    return code;
}

enum devca_code store_device_put(struct store *store,
                                 const struct store_device *device, int64_t *id,
                                 struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = store_device_find(store, device->product_id, device->uid, id, NULL);
    if (code == DEVCA_E_NOT_FOUND)
        code = insert(store, device, id, error);
    return step_close(store, own, code, error);
}
