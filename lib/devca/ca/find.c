/* Which store: the one that was named, or the nearest from here upward. */
#include "devca/ca/handle.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* That there is none is one answer, that nobody can tell another. */
static enum devca_code look_for_store(const char *folder, bool *is_there,
                                      struct devca_error *error)
{
    struct bytes path = {0};
    struct stat info;
    enum devca_code code = handle_path(folder, "identity.db", &path, error);

    *is_there = code == DEVCA_OK && stat((const char *)path.data, &info) == 0;
    if (code == DEVCA_OK && !*is_there && errno != ENOENT && errno != ENOTDIR)
        code = fail(error, DEVCA_E_FILE, (const char *)path.data, NULL, NULL,
                    "cannot be looked at: %s", strerror(errno));
    bytes_clear(&path);
    return code;
}

static enum devca_code take_path(const char *found, char *path,
                                 size_t path_size, struct devca_error *error)
{
    size_t len = strlen(found);

    if (len >= path_size)
        return fail(error, DEVCA_E_USAGE, found, NULL, NULL,
                    "path is longer than %zu octets", path_size - 1);
    memcpy(path, found, len + 1);
    return DEVCA_OK;
}

static enum devca_code fail_no_database(const char *folder,
                                        struct devca_error *error)
{
    return fail(error, DEVCA_E_STORE_MISSING, folder, NULL, NULL,
                "is not a store: it has no identity.db");
}

/* ---- a store that nobody named ---- */

static enum devca_code distrust(const char *path, const char *fault,
                                const char *folder, struct devca_error *error)
{
    fail(error, DEVCA_E_STORE_UNTRUSTED, path, NULL, NULL, "%s", fault);
    return fail_hint(error, DEVCA_E_STORE_UNTRUSTED,
                     "it was found, not named: if you trust it, name it with "
                     "DEVCA_STORE or --store %s",
                     folder);
}

/* A link is whose it is, too: it may lead to another store of the same user. */
static enum devca_code check_owner(const char *path, const char *folder,
                                   struct devca_error *error)
{
    struct stat link, info;

    if (lstat(path, &link) != 0 || stat(path, &info) != 0)
        return errno == ENOENT
                   ? DEVCA_OK
                   : fail(error, DEVCA_E_FILE, path, NULL, NULL,
                          "cannot be looked at: %s", strerror(errno));
    if (link.st_uid != geteuid() || info.st_uid != geteuid())
        return distrust(path, "belongs to another user", folder, error);
    if (info.st_mode & (S_IWGRP | S_IWOTH))
        return distrust(path, "may be written by others", folder, error);
    return DEVCA_OK;
}

/* A store says which PKCS#11 module is loaded: one that another user put in the
 * way, or can change, would run that user's code. */
static enum devca_code check_trust(const char *folder,
                                   struct devca_error *error)
{
    static const char *const names[] = {"identity.db", "settings.json"};
    enum devca_code code = check_owner(folder, folder, error);
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof names / sizeof names[0]; i++) {
        struct bytes path = {0};

        code = handle_path(folder, names[i], &path, error);
        if (code == DEVCA_OK)
            code = check_owner((const char *)path.data, folder, error);
        bytes_clear(&path);
    }
    return code;
}

static enum devca_code search_upward(char *path, size_t path_size,
                                     struct devca_error *error)
{
    char folder[4096];
    char *slash;
    bool is_there = false;
    struct bytes candidate = {0};
    enum devca_code code;

    if (!getcwd(folder, sizeof folder))
        return fail(error, DEVCA_E_FILE, ".", NULL, NULL,
                    "cannot tell the working folder: %s", strerror(errno));
    for (;;) {
        candidate.len = 0;
        code = handle_path(strcmp(folder, "/") == 0 ? "" : folder, ".devca",
                           &candidate, error);
        if (code == DEVCA_OK)
            code =
                look_for_store((const char *)candidate.data, &is_there, error);
        if (code != DEVCA_OK || is_there)
            break;
        if (handle_is_left((const char *)candidate.data)) {
            fail_no_database((const char *)candidate.data, error);
            code = handle_fail_left(DEVCA_E_STORE_MISSING, error);
            break;
        }
        slash = strrchr(folder, '/');
        if (!slash || strcmp(folder, "/") == 0) {
            fail(error, DEVCA_E_STORE_MISSING, ".devca", NULL, NULL,
                 "no store here or in a folder above");
            code = fail_hint(error, DEVCA_E_STORE_MISSING,
                             "name one with --store or DEVCA_STORE, or make "
                             "one with: devca init --org NAME "
                             "--passphrase prompt");
            break;
        }
        slash[slash == folder ? 1 : 0] = '\0';
    }
    if (code == DEVCA_OK)
        code = check_trust((const char *)candidate.data, error);
    if (code == DEVCA_OK)
        code = take_path((const char *)candidate.data, path, path_size, error);
    bytes_clear(&candidate);
    return code;
}

enum devca_code devca_find(const char *given, char *path, size_t path_size,
                           struct devca_error *error)
{
    const char *folder = given;
    bool is_there;
    enum devca_code code;

    if (!folder) {
        folder = getenv("DEVCA_STORE");
        if (folder && folder[0] == '\0')
            folder = NULL;
    }
    if (!folder)
        return search_upward(path, path_size, error);
    code = look_for_store(folder, &is_there, error);
    if (code != DEVCA_OK)
        return code;
    if (!is_there) {
        fail_no_database(folder, error);
        if (handle_is_left(folder))
            return handle_fail_left(DEVCA_E_STORE_MISSING, error);
        return fail_hint(error, DEVCA_E_STORE_MISSING,
                         "make one with: devca --store DIR init --org NAME "
                         "--passphrase prompt");
    }
    return take_path(folder, path, path_size, error);
}
