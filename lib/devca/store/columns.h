/* What the readable columns are made of, over the tables named in COLUMN_FROM.
 * The view `certificates` says the same, but for the fingerprint; a test keeps
 * them equal. */
#ifndef DEVCA_STORE_COLUMNS_H
#define DEVCA_STORE_COLUMNS_H

#define COLUMN_KIND \
    "CASE WHEN c.device_id IS NULL THEN 'authority' ELSE 'device' END"
#define COLUMN_PRODUCT "coalesce(p.name, CASE a.kind WHEN 2 THEN a.name END)"
#define COLUMN_REASON                                                       \
    "(CASE r.reason WHEN 0 THEN 'unspecified' WHEN 1 THEN 'keyCompromise' " \
    "WHEN 2 THEN 'cACompromise' WHEN 3 THEN 'affiliationChanged' "          \
    "WHEN 4 THEN 'superseded' WHEN 5 THEN 'cessationOfOperation' "          \
    "WHEN 6 THEN 'certificateHold' WHEN 9 THEN 'privilegeWithdrawn' "       \
    "WHEN 10 THEN 'aACompromise' END)"
#define COLUMN_KEY_TYPE \
    "(CASE c.key_type WHEN 1 THEN 'p256' WHEN 2 THEN 'p384' END)"
/* The row keeps it as a distance from issued_at. */
#define COLUMN_NOT_BEFORE "c.issued_at + c.begins"
/* NULL in the row is DEVCA_NEVER. */
#define COLUMN_NOT_AFTER "coalesce(c.not_after, 253402300799)"
/* A function of our own connections: SQLite has no SHA-256. */
#define COLUMN_FINGERPRINT "sha256(c.der)"
/* Takes one value: now. */
#define COLUMN_STATUS                                                      \
    "CASE WHEN c.status = 0 AND c.not_after < ? THEN 'expired' "           \
    "WHEN c.status = 0 THEN 'active' WHEN c.status = 1 THEN 'superseded' " \
    "WHEN c.status = 2 THEN 'revoked' ELSE 'held' END"
#define COLUMN_TIME(name) \
    "strftime('%Y-%m-%dT%H:%M:%SZ', " name ", 'unixepoch')"

/* Left joins throughout: the walk is then always in the order of c. */
#define COLUMN_FROM                                           \
    " FROM certificate AS c "                                 \
    "LEFT JOIN authority AS i ON i.id = c.issuer_id "         \
    "LEFT JOIN device AS d ON d.id = c.device_id "            \
    "LEFT JOIN product AS p ON p.id = d.product_id "          \
    "LEFT JOIN authority AS a ON a.id = c.authority_id "      \
    "LEFT JOIN profile AS f ON f.id = c.profile_id "          \
    "LEFT JOIN revocation AS r ON r.issuer_id = c.issuer_id " \
    "AND r.serial = c.serial AND r.released_at IS NULL"

/* Ids of the certificates whose key's digest begins as this one. */
#define COLUMN_SAME_PREFIX(digest)                      \
    "SELECT certificate_id FROM key_fresh "             \
    "WHERE prefix = substr(" digest ", 1, 5) "          \
    "UNION ALL SELECT certificate_id FROM key_recent "  \
    "WHERE prefix = substr(" digest ", 1, 5) "          \
    "UNION ALL SELECT certificate_id FROM key_settled " \
    "WHERE prefix = substr(" digest ", 1, 5)"
#define COLUMN_WITH_PREFIX(digest) "(" COLUMN_SAME_PREFIX(digest) ") "

/* Ids of the devices of this UID, one of each product at most. */
#define COLUMN_WITH_UID(value)                                          \
    "(SELECT device_id FROM uid_fresh WHERE uid = " value " "           \
    "UNION ALL SELECT device_id FROM uid_recent WHERE uid = " value " " \
    "UNION ALL SELECT device_id FROM uid_settled WHERE uid = " value ") "

#endif
