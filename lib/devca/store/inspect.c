#include "devca/store/call.h"
#include "devca/store/fault.h"
#include "devca/store/migrate.h"

#include "devca/base/fail.h"

/* Each gives rows of (object, fault). ?1 is now, ?2 whether large tables are
 * walked too. */
static const char *const inspections[STORE_INSPECTION_COUNT] = {
    [STORE_INSPECT_PAGES] =
        "SELECT 'database', integrity_check FROM pragma_integrity_check "
        "WHERE ?2 AND integrity_check <> 'ok' UNION ALL "
        "SELECT 'table ' || s.name, i.integrity_check "
        "FROM sqlite_schema AS s, pragma_integrity_check(s.name) AS i "
        "WHERE s.type = 'table' AND i.integrity_check <> 'ok' "
        "AND NOT ?2 AND s.name NOT IN (SELECT name FROM temp.large)",

    [STORE_INSPECT_REFERENCES] =
        "SELECT f.\"table\" || coalesce(' row ' || f.rowid, ''), "
        "'names a row of ' || f.parent || ' that is not there' "
        "FROM sqlite_schema AS s, pragma_foreign_key_check(s.name) AS f "
        "WHERE s.type = 'table' "
        "AND (?2 OR s.name NOT IN (SELECT name FROM temp.large))",

    [STORE_INSPECT_GONE] = "SELECT 'certificate', (max(id) - count(*)) || "
                           "' rows are gone that were there' FROM certificate "
                           "HAVING max(id) <> count(*) UNION ALL "
                           "SELECT 'device', (max(id) - count(*)) || "
                           "' rows are gone that were there' FROM device "
                           "HAVING max(id) <> count(*) UNION ALL "
                           "SELECT 'device', count(*) || ' rows are gone that "
                           "a UID finds' FROM "
                           "(SELECT device_id FROM uid_fresh UNION ALL "
                           "SELECT device_id FROM uid_recent UNION ALL "
                           "SELECT device_id FROM uid_settled) WHERE ?2 AND "
                           "device_id > (SELECT max(id) FROM device) "
                           "HAVING count(*) > 0",

    [STORE_INSPECT_TALLY] =
        "WITH counted AS (SELECT issuer_id, coalesce(profile_id, 0) AS "
        "profile_id, device_id IS NOT NULL AS device, status, count(*) AS n "
        "FROM certificate WHERE ?2 GROUP BY 1, 2, 3, 4) "
        "SELECT 'issuer ' || t.issuer_id || ', profile ' || t.profile_id || "
        "', status ' || t.status, 'the tally says ' || t.count || ' of ' || "
        "coalesce(c.n, 0) FROM tally AS t LEFT JOIN counted AS c "
        "ON c.issuer_id = t.issuer_id AND c.profile_id = t.profile_id "
        "AND c.device = t.device AND c.status = t.status "
        "WHERE ?2 AND t.count <> coalesce(c.n, 0) UNION ALL "
        "SELECT 'issuer ' || c.issuer_id || ', profile ' || c.profile_id || "
        "', status ' || c.status, 'the tally says nothing of ' || c.n "
        "FROM counted AS c LEFT JOIN tally AS t "
        "ON c.issuer_id = t.issuer_id AND c.profile_id = t.profile_id "
        "AND c.device = t.device AND c.status = t.status "
        "WHERE t.count IS NULL UNION ALL "
        "SELECT 'issuer ' || i.issuer_id, 'the tally says ' || "
        "coalesce(t.n, 0) || ' of ' || i.n FROM "
        "(SELECT issuer_id, count(*) AS n FROM certificate GROUP BY 1) AS i "
        "LEFT JOIN (SELECT issuer_id, sum(count) AS n FROM tally GROUP BY 1) "
        "AS t ON t.issuer_id = i.issuer_id "
        "WHERE NOT ?2 AND i.n <> coalesce(t.n, 0)",

    [STORE_INSPECT_REVOCATIONS] =
        "SELECT 'serial ' || lower(hex(c.serial)), 'is ' || CASE c.status "
        "WHEN 1 THEN 'superseded' WHEN 2 THEN 'revoked' ELSE 'held' END || "
        "' and no revocation is in force' FROM certificate AS c "
        "WHERE c.status <> 0 AND NOT EXISTS (SELECT 1 FROM revocation AS r "
        "WHERE r.issuer_id = c.issuer_id AND r.serial = c.serial "
        "AND r.released_at IS NULL) UNION ALL "
        "SELECT 'serial ' || lower(hex(r.serial)), "
        "CASE WHEN c.id IS NULL THEN 'is revoked and on record nowhere' "
        "WHEN c.serial <> r.serial OR c.issuer_id <> r.issuer_id "
        "THEN 'its revocation names another certificate' "
        "WHEN c.not_after IS NOT r.not_after "
        "THEN 'its revocation has another notAfter than its certificate: a "
        "CRL may leave it out' "
        "WHEN c.status = 0 THEN 'is revoked and passes for active' "
        "ELSE 'its status is not that of its revocation' END "
        "FROM revocation AS r LEFT JOIN certificate AS c "
        "ON c.id = r.certificate_id WHERE c.id IS NULL "
        "OR c.serial <> r.serial OR c.issuer_id <> r.issuer_id "
        "OR c.not_after IS NOT r.not_after OR (r.released_at IS NULL "
        "AND (c.status = 0 OR (c.status = 3) <> (r.reason = 6) "
        "OR (c.status = 1 AND (r.reason <> 4 OR NOT EXISTS "
        "(SELECT 1 FROM certificate AS n WHERE n.device_id = c.device_id "
        "AND n.id > c.id))))) "
        "UNION ALL SELECT 'serial ' || lower(hex(r.serial)), "
        "'its revocations are not in their order' FROM revocation AS r "
        "WHERE r.turn <> 1 + (SELECT count(*) FROM revocation AS n "
        "WHERE n.issuer_id = r.issuer_id AND n.serial = r.serial "
        "AND n.turn < r.turn) OR (r.released_at IS NULL AND EXISTS "
        "(SELECT 1 FROM revocation AS n WHERE n.issuer_id = r.issuer_id "
        "AND n.serial = r.serial AND n.turn > r.turn)) "
        "UNION ALL SELECT 'serial ' || lower(hex(serial)), "
        "'has ' || count(*) || ' revocations in force' FROM revocation "
        "WHERE released_at IS NULL GROUP BY issuer_id, serial "
        "HAVING count(*) > 1",

    /* A CA's own certificate, and its product's rows, each of which names the
     * other. One that is not there is STORE_INSPECT_REFERENCES'. */
    [STORE_INSPECT_AUTHORITIES] =
        "SELECT name, fault FROM (SELECT a.name, CASE "
        "WHEN a.certificate_id IS NULL AND EXISTS (SELECT 1 "
        "FROM certificate AS o WHERE o.authority_id = a.id) "
        "THEN 'has a certificate that its row does not name' "
        "WHEN f.product_id IS NOT NULL "
        "THEN 'has the profile of a product''s devices' "
        "WHEN c.id IS NULL THEN NULL "
        "WHEN c.authority_id IS NOT a.id OR c.device_id IS NOT NULL "
        "OR EXISTS (SELECT 1 FROM certificate AS o "
        "WHERE o.authority_id = a.id AND o.id <> c.id) "
        "THEN 'its certificate is another''s' "
        "WHEN (a.kind = 1) <> (c.issuer_id = a.id) "
        "THEN CASE a.kind WHEN 1 THEN 'passes for the root and did not sign "
        "its own certificate' ELSE 'passes for a product''s CA and signed its "
        "own certificate' END "
        "WHEN a.profile_id IS NOT c.profile_id "
        "THEN 'has another profile than its certificate' END AS fault "
        "FROM authority AS a LEFT JOIN certificate AS c "
        "ON c.id = a.certificate_id LEFT JOIN profile AS f "
        "ON f.id = a.profile_id UNION ALL SELECT p.name, CASE "
        "WHEN a.kind <> 2 OR a.name <> p.name "
        "THEN 'its CA is that of another' "
        "WHEN p.device_profile_id IS NOT (SELECT min(f.id) FROM profile AS f "
        "WHERE f.product_id = p.id) "
        "THEN 'its profile is not the one that it was made with' END "
        "FROM product AS p LEFT JOIN authority AS a ON a.id = p.authority_id) "
        "WHERE fault IS NOT NULL",

    [STORE_INSPECT_CRL_NUMBERS] =
        "SELECT a.name, 'has used CRL number ' || a.crl_number || "
        "', the last list on record is ' || coalesce(c.last, 0) "
        "FROM authority AS a LEFT JOIN (SELECT authority_id, max(number) AS "
        "last FROM crl GROUP BY 1) AS c ON c.authority_id = a.id "
        "WHERE a.crl_number <> coalesce(c.last, 0)",

    [STORE_INSPECT_CRL_STALE] =
        "SELECT a.name, 'CRL number ' || l.number || ' ended at ' || "
        "strftime('%Y-%m-%dT%H:%M:%SZ', l.next_update, 'unixepoch') "
        "FROM authority AS a JOIN crl AS l ON l.authority_id = a.id "
        "AND l.number IN (SELECT max(number) FROM crl WHERE authority_id = "
        "a.id AND kind <> 1 GROUP BY kind, scope) JOIN certificate AS c "
        "ON c.id = a.certificate_id WHERE l.next_update < ?1 "
        "AND c.status = 0 AND coalesce(c.not_after, ?1) >= ?1",

    /* By what the list saw of the journal, where its row says it: one that was
     * on hold then is released first. CROSS, so that a CA's lists are looked
     * through once and not for each revocation. */
    [STORE_INSPECT_CRL_BEHIND] =
        "SELECT a.name, count(*) || ' revocations or releases are on no list' "
        "|| CASE a.key_uri WHEN '' THEN ' here: the key of this CA is in "
        "another store, which is to be told of them and lists them' ELSE '' "
        "END FROM authority AS a CROSS JOIN certificate AS c "
        "ON c.id = a.certificate_id "
        "LEFT JOIN crl AS l ON l.authority_id = a.id "
        "AND l.number = (SELECT min(number) FROM (SELECT max(number) AS number "
        "FROM crl WHERE authority_id = a.id GROUP BY scope)) "
        "CROSS JOIN revocation AS r ON r.issuer_id = a.id WHERE c.status = 0 "
        "AND coalesce(c.not_after, ?1) >= ?1 "
        "AND CASE WHEN l.seq IS NOT NULL "
        "THEN r.turn = (SELECT max(turn) FROM revocation AS n "
        "WHERE n.issuer_id = r.issuer_id AND n.serial = r.serial) "
        "AND (SELECT j.act FROM journal AS j WHERE j.certificate_id = "
        "r.certificate_id AND j.act <> 4 AND j.act IN (10, 11) "
        "AND j.seq > l.seq ORDER BY j.seq LIMIT 1) "
        "IN (11, CASE WHEN r.released_at IS NULL THEN 10 END) "
        "WHEN r.released_at IS NULL "
        "THEN r.revoked_at > coalesce(l.this_update, 0) "
        "ELSE l.this_update IS NOT NULL AND r.revoked_at <= l.this_update "
        "AND r.released_at > l.this_update END GROUP BY a.id",

    [STORE_INSPECT_EXPIRING] =
        "SELECT a.name, CASE WHEN c.not_after < ?1 THEN 'its certificate "
        "ended at ' ELSE 'its certificate ends at ' END || "
        "strftime('%Y-%m-%dT%H:%M:%SZ', c.not_after, 'unixepoch') "
        "FROM authority AS a JOIN certificate AS c ON c.id = a.certificate_id "
        "WHERE c.status = 0 AND c.not_after < ?1 + 180 * 86400",

    [STORE_INSPECT_CLOCK] =
        "SELECT 'certificate ' || id, 'was issued at ' || "
        "strftime('%Y-%m-%dT%H:%M:%SZ', issued_at, 'unixepoch') || "
        "', which is still to come' FROM certificate "
        "WHERE id = (SELECT max(id) FROM certificate) "
        "AND issued_at > ?1 + 86400"};

