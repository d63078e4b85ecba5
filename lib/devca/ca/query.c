/* query and show: the identity database as records. */
#include "devca/ca/handle.h"
#include "devca/ca/input.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"
#include "devca/journal/entry.h"
#include "devca/store/journal.h"

#include "devca/base/fail.h"

#include <devca/query.h>

#include <string.h>

#define COLUMNS_MAX 48

/* The octets behind a request's texts, for as long as the query runs. */
struct prepared {
    struct store_query query;
    struct bytes uid;
    struct bytes serial;
};

static void prepared_clear(struct prepared *prepared)
{
    bytes_clear(&prepared->uid);
    bytes_clear(&prepared->serial);
}

/* By its CA: a root's store knows products whose devices are elsewhere. */
static enum devca_code find_product(struct devca *devca, const char *name,
                                    struct devca_error *error)
{
    struct store_authority authority = {0};
    struct store_product product = {0};
    enum devca_code code = store_authority_find(devca->store, STORE_PRODUCT,
                                                name, &authority, error);

    store_row_clear(&authority.memory);
    if (code == DEVCA_E_NOT_FOUND)
        code = product_find(devca, name, &product, error);
    store_row_clear(&product.memory);
    return code;
}

static enum devca_code prepare(struct devca *devca,
                               const struct devca_query_request *request,
                               struct prepared *prepared,
                               struct devca_error *error)
{
    struct store_query *query = &prepared->query;
    enum devca_code code;

    query->product = request->product;
    query->status = request->status;
    query->where = request->where;
    query->expires = request->expires;
    query->expires_before = request->expires_before;
    query->after = request->after;
    query->limit = request->limit;
    code = handle_now(&query->now, error);
    if (code == DEVCA_OK && request->product)
        code = find_product(devca, request->product, error);
    if (code == DEVCA_OK && request->uid)
        code = input_uid(request->uid, NULL, &prepared->uid, error);
    if (code == DEVCA_OK && request->serial)
        code = input_serial(request->serial, &prepared->serial, error);
    query->uid = bytes_slice(&prepared->uid);
    query->serial = bytes_slice(&prepared->serial);
    return code;
}

struct stream {
    devca_record_each *each;
    void *context;
    int64_t rows;
};

static void take_value(const struct store_value *value,
                       struct devca_field *field)
{
    field->integer = value->integer;
    field->octets = value->octets;
    switch (value->type) {
    case STORE_INTEGER:
        field->type = DEVCA_INTEGER;
        break;
    case STORE_TEXT:
        field->type = DEVCA_TEXT;
        break;
    case STORE_BLOB:
        field->type = DEVCA_BASE64;
        break;
    case STORE_NULL:
    default:
        field->type = DEVCA_NULL;
        break;
    }
}

static enum devca_code hand_on(const struct store_query_row *row, void *context)
{
    struct stream *stream = context;
    struct devca_field fields[COLUMNS_MAX];
    struct devca_record record = {fields, 0};
    size_t i;

    for (i = 0; i < row->count && record.count + 1 < COLUMNS_MAX; i++) {
        /* The last column is the certificate, which only show asks for. */
        if (i + 1 == row->count && row->values[i].type == STORE_NULL)
            continue;
        fields[record.count].name = row->names[i];
        take_value(&row->values[i], &fields[record.count++]);
    }
    fields[record.count++] =
        (struct devca_field){"cursor", DEVCA_INTEGER, row->id, {NULL, 0}};
    stream->rows++;
    return stream->each(&record, stream->context);
}

static const char *asked_for(const struct devca *devca,
                             const struct devca_query_request *request)
{
    if (request->uid)
        return request->uid;
    if (request->serial)
        return request->serial;
    return request->product ? request->product : devca->folder;
}

enum devca_code devca_query(struct devca *devca,
                            const struct devca_query_request *request,
                            devca_record_each *each, void *context,
                            struct devca_error *error)
{
    struct prepared prepared = {0};
    struct stream stream = {each, context, 0};
    enum devca_code code = prepare(devca, request, &prepared, error);

    if (code == DEVCA_OK)
        code = store_query_run(devca->store, &prepared.query, hand_on, &stream,
                               error);
    if (code == DEVCA_OK && stream.rows == 0)
        code = fail(error, DEVCA_E_NOT_FOUND, asked_for(devca, request), NULL,
                    NULL, "nothing matches");
    prepared_clear(&prepared);
    return code;
}

enum devca_code devca_query_count(struct devca *devca,
                                  const struct devca_query_request *request,
                                  int64_t *count, struct devca_error *error)
{
    struct prepared prepared = {0};
    enum devca_code code = prepare(devca, request, &prepared, error);

    if (code == DEVCA_OK)
        code = store_query_count(devca->store, &prepared.query, count, error);
    prepared_clear(&prepared);
    return code;
}

