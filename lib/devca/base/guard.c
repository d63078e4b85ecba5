#include "devca/base/guard.h"

#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DATABASE "identity.db"

static const char *const own_files[] = {DATABASE, DATABASE "-wal",
                                        DATABASE "-shm", DATABASE "-journal",
                                        "settings.json"};

/* Where an output would be; the links of its name are not followed, a rename
 * does not follow them either. */
struct place {
    const char *name;
    struct stat in;
    struct stat file;
    bool is_there;
};

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_own_of(const struct place *place, int store)
{
    struct stat info;
    bool is_store;
    size_t i;

    if (store < 0 || fstatat(store, DATABASE, &info, 0) != 0)
        return false;
    if (fstatat(store, "keys", &info, 0) == 0 && same(&info, &place->in))
        return true;
    is_store = fstat(store, &info) == 0 && same(&info, &place->in);
    for (i = 0; i < sizeof own_files / sizeof own_files[0]; i++) {
        if (is_store && strcmp(place->name, own_files[i]) == 0)
            return true;
        if (place->is_there && fstatat(store, own_files[i], &info, 0) == 0 &&
            same(&info, &place->file))
            return true;
    }
    return false;
}

static bool is_own_at(const struct place *place, int at, const char *path)
{
    int store = openat(at, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    bool is_own = is_own_of(place, store);

    if (store >= 0)
        (void)close(store);
    return is_own;
}

bool guard_is_own(int folder, const char *name, const char *store)
{
    struct place place = {.name = name};

    if (fstat(folder, &place.in) != 0)
        return false;
    place.is_there =
        fstatat(folder, name, &place.file, AT_SYMLINK_NOFOLLOW) == 0;
    return is_own_of(&place, folder) || is_own_at(&place, folder, "..") ||
           (store && store[0] && is_own_at(&place, AT_FDCWD, store));
}
