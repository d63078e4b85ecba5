#include "devca/store/fault.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

struct fault {
    int status; /* primary or extended result code; the first match counts */
    enum devca_code code;
    const char *sentence;
    const char *hint;
};

static const char hint_busy[] =
    "wait until the batch, backup or other writer on this store has ended, "
    "then run this again";
static const char hint_stopped[] = "run the same command again to go on";
static const char hint_full[] =
    "free space on the file system of the store; nothing of this step was kept";
static const char hint_damage[] = "stop issuing, keep a copy of the store's "
                                  "folder, and restore from a backup";
static const char hint_write[] =
    "check the owner and mode of the store's folder and whether its file "
    "system is mounted for reading only";

static const struct fault faults[] = {
    {SQLITE_BUSY_SNAPSHOT, DEVCA_E_STORE_BUSY,
     "another writer changed the store since this reading began",
     "run this again"},
    {SQLITE_BUSY, DEVCA_E_STORE_BUSY, "another writer holds the store",
     hint_busy},
    {SQLITE_LOCKED, DEVCA_E_STORE_BUSY, "another writer holds the store",
     hint_busy},
    {SQLITE_FULL, DEVCA_E_STORE_FULL, "no space left for the store", hint_full},
    {SQLITE_CORRUPT, DEVCA_E_STORE_CORRUPT, "the database is damaged",
     hint_damage},
    {SQLITE_IOERR_SHORT_READ, DEVCA_E_STORE_CORRUPT,
     "the database is cut short", hint_damage},
    {SQLITE_NOTADB, DEVCA_E_STORE_FOREIGN, "not a SQLite database",
     "name the folder of a devca store, or make one with devca init "
     "--org NAME --passphrase prompt"},
    {SQLITE_READONLY, DEVCA_E_STORE_READ_ONLY,
     "the store cannot be written here", hint_write},
    {SQLITE_PERM, DEVCA_E_STORE_READ_ONLY, "access to the store is refused",
     hint_write},
    {SQLITE_AUTH, DEVCA_E_STORE_READ_ONLY, "access to the store is refused",
     hint_write},
    {SQLITE_CANTOPEN, DEVCA_E_STORE, "the database cannot be opened",
     hint_write},
    {SQLITE_CONSTRAINT_UNIQUE, DEVCA_E_EXISTS, "is on record already", NULL},
    {SQLITE_CONSTRAINT_PRIMARYKEY, DEVCA_E_EXISTS, "is on record already",
     NULL},
    {SQLITE_CONSTRAINT_FOREIGNKEY, DEVCA_E_INTERNAL,
     "names a row that is not there", NULL},
    {SQLITE_CONSTRAINT, DEVCA_E_INTERNAL, "does not fit the schema", NULL},
    {SQLITE_MISMATCH, DEVCA_E_INTERNAL, "does not fit the schema", NULL},
    {SQLITE_TOOBIG, DEVCA_E_TOO_LARGE, "is too large for the store", NULL},
    {SQLITE_IOERR, DEVCA_E_STORE, "reading or writing the store failed",
     "check the disk and its file system's log; nothing of this step was kept"},
    {SQLITE_MISUSE, DEVCA_E_INTERNAL, "the store was used out of turn", NULL},
};

static const struct fault *find(int status)
{
    size_t i;

    for (i = 0; i < sizeof faults / sizeof faults[0]; i++)
        if (faults[i].status == status)
            return &faults[i];
    return NULL;
}

static bool no_space(const struct store *store, int status)
{
    int system;

    if ((status & 0xff) != SQLITE_IOERR && (status & 0xff) != SQLITE_CANTOPEN)
        return false;
    system = sqlite3_system_errno(store->db);
    return system == ENOSPC || system == EDQUOT;
}

static enum devca_code busy(const struct store *store,
                            const struct fault *fault,
                            struct devca_error *error)
{
    enum devca_code code = store->woken ? DEVCA_E_INTERRUPTED : fault->code;
    const char *sentence = store->woken
                               ? "stopped while another writer held the store"
                               : fault->sentence;
    const char *hint = store->woken ? hint_stopped : fault->hint;
    char writer[64];

    store_writer(store, writer, sizeof writer);
    if (writer[0] == '\0')
        fail(error, code, store->path, NULL, NULL, "%s", sentence);
    else
        fail(error, code, store->path, NULL, NULL, "%s: %s", sentence, writer);
    return fail_hint(error, code, "%s", hint);
}

enum devca_code store_fault(const struct store *store, int status,
                            const char *field, struct devca_error *error)
{
    const struct fault *fault;

    if ((status & 0xff) == SQLITE_NOMEM || status == SQLITE_IOERR_NOMEM)
        return fail_memory(error);
    if (no_space(store, status))
        status = SQLITE_FULL;
    fault = find(status);
    if (fault == NULL)
        fault = find(status & 0xff);
    if (fault == NULL)
        return fail(error, DEVCA_E_STORE, store->path, NULL, field,
                    "the database refused (SQLite code %d)", status);
    if (fault->code == DEVCA_E_STORE_BUSY)
        return busy(store, fault, error);
    fail(error, fault->code, store->path, NULL, field, "%s", fault->sentence);
    if (fault->hint == NULL)
        return fault->code;
    return fail_hint(error, fault->code, "%s", fault->hint);
}
