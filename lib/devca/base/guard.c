#include "devca/base/guard.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
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

/* What cannot be opened is 0 when it is not there for us, -1 when nobody can
 * tell. */
static int unseen(void)
{
    return errno == ENOENT || errno == ENOTDIR || errno == EACCES ||
                   errno == ELOOP
               ? 0
               : -1;
}

static int look(int at, const char *name, int flags, struct stat *info)
{
    return fstatat(at, name, info, flags) == 0 ? 1 : unseen();
}

static int has_file(const struct place *place, int store, const char *name)
{
    struct stat info;
    int seen;

    if (!place->is_there)
        return 0;
    seen = look(store, name, 0, &info);
    return seen > 0 ? same(&info, &place->file) : seen;
}

static int is_listed(const struct place *place, int at, DIR *folder)
{
    const struct dirent *entry;
    int seen = 0;

    do {
        errno = 0;
        entry = readdir(folder);
        if (entry)
            seen = has_file(place, at, entry->d_name);
        else if (errno != 0)
            seen = -1;
    } while (entry && seen == 0);
    return seen;
}

/* A key may be a link to where it lies. */
static int is_key_of(const struct place *place, int store)
{
    DIR *folder;
    int keys, seen, cause;

    if (!place->is_there || !S_ISREG(place->file.st_mode))
        return 0;
    keys = openat(store, "keys", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (keys < 0)
        return unseen();
    folder = fdopendir(keys);
    if (!folder) {
        cause = errno;
        (void)close(keys);
        errno = cause;
        return -1;
    }
    seen = is_listed(place, keys, folder);
    cause = errno;
    (void)closedir(folder);
    errno = cause;
    return seen;
}

static int is_own_of(const struct place *place, int store)
{
    struct stat info;
    int seen = look(store, DATABASE, 0, &info);
    bool is_store;
    size_t i;

    if (seen <= 0)
        return seen;
    seen = look(store, "keys", 0, &info);
    if (seen < 0 || (seen > 0 && same(&info, &place->in)))
        return seen;
    if (fstat(store, &info) != 0)
        return -1;
    is_store = same(&info, &place->in);
    seen = 0;
    for (i = 0; seen == 0 && i < sizeof own_files / sizeof own_files[0]; i++)
        seen = is_store && strcmp(place->name, own_files[i]) == 0
                   ? 1
                   : has_file(place, store, own_files[i]);
    return seen == 0 ? is_key_of(place, store) : seen;
}

static int is_own_at(const struct place *place, int at, const char *path)
{
    int store = openat(at, path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int seen;

    if (store < 0)
        return unseen();
    seen = is_own_of(place, store);
    (void)close(store);
    return seen;
}

int guard_is_own(int folder, const char *name, const char *store)
{
    struct place place = {.name = name};
    int seen;

    if (fstat(folder, &place.in) != 0)
        return -1;
    seen = look(folder, name, AT_SYMLINK_NOFOLLOW, &place.file);
    if (seen < 0)
        return -1;
    place.is_there = seen > 0;
    seen = is_own_of(&place, folder);
    if (seen == 0)
        seen = is_own_at(&place, folder, "..");
    if (seen == 0 && store && store[0])
        seen = is_own_at(&place, AT_FDCWD, store);
    return seen;
}
