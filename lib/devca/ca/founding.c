#include "devca/ca/founding.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static enum devca_code fail_folder(const struct founding *founding,
                                   const char *name, const char *what,
                                   struct devca_error *error)
{
    int cause = errno;

    return fail(error,
                cause == ENOSPC || cause == EDQUOT ? DEVCA_E_STORE_FULL
                                                   : DEVCA_E_FILE,
                founding->folder, NULL, name, "%s: %s", what, strerror(cause));
}

static enum devca_code fail_busy(const struct founding *founding,
                                 struct devca_error *error)
{
    fail(error, DEVCA_E_STORE_BUSY, founding->folder, NULL, NULL,
         "another init or restore is at work there; nothing was changed");
    return fail_hint(error, DEVCA_E_STORE_BUSY,
                     "wait until it is done, then look at what it made");
}

/* Whoever gives up takes the folder that it made away. */
static enum devca_code check_name(const struct founding *founding,
                                  struct devca_error *error)
{
    struct stat named, held;

    if (fstat(founding->fd, &held) != 0)
        return fail_folder(founding, NULL, "cannot be looked at", error);
    if (stat(founding->folder, &named) != 0)
        return errno == ENOENT
                   ? fail_busy(founding, error)
                   : fail_folder(founding, NULL, "cannot be looked at", error);
    return named.st_dev == held.st_dev && named.st_ino == held.st_ino
               ? DEVCA_OK
               : fail_busy(founding, error);
}

static enum devca_code lock(struct founding *founding,
                            struct devca_error *error)
{
    if (flock(founding->fd, LOCK_EX | LOCK_NB) == 0)
        return check_name(founding, error);
    return errno == EWOULDBLOCK
               ? fail_busy(founding, error)
               : fail_folder(founding, NULL, "cannot be locked", error);
}

enum devca_code founding_hold(struct founding *founding, bool make,
                              struct devca_error *error)
{
    enum devca_code code;
    bool made;

    if (founding->fd >= 0)
        return DEVCA_OK;
    made = make && mkdir(founding->folder, 0700) == 0;
    if (make && !made && errno != EEXIST)
        return fail_folder(founding, NULL, "cannot be made", error);
    founding->fd = open(founding->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (founding->fd < 0 && errno == ENOENT && !make)
        return DEVCA_OK;
    code = founding->fd < 0
               ? fail_folder(founding, NULL, "cannot be opened", error)
               : lock(founding, error);
    /* Who was quicker to lock it has it, whoever made it. */
    founding->folder_made = made && code != DEVCA_E_STORE_BUSY;
    if (code != DEVCA_OK)
        founding_end(founding, true);
    return code;
}

enum devca_code founding_check(const struct founding *founding,
                               struct devca_error *error)
{
    struct stat link, info;

    if (founding->fd < 0)
        return DEVCA_OK;
    if (fstat(founding->fd, &info) != 0 || lstat(founding->folder, &link) != 0)
        return fail_folder(founding, NULL, "cannot be looked at", error);
    if (info.st_uid != geteuid() || link.st_uid != geteuid()) {
        fail(error, DEVCA_E_FILE, founding->folder, NULL, NULL,
             "belongs to another user");
        return fail_hint(error, DEVCA_E_FILE,
                         "a store is its user's own: name a folder of yours, "
                         "or one that is not there yet");
    }
    if (!(info.st_mode & (S_IWGRP | S_IWOTH)))
        return DEVCA_OK;
    fail(error, DEVCA_E_FILE, founding->folder, NULL, NULL,
         "may be written by others (mode %04o)",
         (unsigned)info.st_mode & 07777u);
    return fail_hint(error, DEVCA_E_FILE,
                     "chmod go-w it, or name a folder that is not there yet");
}

enum devca_code founding_make_keys(struct founding *founding, bool stand,
                                   struct devca_error *error)
{
    if (stand)
        return DEVCA_OK;
    founding->keys_made = mkdirat(founding->fd, "keys", 0700) == 0;
    return founding->keys_made
               ? DEVCA_OK
               : fail_folder(founding, "keys", "cannot be made", error);
}

bool founding_is_taken(const struct founding *founding)
{
    struct stat info;

    if (founding->fd < 0 || founding->database_made)
        return false;
    return fstatat(founding->fd, "identity.db", &info, AT_SYMLINK_NOFOLLOW) ==
               0 ||
           errno != ENOENT;
}

void founding_end(struct founding *founding, bool undo)
{
    if (undo && founding->keys_made)
        (void)unlinkat(founding->fd, "keys", AT_REMOVEDIR);
    if (undo && founding->folder_made)
        (void)rmdir(founding->folder);
    if (founding->fd >= 0)
        (void)close(founding->fd);
    founding->fd = -1;
}
