#include "devca/store/call.h"

#include "devca/base/fail.h"
#include "devca/store/fault.h"

#include <stdlib.h>
#include <string.h>

const struct statement_text statement_texts[STATEMENT_COUNT] = {
#define STATEMENT_ROW(name, field, sql) {field, sql},
    STATEMENT_TABLE(STATEMENT_ROW)
#undef STATEMENT_ROW
};

void call_open(struct call *call, struct store *store, enum statement which)
{
    sqlite3_stmt **kept = &store->statements[which];

    memset(call, 0, sizeof *call);
    call->store = store;
    call->field = statement_texts[which].field;
    if (*kept == NULL)
        call->status =
            sqlite3_prepare_v3(store->db, statement_texts[which].sql, -1,
                               SQLITE_PREPARE_PERSISTENT, kept, NULL);
    else if (sqlite3_stmt_busy(*kept))
        call->status = SQLITE_MISUSE;
    if (call->status == SQLITE_OK)
        call->statement = *kept;
}

void call_adopt(struct call *call, struct store *store, sqlite3_stmt *statement)
{
    memset(call, 0, sizeof *call);
    call->store = store;
    call->statement = statement;
}

void call_integer(struct call *call, int64_t value)
{
    if (call->status == SQLITE_OK)
        call->status =
            sqlite3_bind_int64(call->statement, ++call->bound, value);
}

void call_integer_or_null(struct call *call, int64_t value)
{
    if (value == 0)
        call->bound++;
    else
        call_integer(call, value);
}

void call_text_octets(struct call *call, struct devid_slice text)
{
    /* A null pointer would bind NULL instead of an empty text. */
    const char *data = text.len > 0 ? (const char *)text.data : "";

    if (call->status == SQLITE_OK)
        call->status =
            sqlite3_bind_text64(call->statement, ++call->bound, data, text.len,
                                SQLITE_STATIC, SQLITE_UTF8);
}

void call_text(struct call *call, const char *text)
{
    struct devid_slice octets = {(const uint8_t *)text, 0};

    if (text == NULL) {
        call->bound++;
        return;
    }
    octets.len = strlen(text);
    call_text_octets(call, octets);
}

void call_octets(struct call *call, struct devid_slice octets)
{
    /* A null pointer would bind NULL instead of no octets. */
    const void *data = octets.len > 0 ? (const void *)octets.data : "";

    if (call->status == SQLITE_OK)
        call->status = sqlite3_bind_blob64(call->statement, ++call->bound, data,
                                           octets.len, SQLITE_STATIC);
}

void call_octets_or_null(struct call *call, struct devid_slice octets)
{
    if (octets.len == 0)
        call->bound++;
    else
        call_octets(call, octets);
}

bool call_row(struct call *call)
{
    if (call->status == SQLITE_OK || call->status == SQLITE_ROW)
        call->status = sqlite3_step(call->statement);
    call->column = 0;
    return call->status == SQLITE_ROW;
}

int64_t call_get_integer(struct call *call)
{
    return sqlite3_column_int64(call->statement, call->column++);
}

bool call_keep(struct call *call, void **memory)
{
    int i, count = sqlite3_column_count(call->statement);
    size_t size = 1;

    for (i = 0; i < count; i++)
        if (sqlite3_column_type(call->statement, i) != SQLITE_INTEGER)
            size += (size_t)sqlite3_column_bytes(call->statement, i) + 1;
    *memory = malloc(size);
    call->place = *memory;
    if (*memory == NULL)
        call->status = SQLITE_NOMEM;
    return *memory != NULL;
}

struct devid_slice call_peek_octets(struct call *call)
{
    struct devid_slice octets;
    int column = call->column++;

    octets.data = sqlite3_column_blob(call->statement, column);
    octets.len = (size_t)sqlite3_column_bytes(call->statement, column);
    if (octets.data == NULL)
        octets.len = 0;
    return octets;
}

struct devid_slice call_get_octets(struct call *call)
{
    struct devid_slice octets = call_peek_octets(call);

    if (octets.len > 0)
        memcpy(call->place, octets.data, octets.len);
    call->place[octets.len] = '\0';
    octets.data = call->place;
    call->place += octets.len + 1;
    return octets;
}

const char *call_get_text(struct call *call)
{
    return (const char *)call_get_octets(call).data;
}

enum devca_code call_close(struct call *call, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (call->status != SQLITE_OK && call->status != SQLITE_ROW &&
        call->status != SQLITE_DONE)
        code = store_fault(call->store, call->status, call->field, error);
    if (call->statement != NULL) {
        sqlite3_reset(call->statement);
        sqlite3_clear_bindings(call->statement);
    }
    return code;
}

enum devca_code call_found(struct call *call, struct devca_error *error)
{
    bool found = call->status == SQLITE_ROW;
    enum devca_code code = call_close(call, error);

    if (code == DEVCA_OK && !found)
        return fail(error, DEVCA_E_NOT_FOUND, NULL, NULL, call->field,
                    "is not on record");
    return code;
}

enum devca_code call_run(struct call *call, struct devca_error *error)
{
    call_row(call);
    return call_close(call, error);
}

enum devca_code call_ask(struct store *store, enum statement which,
                         int64_t *number, struct devca_error *error)
{
    struct call call;

    call_open(&call, store, which);
    *number = call_row(&call) ? call_get_integer(&call) : 0;
    return call_close(&call, error);
}

enum devca_code call_change(struct call *call, struct devca_error *error)
{
    enum devca_code code = call_run(call, error);

    if (code == DEVCA_OK && sqlite3_changes(call->store->db) == 0)
        return fail(error, DEVCA_E_NOT_FOUND, NULL, NULL, call->field,
                    "is not on record");
    return code;
}

void store_row_clear(void **memory)
{
    free(*memory);
    *memory = NULL;
}
