#include "devca/store/condition.h"

#include "devca/base/fail.h"
#include "devca/store/fault.h"

#include <string.h>

/* As the view `certificates`, but at a given moment and open to conditions on
 * the columns beneath. A test keeps the two the same. Left joins throughout:
 * the order of the walk is then that of `certificate`. */
static const char select_names[] =
    "SELECT c.id, "
    "CASE WHEN c.device_id IS NULL THEN 'authority' ELSE 'device' END AS kind, "
    "coalesce(p.name, CASE a.kind WHEN 2 THEN a.name END) AS product, "
    "lower(hex(d.uid)) AS uid, lower(hex(c.serial)) AS serial, "
    "f.name AS profile, i.name AS issuer, "
    "CASE WHEN c.status = 0 AND c.not_after < ? THEN 'expired' "
    "WHEN c.status = 0 THEN 'active' WHEN c.status = 1 THEN 'superseded' "
    "WHEN c.status = 2 THEN 'revoked' ELSE 'held' END AS status, "
    "CASE r.reason WHEN 0 THEN 'unspecified' WHEN 1 THEN 'keyCompromise' "
    "WHEN 2 THEN 'cACompromise' WHEN 3 THEN 'affiliationChanged' "
    "WHEN 4 THEN 'superseded' WHEN 5 THEN 'cessationOfOperation' "
    "WHEN 6 THEN 'certificateHold' WHEN 9 THEN 'privilegeWithdrawn' "
    "WHEN 10 THEN 'aACompromise' END AS reason, "
    "strftime('%Y-%m-%dT%H:%M:%SZ', r.revoked_at, 'unixepoch') AS revoked_at, "
    "strftime('%Y-%m-%dT%H:%M:%SZ', r.invalid_at, 'unixepoch') AS invalid_at, "
    "strftime('%Y-%m-%dT%H:%M:%SZ', c.not_before, 'unixepoch') AS not_before, "
    "strftime('%Y-%m-%dT%H:%M:%SZ', c.not_after, 'unixepoch') AS not_after, "
    "strftime('%Y-%m-%dT%H:%M:%SZ', c.issued_at, 'unixepoch') AS issued_at, "
    "CASE c.key_type WHEN 1 THEN 'p256' WHEN 2 THEN 'p384' END AS key_type, "
    "lower(hex(c.key_digest)) AS key_fingerprint, "
    "lower(hex(c.fingerprint)) AS fingerprint, length(c.der) AS size, ";
static const char select_count[] = "SELECT count(*)";
static const char select_from[] =
    " FROM certificate AS c "
    "LEFT JOIN authority AS i ON i.id = c.issuer_id "
    "LEFT JOIN device AS d ON d.id = c.device_id "
    "LEFT JOIN product AS p ON p.id = d.product_id "
    "LEFT JOIN authority AS a ON a.id = c.authority_id "
    "LEFT JOIN profile AS f ON f.id = c.profile_id "
    "LEFT JOIN revocation AS r ON r.issuer_id = c.issuer_id "
    "AND r.serial = c.serial AND r.released_at IS NULL "
    "WHERE 1";

#define COLUMNS 19

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
    if (query->uid.len > 0) {
        condition_add(conditions,
                      "c.device_id IN (SELECT id FROM device WHERE uid = ?)");
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
        condition_add(conditions, "+c.device_id IS NOT NULL");
}

static void add_expiry(struct conditions *conditions,
                       const struct store_query *query)
{
    if (!query->expires)
        return;
    if (query->expires_before <= DEVCA_NEVER)
        condition_add(conditions, "c.issuer_id IN (SELECT id FROM authority) "
                                  "AND c.not_after < 253402300799");
    condition_add(conditions, "c.not_after < ?");
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
        condition_add(conditions, "+c.profile_id IN (SELECT id FROM profile "
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

static bool write_sql(const struct asking *asking, struct bytes *sql)
{
    const struct store_query *query = asking->query;
    const char *last = query->der ? "c.der" : "NULL AS der";
    bool done;

    if (asking->count)
        done = bytes_append_text(sql, select_count);
    else
        done = bytes_append_text(sql, select_names) &&
               bytes_append_text(sql, last);
    done = done && bytes_append_text(sql, select_from) &&
           bytes_append_slice(sql, bytes_slice(&asking->conditions.sql));
    if (!asking->count)
        done = done && bytes_append_text(sql, " ORDER BY c.id");
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
    int i;

    for (i = 0; i < COLUMNS; i++) {
        names[i] = sqlite3_column_name(call->statement, i);
        if (names[i] == NULL) {
            call->status = SQLITE_NOMEM;
            return DEVCA_OK;
        }
        read_value(call->statement, i, &values[i]);
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

enum devca_code store_query_count(struct store *store,
                                  const struct store_query *query,
                                  int64_t *count, struct devca_error *error)
{
    struct asking asking = {.store = store, .query = query, .count = true};
    enum devca_code code = prepare(&asking, error);
    struct call call;

    *count = 0;
    if (code == DEVCA_OK) {
        bind(&asking, &call);
        if (call_row(&call))
            *count = call_get_integer(&call);
        code = call_close(&call, error);
    }
    sqlite3_finalize(asking.statement);
    conditions_clear(&asking.conditions);
    return code;
}
