#include "devca/store/call.h"

#include <string.h>

static void read_authority(struct call *call, struct store_authority *authority)
{
    if (!call_keep(call, &authority->memory))
        return;
    authority->id = call_get_integer(call);
    authority->kind = (enum store_authority_kind)call_get_integer(call);
    authority->name = call_get_text(call);
    authority->key_uri = call_get_text(call);
    authority->profile_id = call_get_integer(call);
    authority->certificate_id = call_get_integer(call);
    authority->subject = call_get_octets(call);
    authority->public_key = call_get_octets(call);
    authority->key_id = call_get_octets(call);
    authority->request = call_get_octets(call);
    authority->crl_number = call_get_integer(call);
    authority->created_at = call_get_integer(call);
}

enum devca_code store_authority_put(struct store *store,
                                    const struct store_authority *authority,
                                    int64_t *id, struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_AUTHORITY_PUT);
    call_integer(&call, authority->kind);
    call_text(&call, authority->name);
    call_text(&call, authority->key_uri != NULL ? authority->key_uri : "");
    call_integer_or_null(&call, authority->profile_id);
    call_integer_or_null(&call, authority->certificate_id);
    call_octets(&call, authority->subject);
    call_octets(&call, authority->public_key);
    call_octets(&call, authority->key_id);
    call_octets_or_null(&call, authority->request);
    call_integer(&call, authority->crl_number);
    call_integer(&call, authority->created_at);
    code = call_run(&call, error);
    *id = sqlite3_last_insert_rowid(store->db);
    return code;
}

enum devca_code store_authority_get(struct store *store, int64_t id,
                                    struct store_authority *authority,
                                    struct devca_error *error)
{
    struct call call;

    memset(authority, 0, sizeof *authority);
    call_open(&call, store, STATEMENT_AUTHORITY_GET);
    call_integer(&call, id);
    if (call_row(&call))
        read_authority(&call, authority);
    return call_found(&call, error);
}

enum devca_code store_authority_find(struct store *store,
                                     enum store_authority_kind kind,
                                     const char *name,
                                     struct store_authority *authority,
                                     struct devca_error *error)
{
    struct call call;

    memset(authority, 0, sizeof *authority);
    call_open(&call, store, STATEMENT_AUTHORITY_FIND);
    call_integer(&call, kind);
    call_text(&call, name);
    if (call_row(&call))
        read_authority(&call, authority);
    return call_found(&call, error);
}

enum devca_code store_authority_list(struct store *store,
                                     store_authority_each *each, void *context,
                                     struct devca_error *error)
{
    struct call call;
    enum devca_code said = DEVCA_OK, code;

    call_open(&call, store, STATEMENT_AUTHORITY_LIST);
    while (said == DEVCA_OK && call_row(&call)) {
        struct store_authority authority = {0};

        read_authority(&call, &authority);
        if (authority.memory != NULL)
            said = each(&authority, context);
        store_row_clear(&authority.memory);
    }
    code = call_close(&call, error);
    return code != DEVCA_OK ? code : said;
}

static enum devca_code point_at(struct store *store, int64_t id,
                                int64_t certificate_id,
                                struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_AUTHORITY_INSTALL);
    call_integer(&call, certificate_id);
    call_integer(&call, id);
    return call_change(&call, error);
}

enum devca_code store_authority_identify(struct store *store, int64_t id,
                                         struct devid_slice key_id,
                                         struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_AUTHORITY_IDENTIFY);
    call_octets(&call, key_id);
    call_integer(&call, id);
    return call_change(&call, error);
}

static enum devca_code point_back(struct store *store, int64_t id,
                                  int64_t certificate_id,
                                  struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CERTIFICATE_OWNER);
    call_integer(&call, id);
    call_integer(&call, certificate_id);
    return call_change(&call, error);
}

enum devca_code store_authority_install(struct store *store, int64_t id,
                                        int64_t certificate_id,
                                        struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = point_at(store, id, certificate_id, error);
    if (code == DEVCA_OK)
        code = point_back(store, id, certificate_id, error);
    return step_close(store, own, code, error);
}
