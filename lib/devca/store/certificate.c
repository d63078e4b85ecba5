#include "devca/store/key.h"
#include "devca/store/tally.h"

#include "devca/base/fail.h"

#include <string.h>

static void read_columns(struct call *call, struct store_certificate *row)
{
    row->id = call_get_integer(call);
    row->issuer_id = call_get_integer(call);
    row->device_id = call_get_integer(call);
    row->profile_id = call_get_integer(call);
    row->serial = call_get_octets(call);
    row->key_digest = call_get_octets(call);
    row->key_type = (int)call_get_integer(call);
    row->der = call_get_octets(call);
    row->not_before = call_get_integer(call);
    row->not_after = call_get_integer(call);
    row->issued_at = call_get_integer(call);
    row->status = (enum store_status)call_get_integer(call);
}

static void read_certificate(struct call *call, struct store_certificate *row)
{
    if (call_keep(call, &row->memory))
        read_columns(call, row);
}

/* Runs a statement that gives one certificate or none. */
static enum devca_code read_one(struct call *call,
                                struct store_certificate *row,
                                struct devca_error *error)
{
    memset(row, 0, sizeof *row);
    if (call_row(call))
        read_certificate(call, row);
    return call_found(call, error);
}

enum devca_code store_certificate_put(struct store *store,
                                      const struct store_certificate *row,
                                      int64_t *id, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_CERTIFICATE_PUT);
    call_integer(&call, row->issuer_id);
    call_integer_or_null(&call, row->device_id);
    call_integer_or_null(&call, row->profile_id);
    call_integer(&call, row->status);
    call_integer(&call, row->key_type);
    call_integer(&call, row->not_before - row->issued_at);
    call_integer(&call, row->not_after);
    call_integer(&call, row->issued_at);
    call_octets(&call, row->serial);
    call_octets(&call, row->key_digest);
    call_octets(&call, row->der);
    code = call_run(&call, error);
    *id = sqlite3_last_insert_rowid(store->db);
    if (code == DEVCA_OK)
        code = key_note(store, row->key_digest, *id, error);
    return code == DEVCA_OK && store->bulk ? tally_note(store, row, error)
                                           : code;
}

enum devca_code store_certificate_get(struct store *store, int64_t id,
                                      struct store_certificate *row,
                                      struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_GET);
    call_integer(&call, id);
    return read_one(&call, row, error);
}

enum devca_code store_certificate_by_serial(struct store *store,
                                            int64_t issuer_id,
                                            struct devid_slice serial,
                                            struct store_certificate *row,
                                            struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_SERIAL);
    call_octets(&call, serial);
    call_integer(&call, issuer_id);
    return read_one(&call, row, error);
}

enum devca_code store_certificate_current(struct store *store,
                                          int64_t device_id,
                                          const char *profile,
                                          struct store_certificate *row,
                                          struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_CURRENT);
    call_integer(&call, device_id);
    call_text(&call, profile);
    return read_one(&call, row, error);
}

enum devca_code store_certificate_by_key(struct store *store,
                                         struct devid_slice key_digest,
                                         struct store_certificate *row,
                                         struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_KEY);
    call_octets(&call, key_digest);
    return read_one(&call, row, error);
}

enum devca_code store_certificate_set_status(struct store *store, int64_t id,
                                             enum store_status status,
                                             struct devca_error *error)
{
    struct call call;

    if (store->bulk)
        return fail(error, DEVCA_E_INTERNAL, store->path, NULL, "tally",
                    "a status changes while certificates come in bulk");
    call_open(&call, store, STATEMENT_CERTIFICATE_STATUS);
    call_integer(&call, status);
    call_integer(&call, id);
    return call_change(&call, error);
}

static void read_walked(struct call *call, struct store_walked *walked)
{
    if (!call_keep(call, &walked->row.memory))
        return;
    read_columns(call, &walked->row);
    walked->authority_id = call_get_integer(call);
    walked->product_ca = call_get_integer(call);
    walked->with_serial = call_get_integer(call);
    walked->others_key = call_get_integer(call);
    walked->key_listed = call_get_integer(call);
    walked->uid_listed = call_get_integer(call);
    walked->uid_others = call_get_integer(call);
    walked->uid = call_get_octets(call);
}

enum devca_code store_certificate_walk(struct store *store,
                                       const struct store_walk *walk,
                                       store_walk_each *each, void *context,
                                       struct devca_error *error)
{
    struct call call;
    enum devca_code said = DEVCA_OK, code;

    call_open(&call, store, STATEMENT_CERTIFICATE_WALK);
    call_integer(&call, walk->after);
    call_integer(&call, walk->limit);
    while (said == DEVCA_OK && call_row(&call)) {
        struct store_walked walked = {.row = {0}};

        read_walked(&call, &walked);
        if (walked.row.memory != NULL)
            said = each(&walked, context);
        store_row_clear(&walked.row.memory);
    }
    code = call_close(&call, error);
    return code != DEVCA_OK ? code : said;
}

enum devca_code store_certificate_last(struct store *store, int64_t *id,
                                       struct devca_error *error)
{
    return call_ask(store, STATEMENT_CERTIFICATE_LAST, id, error);
}

enum devca_code store_certificate_serials(struct store *store,
                                          int64_t issuer_id,
                                          store_serial_each *each,
                                          void *context,
                                          struct devca_error *error)
{
    enum devca_code said = DEVCA_OK, code;
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_SERIALS);
    call_integer(&call, issuer_id);
    while (said == DEVCA_OK && call_row(&call))
        said = each(call_peek_octets(&call), context);
    code = call_close(&call, error);
    return code != DEVCA_OK ? code : said;
}