/* What grows with the devices. */
static const char large_tables[] =
    "CREATE TEMP TABLE IF NOT EXISTS large (name TEXT);"
    "DELETE FROM temp.large;"
    "INSERT INTO temp.large VALUES ('certificate'), ('device'), "
    "('journal'), ('checkpoint'), ('key_recent'), ('key_settled'), "
    "('uid_recent'), ('uid_settled');";

static const char *text_of(sqlite3_stmt *statement, int column)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    return text != NULL ? (const char *)text : "";
}

/* Every row of a statement with two columns; takes the statement. */
static enum devca_code tell_rows(struct store *store, sqlite3_stmt *statement,
                                 store_told *told, void *context,
                                 struct devca_error *error)
{
    enum devca_code said = DEVCA_OK, code = DEVCA_OK;
    int status;

    while ((status = sqlite3_step(statement)) == SQLITE_ROW) {
        said = told(text_of(statement, 0), text_of(statement, 1), context);
        if (said != DEVCA_OK)
            break;
    }
    sqlite3_finalize(statement);
    if (said == DEVCA_OK && status != SQLITE_DONE)
        code = store_fault(store, status, NULL, error);
    return said != DEVCA_OK ? said : code;
}

enum devca_code store_inspect(struct store *store,
                              const struct store_inspection_request *request,
                              store_told *told, void *context,
                              struct devca_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum devca_code code = connection_run(store, large_tables, error);
    int status;

    if (code != DEVCA_OK)
        return code;
    status = sqlite3_prepare_v2(store->db, inspections[request->which], -1,
                                &statement, NULL);
    /* A value that a text does not use is out of range there. */
    if (status == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 0)
        sqlite3_bind_int64(statement, 1, request->now);
    if (status == SQLITE_OK && sqlite3_bind_parameter_count(statement) > 1)
        sqlite3_bind_int(statement, 2, request->large);
    if (status != SQLITE_OK)
        return store_fault(store, status, NULL, error);
    return tell_rows(store, statement, told, context, error);
}

