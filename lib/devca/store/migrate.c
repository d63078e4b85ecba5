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

static enum devca_code run_missing(struct store *store, int64_t version,
                                   struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; i < store_migration_count && code == DEVCA_OK; i++) {
        const struct store_migration *step = &store_migrations[i];

        if (step->version <= version)
            continue;
        code = connection_run(store, step->sql, error);
        if (code == DEVCA_OK)
            code = stamp(store, step->version, error);
    }
    return code;
}

enum devca_code migrate(struct store *store, struct devca_error *error)
{
    int64_t version;
    char sql[64];
    enum devca_code code = store_begin(store, error);

    if (code != DEVCA_OK)
        return code;
    /* Only now: somebody else may have migrated while this one waited. */
    code = connection_ask(store, "PRAGMA user_version", &version, error);
    snprintf(sql, sizeof sql, "PRAGMA application_id = %d",
             STORE_APPLICATION_ID);
    if (code == DEVCA_OK)
        code = connection_run(store, sql, error);
    if (code == DEVCA_OK)
        code = run_missing(store, version, error);
    if (code == DEVCA_OK)
        code = store_commit(store, error);
    if (code != DEVCA_OK)
        store_rollback(store);
    return code;
}
