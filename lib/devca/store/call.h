/*
 * One use of a prepared statement: bind in order, run, read columns in order.
 * The first failure sticks and is reported once, at the end; whatever was bound
 * must live until call_close.
 */
#ifndef DEVCA_STORE_CALL_H
#define DEVCA_STORE_CALL_H

#include "devca/store/handle.h"

struct call {
    struct store *store;
    sqlite3_stmt *statement;
    const char *field; /* what a broken constraint is reported of */
    int status;        /* of SQLite: OK, ROW, DONE or the first failure */
    int bound;
    int column;
    uint8_t *place; /* where the next text or blob is kept */
};

void call_open(struct call *call, struct store *store, enum statement which);
/* The same around a statement that the caller prepared and finalizes. */
void call_adopt(struct call *call, struct store *store,
                sqlite3_stmt *statement);

void call_integer(struct call *call, int64_t value);
void call_integer_or_null(struct call *call, int64_t value); /* 0 is NULL */
void call_text(struct call *call, const char *text);         /* NULL is NULL */
void call_text_octets(struct call *call, struct devid_slice text);
void call_octets(struct call *call, struct devid_slice octets);
void call_octets_or_null(struct call *call, struct devid_slice octets);

/* true when there is a next row; its columns may then be read. */
bool call_row(struct call *call);
int64_t call_get_integer(struct call *call); /* NULL is 0 */
/* Into *memory, which call_keep made for the whole row. */
bool call_keep(struct call *call, void **memory);
const char *call_get_text(struct call *call);
struct devid_slice call_get_octets(struct call *call);
/* In place: until the next row. */
struct devid_slice call_peek_octets(struct call *call);

/* Readies the statement for its next use and tells how this one went.
 * call_close reports a failure; call_found also tells DEVCA_E_NOT_FOUND, with
 * no message, when the last call_row gave none. */
enum devca_code call_close(struct call *call, struct devca_error *error);
enum devca_code call_found(struct call *call, struct devca_error *error);
/* Runs a statement without rows and closes. */
enum devca_code call_run(struct call *call, struct devca_error *error);
/* The number that a statement without parameters gives. */
enum devca_code call_ask(struct store *store, enum statement which,
                         int64_t *number, struct devca_error *error);
/* Like call_run, and DEVCA_E_NOT_FOUND when it changed no row. */
enum devca_code call_change(struct call *call, struct devca_error *error);

#endif
