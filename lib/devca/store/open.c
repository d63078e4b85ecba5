#include "devca/store/fault.h"
#include "devca/store/handle.h"
#include "devca/store/migrate.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool join(struct bytes *path, const char *folder, const char *name)
{
    return bytes_append_text(path, folder) && bytes_append_text(path, "/") &&
           bytes_append_text(path, name);
}

/* Ours, and of a version that this build knows? */
static enum devca_code recognise(struct store *store, int64_t *version,
                                 struct devca_error *error)
{
    int64_t application;
    enum devca_code code =
        connection_ask(store, "PRAGMA application_id", &application, error);

    if (code == DEVCA_OK)
        code = connection_ask(store, "PRAGMA user_version", version, error);
    if (code != DEVCA_OK)
        return code;
    if (application != STORE_APPLICATION_ID || *version < 1) {
        fail(error, DEVCA_E_STORE_FOREIGN, store->path, NULL, NULL,
             "a database, but not of devca");
        return fail_hint(error, DEVCA_E_STORE_FOREIGN,
                         "name the folder of a devca store, or make one with "
                         "devca init --org NAME --passphrase prompt");
    }
    return migrate_check(store, *version, migrate_latest(), error);
}

enum devca_code store_version(struct store *store, int64_t *version,
                              struct devca_error *error)
{
    return connection_ask(store, "PRAGMA user_version", version, error);
}

enum devca_code store_check_version(struct store *store,
                                    struct devca_error *error)
{
    int64_t version;
    enum devca_code code = store_version(store, &version, error);

    return code == DEVCA_OK
               ? migrate_check(store, version, migrate_latest(), error)
               : code;
}

int64_t store_version_latest(void)
{
    return migrate_latest();
}

static enum devca_code bring_up(struct store *store,
                                const struct store_options *options,
                                struct devca_error *error)
{
    bool read_only = options->read_only;
    int64_t version;
    enum devca_code code = recognise(store, &version, error);

    if (code != DEVCA_OK)
        return code;
    if (!read_only && sqlite3_db_readonly(store->db, "main"))
        return store_fault(store, SQLITE_READONLY, NULL, error);
    if (version == migrate_latest() || (read_only && options->any_version))
        return DEVCA_OK;
    if (!read_only && !options->dry_run)
        return migrate(store, error);
    fail(error, DEVCA_E_STORE_READ_ONLY, store->path, NULL, NULL,
         "the store has version %lld, this program reads version %d",
         (long long)version, migrate_latest());
    return fail_hint(
        error, DEVCA_E_STORE_READ_ONLY,
        "take a backup; then any command that writes brings it up to "
        "date, as the next issue or revoke does");
}

struct opening {
    const char *folder;
    const char *path;
    const struct store_options *options;
};

static enum devca_code open_plain(struct store **store,
                                  const struct connection_request *request,
                                  const struct store_options *options,
                                  struct devca_error *error)
{
    enum devca_code code = connection_open(store, request, error);

    if (code == DEVCA_OK) {
        (*store)->sha256 = options->sha256;
        code = bring_up(*store, options, error);
    }
    if (code != DEVCA_OK) {
        store_close(*store);
        *store = NULL;
    }
    return code;
}

/* "file:" and the path with everything but the plainest octets as %XX. */
static bool immutable_uri(struct bytes *uri, const char *path)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
    static const char digit[] = "0123456789abcdef";
    bool done = bytes_append_text(uri, "file:");

    for (; *path != '\0' && done; path++) {
        unsigned char octet = (unsigned char)*path;
        char code[3] = {'%', digit[octet >> 4], digit[octet & 15]};

        if (strchr(plain, octet) != NULL)
            done = bytes_append(uri, path, 1);
        else
            done = bytes_append(uri, code, sizeof code);
    }
    return done && bytes_append_text(uri, "?immutable=1");
}

/* Does a log stand beside the database whose content only a writer could
 * bring in? */
static bool log_waits(const char *path)
{
    struct bytes name = {0};
    struct stat status;
    bool waits = true;

    if (bytes_append_text(&name, path) && bytes_append_text(&name, "-wal"))
        waits =
            stat((const char *)name.data, &status) == 0 && status.st_size > 0;
    bytes_clear(&name);
    return waits;
}

/*
 * A folder that cannot be written, on a medium for reading: SQLite cannot make
 * the wal-index there, and can do without only when told that nobody writes.
 * Nobody can, as long as there is no log.
 */
static enum devca_code open_immutable(struct store **store,
                                      const struct opening *opening,
                                      struct devca_error *error)
{
    struct bytes uri = {0};
    struct connection_request request = {.flags = SQLITE_OPEN_READONLY |
                                                  SQLITE_OPEN_URI,
                                         .busy_ms = opening->options->busy_ms,
                                         .wake = opening->options->wake};
    const char *path = opening->path;
    enum devca_code code;

