#include "devca/store/call.h"

#include <string.h>

static void read_product(struct call *call, struct store_product *product)
{
    if (!call_keep(call, &product->memory))
        return;
    product->id = call_get_integer(call);
    product->name = call_get_text(call);
    product->authority_id = call_get_integer(call);
    product->device_profile_id = call_get_integer(call);
    product->uid_format = call_get_text(call);
    product->created_at = call_get_integer(call);
}

enum devca_code store_product_put(struct store *store,
                                  const struct store_product *product,
                                  int64_t *id, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_PRODUCT_PUT);
    call_text(&call, product->name);
    call_integer(&call, product->authority_id);
    call_integer_or_null(&call, product->device_profile_id);
    call_text(&call, product->uid_format);
    call_integer(&call, product->created_at);
    code = call_run(&call, error);
    *id = sqlite3_last_insert_rowid(store->db);
    return code;
}

enum devca_code store_product_set_profile(struct store *store, int64_t id,
                                          int64_t profile_id,
                                          struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_PRODUCT_SET_PROFILE);
    call_integer_or_null(&call, profile_id);
    call_integer(&call, id);
    return call_change(&call, error);
}

enum devca_code store_product_find(struct store *store, const char *name,
                                   struct store_product *product,
                                   struct devca_error *error)
{
    struct call call;

    memset(product, 0, sizeof *product);
    call_open(&call, store, STATEMENT_PRODUCT_FIND);
    call_text(&call, name);
    if (call_row(&call))
        read_product(&call, product);
    return call_found(&call, error);
}

enum devca_code store_product_list(struct store *store,
                                   store_product_each *each, void *context,
                                   struct devca_error *error)
{
    struct call call;
    enum devca_code said = DEVCA_OK, code;

    call_open(&call, store, STATEMENT_PRODUCT_LIST);
    while (said == DEVCA_OK && call_row(&call)) {
        struct store_product product = {0};

        read_product(&call, &product);
        if (product.memory != NULL)
            said = each(&product, context);
        store_row_clear(&product.memory);
    }
    code = call_close(&call, error);
    return code != DEVCA_OK ? code : said;
}
