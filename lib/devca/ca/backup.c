/* backup: copy, look at the copy, pack, read again, put on record, give it its
 * name. */
#include "devca/ca/act.h"
#include "devca/ca/archive.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <devca/backup.h>
#include <devca/version.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS_MAX ((size_t)64 * 1024)
#define KEY_MAX ((size_t)16 * 1024)
#define JOURNAL_KEY "keys/journal.pem"

struct backup {
    struct devca *devca;
    const struct devca_backup_request *request;
    struct devca_error *error;
    devca_seconds now;
    struct bytes folder;   /* where the copy is made */
    struct bytes database; /* in it */
    struct bytes doomed;   /* one that goes with it; room for each name */
    struct store *copy;
    struct archive_list members;
    int64_t version;
    int64_t certificates;
    int64_t key_files;
    int64_t keys_elsewhere;
    bool journaled;
};

static const char *text(const struct bytes *bytes)
{
    return (const char *)bytes->data;
}

/* ---- the copy ---- */

/* ".NAME.PID.0" beside the file to come: a name that the doctor knows. */
static enum devca_code make_folder(struct backup *backup)
{
    const char *path = backup->request->path, *slash = strrchr(path, '/');
    size_t before = slash ? (size_t)(slash - path) + 1 : 0;
    char suffix[32];

    snprintf(suffix, sizeof suffix, ".%ld.0", (long)getpid());
    if (!bytes_append(&backup->folder, path, before) ||
        !bytes_append_text(&backup->folder, ".") ||
        !bytes_append_text(&backup->folder, path + before) ||
        !bytes_append_text(&backup->folder, suffix) ||
        !bytes_reserve(&backup->doomed,
                       backup->folder.len + sizeof "/identity.db-journal")) {
        bytes_clear(&backup->folder);
        return fail_memory(backup->error);
    }
    if (mkdir(text(&backup->folder), 0700) != 0) {
        fail(backup->error, DEVCA_E_FILE, text(&backup->folder), NULL, NULL,
             "cannot be made: %s", strerror(errno));
        bytes_clear(&backup->folder);
        return DEVCA_E_FILE;
    }
    return handle_path(text(&backup->folder), "identity.db", &backup->database,
                       backup->error);
}

static void remove_folder(struct backup *backup)
{
    static const char *const names[] = {"identity.db", "identity.db-wal",
                                        "identity.db-shm",
                                        "identity.db-journal"};
    struct bytes *path = &backup->doomed;
    size_t i;

    store_close(backup->copy);
    backup->copy = NULL;
    for (i = 0; backup->folder.len > 0 && i < sizeof names / sizeof names[0];
         i++) {
        path->len = 0;
        if (handle_path(text(&backup->folder), names[i], path, NULL) ==
            DEVCA_OK)
            (void)unlink(text(path));
    }
    if (backup->folder.len > 0)
        (void)rmdir(text(&backup->folder));
    bytes_clear(path);
}

static enum devca_code refuse_damaged(const char *object, const char *fault,
                                      void *context)
{
    struct backup *backup = context;

    fail(backup->error, DEVCA_E_STORE_CORRUPT, backup->devca->folder, NULL,
         object, "%s", fault);
    return fail_hint(backup->error, DEVCA_E_STORE_CORRUPT,
                     "nothing was backed up; devca doctor --full says more");
}

static enum devca_code copy_database(struct backup *backup)
{
    struct store_backup_request request = {
        .folder = text(&backup->folder),
        .progress = backup->request->progress,
        .context = backup->request->progress_context};
    struct store_options options = {
        .read_only = true, .inspect = true, .any_version = true};
    struct store_inspection_request whole = {STORE_INSPECT_PAGES, backup->now,
                                             true};
    enum devca_code code;

    code = store_backup(backup->devca->store, &request, backup->error);
    if (code == DEVCA_OK)
        code = store_open(&backup->copy, text(&backup->folder), &options,
                          backup->error);
    if (code == DEVCA_OK)
        code = store_inspect(backup->copy, &whole, refuse_damaged, backup,
                             backup->error);
    if (code == DEVCA_OK)
        code = store_version(backup->copy, &backup->version, backup->error);
    if (code == DEVCA_OK)
        code = store_certificate_last(backup->copy, &backup->certificates,
                                      backup->error);
    return code;
}

/* ---- keys ---- */

