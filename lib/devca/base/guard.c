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

/* More folders than these, one in the other, are nobody's. */
#define FOLDERS_MAX 512

/* Where an output would be; the links of its name are not followed, a rename
 * does not follow them either. */
struct place {
    const char *name;
    struct folder {
        dev_t device;
        ino_t inode;
    } above[FOLDERS_MAX]; /* the one it is in, and all that this lies in */
    size_t depth;
    struct stat file;
    bool is_there;
};

static bool same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static bool is_folder(const struct folder *folder, const struct stat *info)
{
    return folder->device == info->st_dev && folder->inode == info->st_ino;
}

static bool is_below(const struct place *place, const struct stat *info)
{
    size_t i;

    for (i = 0; i < place->depth; i++)
        if (is_folder(&place->above[i], info))
            return true;
    return false;
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
    if (seen < 0 || (seen > 0 && is_below(place, &info)))
        return seen;
    if (fstat(store, &info) != 0)
        return -1;
    is_store = is_folder(&place->above[0], &info);
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

/* "." and what is above it, as far as this user sees. */
static int look_up(struct place *place, int folder)
{
    char path[FOLDERS_MAX * (sizeof "/.." - 1) + sizeof "."] = ".";
    size_t len = 1;
    struct stat info;
    int seen;

    for (;;) {
        seen = look(folder, path, 0, &info);
        if (seen <= 0)
            return place->depth > 0 ? seen : -1;
        if (place->depth > 0 &&
            is_folder(&place->above[place->depth - 1], &info))
            return 0;
        if (place->depth == FOLDERS_MAX) {
            errno = ENAMETOOLONG;
            return -1;
        }
        place->above[place->depth++] =
            (struct folder){info.st_dev, info.st_ino};
        memcpy(path + len, "/..", 4);
        len += 3;
    }
}

/* Each folder above may be a store. */
static int is_own_above(const struct place *place, int folder)
{
    char path[FOLDERS_MAX * (sizeof "/.." - 1) + sizeof "./" DATABASE] =
        "./" DATABASE;
    struct stat info;
    size_t i, len = 1;
    int seen = 0;

    for (i = 0; seen == 0 && i < place->depth; i++) {
        memcpy(path + len, "/" DATABASE, sizeof "/" DATABASE);
        seen = look(folder, path, 0, &info);
        path[len] = '\0';
        if (seen > 0)
            seen = is_own_at(place, folder, path);
        memcpy(path + len, "/..", 4);
        len += 3;
    }
    return seen;
}

int guard_is_own(int folder, const char *name, const char *store)
{
    struct place place = {.name = name};
    int seen = look_up(&place, folder);

    if (seen == 0)
        seen = look(folder, name, AT_SYMLINK_NOFOLLOW, &place.file);
    if (seen < 0)
        return -1;
    place.is_there = seen > 0;
    seen = is_own_above(&place, folder);
    if (seen == 0 && store && store[0])
        seen = is_own_at(&place, AT_FDCWD, store);
    return seen;
}
