/* restore: prove the backup, then make a store of it where there is nothing. */
#include "devca/ca/act.h"
#include "devca/ca/archive.h"
#include "devca/ca/founding.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/store/journal.h"

#include <devca/backup.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct restoring {
    const struct devca_restore_request *request;
    struct devca_error *error;
    int fd;   /* of the backup */
    int file; /* member under way, or -1 */
    struct founding founding;
    char **made;
    size_t made_count;
    int64_t key_files;
    bool has_journal_key;
    bool journaled;
    int64_t version;
    int64_t certificates;
};

static const char *name_of(const struct restoring *restoring)
{
    const struct devca_restore_request *request = restoring->request;

    return request->name ? request->name : request->path;
}

static enum devca_code fail_file(struct restoring *restoring, const char *name,
                                 const char *what)
{
    int cause = errno;

    return fail(restoring->error,
                cause == ENOSPC || cause == EDQUOT ? DEVCA_E_STORE_FULL
                                                   : DEVCA_E_FILE,
                restoring->request->folder, NULL, name, "%s: %s", what,
                strerror(cause));
}

static enum devca_code look_for_stop(const struct restoring *restoring)
{
    const struct devca_restore_request *request = restoring->request;
    struct pollfd wake = {request->wake, POLLIN, 0};

    if (request->wake <= 0 || poll(&wake, 1, 0) <= 0)
        return DEVCA_OK;
    fail(restoring->error, DEVCA_E_INTERRUPTED, name_of(restoring), NULL, NULL,
         "stopped; nothing of the store is left");
    return fail_hint(restoring->error, DEVCA_E_INTERRUPTED,
                     "give the same command again");
}

/* ---- a place ---- */

static enum devca_code check_empty(struct restoring *restoring)
{
    const struct dirent *entry;
    const char *found = NULL;
    DIR *folder = opendir(restoring->request->folder);

