/* A new store: a folder with a database, a key folder and settings. */
#include "devca/ca/act.h"
#include "devca/ca/handle.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/key/secret.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct layout {
    struct bytes keys;
    struct bytes settings;
    struct bytes json;   /* what is to stand there */
    bool settings_stand; /* already */
    bool folder_made;
    bool keys_made;
    bool settings_made;
    bool database_made;
};

/* A source that cannot be read later is found out now. */
static enum devca_code check_passphrase(const char *source,
                                        struct devca_error *error)
{
    struct secret_request request = {source,
                                     "new passphrase for the store's "
                                     "keys",
                                     true, 0};
    struct bytes secret = {0};
    enum devca_code code;

    if (!source)
        return DEVCA_OK;
    code = secret_read(&request, &secret, error);
    bytes_clear(&secret);
    return code;
}

/* ---- is there a store? ---- */

static enum devca_code refuse_place(const char *folder, const char *hint,
                                    struct devca_error *error)
{
    fail(error, DEVCA_E_EXISTS, folder, NULL, NULL,
         "holds a store already; nothing was changed");
    return fail_hint(error, DEVCA_E_EXISTS, "%s", hint);
}

/* A database, its log, or one that a restore was to put in place. */
static enum devca_code check_database(const char *folder,
                                      struct devca_error *error)
{
    static const char *const names[] = {"identity.db", "identity.db-wal",
                                        "identity.db.new"};
    struct bytes path = {0};
    struct stat info;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof names / sizeof names[0]; i++) {
        path.len = 0;
        code = handle_path(folder, names[i], &path, error);
        if (code != DEVCA_OK)
            break;
        if (lstat((const char *)path.data, &info) == 0)
            code = refuse_place(folder, "name another folder", error);
        else if (errno != ENOENT && errno != ENOTDIR)
            code = fail(error, DEVCA_E_FILE, (const char *)path.data, NULL,
                        NULL, "cannot be looked at: %s", strerror(errno));
    }
    bytes_clear(&path);
    return code;
}

/* Settings are left as they are when they are those that would be written. */
static enum devca_code check_settings(struct layout *layout, const char *folder,
                                      struct devca_error *error)
{
    const char *path = (const char *)layout->settings.data;
    struct bytes there = {0};
    struct stat info;
    enum devca_code code;

