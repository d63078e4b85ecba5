/*
 * Every fixed statement of this room, prepared when first needed and kept. The
 * middle column is what a broken constraint is reported of.
 */
#ifndef DEVCA_STORE_STATEMENT_H
#define DEVCA_STORE_STATEMENT_H

#include "devca/store/columns.h"

#define STATEMENT_PROFILE_COLUMNS "id, product_id, name, digest, document"
#define STATEMENT_AUTHORITY_COLUMNS                                  \
    "id, kind, name, key_uri, profile_id, certificate_id, subject, " \
    "public_key, key_id, request, crl_number, created_at"
#define STATEMENT_PRODUCT_COLUMNS \
    "id, name, authority_id, device_profile_id, uid_format, created_at"
#define STATEMENT_CERTIFICATE_COLUMNS                                        \
    "c.id, c.issuer_id, c.device_id, c.profile_id, c.serial, c.key_digest, " \
    "c.key_type, c.der, c.issued_at + c.begins, "                            \
    "coalesce(c.not_after, 253402300799), "                                  \
    "c.issued_at, c.status"

#define STATEMENT_WITH_KEY COLUMN_WITH_PREFIX("?1")
#define STATEMENT_WITH_ITS_KEY COLUMN_WITH_PREFIX("c.key_digest")
#define STATEMENT_LISTED(table)                   \
    "(SELECT count(*) FROM " table                \
    " WHERE prefix = substr(c.key_digest, 1, 5) " \
    "AND certificate_id = c.id)"
#define STATEMENT_LISTED_ANYWHERE \
    STATEMENT_LISTED("key_fresh") \
    " + " STATEMENT_LISTED("key_recent") " + " STATEMENT_LISTED("key_settled")

/* One table after the other, no further than to the first row. */
#define STATEMENT_DEVICE(table) \
    "SELECT device_id FROM " table " WHERE uid = ?1 AND product_id = ?2"
#define STATEMENT_DEVICE_ELSE(table) " UNION ALL " STATEMENT_DEVICE(table)
#define STATEMENT_DEVICE_ANYWHERE \
    STATEMENT_DEVICE("uid_fresh") \
    STATEMENT_DEVICE_ELSE("uid_recent") STATEMENT_DEVICE_ELSE("uid_settled")
/* How often the UID of d finds its device, or with <> another one. */
#define STATEMENT_WITH_UID(table, alias)                         \
    "LEFT JOIN " table " AS " alias " ON " alias ".uid = d.uid " \
    "AND " alias ".product_id = d.product_id "
#define STATEMENT_WITH_ITS_UID             \
    STATEMENT_WITH_UID("uid_fresh", "uf")  \
    STATEMENT_WITH_UID("uid_recent", "ur") \
    STATEMENT_WITH_UID("uid_settled", "us")
#define STATEMENT_FOUND(is)                    \
    "coalesce(uf.device_id " is " d.id, 0) "   \
    "+ coalesce(ur.device_id " is " d.id, 0) " \
    "+ coalesce(us.device_id " is " d.id, 0), "
#define STATEMENT_FOUND_BY_UID STATEMENT_FOUND("=") STATEMENT_FOUND("<>")
#define STATEMENT_WALKED                                                 \
    "FROM certificate AS c LEFT JOIN device AS d ON d.id = c.device_id " \
    "LEFT JOIN product AS p ON p.id = d.product_id " STATEMENT_WITH_ITS_UID

/* OR ROLLBACK: SQLite then keeps no copies of pages to undo this alone. */
#define STATEMENT_MOVE(columns, from, into) \
    "INSERT OR ROLLBACK INTO " into " SELECT " columns " FROM " from
#define STATEMENT_KEYS "prefix, certificate_id"
#define STATEMENT_UIDS "uid, product_id, device_id"

