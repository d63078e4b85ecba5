#include "devca/store/fault.h"
#include "devca/store/handle.h"
#include "devca/store/migrate.h"

#include "devca/base/bytes.h"
#include "devca/base/fail.h"
#include "devca/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Made under a name of its own and given its real one when it is whole. */
struct making {
    const char *folder;
    struct bytes path;
    struct bytes made;
};

static bool name_both(struct making *making)
{
    char suffix[32];

    snprintf(suffix, sizeof suffix, ".%ld.new", (long)getpid());
    return bytes_append_text(&making->path, making->folder) &&
           bytes_append_text(&making->path, "/" STORE_FILE) &&
           bytes_append_slice(&making->made, bytes_slice(&making->path)) &&
           bytes_append_text(&making->made, suffix);
}

static const char *text(const struct bytes *bytes)
{
    return (const char *)bytes->data;
}

static enum devca_code system_fault(const char *path, const char *what,
                                    struct devca_error *error)
{
    enum devca_code code = DEVCA_E_STORE;

    if (errno == EEXIST)
        code = DEVCA_E_EXISTS;
    else if (errno == ENOSPC || errno == EDQUOT)
        code = DEVCA_E_STORE_FULL;
    else if (errno == EROFS || errno == EACCES || errno == EPERM)
        code = DEVCA_E_STORE_READ_ONLY;
    return fail(error, code, path, NULL, NULL, "%s: %s", what, strerror(errno));
}

/* SQLite gives its sidecar files the mode of the database. */
static enum devca_code make_empty(const char *path, struct devca_error *error)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (file < 0)
        return system_fault(path, "cannot be made", error);
    close(file);
    return DEVCA_OK;
}

static enum devca_code fill(const char *path, struct devca_error *error)
{
    struct connection_request request = {.path = path,
                                         .flags = SQLITE_OPEN_READWRITE};
    struct store *store;
    enum devca_code code = connection_open(&store, &request, error);

    if (code != DEVCA_OK)
        return code;
    /* Certificates of half a kilobyte leave less of a larger page unused. */
    code = connection_run(store, "PRAGMA page_size = 8192", error);
    if (code == DEVCA_OK)
        code = migrate(store, error);
    if (code == DEVCA_OK)
        code = connection_run(store, "PRAGMA journal_mode = WAL", error);
    store_close(store);
    return code;
}

static enum devca_code put_in_place(const struct making *making,
                                    struct devca_error *error)
{
    const char *path = text(&making->path), *made = text(&making->made);
    int status = renameat2(AT_FDCWD, made, AT_FDCWD, path, RENAME_NOREPLACE);
    enum devca_code code;

    /* Not every file system knows RENAME_NOREPLACE. */
    if (status != 0 && errno == EINVAL) {
        status = link(made, path);
        if (status == 0)
            unlink(made);
    }
    if (status != 0 && errno == EEXIST)
        return fail(error, DEVCA_E_EXISTS, path, NULL, NULL,
                    "there is a store already");
    if (status != 0)
        return system_fault(path, "cannot be put in place", error);
    if (file_sync_folder(making->folder))
        return DEVCA_OK;
    code = system_fault(making->folder, "cannot be synced", error);
    (void)unlink(path);
    return code;
}

static void remove_traces(const char *made)
{
    static const char *const suffixes[] = {"", "-wal", "-shm", "-journal"};
    char path[4096];
    size_t i;

    for (i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        int len = snprintf(path, sizeof path, "%s%s", made, suffixes[i]);

        if (len > 0 && (size_t)len < sizeof path)
            unlink(path);
    }
}

enum devca_code store_create(const char *folder, struct devca_error *error)
{
    struct making making = {.folder = folder};
    struct stat status;
    enum devca_code code;

    if (!name_both(&making)) {
        code = fail_memory(error);
        goto out;
    }
    if (lstat(text(&making.path), &status) == 0) {
        code = fail(error, DEVCA_E_EXISTS, text(&making.path), NULL, NULL,
                    "there is a store already");
        goto out;
    }
    if (errno != ENOENT) {
        code = system_fault(text(&making.path), "cannot be looked at", error);
        goto out;
    }
    code = make_empty(text(&making.made), error);
    if (code != DEVCA_OK)
        goto out;
    code = fill(text(&making.made), error);
    if (code == DEVCA_OK)
        code = put_in_place(&making, error);
    if (code != DEVCA_OK)
        remove_traces(text(&making.made));
out:
    bytes_clear(&making.path);
    bytes_clear(&making.made);
    return code;
}
