#include "devca/ca/list.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/act.h"
#include "devca/ca/owner.h"
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

    list->row =
        (struct store_crl){.authority_id = list->issuer.authority.id,
                           .kind = request->kind,
                           .scope = request->scope ? request->scope : "",
                           .digest = {list->digest, sizeof list->digest}};
    if (days < 1 || days > DAYS_MAX)
        return fail(error, DEVCA_E_USAGE, "--days", "RFC 5280 5.1.2.5",
                    "nextUpdate", "must be 1 to %d days", DAYS_MAX);
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

enum devca_code list_begin(struct list *list, const struct list_request *wanted,
                           struct devca_error *error)
{
    enum devca_code code = load_issuer(list, wanted->product, error);

    return code == DEVCA_OK ? issuer_unlock(list->devca, &list->issuer, error)
                            : code;
}

/* By a connection of its own: the list's holds the snapshot, from which it may
 * still have to be written out. */
static enum devca_code open_writer(struct list *list, struct devca_error *error)
{
    enum devca_code code =
        handle_connect(list->devca, false, &list->writer, error);

    if (code == DEVCA_OK)
        code = act_begin(list->devca, list->writer, error);
    return code == DEVCA_OK ? owner_check_again(list->devca, error) : code;
}

static void close_writer(struct list *list)
{
    act_rollback(list->devca);
    store_close(list->writer);
    list->writer = NULL;
}

void list_end(struct list *list)
{
    if (list->writer)
        close_writer(list);
    store_rollback(list->devca->store);
    issuer_clear(&list->issuer);
    bytes_clear(&list->octets);
    devca_output_abandon(list->output);
}

/* Since it was loaded somebody may have been asked for a passphrase. */
static enum devca_code look_again(struct list *list, struct devca_error *error)
{
    struct store *store = list->devca->store;
    struct store_authority authority = {0};
    enum devca_code code = store_authority_get(store, list->issuer.authority.id,
                                               &authority, error);

    list->issuer.authority.crl_number = authority.crl_number;
    store_row_clear(&authority.memory);
    return code == DEVCA_OK ? issuer_check_again(&list->issuer, store, error)
                            : code;
}

static enum devca_code take_snapshot(struct list *list,
                                     const struct list_request *request,
                                     struct devca_error *error)
{
    enum devca_code code = store_snapshot(list->devca->store, error);

    if (code == DEVCA_OK)
        code = look_again(list, error);
    return code == DEVCA_OK ? prepare(list, request, error) : code;
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

static enum devca_code record(struct list *list, struct devca_error *error)
{
    enum devca_code code = list->writer ? DEVCA_OK : open_writer(list, error);

    if (code == DEVCA_OK)
        code = store_crl_put(list->writer, &list->row, error);
    if (code == DEVCA_OK)
        code = journal(list, error);
    if (code == DEVCA_OK)
        code = act_commit(list->devca, error);
    close_writer(list);
    return code;
}

/* ---- delivery ---- */

enum devca_code list_put(struct list *list, struct devid_slice octets,
                         struct devca_error *error)
{
    struct devca_sink sink;

    if (!list->output)
        return bytes_append_slice(&list->octets, octets) ? DEVCA_OK
                                                         : fail_memory(error);
    sink = devca_output_sink(list->output);
    if (sink.write(sink.context, octets.data, octets.len) == DEVCA_OK)
        return DEVCA_OK;
    return devca_output_flush(list->output, error);
}

/* Nothing is recorded yet, and what fails has cost nothing. */
static enum devca_code stage(struct list *list, const struct list_maker *maker,
                             struct devca_error *error)
{
    enum devca_code code = maker->write(maker->context);

    if (code != DEVCA_OK)
        return code;
    if (list->output)
        return devca_output_flush(list->output, error);
    list->result->der = result_keep(list->result, bytes_slice(&list->octets));
    return list->result->der.len > 0 ? DEVCA_OK : fail_memory(error);
}

/* Its number is used, and a delta would be based on what nobody has. */
static enum devca_code tell_lost(const struct list *list,
                                 const struct devca_error *cause,
                                 struct devca_error *error)
{
    fail(error, cause->code, list->issuer.authority.name, "RFC 5280 5.2.3",
         "cRLNumber", "list %lld is on record but was not delivered: %s: %s",
         (long long)list->row.number, cause->object, cause->fault);
    return fail_hint(error, cause->code,
                     list->row.kind == STORE_CRL
                         ? "make a complete list again before any delta: the "
                           "next one would be based on this, which nobody has"
                         : "make it again; it gets the next number");
}

/* It is where it was asked for; only the folder could not be synced. */
static enum devca_code settle(struct list *list, struct devca_error *error)
{
    struct devca_error cause = {.code = DEVCA_OK};
    struct devca_output *output = list->output;
    enum devca_code code;

    if (!output)
        return DEVCA_OK;
    list->output = NULL;
    code = devca_output_commit(output, &cause);
    if (code == DEVCA_OK)
        return code;
    fail(error, code, list->issuer.authority.name, "RFC 5280 5.2.3",
         "cRLNumber", "list %lld is on record: %s %s",
         (long long)list->row.number, cause.object, cause.fault);
    return fail_hint(error, code,
                     "keep a copy of it elsewhere; a list made again gets the "
                     "next number");
}

static enum devca_code deliver(struct list *list,
                               const struct list_maker *maker, bool staged,
                               struct devca_error *error)
{
    struct devca_error cause = {.code = DEVCA_OK};
    enum devca_code code = staged ? DEVCA_OK : maker->write(maker->context);

    if (code != DEVCA_OK && error)
        cause = *error;
    else if (code == DEVCA_OK && list->output)
        code = devca_output_place(list->output, &cause);
    cause.code = code;
    return code == DEVCA_OK ? settle(list, error)
                            : tell_lost(list, &cause, error);
}

static enum devca_code release(struct list *list,
                               const struct list_maker *maker,
                               struct devca_error *error)
{
    bool staged = !list->output || !devca_output_is_standard(list->output);
    enum devca_code code = staged ? stage(list, maker, error) : DEVCA_OK;

    if (code == DEVCA_OK)
        code = record(list, error);
    if (code != DEVCA_OK)
        return code;
    return deliver(list, maker, staged, error);
}

/* ---- the whole ---- */

#define TRIES 3

static enum devca_code make_once(struct list *list,
                                 const struct list_maker *maker,
                                 struct devca_error *error)
{
    enum devca_code code = take_snapshot(list, maker->request, error);

    if (code == DEVCA_OK)
        code = maker->make(maker->context);
    if (code == DEVCA_OK && !maker->dry_run)
        code = release(list, maker, error);
    store_rollback(list->devca->store);
    return code;
}

/* As if it had not been tried. */
static enum devca_code begin_again(struct list *list, struct devca_error *error)
{
    list->octets.len = 0;
    return list->output ? devca_output_restart(list->output, error) : DEVCA_OK;
}

/* What signs and writes holds no lock, and the number may be another's in the
 * end; when that goes on, the store is held first. */
enum devca_code list_make(struct list *list, const struct list_maker *maker,
                          struct devca_error *error)
{
    enum devca_code code = make_once(list, maker, error);
    int tries;

    for (tries = 1; code == DEVCA_E_EXISTS && tries < TRIES; tries++) {
        code = begin_again(list, error);
        if (code == DEVCA_OK && tries == TRIES - 1)
            code = open_writer(list, error);
        if (code == DEVCA_OK)
            code = make_once(list, maker, error);
    }
    return code;
}

void list_tell(struct list *list, bool dry_run)
{
    struct devca_result *result = list->result;

    devca_result_clear(result);
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
