/* revoke: reasons, holds and their release, one certificate, device, CA or a
 * list of them. */
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/rows/list.h"

#include <devca/revoke.h>

#include <stdio.h>
#include <string.h>

#define REASON_HOLD 6
#define REASON_REMOVE_FROM_CRL 8

/* CRLReason, RFC 5280 5.3.1; 7 is not used. */
static const char *const reason_names[] = {
    "unspecified",     "keyCompromise",
    "cACompromise",    "affiliationChanged",
    "superseded",      "cessationOfOperation",
    "certificateHold", NULL,
    "removeFromCRL",   "privilegeWithdrawn",
    "aACompromise"};
#define REASON_COUNT ((int)(sizeof reason_names / sizeof reason_names[0]))

int devca_reason_read(const char *name)
{
    int i;

    for (i = 0; i < REASON_COUNT; i++)
        if (reason_names[i] && strcmp(reason_names[i], name) == 0)
            return i;
    return -1;
}

const char *devca_reason_name(int reason)
{
    if (reason < 0 || reason >= REASON_COUNT)
        return NULL;
    return reason_names[reason];
}

struct revoke_work {
    struct devca *devca;
    const struct devca_revoke_request *request;
    devca_record_each *each;
    void *context;
    struct devca_error *error;
    const char *object;
    const char *only_product; /* the product a UID must be of, or NULL */
    int reason;
    devca_seconds now;
    int64_t found;
    enum devca_code answer; /* of the last certificate that is not in force */
    struct bytes notes;     /* struct noted, one after the other */
};

/* What became of one certificate. */
struct noted {
    const char *outcome;
    int reason;
    uint8_t serial[20];
    size_t serial_len;
};

static enum devca_code read_reason(struct revoke_work *work)
{
    const char *name = work->request->reason;

    if (work->request->release) {
        if (name || work->request->invalid_at != 0)
            return fail(work->error, DEVCA_E_USAGE, "--release", NULL, NULL,
                        "takes no --reason and no --invalidity-date");
        return DEVCA_OK;
    }
    work->reason = name ? devca_reason_read(name) : 0;
    if (work->reason < 0 || work->reason == REASON_REMOVE_FROM_CRL) {
        fail(work->error, DEVCA_E_USAGE, "--reason", "RFC 5280 5.3.1", NULL,
             "\"%s\" is not a reason to revoke for", name);
        return fail_hint(work->error, DEVCA_E_USAGE,
                         "keyCompromise, cACompromise, affiliationChanged, "
                         "superseded, cessationOfOperation, certificateHold, "
                         "privilegeWithdrawn, aACompromise, unspecified");
    }
    if (work->request->invalid_at > work->now)
        return fail(work->error, DEVCA_E_USAGE, "--invalidity-date",
                    "RFC 5280 5.3.2", NULL, "is in the future");
    return DEVCA_OK;
}

/* Kept until the transaction is through: nobody is told of what may yet be
 * taken back. */
static enum devca_code note(struct revoke_work *work,
                            const struct store_certificate *row,
                            const char *outcome, int reason)
{
    struct noted noted = {outcome, reason, {0}, row->serial.len};

    if (noted.serial_len > sizeof noted.serial)
        noted.serial_len = sizeof noted.serial;
    memcpy(noted.serial, row->serial.data, noted.serial_len);
    if (!bytes_append(&work->notes, &noted, sizeof noted))
        return fail_memory(work->error);
    return DEVCA_OK;
}

static enum devca_code tell(struct revoke_work *work, const struct noted *noted)
{
    struct devca_result result = {0};
    enum devca_code code;

    result_text(&result, "outcome", noted->outcome);
    result_hex(&result, "serial",
               (struct devid_slice){noted->serial, noted->serial_len});
    result_text(&result, "reason", devca_reason_name(noted->reason));
    result_time(&result, "at", work->now);
    result_boolean(&result, "dry_run", work->request->dry_run);
    code = result_done(&result, work->error);
    if (code == DEVCA_OK)
        code = work->each(&result.record, work->context);
    devca_result_clear(&result);
    return code;
}

static enum devca_code tell_all(struct revoke_work *work)
{
    struct noted noted;
    enum devca_code code = DEVCA_OK;
    size_t at;

    for (at = 0; code == DEVCA_OK && at < work->notes.len; at += sizeof noted) {
        memcpy(&noted, work->notes.data + at, sizeof noted);
        code = tell(work, &noted);
    }
    return code;
}

