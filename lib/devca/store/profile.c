#include "devca/store/call.h"

#include <string.h>

static void read_profile(struct call *call, struct store_profile *profile)
{
    if (!call_keep(call, &profile->memory))
        return;
    profile->id = call_get_integer(call);
    profile->product_id = call_get_integer(call);
    profile->name = call_get_text(call);
    profile->digest = call_get_octets(call);
    profile->document = call_get_octets(call);
}

static enum devca_code find_same(struct store *store,
                                 const struct store_profile *profile,
                                 int64_t *id, struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_PROFILE_SAME);
    call_integer(&call, profile->product_id);
    call_text(&call, profile->name);
    call_octets(&call, profile->digest);
    *id = call_row(&call) ? call_get_integer(&call) : 0;
    return call_close(&call, error);
}

static enum devca_code insert(struct store *store,
                              const struct store_profile *profile, int64_t *id,
                              struct devca_error *error)
{
    struct call call;
    enum devca_code code;

    call_open(&call, store, STATEMENT_PROFILE_PUT);
    call_integer_or_null(&call, profile->product_id);
    call_text(&call, profile->name);
    call_octets(&call, profile->digest);
    call_octets(&call, profile->document);
    code = call_run(&call, error);
    *id = sqlite3_last_insert_rowid(store->db);
    return code;
}

enum devca_code store_profile_put(struct store *store,
                                  const struct store_profile *profile,
                                  int64_t *id, struct devca_error *error)
{
    bool own;
    enum devca_code code = step_open(store, &own, error);

    if (code != DEVCA_OK)
        return code;
    code = find_same(store, profile, id, error);
    if (code == DEVCA_OK && *id == 0)
        code = insert(store, profile, id, error);
    return step_close(store, own, code, error);
}

enum devca_code store_profile_get(struct store *store, int64_t id,
                                  struct store_profile *profile,
                                  struct devca_error *error)
{
    struct call call;

    memset(profile, 0, sizeof *profile);
    call_open(&call, store, STATEMENT_PROFILE_GET);
    call_integer(&call, id);
    if (call_row(&call))
        read_profile(&call, profile);
    return call_found(&call, error);
}

enum devca_code store_profile_find(struct store *store, int64_t product_id,
                                   const char *name,
                                   struct store_profile *profile,
                                   struct devca_error *error)
{
    struct call call;

    memset(profile, 0, sizeof *profile);
    call_open(&call, store, STATEMENT_PROFILE_FIND);
    call_integer(&call, product_id);
    call_text(&call, name);
    if (call_row(&call))
        read_profile(&call, profile);
    return call_found(&call, error);
}

enum devca_code store_profile_list(struct store *store,
                                   store_profile_each *each, void *context,
                                   struct devca_error *error)
{
    struct call call;
    enum devca_code said = DEVCA_OK, code;

    call_open(&call, store, STATEMENT_PROFILE_LIST);
    while (said == DEVCA_OK && call_row(&call)) {
        struct store_profile profile = {0};

        read_profile(&call, &profile);
        if (profile.memory != NULL)
            said = each(&profile, context);
        store_row_clear(&profile.memory);
    }
    code = call_close(&call, error);
    return code != DEVCA_OK ? code : said;
}