/* ---- the schema ---- */

static const char compare_schemas[] =
    "SELECT m.type || ' ' || m.name, CASE WHEN h.name IS NULL "
    "THEN 'is missing' ELSE 'is not as this version defines it' END "
    "FROM temp.meant AS m LEFT JOIN main.sqlite_schema AS h "
    "ON h.type = m.type AND h.name = m.name WHERE h.sql IS NOT m.sql "
    "UNION ALL SELECT h.type || ' ' || h.name, 'is not of this version' "
    "FROM main.sqlite_schema AS h LEFT JOIN temp.meant AS m "
    "ON h.type = m.type AND h.name = m.name WHERE m.name IS NULL "
    "AND h.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";

/* The schema of a new database, copied beside the one looked at. */
static enum devca_code copy_meant(struct store *fresh, struct store *store,
                                  struct devca_error *error)
{
    sqlite3_stmt *from = NULL, *into = NULL;
    int column, status;

    status = sqlite3_prepare_v2(fresh->db,
                                "SELECT type, name, sql FROM sqlite_schema "
                                "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
                                -1, &from, NULL);
    if (status == SQLITE_OK)
        status = sqlite3_prepare_v2(store->db,
                                    "INSERT INTO temp.meant VALUES (?, ?, ?)",
                                    -1, &into, NULL);
    while (status == SQLITE_OK && sqlite3_step(from) == SQLITE_ROW) {
        for (column = 0; column < 3; column++)
            sqlite3_bind_value(into, column + 1,
                               sqlite3_column_value(from, column));
        status = sqlite3_step(into);
        status = status == SQLITE_DONE ? sqlite3_reset(into) : status;
    }
    sqlite3_finalize(from);
    sqlite3_finalize(into);
    return status == SQLITE_OK ? DEVCA_OK
                               : store_fault(store, status, NULL, error);
}

