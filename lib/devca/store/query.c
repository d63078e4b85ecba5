#include "devca/store/columns.h"
#include "devca/store/condition.h"

#include "devca/base/fail.h"
#include "devca/store/fault.h"
#include "devca/store/tally.h"

#include <string.h>

struct column {
    const char *name;
    const char *sql;
};
static const struct column columns[] = {
    {"id", "c.id"},
    {"kind", COLUMN_KIND},
    {"product", COLUMN_PRODUCT},
    {"uid", "lower(hex(d.uid))"},
    {"serial", "lower(hex(c.serial))"},
    {"profile", "f.name"},
    {"issuer", "i.name"},
    {"status", COLUMN_STATUS},
    {"reason", COLUMN_REASON},
    {"revoked_at", COLUMN_TIME("r.revoked_at")},
    {"invalid_at", COLUMN_TIME("r.invalid_at")},
    {"not_before", COLUMN_TIME(COLUMN_NOT_BEFORE)},
    {"not_after", COLUMN_TIME(COLUMN_NOT_AFTER)},
    {"issued_at", COLUMN_TIME("c.issued_at")},
    {"key_type", COLUMN_KEY_TYPE},
    {"key_fingerprint", "lower(hex(c.key_digest))"},
    {"fingerprint", "lower(hex(" COLUMN_FINGERPRINT "))"},
    {"size", "length(c.der)"},
    {"der", "c.der"},
};
#define COLUMNS (sizeof columns / sizeof columns[0])

static struct devid_slice text_slice(const char *text)
{
    struct devid_slice slice = {(const uint8_t *)text, strlen(text)};

    return slice;
}

/* What names a product: through its CA, whose index walks in order of id. */
static void add_product(struct conditions *conditions,
                        const struct store_query *query)
{
    static const char of_devices[] =
        "c.issuer_id = (SELECT authority_id FROM product WHERE name = ?)";
    static const char of_all[] =
        "(c.issuer_id = (SELECT authority_id FROM product WHERE name = ?) "
        "OR c.authority_id = (SELECT authority_id FROM product "
        "WHERE name = ?))";

    condition_add(conditions, query->authorities ? of_all : of_devices);
    condition_octets(conditions, STORE_TEXT, text_slice(query->product));
    if (query->authorities)
        condition_octets(conditions, STORE_TEXT, text_slice(query->product));
}

static void add_points(struct conditions *conditions,
                       const struct store_query *query)
{
    int table;

    if (query->uid.len > 0) {
        condition_add(conditions, "c.device_id IN " COLUMN_WITH_UID("?"));
        for (table = 0; table < 3; table++)
            condition_octets(conditions, STORE_BLOB, query->uid);
    }
    if (query->serial.len > 0) {
        condition_add(conditions, "c.serial = ?");
        condition_octets(conditions, STORE_BLOB, query->serial);
    }
    if (query->after > 0) {
        condition_add(conditions, "c.id > ?");
        condition_integer(conditions, query->after);
    }
    if (!query->authorities)
        condition_add(conditions, "c.device_id IS NOT NULL");
}

static void add_expiry(struct conditions *conditions,
                       const struct store_query *query)
{
    if (!query->expires)
        return;
    if (query->expires_before > DEVCA_NEVER)
        condition_add(conditions, COLUMN_NOT_AFTER " < ?");
    else
        condition_add(conditions, "c.issuer_id IN (SELECT id FROM authority) "
                                  "AND c.not_after < ?");
    condition_integer(conditions, query->expires_before);
}

static enum devca_code add_all(struct conditions *conditions,
                               const struct store_query *query,
                               struct devca_error *error)
{
    enum devca_code code;

    conditions->now = query->now;
    add_points(conditions, query);
    if (query->product != NULL)
        add_product(conditions, query);
    if (query->profile != NULL) {
        condition_add(conditions, "c.profile_id IN (SELECT id FROM profile "
                                  "WHERE name = ?)");
        condition_octets(conditions, STORE_TEXT, text_slice(query->profile));
    }
    add_expiry(conditions, query);
    if (query->status != NULL &&
        !condition_status(conditions, query->status, true)) {
        fail(error, DEVCA_E_USAGE, query->status, NULL, "status",
             "no such status");
        return fail_hint(error, DEVCA_E_USAGE,
                         "one of active superseded revoked held expired");
    }
    if (query->where != NULL) {
        code = where_compile(conditions, query->where, error);
        if (code != DEVCA_OK)
            return code;
    }
    return conditions_check(conditions, error);
}

struct asking {
    struct store *store;
    const struct store_query *query;
    bool count;
    struct conditions conditions;
    sqlite3_stmt *statement;
};

/* Joins that nothing asks of are left out by SQLite, but for the last. */
static const char *count_from(const struct store_query *query)
{
    return query->where != NULL ? COLUMN_FROM : " FROM certificate AS c";
}

static bool write_columns(struct bytes *sql, bool der)
{
    bool done = true;
    size_t i;

    for (i = 0; i < COLUMNS && done; i++)
        done = bytes_append_text(sql, i == 0 ? "SELECT " : ", ") &&
               bytes_append_text(sql, i + 1 < COLUMNS || der ? columns[i].sql
                                                             : "NULL");
    return done && bytes_append_text(sql, COLUMN_FROM);
}

