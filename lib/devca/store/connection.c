#include "devca/store/handle.h"

#include "devca/base/fail.h"
#include "devca/store/fault.h"
#include "devca/store/tally.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* false: a stop was asked for. */
static bool sleep_awhile(struct store *store, int pause_ms)
{
    struct pollfd wake = {store->wake, POLLIN, 0};
    int ready = store->wake > 0 ? poll(&wake, 1, pause_ms) : -1;

    if (ready < 0)
        sqlite3_sleep(pause_ms);
    store->woken = ready > 0;
    return !store->woken;
}

/* Short waits first, so that many small writers share fairly. */
static int wait_again(void *context, int tries)
{
    static const int pause_ms[] = {1, 1, 2, 2, 5, 5, 10, 10, 15, 20};
    struct store *store = context;
    const int last = (int)(sizeof pause_ms / sizeof pause_ms[0]) - 1;
    int64_t left;

    if (tries == 0) {
        store->busy_since = now_ms();
        store->woken = false;
    }
    left = store->busy_since + store->busy_ms - now_ms();
    if (left <= 0)
        return 0;
    return sleep_awhile(store, pause_ms[tries < last ? tries : last]);
}

static enum devca_code configure(struct store *store, struct devca_error *error)
{
    /* Nothing that somebody planted in the schema may run on our behalf. */
    static const char settings[] = "PRAGMA foreign_keys = ON;"
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA cell_size_check = ON;"
                                   "PRAGMA temp_store = MEMORY;";

    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_busy_handler(store->db, wait_again, store);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DML, 0, NULL);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
    return connection_run(store, settings, error);
}

/* sha256(X) in SQL, for queries: no schema may call it, no other program has
 * it. NULL without a digest. */
static void sha256_of(sqlite3_context *call, int count, sqlite3_value **values)
{
    const struct store *store = sqlite3_user_data(call);
    struct devid_slice octets;
    uint8_t digest[32];

    (void)count;
    octets.data = sqlite3_value_blob(values[0]);
    octets.len = (size_t)sqlite3_value_bytes(values[0]);
    if (store->sha256 == NULL || octets.data == NULL)
        return;
    store->sha256(octets, digest);
    sqlite3_result_blob(call, digest, sizeof digest, SQLITE_TRANSIENT);
}

static int add_functions(struct store *store)
{
    return sqlite3_create_function_v2(store->db, "sha256", 1,
                                      SQLITE_UTF8 | SQLITE_DETERMINISTIC |
                                          SQLITE_DIRECTONLY,
                                      store, sha256_of, NULL, NULL, NULL);
}

/* By its whole name, wherever the working folder is by then. What is in memory
 * alone stays where it is: zeros. */
static bool look_at_file(const struct store *store, struct stat *info)
{
    const char *path = sqlite3_db_filename(store->db, "main");

    memset(info, 0, sizeof *info);
    return path == NULL || path[0] == '\0' || stat(path, info) == 0;
}

/* What is written to a file that has lost its name is lost. */
static enum devca_code check_place(const struct store *store,
                                   struct devca_error *error)
{
    struct stat info;

    if (look_at_file(store, &info) && info.st_dev == store->device &&
        info.st_ino == store->inode)
        return DEVCA_OK;
    fail(error, DEVCA_E_STORE_MISSING, store->path, NULL, NULL,
         "was moved away, deleted or replaced while it was in use; nothing of "
         "this step was kept");
    return fail_hint(error, DEVCA_E_STORE_MISSING,
                     "bring the store's folder back, or name where it is now "
                     "with --store, and run this again");
}

enum devca_code connection_open(struct store **store,
                                const struct connection_request *request,
                                struct devca_error *error)
{
    struct store *new = calloc(1, sizeof *new);
    struct stat info;
    enum devca_code code;
    int status;