    *store = NULL;
    if (log_waits(path)) {
        fail(error, DEVCA_E_STORE_READ_ONLY, path, NULL, NULL,
             "the store was not closed before it came to a folder that cannot "
             "be written");
        return fail_hint(error, DEVCA_E_STORE_READ_ONLY,
                         "copy the folder to where you may write and read it "
                         "there");
    }
    if (!immutable_uri(&uri, path)) {
        bytes_clear(&uri);
        return fail_memory(error);
    }
    request.path = (const char *)uri.data;
    code = open_plain(store, &request, opening->options, error);
    bytes_clear(&uri);
    return code;
}

/* SQLite says "cannot open" where a sidecar file cannot be made. */
static enum devca_code open_path(struct store **store,
                                 const struct opening *opening,
                                 struct devca_error *error)
{
    bool read_only = opening->options->read_only;
    bool inspect = opening->options->inspect;
    struct connection_request request = {.path = opening->path,
                                         .flags = read_only && !inspect
                                                      ? SQLITE_OPEN_READONLY
                                                      : SQLITE_OPEN_READWRITE,
                                         .busy_ms = opening->options->busy_ms,
                                         .wake = opening->options->wake};
    enum devca_code code = open_plain(store, &request, opening->options, error);

    if (code != DEVCA_E_STORE && code != DEVCA_E_STORE_READ_ONLY)
        return code;
    if (access(opening->folder, W_OK) == 0)
        return code;
    if (read_only)
        return open_immutable(store, opening, error);
    fail(error, DEVCA_E_STORE_READ_ONLY, opening->path, NULL, NULL,
         "the store cannot be written here");
    return fail_hint(error, DEVCA_E_STORE_READ_ONLY,
                     "check the owner and mode of the store's folder and "
                     "whether its file system is mounted for reading only");
}

static enum devca_code check_sidecar(const char *path,
                                     struct devca_error *error)
{
    struct stat status;

    if (stat(path, &status) != 0)
        return errno == ENOENT
                   ? DEVCA_OK
                   : fail(error, DEVCA_E_STORE, path, NULL, NULL,
                          "cannot be looked at: %s", strerror(errno));
    if (S_ISREG(status.st_mode))
        return DEVCA_OK;
    fail(error, DEVCA_E_STORE, path, NULL, NULL, "not a file");
    return fail_hint(error, DEVCA_E_STORE, "remove it: it is not the store's");
}

/* What SQLite opens beside the database must not make it wait: a pipe put there
 * would. */
static enum devca_code check_sidecars(const char *path,
                                      struct devca_error *error)
{
    static const char *const endings[] = {"-journal", "-wal", "-shm"};
    struct bytes name = {0};
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof endings / sizeof endings[0];
         i++) {
        name.len = 0;
        code = bytes_append_text(&name, path) &&
                       bytes_append_text(&name, endings[i])
                   ? check_sidecar((const char *)name.data, error)
                   : fail_memory(error);
    }
    bytes_clear(&name);
    return code;
}

enum devca_code store_open(struct store **store, const char *folder,
                           const struct store_options *options,
                           struct devca_error *error)
{
    static const struct store_options defaults = {0};
    struct opening opening = {.folder = folder,
                              .options = options != NULL ? options : &defaults};
    struct bytes path = {0};
    struct stat status;
    enum devca_code code;

    *store = NULL;
    if (!join(&path, folder, STORE_FILE)) {
        code = fail_memory(error);
    } else if (stat((const char *)path.data, &status) != 0) {
        code = errno == ENOENT || errno == ENOTDIR ? DEVCA_E_STORE_MISSING
                                                   : DEVCA_E_STORE;
        fail(error, code, folder, NULL, NULL, "no store here: %s",
             strerror(errno));
        fail_hint(error, code,
                  "make one with devca init --org NAME --passphrase prompt");
    } else if (!S_ISREG(status.st_mode)) {
        code = fail(error, DEVCA_E_STORE_FOREIGN, (const char *)path.data, NULL,
                    NULL, "not a file");
    } else if (status.st_size == 0) {
        /* SQLite would take it for a new database and remove its log. */
        code = fail(error, DEVCA_E_STORE_FOREIGN, (const char *)path.data, NULL,
                    NULL, "not a SQLite database: it is empty");
    } else {
        opening.path = (const char *)path.data;
        code = check_sidecars(opening.path, error);
        if (code == DEVCA_OK)
            code = open_path(store, &opening, error);
    }
    bytes_clear(&path);
    return code;
}