static enum devca_code make_meant(struct store *store,
                                  struct devca_error *error)
{
    struct connection_request memory = {.path = ":memory:",
                                        .flags = SQLITE_OPEN_READWRITE |
                                                 SQLITE_OPEN_CREATE};
    struct store *fresh = NULL;
    enum devca_code code;

    code = connection_run(store,
                          "CREATE TEMP TABLE IF NOT EXISTS meant "
                          "(type TEXT, name TEXT, sql TEXT);"
                          "DELETE FROM temp.meant",
                          error);
    if (code == DEVCA_OK)
        code = connection_open(&fresh, &memory, error);
    if (code == DEVCA_OK)
        code = migrate(fresh, error);
    if (code == DEVCA_OK)
        code = copy_meant(fresh, store, error);
    store_close(fresh);
    return code;
}

enum devca_code store_inspect_schema(struct store *store, store_told *told,
                                     void *context, struct devca_error *error)
{
    sqlite3_stmt *statement = NULL;
    enum devca_code code = make_meant(store, error);
    int status;

    if (code != DEVCA_OK)
        return code;
    status =
        sqlite3_prepare_v2(store->db, compare_schemas, -1, &statement, NULL);
    if (status != SQLITE_OK)
        return store_fault(store, status, NULL, error);
    return tell_rows(store, statement, told, context, error);
}