/* ---- show ---- */

/* Whose serial is it? Its device's UID and product, to show all it had. */
struct owner {
    char uid[2 * UID_MAX + 1];
    char product[65];
    bool found;
};

static void take_text(const struct store_value *value, char *text, size_t size)
{
    size_t len = value->octets.len < size - 1 ? value->octets.len : size - 1;

    if (value->type != STORE_TEXT)
        len = 0;
    if (len > 0)
        memcpy(text, value->octets.data, len);
    text[len] = '\0';
}

static enum devca_code find_owner(const struct store_query_row *row,
                                  void *context)
{
    struct owner *owner = context;
    size_t i;

    owner->found = true;
    for (i = 0; i < row->count; i++) {
        if (strcmp(row->names[i], "uid") == 0)
            take_text(&row->values[i], owner->uid, sizeof owner->uid);
        else if (strcmp(row->names[i], "product") == 0)
            take_text(&row->values[i], owner->product, sizeof owner->product);
    }
    return DEVCA_OK;
}

/* What show hands on: a certificate, then what was done to it. */
struct showing {
    struct devca *devca;
    struct stream *stream;
    struct devca_error *error;
};

static enum devca_code tell_act(const struct store_journal_row *row,
                                void *context)
{
    struct showing *showing = context;
    struct devca_result result = {0};
    enum devca_code code;

    result_integer(&result, "seq", row->seq);
    result_time(&result, "at", row->at);
    result_slice_text(&result, "actor", row->actor);
    result_text(&result, "act", journal_act_name(row->act));
    result_hex(&result, "serial", row->subject.serial);
    result_slice_text(&result, "details", row->details);
    code = result_done(&result, showing->error);
    if (code == DEVCA_OK)
        code = showing->stream->each(&result.record, showing->stream->context);
    devca_result_clear(&result);
    return code;
}

static enum devca_code show_row(const struct store_query_row *row,
                                void *context)
{
    struct showing *showing = context;
    enum devca_code code = hand_on(row, showing->stream);

    if (code == DEVCA_OK)
        code = store_journal_about(showing->devca->store, row->id, tell_act,
                                   showing, showing->error);
    return code;
}

static enum devca_code show_query(struct devca *devca,
                                  const struct devca_query_request *request,
                                  bool authorities, struct stream *stream,
                                  struct devca_error *error)
{
    struct showing showing = {devca, stream, error};
    struct prepared prepared = {0};
    enum devca_code code = prepare(devca, request, &prepared, error);

    prepared.query.der = true;
    prepared.query.authorities = authorities;
    if (code == DEVCA_OK)
        code = store_query_run(devca->store, &prepared.query, show_row,
                               &showing, error);
    if (code == DEVCA_OK && stream->rows == 0)
        code =
            fail(error, DEVCA_E_NOT_FOUND,
                 request->uid ? request->uid : request->serial, NULL,
                 request->uid ? "uid" : "serial", "no certificate of that %s",
                 request->uid ? "UID" : "serial number");
    prepared_clear(&prepared);
    return code;
}

static enum devca_code show_serial(struct devca *devca, const char *serial,
                                   struct stream *stream,
                                   struct devca_error *error)
{
    struct devca_query_request request = {.serial = serial};
    struct prepared prepared = {0};
    struct owner owner = {.found = false};
    enum devca_code code = prepare(devca, &request, &prepared, error);

    prepared.query.authorities = true;
    if (code == DEVCA_OK)
        code = store_query_run(devca->store, &prepared.query, find_owner,
                               &owner, error);
    prepared_clear(&prepared);
    if (code != DEVCA_OK)
        return code;
    if (owner.found && owner.uid[0] != '\0') {
        request.serial = NULL;
        request.uid = owner.uid;
        request.product = owner.product;
    }
    return show_query(devca, &request, true, stream, error);
}

enum devca_code devca_show(struct devca *devca,
                           const struct devca_show_request *request,
                           devca_record_each *each, void *context,
                           struct devca_error *error)
{
    struct devca_query_request query = {.product = request->product,
                                        .uid = request->uid};
    struct stream stream = {each, context, 0};

    if (!request->uid == !request->serial)
        return fail(error, DEVCA_E_USAGE, "show", NULL, NULL,
                    request->uid ? "takes a UID or a serial number, not both"
                                 : "needs a UID or a serial number");
    if (request->serial)
        return show_serial(devca, request->serial, &stream, error);
    return show_query(devca, &query, false, &stream, error);
}
