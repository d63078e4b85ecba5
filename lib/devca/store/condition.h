/*
 * A WHERE clause in the making: SQL of our own words only, and the caller's
 * values as parameters beside it. Zero-initialise, conditions_clear at the end.
 */
#ifndef DEVCA_STORE_CONDITION_H
#define DEVCA_STORE_CONDITION_H

#include "devca/base/bytes.h"
#include "devca/store/call.h"

#define CONDITIONS_MAX 48

struct condition_value {
    enum store_type type; /* INTEGER, TEXT or BLOB */
    int64_t integer;
    size_t offset; /* into pool */
    size_t len;
};

struct conditions {
    struct bytes sql; /* " AND ..." each; one ? for each value, in order */
    struct bytes pool;
    struct condition_value values[CONDITIONS_MAX];
    size_t count;
    devca_seconds now;
    bool short_of_memory;
    bool too_many;
};

void conditions_clear(struct conditions *conditions);

/* Appends " AND " and sql, which takes one value for each add that follows. */
void condition_add(struct conditions *conditions, const char *sql);
void condition_integer(struct conditions *conditions, int64_t value);
void condition_octets(struct conditions *conditions, enum store_type type,
                      struct devid_slice octets);
/* A status by its name, `expired` judged at conditions->now. false when there
 * is no such status. */
bool condition_status(struct conditions *conditions, const char *name,
                      bool wanted);

/* Binds all values to call, in order. */
void conditions_bind(const struct conditions *conditions, struct call *call);
/* DEVCA_E_NO_MEMORY, or DEVCA_E_USAGE for more values than fit. */
enum devca_code conditions_check(const struct conditions *conditions,
                                 struct devca_error *error);

/*
 * Compiles "field op value and ..." and appends it. DEVCA_E_USAGE naming the
 * column (from 1) and what is wrong there.
 */
enum devca_code where_compile(struct conditions *conditions, const char *text,
                              struct devca_error *error);

#endif
