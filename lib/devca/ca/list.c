#include "devca/ca/list.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/act.h"
#include "devca/ca/result.h"
#include "devca/store/journal.h"

#define DAYS_DEFAULT 30
#define DAYS_MAX 3650
#define SET_BACK_MAX 3600

static enum devca_code load_issuer(struct list *list, const char *product,
                                   struct devca_error *error)
{
    struct store_authority authority = {0};
    enum devca_code code;

    if (!product)
        return issuer_load_root(list->devca, &list->issuer, error);
    code = store_authority_find(list->devca->store, STORE_PRODUCT, product,
                                &authority, error);
    if (code == DEVCA_E_NOT_FOUND)
        code = fail(error, code, product, NULL, "product",
                    "no product of that name");
    if (code == DEVCA_OK)
        code = issuer_load(list->devca, authority.id, &list->issuer, error);
    store_row_clear(&authority.memory);
    return code;
}

/* The last number is used as any other; what comes after it is none. */
static enum devca_code next_number(struct list *list, struct devca_error *error)
{
    const struct store_authority *issuer = &list->issuer.authority;

    if (issuer->crl_number < 0 || issuer->crl_number == INT64_MAX)
        return fail(error, DEVCA_E_STATE, issuer->name, "RFC 5280 5.2.3",
                    "cRLNumber", "no number comes after %lld",
                    (long long)issuer->crl_number);
    list->row.number = issuer->crl_number + 1;
    return DEVCA_OK;
}

/* A list never goes back in time behind one that it follows. A clock that was
 * set right by a little is no reason for having no list; more is one to look.
 */
static enum devca_code follow(struct list *list, enum store_list kind,
                              struct devca_error *error)
{
    struct store_crl last = {.authority_id = list->row.authority_id,
                             .kind = kind,
                             .scope = list->row.scope};
    char then[DEVCA_TIME_TEXT], now[DEVCA_TIME_TEXT];
    enum devca_code code = store_crl_last(list->devca->store, &last, error);

    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code != DEVCA_OK || last.this_update <= list->row.this_update)
        return code;
    if (last.this_update - list->row.this_update > SET_BACK_MAX) {
        devca_time_write(last.this_update, then);
        devca_time_write(list->row.this_update, now);
        fail(error, DEVCA_E_CLOCK, list->issuer.authority.name,
             "RFC 5280 5.1.2.4", "thisUpdate",
             "list %lld is of %s, and the clock says %s",
             (long long)last.number, then, now);
        return fail_hint(error, DEVCA_E_CLOCK, "set the clock");
    }
    list->row.this_update = last.this_update;
    return DEVCA_OK;
}

/* What the snapshot has of the journal: all that comes later is a delta's. */
static enum devca_code take_seq(struct list *list, struct devca_error *error)
{
    struct store_journal_head head;
    enum devca_code code =
        store_journal_head_get(list->devca->store, &head, error);

    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code == DEVCA_OK)
        list->row.seq = head.size;
    store_row_clear(&head.memory);
    return code;
}

static enum devca_code prepare(struct list *list,
                               const struct list_request *request,
                               struct devca_error *error)
{
    int days = request->days ? request->days : DAYS_DEFAULT;
    enum devca_code code;

    if (days < 1 || days > DAYS_MAX)
        return fail(error, DEVCA_E_USAGE, "--days", "RFC 5280 5.1.2.5",
                    "nextUpdate", "must be 1 to %d days", DAYS_MAX);
    list->row.authority_id = list->issuer.authority.id;
    list->row.kind = request->kind;
    list->row.scope = request->scope ? request->scope : "";
    list->row.digest = (struct devid_slice){list->digest, sizeof list->digest};
    code = handle_now(&list->row.this_update, error);
    if (code == DEVCA_OK)
        code = follow(list, request->kind, error);
    if (code == DEVCA_OK && request->kind == STORE_DELTA)
        code = follow(list, STORE_CRL, error);
    if (code == DEVCA_OK)
        code = take_seq(list, error);
    if (code == DEVCA_OK)
        code = issuer_check(&list->issuer, list->row.this_update, error);
    if (code == DEVCA_OK)
        code = next_number(list, error);
    list->row.next_update = list->row.this_update + (devca_seconds)days * 86400;
    return code;
}

enum devca_code list_begin(struct list *list, struct devca *devca,
                           const struct list_request *request,
                           struct devca_error *error)
{
    enum devca_code code;

    list->devca = devca;
    code = load_issuer(list, request->product, error);
    if (code == DEVCA_OK)
        code = issuer_unlock(devca, &list->issuer, error);
    if (code == DEVCA_OK)
        code = store_snapshot(devca->store, error);
    return code == DEVCA_OK ? prepare(list, request, error) : code;
}

void list_end(struct list *list)
{
    if (list->devca)
        store_rollback(list->devca->store);
    issuer_clear(&list->issuer);
}

/* What is not complete says so. */
static enum devca_code journal(struct list *list, struct devca_error *error)
{
    const struct store_crl *row = &list->row;
    struct act act = {.act = row->kind == STORE_SET ? JOURNAL_REVOCATION_SET
                                                    : JOURNAL_CRL,
                      .at = row->this_update,
                      .object = list->issuer.authority.name};
    char digest[65], next_update[DEVCA_TIME_TEXT];

    hex_write(row->digest, digest);
    devca_time_write(row->next_update, next_update);
    act_detail(&act, "digest", digest);
    act_detail_number(&act, "entries", row->entries);
    if (row->kind == STORE_DELTA)
        act_detail(&act, "kind", "delta");
    act_detail(&act, "next_update", next_update);
    act_detail_number(&act, "number", row->number);
    if (row->scope[0] != '\0')
        act_detail(&act, "shard", row->scope);
    return act_append(list->devca, &act, error);
}

enum devca_code list_record(struct list *list, struct devca_error *error)
{
    struct store_options options = {0};
    struct store *store = NULL;
    enum devca_code code;

    code = store_open(&store, list->devca->folder, &options, error);
    if (code == DEVCA_OK)
        code = act_begin(list->devca, store, error);
    if (code == DEVCA_OK)
        code = store_crl_put(store, &list->row, error);
    if (code == DEVCA_OK)
        code = journal(list, error);
    if (code == DEVCA_OK)
        code = act_commit(list->devca, error);
    act_rollback(list->devca);
    store_close(store);
    if (code == DEVCA_E_EXISTS) {
        fail(error, code, list->issuer.authority.name, "RFC 5280 5.2.3",
             "cRLNumber", "another list was made at the same moment");
        code = fail_hint(error, code, "run the command again");
    }
    return code;
}

void list_tell(struct list *list, bool dry_run, struct devca_result *result)
{
    result_text(result, "issuer", list->issuer.authority.name);
    result_integer(result, "crl_number", list->row.number);
    result_time(result, "this_update", list->row.this_update);
    result_time(result, "next_update", list->row.next_update);
    result_integer(result, "entries", list->row.entries);
    if (!dry_run)
        result_hex(result, "fingerprint", list->row.digest);
    result_boolean(result, "dry_run", dry_run);
}

void list_number(const struct list *list, uint8_t number[8])
{
    int i;

    for (i = 0; i < 8; i++)
        number[i] = (uint8_t)((uint64_t)list->row.number >> (56 - 8 * i));
}
