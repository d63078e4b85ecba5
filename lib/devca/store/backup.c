#include "devca/store/fault.h"
#include "devca/store/handle.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define PAGES_AT_ONCE 2048

/* Of one snapshot: a writer meanwhile would otherwise make SQLite begin anew,
 * for ever while a batch runs. */
static enum devca_code copy_pages(struct store *store, struct store *copy,
                                  const struct store_backup_request *request,
                                  struct devca_error *error)
{
    sqlite3_backup *backup =
        sqlite3_backup_init(copy->db, "main", store->db, "main");
    int status;

    if (backup == NULL)
        return store_fault(copy, sqlite3_errcode(copy->db), NULL, error);
    do {
        status = sqlite3_backup_step(backup, PAGES_AT_ONCE);
        if (request->progress)
            request->progress(sqlite3_backup_pagecount(backup) -
                                  sqlite3_backup_remaining(backup),
                              sqlite3_backup_pagecount(backup),
                              request->context);
    } while (status == SQLITE_OK);
    (void)sqlite3_backup_finish(backup);
    if (status == SQLITE_DONE)
        return DEVCA_OK;
    return store_fault(copy, status, NULL, error);
}

static enum devca_code copy_into(struct store *store, const char *path,
                                 const struct store_backup_request *request,
                                 struct devca_error *error)
{
    struct connection_request open = {.path = path,
                                      .flags = SQLITE_OPEN_READWRITE};
    struct store *copy;
    enum devca_code code = connection_open(&copy, &open, error);

    if (code != DEVCA_OK)
        return code;
    code = store_snapshot(store, error);
    if (code == DEVCA_OK)
        code = copy_pages(store, copy, request, error);
    store_rollback(store);
    store_close(copy);
    return code;
}

enum devca_code store_backup(struct store *store,
                             const struct store_backup_request *request,
                             struct devca_error *error)
{
    struct bytes path = {0};
    enum devca_code code = DEVCA_OK;
    int file = -1;

    if (!bytes_append_text(&path, request->folder) ||
        !bytes_append_text(&path, "/" STORE_FILE))
        code = fail_memory(error);
    if (code == DEVCA_OK) {
        file = open((const char *)path.data,
                    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (file < 0)
            code = fail(error, DEVCA_E_FILE, (const char *)path.data, NULL,
                        NULL, "cannot be made: %s", strerror(errno));
        else
            (void)close(file);
    }
    if (code == DEVCA_OK) {
        code = copy_into(store, (const char *)path.data, request, error);
        if (code != DEVCA_OK)
            (void)unlink((const char *)path.data);
    }
    bytes_clear(&path);
    return code;
}