    if (!folder && errno == ENOENT)
        return DEVCA_OK;
    if (!folder)
        return fail_file(restoring, NULL, "cannot be looked into");
    while (!found && (entry = readdir(folder)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            found = entry->d_name;
    if (found) {
        fail(restoring->error, DEVCA_E_EXISTS, restoring->request->folder, NULL,
             NULL, "holds %s; nothing was changed", found);
        fail_hint(restoring->error, DEVCA_E_EXISTS,
                  "a backup is restored to where there is nothing yet: "
                  "--store DIR; without identity.db a folder is no store, and "
                  "to be removed when a restore was cut off there");
    }
    closedir(folder);
    return found ? DEVCA_E_EXISTS : DEVCA_OK;
}

static enum devca_code look_at_place(struct restoring *restoring)
{
    enum devca_code code = check_empty(restoring);

    return code == DEVCA_OK
               ? founding_check(&restoring->founding, restoring->error)
               : code;
}

static bool remember(struct restoring *restoring, const char *name)
{
    char **grown =
        realloc(restoring->made, (restoring->made_count + 1) * sizeof *grown);

    if (!grown)
        return false;
    restoring->made = grown;
    grown[restoring->made_count] = strdup(name);
    return grown[restoring->made_count] && ++restoring->made_count;
}

/* Only what this call made goes away again. */
static void tear_down(struct restoring *restoring)
{
    static const char *const more[] = {"identity.db", "identity.db-wal",
                                       "identity.db-shm", "keys/journal.pem"};
    struct founding *founding = &restoring->founding;
    size_t i;

    if (founding_is_taken(founding)) {
        founding_end(founding, false);
        return;
    }
    for (i = 0; founding->database_made && i < sizeof more / sizeof more[0];
         i++)
        (void)unlinkat(founding->fd, more[i], 0);
    for (i = 0; i < restoring->made_count; i++)
        (void)unlinkat(founding->fd, restoring->made[i], 0);
    founding_end(founding, true);
}

/* ---- members ---- */

static void count_member(struct restoring *restoring, const char *name)
{
    restoring->key_files +=
        strncmp(name, "keys/", 5) == 0 && strcmp(name, "keys/journal.pem") != 0;
}

static enum devca_code begin_member(const char *name, void *context)
{
    struct restoring *restoring = context;

    /* What describes the backup is not part of the store. */
    if (strcmp(name, "backup.json") == 0)
        return DEVCA_OK;
    if (strcmp(name, "keys/journal.pem") == 0)
        restoring->has_journal_key = true;
    else
        count_member(restoring, name);
    /* Named last: a folder without it is no store. */
    if (strcmp(name, "identity.db") == 0)
        name = "identity.db.new";
    restoring->file =
        openat(restoring->founding.fd, name,
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (restoring->file < 0)
        return fail_file(restoring, name, "cannot be made");
    if (remember(restoring, name))
        return DEVCA_OK;
    (void)unlinkat(restoring->founding.fd, name, 0);
    return fail_memory(restoring->error);
}

static enum devca_code put_member(struct devid_slice octets, void *context)
{
    struct restoring *restoring = context;

    return restoring->file < 0 || file_put(restoring->file, octets)
               ? look_for_stop(restoring)
               : fail_file(restoring, NULL, "cannot be written");
}

static enum devca_code end_member(void *context)
{
    struct restoring *restoring = context;
    enum devca_code code = DEVCA_OK;

    if (restoring->file >= 0 && fsync(restoring->file) != 0)
        code = fail_file(restoring, NULL, "cannot be written");
    if (restoring->file >= 0)
        (void)close(restoring->file);
    restoring->file = -1;
    return code;
}

static enum devca_code put_in_place(struct restoring *restoring)
{
    struct founding *founding = &restoring->founding;

    founding->database_made = renameat(founding->fd, "identity.db.new",
                                       founding->fd, "identity.db") == 0;
    return founding->database_made && fsync(founding->fd) == 0
               ? DEVCA_OK
               : fail_file(restoring, "identity.db", "cannot be put in place");
}

static enum devca_code extract(struct restoring *restoring)
{
    struct archive_visitor visitor = {begin_member, put_member, end_member,
                                      restoring};
    enum devca_code code;

    if (lseek(restoring->fd, 0, SEEK_SET) != 0)
        return fail_file(restoring, NULL, "the backup cannot be read again");
    code = archive_read(restoring->fd, name_of(restoring), &visitor,
                        restoring->error);
    if (restoring->file >= 0)
        (void)close(restoring->file);
    restoring->file = -1;
    if (code == DEVCA_OK)
        code =
            handle_sync(restoring->request->folder, "keys", restoring->error);
    return code == DEVCA_OK ? put_in_place(restoring) : code;
}

/* ---- proving ---- */

static enum devca_code look_at_member(const char *name, void *context)
{
    struct restoring *restoring = context;

    if (restoring->request->dry_run)
        count_member(restoring, name);
    return DEVCA_OK;
}

static enum devca_code pass_over(struct devid_slice octets, void *context)
{
    (void)octets;
    return look_for_stop(context);
}

static enum devca_code end_look(void *context)
{
    (void)context;
    return DEVCA_OK;
}

static enum devca_code prove(struct restoring *restoring)
{
    struct archive_visitor visitor = {look_at_member, pass_over, end_look,
                                      restoring};

    return archive_read(restoring->fd, name_of(restoring), &visitor,
                        restoring->error);
}

/* ---- a store again ---- */

static enum devca_code has_journal(struct devca *devca, bool *begun,
                                   struct devca_error *error)
{
    struct store_journal_head head = {0};
    enum devca_code code = store_journal_head_get(devca->store, &head, error);

    *begun = code == DEVCA_OK;
    store_row_clear(&head.memory);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

static enum devca_code append_row(struct restoring *restoring,
                                  struct devca *devca)
{
    struct act act = {.act = JOURNAL_RESTORE};
    const char *name = name_of(restoring), *slash = strrchr(name, '/');
    enum devca_code code = handle_now(&act.at, restoring->error);

    act.object = slash ? slash + 1 : name;
    act_detail_number(&act, "certificates", restoring->certificates);
    act_detail_number(&act, "key_files", restoring->key_files);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, restoring->error);
    if (code == DEVCA_OK)
        code = act_append(devca, &act, restoring->error);
    if (code == DEVCA_OK)
        code = act_commit(devca, restoring->error);
    act_rollback(devca);
    restoring->journaled = code == DEVCA_OK;
    return code;
}

static enum devca_code open_again(struct restoring *restoring)
{
    struct devca_open_request request = {.folder = restoring->request->folder,
                                         .actor = restoring->request->actor,
                                         .wake = restoring->request->wake};
    struct devca *devca = NULL;
    bool begun = false;
    enum devca_code code = devca_open(&devca, &request, restoring->error);

    if (code == DEVCA_OK)
        code =
            store_version(devca->store, &restoring->version, restoring->error);
    if (code == DEVCA_OK)
        code = store_certificate_last(devca->store, &restoring->certificates,
                                      restoring->error);
    if (code == DEVCA_OK)
        code = has_journal(devca, &begun, restoring->error);
    /* A journal whose key is elsewhere goes on once that is back. */
    if (code == DEVCA_OK && (!begun || restoring->has_journal_key))
        code = append_row(restoring, devca);
    devca_close(devca);
    return code;
}

static enum devca_code build(struct restoring *restoring)
{
    struct founding *founding = &restoring->founding;
    enum devca_code code = founding_hold(founding, true, restoring->error);

    if (code == DEVCA_OK)
        code = look_at_place(restoring);
    if (code == DEVCA_OK)
        code = founding_make_keys(founding, false, restoring->error);
    if (code == DEVCA_OK)
        code = extract(restoring);
    if (code == DEVCA_OK)
        code = open_again(restoring);
    if (code == DEVCA_OK && founding->folder_made)
        code = handle_sync(founding->folder, "..", restoring->error);
    if (code == DEVCA_OK)
        code = look_for_stop(restoring);
    if (code != DEVCA_OK)
        tear_down(restoring);
    return code;
}

static enum devca_code run(struct restoring *restoring)
{
    const struct devca_restore_request *request = restoring->request;
    const char *fault = NULL;
    enum devca_code code = crypto_init(restoring->error);

    if (code == DEVCA_OK)
        code = founding_hold(&restoring->founding, false, restoring->error);
    if (code == DEVCA_OK)
        code = look_at_place(restoring);
    if (code != DEVCA_OK)
        return code;
    restoring->fd = file_open_regular(request->path, &fault);
    if (restoring->fd < 0)
        return fail(restoring->error, DEVCA_E_FILE, name_of(restoring), NULL,
                    NULL, "cannot be opened: %s", fault);
    code = prove(restoring);
    if (code == DEVCA_OK && !request->dry_run)
        code = build(restoring);
    return code;
}

static enum devca_code tell(const struct restoring *restoring,
                            struct devca_result *result)
{
    const struct devca_restore_request *request = restoring->request;

    result_text(result, "backup", name_of(restoring));
    result_text(result, "store", request->folder);
    /* Known of a store, not of a database in a file. */
    if (!request->dry_run) {
        result_integer(result, "version", restoring->version);
        result_integer(result, "certificates", restoring->certificates);
    }
    result_integer(result, "key_files", restoring->key_files);
    result_boolean(result, "journaled", restoring->journaled);
    result_boolean(result, "dry_run", request->dry_run);
    return result_done(result, restoring->error);
}

enum devca_code devca_restore(const struct devca_restore_request *request,
                              struct devca_result *result,
                              struct devca_error *error)
{
    struct restoring restoring = {
        .request = request,
        .error = error,
        .fd = -1,
        .file = -1,
        .founding = {.folder = request->folder, .fd = -1}};
    enum devca_code code = run(&restoring);
    size_t i;

    if (restoring.fd >= 0)
        (void)close(restoring.fd);
    founding_end(&restoring.founding, false);
    for (i = 0; i < restoring.made_count; i++)
        free(restoring.made[i]);
    free(restoring.made);
    return code == DEVCA_OK ? tell(&restoring, result) : code;
}