static enum devca_code seal_key(struct backup *backup,
                                const struct store_authority *authority,
                                struct bytes *pem)
{
    struct signer_location location = {authority->key_uri,
                                       backup->devca->folder, NULL};
    const struct bytes *secret;
    struct signer *signer = NULL;
    enum devca_code code;

    code = handle_secret(&backup->devca->passphrase,
                         "passphrase for the keys in the backup", true, &secret,
                         backup->error);
    if (code == DEVCA_OK && !secret) {
        fail(backup->error, DEVCA_E_KEY, authority->key_uri, NULL,
             "--with-keys",
             "the key stands in the clear, and a backup carries only encrypted "
             "ones");
        return fail_hint(backup->error, DEVCA_E_KEY,
                         "--passphrase SRC encrypts it in the backup");
    }
    if (code == DEVCA_OK)
        code = signer_open(&signer, &location, backup->error);
    if (code == DEVCA_OK)
        code = signer_export(signer, secret, pem, backup->error);
    signer_close(signer);
    return code;
}

static enum devca_code take_key(struct backup *backup,
                                const struct store_authority *authority)
{
    const char *name = authority->key_uri + strlen("file:");
    struct signer_location location = {authority->key_uri,
                                       backup->devca->folder, NULL};
    struct archive_source *member = archive_add(&backup->members, name);
    struct bytes path = {0};
    bool sealed = false;
    enum devca_code code;

    if (!member)
        return fail_memory(backup->error);
    backup->key_files++;
    code = signer_needs_secret(&location, &sealed, backup->error);
    if (code == DEVCA_OK && !sealed)
        return seal_key(backup, authority, &member->octets);
    if (code == DEVCA_OK)
        code = handle_path(backup->devca->folder, name, &path, backup->error);
    if (code == DEVCA_OK)
        code = file_read_regular(text(&path), KEY_MAX, &member->octets,
                                 backup->error);
    bytes_clear(&path);
    return code;
}

static bool is_taken(const struct backup *backup, const char *name)
{
    size_t i;

    for (i = 0; i < backup->members.count; i++)
        if (strcmp(backup->members.items[i].name, name) == 0)
            return true;
    return false;
}

static enum devca_code look_at_key(const struct store_authority *authority,
                                   void *context)
{
    struct backup *backup = context;
    const char *uri = authority->key_uri;

    if (uri[0] == '\0')
        return DEVCA_OK;
    if (!backup->request->with_keys || strncmp(uri, "file:", 5) != 0 ||
        !archive_name_good(uri + 5)) {
        backup->keys_elsewhere++;
        return DEVCA_OK;
    }
    return is_taken(backup, uri + 5) ? DEVCA_OK : take_key(backup, authority);
}

/* ---- the other members ---- */

static enum devca_code take_file(struct backup *backup, const char *name,
                                 bool needed)
{
    struct archive_source *member;
    struct bytes path = {0};
    struct stat info;
    bool there = true;
    enum devca_code code;

    code = handle_path(backup->devca->folder, name, &path, backup->error);
    if (code == DEVCA_OK && !needed && lstat(text(&path), &info) != 0) {
        there = false;
        if (errno != ENOENT)
            code = fail(backup->error, DEVCA_E_FILE, text(&path), NULL, NULL,
                        "cannot be looked at: %s", strerror(errno));
    }
    if (code == DEVCA_OK && there) {
        member = archive_add(&backup->members, name);
        code = member ? file_read_regular(text(&path), SETTINGS_MAX,
                                          &member->octets, backup->error)
                      : fail_memory(backup->error);
    }
    bytes_clear(&path);
    return code;
}

static void tell(const struct backup *backup, struct devca_result *result)
{
    result_time(result, "created_at", backup->now);
    result_text(result, "devca", devca_version());
    result_integer(result, "version", backup->version);
    result_integer(result, "certificates", backup->certificates);
    result_integer(result, "key_files", backup->key_files);
    result_integer(result, "keys_elsewhere", backup->keys_elsewhere);
}

static enum devca_code put_octets(void *context, const void *data, size_t len)
{
    return bytes_append(context, data, len) ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static enum devca_code describe(struct backup *backup)
{
    struct archive_source *member =
        archive_add(&backup->members, "backup.json");
    struct devca_result result = {0};
    struct devca_sink sink;
    enum devca_code code;

    if (!member)
        return fail_memory(backup->error);
    sink = (struct devca_sink){put_octets, &member->octets};
    tell(backup, &result);
    code = result_done(&result, backup->error);
    if (code == DEVCA_OK &&
        devca_record_write(&result.record, DEVCA_FORMAT_JSON, &sink) !=
            DEVCA_OK)
        code = fail_memory(backup->error);
    devca_result_clear(&result);
    return code;
}

static enum devca_code gather(struct backup *backup)
{
    struct archive_source *member;
    enum devca_code code =
        store_authority_list(backup->copy, look_at_key, backup, backup->error);

