#include "devca/store/migrate.h"

#include "devca/base/fail.h"
#include "devca/store/handle.h"

#include <stdio.h>

int migrate_latest(void)
{
    return store_migrations[store_migration_count - 1].version;
}

static enum devca_code stamp(struct store *store, int version,
                             struct devca_error *error)
{
    char sql[64];

    snprintf(sql, sizeof sql, "PRAGMA user_version = %d", version);
    return connection_run(store, sql, error);
}

enum devca_code migrate_check(const struct store *store, int64_t version,
                              int latest, struct devca_error *error)
{
    if (version <= latest)
        return DEVCA_OK;
    fail(error, DEVCA_E_STORE_NEWER, store->path, NULL, NULL,
         "the store has version %lld, this program knows %d",
         (long long)version, latest);
    return fail_hint(error, DEVCA_E_STORE_NEWER,
                     "use the devca that wrote it, or a later one");
}

static enum devca_code run_missing(struct store *store,
                                   const struct store_migrations *migrations,
                                   struct devca_error *error)
{
    int latest = migrations->list[migrations->count - 1].version;
    int64_t version;
    size_t i;
    /* Only now: somebody else may have migrated while this one waited. */
    enum devca_code code =
        connection_ask(store, "PRAGMA user_version", &version, error);

    if (code == DEVCA_OK)
        code = migrate_check(store, version, latest, error);
    for (i = 0; i < migrations->count && code == DEVCA_OK; i++) {
        const struct store_migration *step = &migrations->list[i];

        if (step->version <= version)
            continue;
        code = connection_run(store, step->sql, error);
        if (code == DEVCA_OK)
            code = stamp(store, step->version, error);
    }
    return code;
}

static enum devca_code run_whole(struct store *store,
                                 const struct store_migrations *migrations,
                                 struct devca_error *error)
{
    char sql[64];
    enum devca_code code = store_begin(store, error);

    if (code != DEVCA_OK)
        return code;
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d",
             STORE_APPLICATION_ID);
    code = connection_run(store, sql, error);
    if (code == DEVCA_OK)
        code = run_missing(store, migrations, error);
    if (code == DEVCA_OK)
        code = store_commit(store, error);
    if (code != DEVCA_OK)
        store_rollback(store);
    return code;
}

/* To undo one statement that changes a whole table SQLite may keep the table's
 * pages: they are as much as the store, and go to a file instead of memory. */
enum devca_code migrate_with(struct store *store,
                             const struct store_migrations *migrations,
                             struct devca_error *error)
{
    struct devca_error ignored;
    enum devca_code code, back;

    code = connection_run(store, "PRAGMA temp_store = FILE", error);
    if (code != DEVCA_OK)
        return code;
    code = run_whole(store, migrations, error);
    back = connection_run(store, "PRAGMA temp_store = MEMORY",
                          code == DEVCA_OK ? error : &ignored);
    return code != DEVCA_OK ? code : back;
}

enum devca_code migrate(struct store *store, struct devca_error *error)
{
    struct store_migrations all = {store_migrations, store_migration_count};

    return migrate_with(store, &all, error);
}
