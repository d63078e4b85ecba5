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
    struct bytes database;
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

static enum devca_code check_vacant(const struct layout *layout,
                                    const char *folder,
                                    struct devca_error *error)
{
    const struct bytes *const parts[] = {&layout->database, &layout->settings,
                                         &layout->keys};
    struct stat info;
    size_t i;

    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const char *path = (const char *)parts[i]->data;

        if (lstat(path, &info) == 0) {
            fail(error, DEVCA_E_EXISTS, folder, NULL, NULL,
                 "holds a store already; nothing was changed");
            return fail_hint(error, DEVCA_E_EXISTS, "name another folder");
        }
        if (errno != ENOENT && errno != ENOTDIR)
            return fail(error, DEVCA_E_FILE, path, NULL, NULL,
                        "cannot be looked at: %s", strerror(errno));
    }
    return DEVCA_OK;
}

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

static enum devca_code write_settings(const struct devca_init_request *request,
                                      struct layout *layout,
                                      struct devca_error *error)
{
    struct settings settings = {0};
    struct file_target target = {
        .path = (const char *)layout->settings.data, .mode = 0600, .own = true};
    struct bytes json = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    settings.org = strdup(request->org);
    settings.country = request->country ? strdup(request->country) : NULL;
    settings.encrypted_keys = request->passphrase != NULL;
    if (settings.org && (settings.country || !request->country))
        code = settings_write(&settings, &json, error);
    else
        fail_memory(error);
    if (code == DEVCA_OK)
        code = file_write(&target, bytes_slice(&json), error);
    layout->settings_made = code == DEVCA_OK;
    settings_clear(&settings);
    bytes_clear(&json);
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
        code = write_settings(request, layout, error);
    if (code == DEVCA_OK)
        code = store_create(request->folder, error);
    layout->database_made = code == DEVCA_OK;
    if (code == DEVCA_OK)
        code = begin_journal(request, error);
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
        code = handle_path(request->folder, "identity.db", &layout.database,
                           error);
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
    bytes_clear(&layout.database);
    return code;
}