    if (lstat(path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? DEVCA_OK
                   : fail(error, DEVCA_E_FILE, path, NULL, NULL,
                          "cannot be looked at: %s", strerror(errno));
    code = file_read_regular(path, layout->json.len, &there, error);
    if (code == DEVCA_E_NO_MEMORY)
        return code;
    layout->settings_stand =
        code == DEVCA_OK &&
        devid_slice_equal(bytes_slice(&there), bytes_slice(&layout->json));
    bytes_clear(&there);
    if (layout->settings_stand)
        return DEVCA_OK;
    return refuse_place(folder,
                        "name another folder; one where init was cut off takes "
                        "the same command again, or is to be removed",
                        error);
}

/* What an init that was cut off leaves is no store: settings, and a folder for
 * keys without any. */
static enum devca_code check_vacant(struct layout *layout, const char *folder,
                                    struct devca_error *error)
{
    enum devca_code code = check_database(folder, error);

    if (code == DEVCA_OK && handle_has_keys(folder))
        code = refuse_place(folder, "name another folder", error);
    return code == DEVCA_OK ? check_settings(layout, folder, error) : code;
}

/* ---- making one ---- */

static enum devca_code make_folder(const char *path, bool *made,
                                   struct devca_error *error)
{
    struct stat info;

    if (mkdir(path, 0700) == 0) {
        *made = true;
        return DEVCA_OK;
    }
    if (errno == EEXIST && stat(path, &info) == 0 && S_ISDIR(info.st_mode))
        return DEVCA_OK;
    return fail(error, DEVCA_E_FILE, path, NULL, NULL,
                "cannot make the folder: %s", strerror(errno));
}

static enum devca_code
prepare_settings(const struct devca_init_request *request, struct bytes *json,
                 struct devca_error *error)
{
    struct settings settings = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    settings.org = strdup(request->org);
    settings.country = request->country ? strdup(request->country) : NULL;
    settings.encrypted_keys = request->passphrase != NULL;
    if (settings.org && (settings.country || !request->country))
        code = settings_write(&settings, json, error);
    else
        fail_memory(error);
    settings_clear(&settings);
    return code;
}

static enum devca_code write_settings(struct layout *layout,
                                      struct devca_error *error)
{
    struct file_target target = {
        .path = (const char *)layout->settings.data, .mode = 0600, .own = true};
    enum devca_code code;

    if (layout->settings_stand)
        return DEVCA_OK;
    code = file_write(&target, bytes_slice(&layout->json), error);
    layout->settings_made = code == DEVCA_OK;
    return code;
}

/* The first transaction gives the journal its key and its first row. */
static enum devca_code begin_journal(const struct devca_init_request *request,
                                     struct devca_error *error)
{
    const struct devca_open_request open = {.folder = request->folder,
                                            .actor = request->actor};
    struct devca *devca;
    enum devca_code code = devca_open(&devca, &open, error);

    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    if (devca)
        act_rollback(devca);
    devca_close(devca);
    return code;
}

static enum devca_code build(const struct devca_init_request *request,
                             struct layout *layout, struct devca_error *error)
{
    enum devca_code code;

    code = make_folder(request->folder, &layout->folder_made, error);
    if (code == DEVCA_OK)
        code = make_folder((const char *)layout->keys.data, &layout->keys_made,
                           error);
    if (code == DEVCA_OK)
        code = write_settings(layout, error);
    if (code == DEVCA_OK)
        code = store_create(request->folder, error);
    layout->database_made = code == DEVCA_OK;
    if (code == DEVCA_OK)
        code = begin_journal(request, error);
    /* Also where one that was cut off made it. */
    if (code == DEVCA_OK)
        code = handle_sync(request->folder, "..", error);
    return code;
}

/* Only what this call made goes away again. */
static void tear_down(const struct devca_init_request *request,
                      const struct layout *layout)
{
    static const char *const files[] = {"identity.db", "identity.db-wal",
                                        "identity.db-shm", "keys/journal.pem"};
    struct bytes path = {0};
    size_t i;

    for (i = 0; layout->database_made && i < sizeof files / sizeof files[0];
         i++) {
        path.len = 0;
        if (handle_path(request->folder, files[i], &path, NULL) == DEVCA_OK)
            (void)unlink((const char *)path.data);
    }
    bytes_clear(&path);
    if (layout->settings_made)
        (void)unlink((const char *)layout->settings.data);
    if (layout->keys_made)
        (void)rmdir((const char *)layout->keys.data);
    if (layout->folder_made)
        (void)rmdir(request->folder);
}

static enum devca_code tell(const struct devca_init_request *request,
                            struct devca_result *result,
                            struct devca_error *error)
{
    result_text(result, "store", request->folder);
    result_text(result, "org", request->org);
    result_text(result, "country", request->country);
    result_text(result, "keys", request->passphrase ? "encrypted" : "plain");
    result_boolean(result, "dry_run", request->dry_run);
    return result_done(result, error);
}

enum devca_code devca_init(const struct devca_init_request *request,
                           struct devca_result *result,
                           struct devca_error *error)
{
    struct layout layout = {0};
    enum devca_code code;

    code = input_owner(request->org, request->country, error);
    if (code == DEVCA_OK)
        code = handle_path(request->folder, "keys", &layout.keys, error);
    if (code == DEVCA_OK)
        code = handle_path(request->folder, "settings.json", &layout.settings,
                           error);
    if (code == DEVCA_OK)
        code = prepare_settings(request, &layout.json, error);
    if (code == DEVCA_OK)
        code = check_vacant(&layout, request->folder, error);
    if (code == DEVCA_OK)
        code = handle_check_place(request->folder, error);
    if (code == DEVCA_OK)
        code = check_passphrase(request->passphrase, error);
    if (code == DEVCA_OK && !request->dry_run) {
        code = build(request, &layout, error);
        if (code != DEVCA_OK)
            tear_down(request, &layout);
    }
    if (code == DEVCA_OK)
        code = tell(request, result, error);
    bytes_clear(&layout.keys);
    bytes_clear(&layout.settings);
    bytes_clear(&layout.json);
    return code;
}
