/* From an empty database to today's schema, one script at a time. */
#ifndef DEVCA_STORE_MIGRATE_H
#define DEVCA_STORE_MIGRATE_H

#include <devca/error.h>

#include <stddef.h>
#include <stdint.h>

struct store;

/* One script of schema/: version is PRAGMA user_version after it. */
struct store_migration {
    int version;
    const char *sql;
};
/* In order of version; made from schema/ when this is built. */
extern const struct store_migration store_migrations[];
extern const size_t store_migration_count;

/* The version that this build makes and reads. */
int migrate_latest(void);

/*
 * Runs what is missing, all of it in one transaction or none. On an empty
 * database it also writes application_id. DEVCA_E_STORE_NEWER when another
 * program has brought it beyond what is known here.
 */
enum devca_code migrate(struct store *store, struct devca_error *error);

/* The same with these scripts, in order of version. */
struct store_migrations {
    const struct store_migration *list;
    size_t count;
};
enum devca_code migrate_with(struct store *store,
                             const struct store_migrations *migrations,
                             struct devca_error *error);

/* DEVCA_E_STORE_NEWER for a version above latest. */
enum devca_code migrate_check(const struct store *store, int64_t version,
                              int latest, struct devca_error *error);

#endif