/* Only a few have an end: found first and sorted then. The plus keeps SQLite
 * from walking all in order of id instead. */
static const char *order(const struct store_query *query)
{
    bool ended = query->status != NULL && strcmp(query->status, "expired") == 0;

    return ended || query->expires ? " ORDER BY +c.id" : " ORDER BY c.id";
}

static bool write_sql(const struct asking *asking, struct bytes *sql)
{
    const struct store_query *query = asking->query;
    bool done;

    if (asking->count)
        done = bytes_append_text(sql, "SELECT count(*)") &&
               bytes_append_text(sql, count_from(query));
    else
        done = write_columns(sql, query->der);
    done = done && bytes_append_text(sql, " WHERE 1") &&
           bytes_append_slice(sql, bytes_slice(&asking->conditions.sql));
    if (!asking->count)
        done = done && bytes_append_text(sql, order(query));
    if (!asking->count && query->limit > 0)
        done = done && bytes_append_text(sql, " LIMIT ?");
    return done;
}

static enum devca_code prepare(struct asking *asking, struct devca_error *error)
{
    struct bytes sql = {0};
    enum devca_code code;
    int status;

    code = add_all(&asking->conditions, asking->query, error);
    if (code != DEVCA_OK)
        return code;
    if (!write_sql(asking, &sql)) {
        bytes_clear(&sql);
        return fail_memory(error);
    }
    status = sqlite3_prepare_v2(asking->store->db, (const char *)sql.data,
                                (int)sql.len, &asking->statement, NULL);
    if (status != SQLITE_OK)
        code = store_fault(asking->store, status, "query", error);
    bytes_clear(&sql);
    return code;
}

static void bind(struct asking *asking, struct call *call)
{
    call_adopt(call, asking->store, asking->statement);
    if (!asking->count)
        call_integer(call, asking->query->now);
    conditions_bind(&asking->conditions, call);
    if (!asking->count && asking->query->limit > 0)
        call_integer(call, asking->query->limit);
}

static void read_value(sqlite3_stmt *statement, int column,
                       struct store_value *value)
{
    static const enum store_type types[] = {[SQLITE_INTEGER] = STORE_INTEGER,
                                            [SQLITE_TEXT] = STORE_TEXT,
                                            [SQLITE_BLOB] = STORE_BLOB,
                                            [SQLITE_NULL] = STORE_NULL};
    int type = sqlite3_column_type(statement, column);

    memset(value, 0, sizeof *value);
    value->type = types[type];
    if (type == SQLITE_INTEGER)
        value->integer = sqlite3_column_int64(statement, column);
    if (type != SQLITE_TEXT && type != SQLITE_BLOB)
        return;
    value->octets.data = sqlite3_column_blob(statement, column);
    value->octets.len = (size_t)sqlite3_column_bytes(statement, column);
}

static enum devca_code tell(struct call *call, store_query_each *each,
                            void *context)
{
    const char *names[COLUMNS];
    struct store_value values[COLUMNS];
    struct store_query_row row = {
        .count = COLUMNS, .names = names, .values = values};
    size_t i;

    for (i = 0; i < COLUMNS; i++) {
        names[i] = columns[i].name;
        read_value(call->statement, (int)i, &values[i]);
    }
    row.id = values[0].integer;
    return each(&row, context);
}

enum devca_code store_query_run(struct store *store,
                                const struct store_query *query,
                                store_query_each *each, void *context,
                                struct devca_error *error)
{
    struct asking asking = {.store = store, .query = query};
    enum devca_code code = prepare(&asking, error), said = DEVCA_OK;
    struct call call;

    if (code == DEVCA_OK) {
        bind(&asking, &call);
        while (said == DEVCA_OK && call_row(&call))
            said = tell(&call, each, context);
        code = call_close(&call, error);
    }
    sqlite3_finalize(asking.statement);
    conditions_clear(&asking.conditions);
    return code != DEVCA_OK ? code : said;
}

static enum devca_code count_rows(struct asking *asking, int64_t *count,
                                  struct devca_error *error)
{
    enum devca_code code = prepare(asking, error);
    struct call call;

    *count = 0;
    if (code == DEVCA_OK) {
        bind(asking, &call);
        if (call_row(&call))
            *count = call_get_integer(&call);
        code = call_close(&call, error);
    }
    sqlite3_finalize(asking->statement);
    conditions_clear(&asking->conditions);
    return code;
}

enum devca_code store_query_count(struct store *store,
                                  const struct store_query *query,
                                  int64_t *count, struct devca_error *error)
{
    struct asking asking = {.store = store, .query = query, .count = true};
    struct store_query expired = *query;
    int64_t ended = 0;
    enum devca_code code;

    if (!tally_answers(query))
        return count_rows(&asking, count, error);
    /* Of all that were not revoked, held or superseded, the tally does not
     * know which have ended: those few have an index. */
    if (query->status != NULL && strcmp(query->status, "active") == 0) {
        expired.status = "expired";
        asking.query = &expired;
        code = count_rows(&asking, &ended, error);
        if (code != DEVCA_OK)
            return code;
    }
    code = tally_count(store, query, count, error);
    *count -= ended;
    return code;
}