/* Changed: on record and, for later, told. */
static enum devca_code note_change(struct revoke_work *work,
                                   const struct store_certificate *row,
                                   const char *outcome, int reason)
{
    struct act act = {.act = work->request->release ? JOURNAL_RELEASE
                                                    : JOURNAL_REVOKE,
                      .at = work->now,
                      .certificate_id = row->id};
    char invalid_at[DEVCA_TIME_TEXT];
    enum devca_code code;

    if (!work->request->release)
        act_detail(&act, "reason", devca_reason_name(reason));
    if (work->request->invalid_at != 0) {
        devca_time_write(work->request->invalid_at, invalid_at);
        act_detail(&act, "invalidity_date", invalid_at);
    }
    if (row->device_id == 0)
        act.object = work->object;
    code = act_append(work->devca, &act, work->error);
    return code == DEVCA_OK ? note(work, row, outcome, reason) : code;
}

static enum devca_code release_one(struct revoke_work *work,
                                   const struct store_certificate *row,
                                   const struct store_revocation *current)
{
    enum devca_code code;

    if (!current || current->reason != REASON_HOLD)
        return fail(work->error, DEVCA_E_STATE, work->object, "RFC 5280 5.3.1",
                    "certificateHold",
                    current ? "the certificate is revoked for "
                              "good, not on hold"
                            : "the certificate is not on hold");
    code = store_revocation_release(work->devca->store, row->id, work->now,
                                    work->error);
    if (code == DEVCA_OK)
        code = note_change(work, row, "released", REASON_HOLD);
    return code;
}

/* Revoked already: the same reason again changes nothing, a hold may become
 * final, anything else is refused (a reason on a published CRL stays). */
static enum devca_code revoke_again(struct revoke_work *work,
                                    const struct store_certificate *row,
                                    const struct store_revocation *current,
                                    bool *done)
{
    *done = false;
    if (current->reason == work->reason) {
        *done = true;
        return note(work, row, "already", current->reason);
    }
    if (current->reason != REASON_HOLD)
        return fail(work->error, DEVCA_E_REVOKED, work->object,
                    "RFC 5280 5.3.1", "reasonCode",
                    "the certificate is revoked already, for %s",
                    devca_reason_name(current->reason));
    return store_revocation_release(work->devca->store, row->id, work->now,
                                    work->error);
}

/* A root is trusted because it is an anchor: no list that it signs can say
 * otherwise. */
