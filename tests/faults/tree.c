#include "tree.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_MAX_HERE 4096
#define DEPTH 16

static _Noreturn void die(const char *path)
{
    fprintf(stderr, "tree: %s: %s\n", path, strerror(errno));
    exit(2);
}

/* What nftw's callbacks know beside their arguments. */
static struct {
    const char *from;
    const char *to;
    char names[65536];
    char stranger[PATH_MAX_HERE];
} walk;

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void tree_remove(const char *folder)
{
    if (nftw(folder, remove_one, DEPTH, FTW_DEPTH | FTW_PHYS) != 0 &&
        errno != ENOENT)
        die(folder);
}

static void copy_file(const char *from, const char *to, mode_t mode)
{
    char piece[16384];
    int in = open(from, O_RDONLY);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL, mode);
    ssize_t got;

    if (in < 0 || out < 0)
        die(to);
    while ((got = read(in, piece, sizeof piece)) > 0)
        if (write(out, piece, (size_t)got) != got)
            die(to);
    if (got < 0)
        die(from);
    (void)close(in);
    (void)close(out);
}

static int copy_one(const char *path, const struct stat *info, int kind,
                    struct FTW *place)
{
    char to[PATH_MAX_HERE];

    (void)place;
    snprintf(to, sizeof to, "%s%s", walk.to, path + strlen(walk.from));
    if (kind == FTW_F)
        copy_file(path, to, info->st_mode & 0777);
    else if (mkdir(to, info->st_mode & 0777) != 0)
        die(to);
    return 0;
}

void tree_copy(const char *from, const char *to)
{
    tree_remove(to);
    walk.from = from;
    walk.to = to;
    if (nftw(from, copy_one, DEPTH, FTW_PHYS) != 0)
        die(from);
}

/* Any number for another, where a hyphen stands before it. */
static void mask(char *name)
{
    char *hyphen = strchr(name, '-');
    size_t digits;

    for (; hyphen != NULL; hyphen = strchr(hyphen + 1, '-')) {
        digits = strspn(hyphen + 1, "0123456789abcdef");
        if (digits >= 8)
            memset(hyphen + 1, '#', digits);
    }
}

/* A line for every name. */
static int list_one(const char *path, const struct stat *info, int kind,
                    struct FTW *place)
{
    size_t used = strlen(walk.names);

    (void)info;
    (void)kind;
    if (place->level == 0)
        return 0;
    snprintf(walk.names + used, sizeof walk.names - used, "%s\n",
             path + strlen(walk.from));
    mask(walk.names + used);
    return 0;
}

static void list(const char *folder)
{
    walk.from = folder;
    snprintf(walk.names, sizeof walk.names, "\n");
    if (nftw(folder, list_one, DEPTH, FTW_PHYS) != 0)
        die(folder);
}

/* Each line serves once. */
static int look_at_one(const char *path, const struct stat *info, int kind,
                       struct FTW *place)
{
    char line[PATH_MAX_HERE];
    char *found;

    (void)info;
    (void)kind;
    if (place->level == 0)
        return 0;
    snprintf(line, sizeof line, "\n%s\n", path + strlen(walk.from));
    mask(line);
    found = strstr(walk.names, line);
    if (found == NULL) {
        snprintf(walk.stranger, sizeof walk.stranger, "%s",
                 path + strlen(walk.from));
        return 1;
    }
    found[1] = '?';
    return 0;
}

const char *tree_stranger(const char *folder, const char *other)
{
    list(other);
    walk.from = folder;
    return nftw(folder, look_at_one, DEPTH, FTW_PHYS) == 1 ? walk.stranger
                                                           : NULL;
}

/* ---- the same octet by octet ---- */

static bool same_octets(const char *one, const char *other)
{
    char pieces[2][16384];
    FILE *files[2] = {fopen(one, "rb"), fopen(other, "rb")};
    size_t got[2] = {0, 0};
    bool same = true;

    if (files[0] == NULL || files[1] == NULL)
        die(one);
    do {
        for (int i = 0; i < 2; i++)
            got[i] = fread(pieces[i], 1, sizeof pieces[i], files[i]);
        same = got[0] == got[1] && memcmp(pieces[0], pieces[1], got[0]) == 0;
    } while (same && got[0] == sizeof pieces[0]);
    (void)fclose(files[0]);
    (void)fclose(files[1]);
    return same;
}

/* Ends the walk where `to` has not the same. */
static int compare_one(const char *path, const struct stat *info, int kind,
                       struct FTW *place)
{
    char to[PATH_MAX_HERE];
    struct stat other;

    (void)place;
    snprintf(to, sizeof to, "%s%s", walk.to, path + strlen(walk.from));
    if (lstat(to, &other) != 0 || info->st_mode != other.st_mode)
        return 1;
    if (kind != FTW_F)
        return 0;
    return info->st_size != other.st_size || !same_octets(path, to);
}

static bool is_within(const char *folder, const char *other)
{
    int end;

    walk.from = folder;
    walk.to = other;
    end = nftw(folder, compare_one, DEPTH, FTW_PHYS);
    if (end < 0)
        die(folder);
    return end == 0;
}

bool tree_same(const char *folder, const char *other)
{
    return is_within(folder, other) && is_within(other, folder);
}