    *store = NULL;
    if (new == NULL)
        return fail_memory(error);
    new->busy_ms = request->busy_ms != 0 ? request->busy_ms : STORE_BUSY_MS;
    new->wake = request->wake;
    new->path = strdup(request->path);
    if (new->path == NULL) {
        free(new);
        return fail_memory(error);
    }
    /* One thread at a time (store.h): no mutex around every column. */
    status = sqlite3_open_v2(request->path, &new->db,
                             request->flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (status == SQLITE_OK)
        status = add_functions(new);
    if (status != SQLITE_OK)
        code = store_fault(new, status, NULL, error);
    else
        code = configure(new, error);
    if (code == DEVCA_OK && !look_at_file(new, &info))
        code = fail(error, DEVCA_E_STORE, new->path, NULL, NULL, "%s",
                    strerror(errno));
    if (code != DEVCA_OK) {
        store_close(new);
        return code;
    }
    new->device = info.st_dev;
    new->inode = info.st_ino;
    *store = new;
    return DEVCA_OK;
}

void store_own_process(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

void store_close(struct store *store)
{
    size_t i;

    if (store == NULL)
        return;
    for (i = 0; i < STATEMENT_COUNT; i++)
        sqlite3_finalize(store->statements[i]);
    store_rollback(store);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

enum devca_code connection_run(struct store *store, const char *sql,
                               struct devca_error *error)
{
    int status = sqlite3_exec(store->db, sql, NULL, NULL, NULL);

    if (status == SQLITE_OK)
        return DEVCA_OK;
    return store_fault(store, status, NULL, error);
}

enum devca_code connection_ask(struct store *store, const char *sql,
                               int64_t *answer, struct devca_error *error)
{
    sqlite3_stmt *statement = NULL;
    int status = sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL);

    *answer = 0;
    if (status == SQLITE_OK)
        status = sqlite3_step(statement);
    if (status == SQLITE_ROW)
        *answer = sqlite3_column_int64(statement, 0);
    sqlite3_finalize(statement);
    if (status == SQLITE_ROW)
        return DEVCA_OK;
    return store_fault(store, status, NULL, error);
}

enum devca_code store_begin(struct store *store, struct devca_error *error)
{
    enum devca_code code = connection_run(store, "BEGIN IMMEDIATE", error);

    if (code == DEVCA_OK)
        code = check_place(store, error);
    if (code != DEVCA_OK)
        store_rollback(store);
    return code;
}

enum devca_code store_commit(struct store *store, struct devca_error *error)
{
    enum devca_code code = tally_write(store, error);

    return code == DEVCA_OK ? connection_run(store, "COMMIT", error) : code;
}

void store_rollback(struct store *store)
{
    store->change_count = 0;
    /* SQLite has rolled back by itself after some failures. */
    if (store->db != NULL && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
}

void store_settle(struct store *store)
{
    (void)sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE,
                                    NULL, NULL);
}

enum devca_code store_snapshot(struct store *store, struct devca_error *error)
{
    int64_t version;
    enum devca_code code = connection_run(store, "BEGIN", error);

    if (code != DEVCA_OK)
        return code;
    /* The snapshot is taken by the first reading, not by BEGIN. */
    code = connection_ask(store, "PRAGMA user_version", &version, error);
    if (code != DEVCA_OK)
        store_rollback(store);
    return code;
}

enum devca_code step_open(struct store *store, bool *own,
                          struct devca_error *error)
{
    *own = sqlite3_get_autocommit(store->db) != 0;
    return connection_run(store, *own ? "BEGIN IMMEDIATE" : "SAVEPOINT step",
                          error);
}

enum devca_code step_close(struct store *store, bool own, enum devca_code code,
                           struct devca_error *error)
{
    if (code == DEVCA_OK)
        code = connection_run(store, own ? "COMMIT" : "RELEASE step", error);
    if (code == DEVCA_OK)
        return DEVCA_OK;
    if (own)
        store_rollback(store);
    else if (!sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK TO step; RELEASE step", NULL, NULL,
                     NULL);
    return code;
}