static enum devca_code refuse_root(struct revoke_work *work,
                                   const struct store_certificate *row)
{
    struct store_authority root = {0};
    enum devca_code code;

    if (row->device_id != 0)
        return DEVCA_OK;
    code = store_authority_find(work->devca->store, STORE_ROOT, NULL, &root,
                                work->error);
    if (code == DEVCA_OK && root.certificate_id == row->id) {
        fail(work->error, DEVCA_E_STATE, work->object, "RFC 5280 6.1.1 (d)",
             "root", "a root cannot revoke itself");
        code = fail_hint(work->error, DEVCA_E_STATE,
                         "take its anchor out of the devices that trust it");
    }
    store_row_clear(&root.memory);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

static enum devca_code revoke_one(struct revoke_work *work,
                                  const struct store_certificate *row)
{
    struct store_revocation revocation = {0}, current;
    bool known, done = false;
    enum devca_code code;

    work->found++;
    code = refuse_root(work, row);
    if (code != DEVCA_OK)
        return code;
    code = store_revocation_get(work->devca->store, row->id, &current,
                                work->error);
    if (code != DEVCA_OK && code != DEVCA_E_NOT_FOUND)
        return code;
    known = code == DEVCA_OK;
    if (work->request->release)
        return release_one(work, row, known ? &current : NULL);
    code = known ? revoke_again(work, row, &current, &done) : DEVCA_OK;
    if (code != DEVCA_OK || done)
        return code;
    revocation.certificate_id = row->id;
    revocation.reason = work->reason;
    revocation.revoked_at = work->now;
    revocation.invalid_at = work->request->invalid_at;
    code = store_revocation_put(work->devca->store, &revocation, work->error);
    if (code == DEVCA_OK)
        code = note_change(work, row,
                           work->reason == REASON_HOLD ? "held" : "revoked",
                           work->reason);
    return code;
}

/* A product that stands beside a serial narrows it: its CA issued the
 * certificate, or owns it. */
static enum devca_code check_product(struct revoke_work *work,
                                     const struct store_certificate *row)
{
    const char *product = work->only_product;
    struct store_authority ca = {0};
    enum devca_code code = DEVCA_OK;
    bool within = !product;

    if (product)
        code = store_authority_find(work->devca->store, STORE_PRODUCT, product,
                                    &ca, work->error);
    if (product && code == DEVCA_OK)
        within = row->issuer_id == ca.id || row->id == ca.certificate_id;
    store_row_clear(&ca.memory);
    if (code == DEVCA_E_NOT_FOUND || (code == DEVCA_OK && !within))
        code =
            fail(work->error, DEVCA_E_NOT_FOUND, work->object, NULL, "serial",
                 "product %s has no certificate of that serial "
                 "number",
                 product);
    return code;
}

static enum devca_code revoke_serial(struct revoke_work *work, const char *text)
{
    struct store_certificate row = {0};
    struct bytes serial = {0};
    enum devca_code code;

    work->object = text;
    code = input_serial(text, &serial, work->error);
    if (code == DEVCA_OK)
        code = store_certificate_by_serial(
            work->devca->store, 0, bytes_slice(&serial), &row, work->error);
    if (code == DEVCA_E_NOT_FOUND)
        code = fail(work->error, code, text, NULL, "serial",
                    "no certificate of that serial number");
    if (code == DEVCA_OK)
        code = check_product(work, &row);
    if (code == DEVCA_OK)
        code = revoke_one(work, &row);
    store_row_clear(&row.memory);
    bytes_clear(&serial);
    return code;
}

/* What is acted on whatever else the device has: for a release what is on
 * hold. */
static enum devca_code revoke_in_force(const struct store_query_row *query_row,
                                       void *context)
{
    struct revoke_work *work = context;
    struct store_certificate row = {0};
    enum devca_code code;

    code = store_certificate_get(work->devca->store, query_row->id, &row,
                                 work->error);
    if (code == DEVCA_OK &&
        (row.status == STORE_HELD ||
         (row.status == STORE_ACTIVE && !work->request->release)))
        code = revoke_one(work, &row);
    store_row_clear(&row.memory);
    return code;
}

/* Where nothing is: each says why, and the newest has the last word. A
 * superseded certificate has been revoked as such; the others are not. */
static enum devca_code answer_row(const struct store_query_row *query_row,
                                  void *context)
{
    struct revoke_work *work = context;
    struct store_certificate row = {0};
    enum devca_code code;

    code = store_certificate_get(work->devca->store, query_row->id, &row,
                                 work->error);
    if (code == DEVCA_OK && row.status != STORE_SUPERSEDED) {
        code = revoke_one(work, &row);
        if (code == DEVCA_OK || code == DEVCA_E_REVOKED ||
            code == DEVCA_E_STATE) {
            work->answer = code;
            code = DEVCA_OK;
        }
    }
    store_row_clear(&row.memory);
    return code;
}

static enum devca_code revoke_device(struct revoke_work *work,
                                     const struct store_query *query)
{
    struct store *store = work->devca->store;
    int64_t before = work->found;
    enum devca_code code =
        store_query_run(store, query, revoke_in_force, work, work->error);

    if (code != DEVCA_OK || work->found > before)
        return code;
    work->answer = DEVCA_OK;
    code = store_query_run(store, query, answer_row, work, work->error);
    if (code == DEVCA_OK && work->found == before)
        code = fail(work->error, DEVCA_E_NOT_FOUND, work->object, NULL, "uid",
                    "no device of that UID");
    return code == DEVCA_OK ? work->answer : code;
}

static enum devca_code revoke_uid(struct revoke_work *work, const char *text)
{
    struct store_query query = {.product = work->only_product};
    struct bytes uid = {0};
    enum devca_code code;

    work->object = text;
    query.now = work->now;
    code = input_uid(text, NULL, &uid, work->error);
    query.uid = bytes_slice(&uid);
    if (code == DEVCA_OK)
        code = revoke_device(work, &query);
    bytes_clear(&uid);
    return code;
}

/* The product's CA; its name may be known to a root's store alone. */
static enum devca_code revoke_product(struct revoke_work *work,
                                      const char *name)
{
    struct store_authority authority = {0};
    struct store_certificate row = {0};
    enum devca_code code;

    work->object = name;
    code = store_authority_find(work->devca->store, STORE_PRODUCT, name,
                                &authority, work->error);
    if (code == DEVCA_E_NOT_FOUND)
        code = fail(work->error, code, name, NULL, "product",
                    "no product of that name");
    if (code == DEVCA_OK && authority.certificate_id == 0)
        code = fail(work->error, DEVCA_E_STATE, name, NULL, "certificate",
                    "the product's CA has no certificate yet");
    if (code == DEVCA_OK)
        code = store_certificate_get(
            work->devca->store, authority.certificate_id, &row, work->error);
    if (code == DEVCA_OK)
        code = revoke_one(work, &row);
    store_row_clear(&authority.memory);
    store_row_clear(&row.memory);
    return code;
}

static enum devca_code revoke_target(struct revoke_work *work,
                                     const struct devca_revoke_request *target)
{
    if (target->serial && target->uid)
        return fail(work->error, DEVCA_E_USAGE, "revoke", NULL, NULL,
                    "takes a serial or a UID, not both");
    work->only_product = target->product;
    if (target->serial)
        return revoke_serial(work, target->serial);
    if (target->uid)
        return revoke_uid(work, target->uid);
    if (target->product)
        return revoke_product(work, target->product);
    return fail(work->error, DEVCA_E_USAGE, "revoke", NULL, NULL,
                "needs a UID, a serial or a product");
}

/* Begins, and afterwards commits or, for a dry run or a failure, takes back.
 * The time is that of the change, not of the waiting for it. */
static enum devca_code begin(struct revoke_work *work)
{
    enum devca_code code = handle_now(&work->now, work->error);

    if (code == DEVCA_OK)
        code = read_reason(work);
    if (code == DEVCA_OK)
        code = act_begin(work->devca, work->devca->store, work->error);
    if (code == DEVCA_OK)
        code = handle_now(&work->now, work->error);
    return code;
}

static enum devca_code finish(struct revoke_work *work, enum devca_code code)
{
    /* Everything was so already: there is nothing to commit. */
    if (code == DEVCA_OK && !work->request->dry_run &&
        work->devca->log.rows > 0)
        code = act_commit(work->devca, work->error);
    act_rollback(work->devca);
    if (code == DEVCA_OK)
        code = tell_all(work);
    bytes_clear(&work->notes);
    return code;
}

enum devca_code devca_revoke(struct devca *devca,
                             const struct devca_revoke_request *request,
                             devca_record_each *each, void *context,
                             struct devca_error *error)
{
    struct revoke_work work = {.devca = devca,
                               .request = request,
                               .each = each,
                               .context = context,
                               .error = error};
    enum devca_code code = begin(&work);

    if (code == DEVCA_OK)
        code = revoke_target(&work, request);
    return finish(&work, code);
}

/* ---- lists ---- */

#define TEXT_MAX_OCTETS 128

static enum devca_code revoke_listed(struct revoke_work *work,
                                     const struct devca_rows *rows,
                                     const struct devca_batch_row *row)
{
    const char *fault = row->fault ? row->fault->fault : NULL;
    char line[32];

    if (!fault && strlen(row->uid) > TEXT_MAX_OCTETS)
        fault = "is too long";
    if (fault) {
        snprintf(line, sizeof line, "line %lld", (long long)row->line);
        return fail(work->error, DEVCA_E_MALFORMED, row->object, NULL, line,
                    "%s", fault);
    }
    return rows->is_serial ? revoke_serial(work, row->uid)
                           : revoke_uid(work, row->uid);
}

static enum devca_code
revoke_rows(struct revoke_work *work,
            const struct devca_revoke_batch_request *request)
{
    struct devca_rows *rows = NULL;
    struct devca_batch_row row;
    enum devca_code code, read;

    work->only_product = request->each.product;
    read = list_open_column(&rows, request->object, request->list, work->error);
    code = read;
    while (code == DEVCA_OK && read == DEVCA_OK) {
        read = devca_rows_next(rows, &row, work->error);
        if (read == DEVCA_OK)
            code = revoke_listed(work, rows, &row);
    }
    devca_rows_close(rows);
    return code == DEVCA_OK && read != DEVCA_E_NOT_FOUND ? read : code;
}

enum devca_code devca_revoke_batch(
    struct devca *devca, const struct devca_revoke_batch_request *request,
    devca_record_each *each, void *context, struct devca_error *error)
{
    struct revoke_work work = {.devca = devca,
                               .request = &request->each,
                               .each = each,
                               .context = context,
                               .error = error};
    enum devca_code code = begin(&work);

    if (code == DEVCA_OK)
        code = revoke_rows(&work, request);
    return finish(&work, code);
}