    if (code == DEVCA_OK && backup->request->with_keys)
        code = take_file(backup, JOURNAL_KEY, false);
    if (code == DEVCA_OK)
        code = take_file(backup, "settings.json", true);
    if (code == DEVCA_OK)
        code = describe(backup);
    store_close(backup->copy);
    backup->copy = NULL;
    if (code != DEVCA_OK)
        return code;
    member = archive_add(&backup->members, "identity.db");
    if (!member)
        return fail_memory(backup->error);
    member->path = text(&backup->database);
    return DEVCA_OK;
}

/* ---- the file ---- */

static enum devca_code pack(struct backup *backup, struct file_output *output)
{
    int fd = -1;
    enum devca_code code;

    code = archive_write(&backup->members, backup->now, output, backup->error);
    if (code == DEVCA_OK)
        code = file_output_reread(output, &fd, backup->error);
    if (code == DEVCA_OK)
        code = archive_read(fd, backup->request->path, NULL, backup->error);
    if (fd >= 0)
        (void)close(fd);
    return code;
}

static enum devca_code append_row(struct backup *backup, struct store *store)
{
    struct act act = {.act = JOURNAL_BACKUP, .at = backup->now};
    const char *slash = strrchr(backup->request->path, '/');
    enum devca_code code;

    act.object = slash ? slash + 1 : backup->request->path;
    act_detail_number(&act, "certificates", backup->certificates);
    act_detail_number(&act, "key_files", backup->key_files);
    code = act_begin(backup->devca, store, backup->error);
    if (code == DEVCA_OK)
        code = act_append(backup->devca, &act, backup->error);
    if (code == DEVCA_OK)
        code = act_commit(backup->devca, backup->error);
    act_rollback(backup->devca);
    backup->journaled = code == DEVCA_OK;
    return code;
}

static enum devca_code journal(struct backup *backup)
{
    struct store *store = NULL;
    enum devca_code code;

    if (backup->version != store_version_latest())
        return DEVCA_OK;
    code = handle_connect(backup->devca, false, &store, backup->error);
    if (code == DEVCA_E_STORE_READ_ONLY && !backup->request->with_keys)
        return DEVCA_OK;
    if (code == DEVCA_OK)
        code = append_row(backup, store);
    store_close(store);
    return code;
}

static enum devca_code run(struct backup *backup, struct file_output *output)
{
    enum devca_code code = handle_now(&backup->now, backup->error);

    if (code == DEVCA_OK)
        code = make_folder(backup);
    if (code == DEVCA_OK)
        code = copy_database(backup);
    if (code == DEVCA_OK)
        code = gather(backup);
    if (code == DEVCA_OK)
        code = pack(backup, output);
    if (code == DEVCA_OK)
        code = journal(backup);
    remove_folder(backup);
    return code;
}

enum devca_code devca_backup(struct devca *devca,
                             const struct devca_backup_request *request,
                             struct devca_result *result,
                             struct devca_error *error)
{
    struct backup backup = {.devca = devca, .request = request, .error = error};
    struct file_target target = {.path = request->path,
                                 .mode = 0600,
                                 .replace = request->replace,
                                 .store = devca->folder};
    struct file_output *output = NULL;
    enum devca_code code;

    if (strcmp(request->path, "-") == 0)
        return fail(error, DEVCA_E_USAGE, "-", NULL, NULL,
                    "a backup is read again before it is believed: name a "
                    "file");
    code = file_output_open(&output, &target, error);
    if (code == DEVCA_OK)
        code = run(&backup, output);
    if (code == DEVCA_OK)
        code = file_output_commit(output, error);
    else
        file_output_abandon(output);
    if (code == DEVCA_OK) {
        result_text(result, "backup", request->path);
        tell(&backup, result);
        result_boolean(result, "journaled", backup.journaled);
        code = result_done(result, error);
    }
    archive_list_clear(&backup.members);
    bytes_clear(&backup.folder);
    bytes_clear(&backup.database);
    return code;
}
