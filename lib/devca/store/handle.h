/* One connection and what hangs on it. For the files of this room. */
#ifndef DEVCA_STORE_HANDLE_H
#define DEVCA_STORE_HANDLE_H

#include "devca/store/statement.h"
#include "devca/store/store.h"

#include <sqlite3.h>
#include <sys/types.h>

#define STORE_FILE "identity.db"
/* "DVCA": PRAGMA application_id, octets 68 to 71 of the file. */
#define STORE_APPLICATION_ID 0x44564341
#define STORE_BUSY_MS 10000

/* Certificates that a transaction has added, and the tally does not have yet.
 */
struct tally_change {
    int64_t issuer_id;
    int64_t profile_id;
    int64_t count;
    int device;
    int status;
};
#define TALLY_CHANGES 4

struct store {
    sqlite3 *db;
    char *path;   /* of identity.db */
    dev_t device; /* of that file, as it was opened */
    ino_t inode;
    int busy_ms;
    int64_t busy_since; /* monotonic milliseconds, of the wait under way */
    int wake;
    bool woken;           /* and so the last wait was given up */
    store_digest *sha256; /* or NULL */
    bool bulk;            /* no trigger runs: tally.c counts */
    struct tally_change changes[TALLY_CHANGES];
    int change_count;
    sqlite3_stmt *statements[STATEMENT_COUNT];
};

/* The connection to path alone: no check, no migration. flags are those of
 * sqlite3_open_v2; uri takes path as a URI. */
struct connection_request {
    const char *path;
    int flags;
    int busy_ms;
    int wake;
};
enum devca_code connection_open(struct store **store,
                                const struct connection_request *request,
                                struct devca_error *error);

/* Runs SQL that gives no rows. */
enum devca_code connection_run(struct store *store, const char *sql,
                               struct devca_error *error);
/* The one integer that a PRAGMA gives. */
enum devca_code connection_ask(struct store *store, const char *sql,
                               int64_t *answer, struct devca_error *error);

/*
 * Brackets several statements that stand or fall together: a transaction of
 * their own, or a savepoint within the caller's. step_close undoes them unless
 * code is DEVCA_OK, and gives back code or what went wrong in closing.
 */
enum devca_code step_open(struct store *store, bool *own,
                          struct devca_error *error);
enum devca_code step_close(struct store *store, bool own, enum devca_code code,
                           struct devca_error *error);

#endif