#define STATEMENT_JOURNAL_ROW                                         \
    "SELECT j.seq, j.at, t.name, j.act, j.certificate_id, j.object, " \
    "j.details, j.leaf, c.der, c.serial, d.uid, i.name, f.name, "     \
    "coalesce(c.not_after, 253402300799) "                            \
    "FROM journal AS j LEFT JOIN actor AS t ON t.id = j.actor_id "    \
    "LEFT JOIN certificate AS c ON c.id = j.certificate_id "          \
    "LEFT JOIN device AS d ON d.id = c.device_id "                    \
    "LEFT JOIN authority AS i ON i.id = c.issuer_id "                 \
    "LEFT JOIN profile AS f ON f.id = c.profile_id "

#define STATEMENT_TABLE(X)                                                    \
    X(PROFILE_PUT, "profile",                                                 \
      "INSERT INTO profile (product_id, name, digest, document) "             \
      "VALUES (?, ?, ?, ?)")                                                  \
    X(PROFILE_SAME, "profile",                                                \
      "SELECT id FROM profile WHERE coalesce(product_id, 0) = ? "             \
      "AND name = ? AND digest = ?")                                          \
    X(PROFILE_GET, "profile",                                                 \
      "SELECT " STATEMENT_PROFILE_COLUMNS " FROM profile WHERE id = ?")       \
    X(PROFILE_LIST, "profile",                                                \
      "SELECT " STATEMENT_PROFILE_COLUMNS " FROM profile ORDER BY id")        \
    X(PROFILE_FIND, "profile",                                                \
      "SELECT " STATEMENT_PROFILE_COLUMNS " FROM profile "                    \
      "WHERE coalesce(product_id, 0) = ? AND name = ? ORDER BY id LIMIT 1")   \
    X(AUTHORITY_PUT, "authority",                                             \
      "INSERT INTO authority (kind, name, key_uri, profile_id, "              \
      "certificate_id, subject, public_key, key_id, request, crl_number, "    \
      "created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")                 \
    X(AUTHORITY_GET, "authority",                                             \
      "SELECT " STATEMENT_AUTHORITY_COLUMNS " FROM authority WHERE id = ?")   \
    X(AUTHORITY_FIND, "authority",                                            \
      "SELECT " STATEMENT_AUTHORITY_COLUMNS " FROM authority "                \
      "WHERE kind = ? AND name = coalesce(?, name)")                          \
    X(AUTHORITY_LIST, "authority",                                            \
      "SELECT " STATEMENT_AUTHORITY_COLUMNS " FROM authority "                \
      "ORDER BY kind, name")                                                  \
    X(AUTHORITY_INSTALL, "authority",                                         \
      "UPDATE authority SET certificate_id = ? WHERE id = ?")                 \
    X(AUTHORITY_IDENTIFY, "authority",                                        \
      "UPDATE authority SET key_id = ? WHERE id = ?")                         \
    X(AUTHORITY_NUMBER, "crl",                                                \
      "UPDATE authority SET crl_number = ?2 "                                 \
      "WHERE id = ?1 AND crl_number = ?2 - 1")                                \
    X(PRODUCT_PUT, "product",                                                 \
      "INSERT INTO product (name, authority_id, device_profile_id, "          \
      "uid_format, created_at) VALUES (?, ?, ?, ?, ?)")                       \
    X(PRODUCT_SET_PROFILE, "product",                                         \
      "UPDATE product SET device_profile_id = ? WHERE id = ?")                \
    X(PRODUCT_FIND, "product",                                                \
      "SELECT " STATEMENT_PRODUCT_COLUMNS " FROM product WHERE name = ?")     \
    X(PRODUCT_LIST, "product",                                                \
      "SELECT " STATEMENT_PRODUCT_COLUMNS " FROM product ORDER BY name")      \
    X(DEVICE_PUT, "device",                                                   \
      "INSERT INTO device (product_id, uid, created_at) VALUES (?, ?, ?)")    \
    X(DEVICE_FIND, "device", STATEMENT_DEVICE_ANYWHERE)                       \
    X(UID_PUT, "uid_fresh", "INSERT INTO uid_fresh VALUES (?, ?, ?)")         \
    X(UIDS_TO_RECENT, "uid_recent",                                           \
      STATEMENT_MOVE(STATEMENT_UIDS, "uid_fresh", "uid_recent"))              \
    X(UIDS_FRESH_CLEAR, "uid_fresh", "DELETE FROM uid_fresh")                 \
    X(UIDS_TO_SETTLED, "uid_settled",                                         \
      STATEMENT_MOVE(STATEMENT_UIDS, "uid_recent", "uid_settled"))            \
    X(UIDS_RECENT_CLEAR, "uid_recent", "DELETE FROM uid_recent")              \
    X(DEVICE_LAST, "device", "SELECT coalesce(max(id), 0) FROM device")       \
    X(CERTIFICATE_PUT, "certificate",                                         \
      "INSERT INTO certificate (issuer_id, device_id, profile_id, status, "   \
      "key_type, begins, not_after, issued_at, serial, key_digest, der) "     \
      "VALUES (?, ?, ?, ?, ?, ?, nullif(?, 253402300799), ?, ?, ?, ?)")       \
    X(CERTIFICATE_GET, "certificate",                                         \
      "SELECT " STATEMENT_CERTIFICATE_COLUMNS " FROM certificate AS c "       \
      "WHERE c.id = ?")                                                       \
    X(CERTIFICATE_SERIAL, "certificate",                                      \
      "SELECT " STATEMENT_CERTIFICATE_COLUMNS " FROM certificate AS c "       \
      "WHERE c.serial = ?1 AND (?2 = 0 OR c.issuer_id = ?2) LIMIT 1")         \
    X(CERTIFICATE_LAST, "certificate",                                        \
      "SELECT coalesce(max(id), 0) FROM certificate")                         \
    X(CERTIFICATE_WALK, "certificate",                                        \
      "SELECT " STATEMENT_CERTIFICATE_COLUMNS                                 \
      ", coalesce(c.authority_id, 0), coalesce(p.authority_id, 0), "          \
      "(SELECT count(*) FROM certificate AS s "                               \
      "WHERE s.serial = c.serial AND s.issuer_id = c.issuer_id), "            \
      "(SELECT count(*) FROM certificate AS k "                               \
      "WHERE k.id IN " STATEMENT_WITH_ITS_KEY                                 \
      "AND k.key_digest = c.key_digest AND (k.device_id IS NOT c.device_id "  \
      "OR k.authority_id IS NOT c.authority_id)), " STATEMENT_LISTED_ANYWHERE \
      ", " STATEMENT_FOUND_BY_UID "d.uid " STATEMENT_WALKED                   \
      "WHERE c.id > ? ORDER BY c.id LIMIT ?")                                 \
    X(CERTIFICATE_CURRENT, "certificate",                                     \
      "SELECT " STATEMENT_CERTIFICATE_COLUMNS " FROM certificate AS c "       \
      "LEFT JOIN profile AS f ON f.id = c.profile_id "                        \
      "WHERE c.device_id = ? AND c.status <> 1 AND +f.name = ? "              \
      "ORDER BY c.id DESC LIMIT 1")                                           \
    X(CERTIFICATE_KEY, "certificate",                                         \
      "SELECT " STATEMENT_CERTIFICATE_COLUMNS " FROM certificate AS c "       \
      "WHERE c.id IN " STATEMENT_WITH_KEY "AND c.key_digest = ?1 LIMIT 1")    \
    X(KEY_MAY_BE_KNOWN, "certificate", COLUMN_SAME_PREFIX("?1"))              \
    X(KEY_IS_KNOWN, "certificate",                                            \
      "SELECT 1 FROM certificate AS c "                                       \
      "WHERE c.id IN " STATEMENT_WITH_KEY "AND c.key_digest = ?1")            \
    X(KEY_PUT, "key_fresh",                                                   \
      "INSERT INTO key_fresh VALUES (substr(?1, 1, 5), ?2)")                  \
    X(KEYS_TO_RECENT, "key_recent",                                           \
      STATEMENT_MOVE(STATEMENT_KEYS, "key_fresh", "key_recent"))              \
    X(KEYS_FRESH_CLEAR, "key_fresh", "DELETE FROM key_fresh")                 \
    X(KEYS_TO_SETTLED, "key_settled",                                         \
      STATEMENT_MOVE(STATEMENT_KEYS, "key_recent", "key_settled"))            \
    X(KEYS_RECENT_CLEAR, "key_recent", "DELETE FROM key_recent")              \
    X(KEY_IS_COMPROMISED, "certificate",                                      \
      "SELECT 1 FROM certificate AS c CROSS JOIN revocation AS r "            \
      "ON r.issuer_id = c.issuer_id AND r.serial = c.serial "                 \
      "WHERE c.id IN " STATEMENT_WITH_KEY                                     \
      "AND c.key_digest = ?1 AND r.reason IN (1, 2, 10)")                     \
    X(CERTIFICATE_STATUS, "certificate",                                      \
      "UPDATE certificate SET status = ? WHERE id = ?")                       \
    X(CERTIFICATE_RELEASE, "certificate",                                     \
      "UPDATE certificate SET status = 0 WHERE id = ? AND status = 3")        \
    X(CERTIFICATE_OWNER, "certificate",                                       \
      "UPDATE certificate SET authority_id = ? "                              \
      "WHERE id = ? AND device_id IS NULL")                                   \
    X(REVOCATION_GET, "revocation",                                           \
      "SELECT r.serial, r.reason, r.revoked_at, r.invalid_at "                \
      "FROM certificate AS c CROSS JOIN revocation AS r "                     \
      "ON r.issuer_id = c.issuer_id AND r.serial = c.serial "                 \
      "WHERE c.id = ? AND r.released_at IS NULL")                             \
    X(REVOCATION_PUT, "revocation",                                           \
      "INSERT INTO revocation SELECT c.issuer_id, c.serial, "                 \
      "1 + (SELECT count(*) FROM revocation AS r "                            \
      "WHERE r.issuer_id = c.issuer_id AND r.serial = c.serial), "            \
      "c.id, c.not_after, ?2, ?3, ?4, NULL FROM certificate AS c "            \
      "WHERE c.id = ?1")                                                      \
    X(REVOCATION_END, "revocation",                                           \
      "UPDATE revocation SET released_at = ?2 WHERE (issuer_id, serial) = "   \
      "(SELECT issuer_id, serial FROM certificate WHERE id = ?1) "            \
      "AND released_at IS NULL AND reason = 6")                               \
    X(REVOCATION_LIST, "revocation",                                          \
      "SELECT certificate_id, serial, reason, revoked_at, invalid_at "        \
      "FROM revocation WHERE issuer_id = ?1 AND released_at IS NULL "         \
      "AND (coalesce(not_after, 253402300799) >= ?2 OR revoked_at >= ?2 "     \
      "OR (revoked_at >= ?2 - 86400 AND EXISTS (SELECT 1 FROM journal AS j "  \
      "WHERE j.certificate_id = revocation.certificate_id AND j.act <> 4 "    \
      "AND j.seq > ?3))) "                                                    \
      "ORDER BY serial")                                                      \
    X(REVOCATION_CHANGES, "revocation",                                       \
      "SELECT certificate_id, serial, "                                       \
      "CASE WHEN released_at IS NULL THEN reason ELSE 8 END, "                \
      "coalesce(released_at, revoked_at), "                                   \
      "CASE WHEN released_at IS NULL THEN invalid_at END "                    \
      "FROM revocation AS r WHERE issuer_id = ?1 "                            \
      "AND coalesce(released_at, revoked_at) >= ?2 "                          \
      "AND turn = (SELECT max(turn) FROM revocation AS n "                    \
      "WHERE n.issuer_id = r.issuer_id AND n.serial = r.serial) "             \
      "ORDER BY serial")                                                      \
    X(REVOCATION_SINCE, "revocation",                                         \
      "SELECT c.id, r.serial, "                                               \
      "CASE WHEN r.released_at IS NULL THEN r.reason ELSE 8 END, "            \
      "coalesce(r.released_at, r.revoked_at), "                               \
      "CASE WHEN r.released_at IS NULL THEN r.invalid_at END "                \
      "FROM (SELECT DISTINCT certificate_id AS id FROM journal NOT INDEXED "  \
      "WHERE seq > ?2 AND act IN (10, 11)) AS j "                             \
      "CROSS JOIN certificate AS c ON c.id = j.id AND c.issuer_id = ?1 "      \
      "CROSS JOIN revocation AS r ON r.issuer_id = c.issuer_id "              \
      "AND r.serial = c.serial "                                              \
      "AND r.turn = (SELECT max(turn) FROM revocation AS n "                  \
      "WHERE n.issuer_id = c.issuer_id AND n.serial = c.serial) "             \
      "ORDER BY r.serial")                                                    \
    X(REVOCATION_MANY_NEW, "journal",                                         \
      "SELECT 1 FROM journal NOT INDEXED "                                    \
      "WHERE seq > ? AND act IN (10, 11) LIMIT 1 OFFSET ?")                   \
    X(REVOCATION_SINCE_ALL, "revocation",                                     \
      "SELECT r.certificate_id, r.serial, "                                   \
      "CASE WHEN r.released_at IS NULL THEN r.reason ELSE 8 END, "            \
      "coalesce(r.released_at, r.revoked_at), "                               \
      "CASE WHEN r.released_at IS NULL THEN r.invalid_at END "                \
      "FROM revocation AS r WHERE r.issuer_id = ?1 "                          \
      "AND EXISTS (SELECT 1 FROM journal AS j "                               \
      "WHERE j.certificate_id = r.certificate_id AND j.act <> 4 "             \
      "AND j.act IN (10, 11) AND j.seq > ?2) "                                \
      "AND r.turn = (SELECT max(turn) FROM revocation AS n "                  \
      "WHERE n.issuer_id = r.issuer_id AND n.serial = r.serial) "             \
      "ORDER BY r.serial")                                                    \
    X(CERTIFICATE_SERIALS, "certificate",                                     \
      "SELECT serial FROM certificate INDEXED BY certificate_serial "         \
      "WHERE issuer_id = ?")                                                  \
    X(CRL_LAST, "crl",                                                        \
      "SELECT number, entries, this_update, next_update, "                    \
      "coalesce(seq, -1) FROM crl "                                           \
      "WHERE authority_id = ? AND kind = ? AND scope = ? "                    \
      "ORDER BY number DESC LIMIT 1")                                         \
    X(TALLY_ADD, "tally",                                                     \
      "INSERT INTO tally (issuer_id, profile_id, device, status, count) "     \
      "VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE "                         \
      "SET count = count + excluded.count")                                   \
    X(TALLY, "tally",                                                         \
      "SELECT coalesce(sum(t.count), 0) FROM tally AS t "                     \
      "WHERE t.device >= ?1 AND (?2 IS NULL OR t.status = ?2) "               \
      "AND (?3 IS NULL OR t.issuer_id = "                                     \
      "(SELECT authority_id FROM product WHERE name = ?3)) "                  \
      "AND (?4 IS NULL OR t.profile_id IN "                                   \
      "(SELECT id FROM profile WHERE name = ?4))")                            \
    X(ACTOR_PUT, "actor",                                                     \
      "INSERT INTO actor (name) VALUES (?) ON CONFLICT DO NOTHING")           \
    X(ACTOR_FIND, "actor", "SELECT id FROM actor WHERE name = ?")             \
    X(JOURNAL_HEAD, "journal",                                                \
      "SELECT size, edge, public_key FROM journal_head WHERE id = 1")         \
    X(JOURNAL_ADOPTS, "beginning",                                            \
      "SELECT adopts FROM beginning WHERE id = 1")                            \
    X(JOURNAL_HEAD_PUT, "journal",                                            \
      "INSERT INTO journal_head (id, size, edge, public_key) "                \
      "VALUES (1, ?, ?, ?) ON CONFLICT (id) DO UPDATE "                       \
      "SET size = excluded.size, edge = excluded.edge")                       \
    X(JOURNAL_PUT, "journal",                                                 \
      "INSERT INTO journal (seq, at, actor_id, act, certificate_id, object, " \
      "details, leaf) VALUES (?, ?, ?, ?, ?, ?, ?, ?)")                       \
    X(JOURNAL_SUBJECT, "certificate",                                         \
      "SELECT c.der, c.serial, d.uid, i.name, f.name "                        \
      "FROM certificate AS c LEFT JOIN device AS d ON d.id = c.device_id "    \
      "LEFT JOIN authority AS i ON i.id = c.issuer_id "                       \
      "LEFT JOIN profile AS f ON f.id = c.profile_id WHERE c.id = ?")         \
    X(JOURNAL_LIST, "journal",                                                \
      STATEMENT_JOURNAL_ROW                                                   \
      "WHERE j.seq > ?1 AND (?2 IS NULL OR j.act = ?2) "                      \
      "AND (?3 IS NULL OR t.name = ?3) AND (?4 IS NULL OR j.at >= ?4) "       \
      "AND (?5 IS NULL OR j.at < ?5) AND (?6 IS NULL OR j.object = ?6 "       \
      "OR lower(hex(d.uid)) = lower(?6) "                                     \
      "OR (j.act = 9 AND lower(j.object) = lower(?6))) ORDER BY j.seq")       \
    X(JOURNAL_LEAVES, "journal",                                              \
      "SELECT seq, leaf FROM journal WHERE seq > ? AND seq <= ? "             \
      "ORDER BY seq")                                                         \
    X(JOURNAL_ABOUT, "journal",                                               \
      STATEMENT_JOURNAL_ROW "WHERE j.certificate_id = ? AND j.act <> 4 "      \
                            "ORDER BY j.seq")                                 \
    X(JOURNAL_LAST_ISSUE, "journal",                                          \
      "SELECT seq, certificate_id FROM journal "                              \
      "WHERE seq <= ? AND act = 4 ORDER BY seq DESC LIMIT 1")                 \
    X(JOURNAL_OF, "journal",                                                  \
      "SELECT min(seq) FROM journal "                                         \
      "WHERE certificate_id = ? AND act <> 4")                                \
    X(JOURNAL_AT, "journal", STATEMENT_JOURNAL_ROW "WHERE j.seq = ?")         \
    X(JOURNAL_UNDONE, "journal",                                              \
      "SELECT min(j.seq) FROM journal AS j WHERE j.act = 10 "                 \
      "AND j.certificate_id IS NOT NULL AND NOT EXISTS "                      \
      "(SELECT 1 FROM journal AS k WHERE k.act = 11 "                         \
      "AND k.certificate_id = j.certificate_id AND k.seq > j.seq) "           \
      "AND NOT EXISTS (SELECT 1 FROM certificate AS c "                       \
      "JOIN revocation AS r ON r.issuer_id = c.issuer_id "                    \
      "AND r.serial = c.serial WHERE c.id = j.certificate_id "                \
      "AND c.status <> 0 AND r.released_at IS NULL)")                         \
    X(JOURNAL_OTHERWISE, "journal",                                           \
      "SELECT min(j.seq) FROM journal AS j "                                  \
      "JOIN certificate AS c ON c.id = j.certificate_id "                     \
      "WHERE j.act IN (10, 11) AND NOT EXISTS (SELECT 1 "                     \
      "FROM revocation AS r WHERE r.issuer_id = c.issuer_id "                 \
      "AND r.serial = c.serial AND r.certificate_id = c.id "                  \
      "AND r.not_after IS c.not_after AND CASE WHEN j.act = 11 "              \
      "THEN r.reason = 6 AND r.released_at = j.at "                           \
      "ELSE r.revoked_at = j.at AND j.details = '{' || "                      \
      "coalesce('\"invalidity_date\":\"' || " COLUMN_TIME(                    \
          "r.invalid_at") " || '\",', '') || '\"reason\":\"' "                \
                          "|| " COLUMN_REASON " || '\"}' END)")               \
    X(JOURNAL_UNLISTED, "journal",                                            \
      "SELECT min(j.seq) FROM journal AS j WHERE j.act IN (12, 19) "          \
      "AND NOT EXISTS (SELECT 1 FROM authority AS a JOIN crl AS l "           \
      "ON l.authority_id = a.id AND l.number = CAST(substr(j.details, "       \
      "instr(j.details, '\"number\":') + 9) AS INTEGER) "                     \
      "WHERE a.kind IN (1, 2) AND a.name = j.object "                         \
      "AND (l.kind = 2) = (j.act = 19) AND l.this_update = j.at "             \
      "AND coalesce(l.seq, 0) < j.seq "                                       \
      "AND j.details = '{\"digest\":\"' || lower(hex(l.digest)) || "          \
      "'\",\"entries\":' || l.entries || CASE l.kind WHEN 1 THEN "            \
      "',\"kind\":\"delta\"' ELSE '' END || ',\"next_update\":\"' "           \
      "|| " COLUMN_TIME(                                                      \
          "l.next_update") " || '\",\"number\":' || l.number || "             \
                           "CASE WHEN l.scope = '' THEN '' ELSE "             \
                           "',\"shard\":\"' || l.scope || "                   \
                           "'\"' END || '}')")                                \
    X(JOURNAL_LISTS_UNTOLD, "journal",                                        \
      "SELECT max(0, (SELECT count(*) FROM crl) - "                           \
      "(SELECT count(*) FROM journal WHERE act IN (12, 19))) "                \
      "WHERE NOT EXISTS (SELECT 1 FROM journal WHERE seq = 1 AND act = 2)")   \
    X(JOURNAL_UNTOLD, "journal",                                              \
      "SELECT count(*) FROM revocation AS r WHERE NOT EXISTS "                \
      "(SELECT 1 FROM journal AS j WHERE j.certificate_id = "                 \
      "r.certificate_id AND j.act <> 4 AND j.act = 10 "                       \
      "AND j.at = r.revoked_at) AND NOT EXISTS "                              \
      "(SELECT 1 FROM journal WHERE seq = 1 AND act = 2)")                    \
    X(CHECKPOINT_PUT, "checkpoint",                                           \
      "INSERT INTO checkpoint (size, root, signature) VALUES (?, ?, ?)")      \
    X(CHECKPOINT_LIST, "checkpoint",                                          \
      "SELECT size, root, signature FROM checkpoint WHERE size > ? "          \
      "ORDER BY size")                                                        \
    X(CHECKPOINT_LAST, "checkpoint",                                          \
      "SELECT size, root, signature FROM checkpoint "                         \
      "WHERE size = (SELECT max(size) FROM checkpoint)")                      \
    X(TRIAL_FIND, "trial",                                                    \
      "SELECT max(uid = ?1 AND key_digest = ?2), max(uid = ?1), "             \
      "max(key_digest = ?2) FROM temp.trial "                                 \
      "WHERE uid = ?1 OR key_digest = ?2")                                    \
    X(TRIAL_PUT, "trial",                                                     \
      "INSERT INTO temp.trial (uid, key_digest) VALUES (?, ?)")               \
    X(CRL_PUT, "crl",                                                         \
      "INSERT INTO crl (authority_id, number, entries, this_update, "         \
      "next_update, digest, kind, scope, seq) "                               \
      "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")

enum statement {
#define STATEMENT_ENUM(name, field, sql) STATEMENT_##name,
    STATEMENT_TABLE(STATEMENT_ENUM)
#undef STATEMENT_ENUM
        STATEMENT_COUNT
};

struct statement_text {
    const char *field;
    const char *sql;
};
extern const struct statement_text statement_texts[STATEMENT_COUNT];

#endif
