/* A new store: a folder with a database, a key folder and settings. */
#include "devca/ca/act.h"
#include "devca/ca/founding.h"
#include "devca/ca/handle.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/key/secret.h"
#include "devca/store/journal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct layout {
    struct founding founding;
    struct bytes keys;
    struct bytes settings;
    struct bytes json;   /* what is to stand there */
    bool keys_stand;     /* already */
    bool settings_stand; /* already */
    bool settings_made;
    bool database_stands; /* already, and holds nothing */
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

static enum devca_code note_authority(const struct store_authority *authority,
                                      void *context)
{
    bool *empty = context;

    (void)authority;
    *empty = false;
    return DEVCA_OK;
}

/* Is its database one that init made and was cut off before the first row? What
 * cannot be read is not. */
static bool is_begun(const char *folder)
{
    /* Not read-only: that leaves a log behind. */
    const struct devca_open_request open = {.folder = folder};
    const struct store_query everything = {.authorities = true};
    struct store_journal_head head;
    struct devca *devca = NULL;
    struct devca_error ignored;
    bool adopts = true, empty = true, begun = false;
    int64_t certificates = 1;
    enum devca_code code = devca_open(&devca, &open, &ignored);

    if (code == DEVCA_OK)
        code = store_journal_adopts(devca->store, &adopts, &ignored);
    if (code == DEVCA_OK)
        code = store_query_count(devca->store, &everything, &certificates,
                                 &ignored);
    if (code == DEVCA_OK)
        code = store_authority_list(devca->store, note_authority, &empty,
                                    &ignored);
    if (code == DEVCA_OK && !adopts && empty && certificates == 0) {
        code = store_journal_head_get(devca->store, &head, &ignored);
        begun = code == DEVCA_E_NOT_FOUND;
        if (code == DEVCA_OK)
            store_row_clear(&head.memory);
    }
    devca_close(devca);
    return begun;
}

/* A database, its log, or one that a restore was to put in place. */
static enum devca_code check_database(struct layout *layout, const char *folder,
                                      struct devca_error *error)
{
    static const char *const names[] = {"identity.db", "identity.db-wal",
                                        "identity.db.new"};
    struct bytes path = {0};
    struct stat info;
    enum devca_code code = DEVCA_OK;
    size_t i = 0;

    /* Nothing that can be another's is opened. */
    layout->database_stands =
        founding_check(&layout->founding, NULL) == DEVCA_OK &&
        check_settings(layout, folder, NULL) == DEVCA_OK &&
        layout->settings_stand && !handle_has_authority_keys(folder) &&
        is_begun(folder);
    if (layout->database_stands)
        i = 2; /* with its log */
    for (; code == DEVCA_OK && i < sizeof names / sizeof names[0]; i++) {
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

/* One without keys is taken when it is as init makes it. */
static enum devca_code check_keys(struct layout *layout, const char *folder,
                                  struct devca_error *error)
{
    const char *path = (const char *)layout->keys.data;
    struct stat info;

    layout->keys_stand = lstat(path, &info) == 0;
    if (!layout->keys_stand)
        return errno == ENOENT || errno == ENOTDIR
                   ? DEVCA_OK
                   : fail(error, DEVCA_E_FILE, path, NULL, NULL,
                          "cannot be looked at: %s", strerror(errno));
    /* It may not be one to look into. */
    if (S_ISDIR(info.st_mode) && info.st_uid != geteuid())
        fail(error, DEVCA_E_FILE, path, NULL, NULL, "belongs to another user");
    else if (layout->database_stands ? handle_has_authority_keys(folder)
                                     : handle_has_keys(folder))
        return refuse_place(folder, "name another folder", error);
    else if (!S_ISDIR(info.st_mode))
        fail(error, DEVCA_E_FILE, path, NULL, NULL, "is a link, no folder");
    else if (info.st_mode & (S_IRWXG | S_IRWXO))
        fail(error, DEVCA_E_FILE, path, NULL, NULL,
             "is open to group or others (mode %04o)",
             (unsigned)info.st_mode & 07777u);
    else
        return DEVCA_OK;
    return fail_hint(error, DEVCA_E_FILE, "name another folder");
}

/* What an init that was cut off leaves is no store: settings, a folder for keys
 * without any, and a database without a row. */
static enum devca_code check_vacant(struct layout *layout,
                                    struct devca_error *error)
{
    const char *folder = layout->founding.folder;
    enum devca_code code = check_database(layout, folder, error);

    if (code == DEVCA_OK)
        code = check_keys(layout, folder, error);
    if (code == DEVCA_OK)
        code = check_settings(layout, folder, error);
    return code == DEVCA_OK ? founding_check(&layout->founding, error) : code;
}

/* ---- making one ---- */

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

    code = founding_make_keys(&layout->founding, layout->keys_stand, error);
    if (code == DEVCA_OK)
        code = write_settings(layout, error);
    if (code == DEVCA_OK && !layout->database_stands) {
        code = store_create(request->folder, error);
        layout->founding.database_made = code == DEVCA_OK;
    }
    if (code == DEVCA_OK)
        code = begin_journal(request, error);
    /* Also where one that was cut off made it. */
    if (code == DEVCA_OK)
        code = handle_sync(request->folder, "..", error);
    return code;
}

/* Only what this call made goes away again. */
static void tear_down(struct layout *layout)
{
    static const char *const files[] = {"identity.db", "identity.db-wal",
                                        "identity.db-shm", "keys/journal.pem"};
    struct founding *founding = &layout->founding;
    size_t i;

    if (founding_is_taken(founding)) {
        founding_end(founding, false);
        return;
    }
    for (i = 0; founding->database_made && i < sizeof files / sizeof files[0];
         i++)
        (void)unlinkat(founding->fd, files[i], 0);
    if (layout->settings_made)
        (void)unlinkat(founding->fd, "settings.json", 0);
    founding_end(founding, true);
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

/* A folder that is not there yet is made when nothing is left to ask for, and
 * another may have been quicker. */
static enum devca_code make(const struct devca_init_request *request,
                            struct layout *layout, struct devca_error *error)
{
    enum devca_code code = founding_hold(&layout->founding, true, error);

    if (code == DEVCA_OK)
        code = check_vacant(layout, error);
    if (code == DEVCA_OK)
        code = build(request, layout, error);
    if (code != DEVCA_OK)
        tear_down(layout);
    return code;
}

enum devca_code devca_init(const struct devca_init_request *request,
                           struct devca_result *result,
                           struct devca_error *error)
{
    struct layout layout = {.founding = {.folder = request->folder, .fd = -1}};
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
        code = founding_hold(&layout.founding, false, error);
    if (code == DEVCA_OK)
        code = check_vacant(&layout, error);
    if (code == DEVCA_OK)
        code = check_passphrase(request->passphrase, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = make(request, &layout, error);
    founding_end(&layout.founding, false);
    if (code == DEVCA_OK)
        code = tell(request, result, error);
    bytes_clear(&layout.keys);
    bytes_clear(&layout.settings);
    bytes_clear(&layout.json);
    return code;
}
