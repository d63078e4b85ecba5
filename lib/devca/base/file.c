#include "devca/base/file.h"

#include "devca/base/fail.h"
#include "devca/base/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define READ_PIECE ((size_t)64 * 1024)
#define HIDDEN_MAX 256
#define WRITE_PIECE ((size_t)64 * 1024)

static bool is_standard(const char *path)
{
    return strcmp(path, "-") == 0;
}

static enum devca_code fail_errno(struct devca_error *error, const char *path,
                                  const char *what)
{
    int cause = errno;
    enum devca_code code =
        cause == ENOSPC || cause == EDQUOT ? DEVCA_E_STORE_FULL : DEVCA_E_FILE;

    return fail(error, code, path, NULL, NULL, "%s: %s", what, strerror(cause));
}

/* Is what failed to be tried again? Standard input and output are shared, and
 * whoever made them non-blocking is not asked. */
static bool try_again(int fd, short events)
{
    struct pollfd wanted = {fd, events, 0};

    if (errno == EAGAIN)
        return poll(&wanted, 1, -1) > 0 || errno == EINTR;
    return errno == EINTR;
}

/* ---- reading ---- */

static enum devca_code read_all(int fd, const char *path, size_t limit,
                                struct bytes *content,
                                struct devca_error *error)
{
    ssize_t got;

    for (;;) {
        if (content->len > limit)
            return fail(error, DEVCA_E_TOO_LARGE, path, NULL, NULL,
                        "is larger than %zu octets", limit);
        if (!bytes_reserve(content, content->len + READ_PIECE))
            return fail_memory(error);
        got = read(fd, content->data + content->len, READ_PIECE);
        if (got < 0 && try_again(fd, POLLIN))
            continue;
        if (got < 0)
            return fail_errno(error, path, "cannot be read");
        if (got == 0)
            break;
        content->len += (size_t)got;
    }
    content->data[content->len] = 0;
    return DEVCA_OK;
}

/* *left is what a regular file still has, 0 for anything else. */
static enum devca_code check_size(int fd, const char *path, size_t limit,
                                  off_t *left, struct devca_error *error)
{
    struct stat info;
    off_t at;

    *left = 0;

    if (fstat(fd, &info) != 0)
        return fail_errno(error, path, "cannot be read");
    if (S_ISDIR(info.st_mode))
        return fail(error, DEVCA_E_FILE, path, NULL, NULL, "is a folder");
    if (S_ISREG(info.st_mode) && (uint64_t)info.st_size > limit)
        return fail(error, DEVCA_E_TOO_LARGE, path, NULL, NULL,
                    "has %lld octets, more than %zu", (long long)info.st_size,
                    limit);
    if (!S_ISREG(info.st_mode))
        return DEVCA_OK;
    at = lseek(fd, 0, SEEK_CUR);
    if (at < 0)
        return fail_errno(error, path, "cannot be read");
    *left = info.st_size - at;
    return DEVCA_OK;
}

enum devca_code file_read_open(int fd, const char *name, size_t limit,
                               struct bytes *content, struct devca_error *error)
{
    size_t before = content->len;
    off_t left;
    enum devca_code code = check_size(fd, name, limit, &left, error);

    if (code == DEVCA_OK)
        code = read_all(fd, name, limit, content, error);
    /* Half of what somebody is writing anew is not what was meant. */
    if (code == DEVCA_OK && (off_t)(content->len - before) < left)
        code = fail(error, DEVCA_E_FILE, name, NULL, NULL,
                    "became shorter while it was read");
    return code;
}

enum devca_code file_read(const char *path, size_t limit, struct bytes *content,
                          struct devca_error *error)
{
    int fd = STDIN_FILENO;
    enum devca_code code;

    if (!is_standard(path)) {
        fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
        if (fd < 0)
            return fail_errno(error, path, "cannot be opened");
    }
    code = file_read_open(fd, path, limit, content, error);
    if (fd != STDIN_FILENO)
        (void)close(fd);
    return code;
}

int file_open_regular(const char *path, const char **fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    struct stat info;

    *fault = "is not a regular file";
    if (fd >= 0 && fstat(fd, &info) == 0) {
        if (S_ISREG(info.st_mode))
            return fd;
        errno = EINVAL;
    } else {
        *fault = strerror(errno);
    }
    if (fd >= 0)
        (void)close(fd);
    return -1;
}

enum devca_code file_read_regular(const char *path, size_t limit,
                                  struct bytes *content,
                                  struct devca_error *error)
{
    const char *fault = NULL;
    int fd = file_open_regular(path, &fault);
    enum devca_code code;

    if (fd < 0)
        return fail(error, DEVCA_E_FILE, path, NULL, NULL, "cannot be read: %s",
                    fault);
    code = file_read_open(fd, path, limit, content, error);
    (void)close(fd);
    return code;
}

/* ---- writing ---- */

/* Not every file system has something to sync in a folder. */
static bool sync_open(int folder)
{
    return fsync(folder) == 0 || errno == EINVAL;
}

bool file_sync_folder(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 ? sync_open(fd) : errno == EACCES;
    int cause = errno;

    if (fd >= 0)
        (void)close(fd);
    errno = cause;
    return synced;
}

/*
 * Written to a file without a name (O_TMPFILE) that is linked into place: a
 * process that dies leaves nothing. Where the file system has no such files, or
 * an existing one is replaced, a hidden name beside it serves.
 */
struct file_output {
    int fd;
    int folder;
    char *path;              /* as given, for errors */
    char *name;              /* inside folder */
    char hidden[HIDDEN_MAX]; /* temporary name */
    bool is_hidden;          /* there is a file of that name */
    struct bytes waiting; /* to be written; never of standard output, which is
                             read as it comes */
    mode_t mode;
    bool replace;
    bool lazy;
    bool standard;
    bool durable; /* all that was written, but for the name */
    bool placed;  /* the name */
};

static void drop_temporary(struct file_output *output)
{
    if (output->is_hidden)
        (void)unlinkat(output->folder, output->hidden, 0);
    if (output->fd >= 0 && !output->standard)
        (void)close(output->fd);
    output->is_hidden = false;
    output->fd = -1;
}

static void output_free(struct file_output *output)
{
    drop_temporary(output);
    if (output->folder >= 0)
        (void)close(output->folder);
    free(output->path);
    free(output->name);
    bytes_clear(&output->waiting);
    free(output);
}

void file_output_abandon(struct file_output *output)
{
    if (output)
        output_free(output);
}

/* Opens the folder and keeps the last component. */
static enum devca_code split_path(struct file_output *output,
                                  struct devca_error *error)
{
    const char *slash = strrchr(output->path, '/');
    char *folder;

    output->name = strdup(slash ? slash + 1 : output->path);
    folder = slash ? strndup(output->path, slash == output->path
                                               ? 1
                                               : (size_t)(slash - output->path))
                   : strdup(".");
    if (!output->name || !folder) {
        free(folder);
        return fail_memory(error);
    }
    if (output->name[0] == '\0') {
        free(folder);
        return fail(error, DEVCA_E_FILE, output->path, NULL, NULL,
                    "names a folder, not a file");
    }
    output->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (output->folder < 0)
        return fail_errno(error, output->path, "its folder cannot be opened");
    return DEVCA_OK;
}

static enum devca_code refuse_existing(const struct file_output *output,
                                       struct devca_error *error)
{
    fail(error, DEVCA_E_FILE_EXISTS, output->path, NULL, NULL,
         "exists already; nothing was changed");
    return fail_hint(error, DEVCA_E_FILE_EXISTS, "--force replaces it");
}

static enum devca_code refuse_own(const struct file_output *output,
                                  const char *store, struct devca_error *error)
{
    int is_own = guard_is_own(output->folder, output->name, store);

    if (is_own < 0)
        return fail_errno(error, output->path, "cannot be looked at");
    if (is_own == 0)
        return DEVCA_OK;
    return fail(error, DEVCA_E_FILE, output->path, NULL, NULL,
                "belongs to the store; no output is written there");
}

static bool leads_to_file(const struct file_output *output)
{
    static const char proc[] = "/proc/";
    char aim[sizeof proc];
    struct stat info;
    ssize_t len = readlinkat(output->folder, output->name, aim, sizeof aim);

    if (len >= (ssize_t)sizeof proc - 1 &&
        memcmp(aim, proc, sizeof proc - 1) == 0)
        return false;
    return fstatat(output->folder, output->name, &info, 0) != 0 ||
           S_ISREG(info.st_mode);
}

static enum devca_code check_target(const struct file_output *output,
                                    struct devca_error *error)
{
    struct stat info;

    if (fstatat(output->folder, output->name, &info, AT_SYMLINK_NOFOLLOW) != 0)
        return errno == ENOENT
                   ? DEVCA_OK
                   : fail_errno(error, output->path, "cannot be looked at");
    /* A link is replaced itself, but one like /dev/stderr is no file's, though
     * its descriptor may be. */
    if (S_ISLNK(info.st_mode) ? !leads_to_file(output) : !S_ISREG(info.st_mode))
        return fail(error, DEVCA_E_FILE, output->path, NULL, NULL,
                    "is not a regular file");
    return output->replace ? DEVCA_OK : refuse_existing(output, error);
}

/* Takes a hidden name; with `from` the nameless file is linked there, otherwise
 * a new file is made. */
static bool take_hidden_name(struct file_output *output, const char *from)
{
    int tries, made = -1;

    for (tries = 0; tries < 100; tries++) {
        snprintf(output->hidden, sizeof output->hidden, ".%.200s.%ld.%d",
                 output->name, (long)getpid(), tries);
        if (from)
            made = linkat(AT_FDCWD, from, output->folder, output->hidden,
                          AT_SYMLINK_FOLLOW);
        else
            made = output->fd =
                openat(output->folder, output->hidden,
                       O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW,
                       output->mode);
        if (made >= 0 || errno != EEXIST)
            break;
    }
    output->is_hidden = made >= 0;
    return output->is_hidden;
}

static enum devca_code open_temporary(struct file_output *output,
                                      struct devca_error *error)
{
    output->fd = openat(output->folder, ".", O_WRONLY | O_TMPFILE | O_CLOEXEC,
                        output->mode);
    if (output->fd < 0 &&
        (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT))
        (void)take_hidden_name(output, NULL);
    if (output->fd < 0)
        return fail_errno(error, output->path, "cannot be written");
    return DEVCA_OK;
}

enum devca_code file_output_open(struct file_output **output,
                                 const struct file_target *target,
                                 struct devca_error *error)
{
    struct file_output *new = calloc(1, sizeof *new);
    enum devca_code code = DEVCA_OK;

    *output = NULL;
    if (!new || !(new->path = strdup(target->path))) {
        free(new);
        return fail_memory(error);
    }
    new->fd = -1;
    new->folder = -1;
    new->mode = target->mode;
    new->replace = target->replace;
    new->lazy = target->lazy;
    new->standard = is_standard(target->path);
    if (new->standard) {
        new->fd = STDOUT_FILENO;
    } else {
        code = split_path(new, error);
        if (code == DEVCA_OK && !target->own)
            code = refuse_own(new, target->store, error);
        if (code == DEVCA_OK)
            code = check_target(new, error);
        if (code == DEVCA_OK)
            code = open_temporary(new, error);
    }
    if (code != DEVCA_OK) {
        output_free(new);
        return code;
    }
    *output = new;
    return DEVCA_OK;
}

bool file_output_is_standard(const struct file_output *output)
{
    return output->standard;
}

enum devca_code file_output_restart(struct file_output *output,
                                    struct devca_error *error)
{
    if (output->standard)
        return DEVCA_OK;
    drop_temporary(output);
    output->waiting.len = 0;
    output->durable = false;
    return open_temporary(output, error);
}

bool file_put(int fd, struct devid_slice octets)
{
    ssize_t put;

    while (octets.len > 0) {
        put = write(fd, octets.data, octets.len);
        if (put < 0 && try_again(fd, POLLOUT))
            continue;
        if (put < 0)
            return false;
        octets.data += put;
        octets.len -= (size_t)put;
    }
    return true;
}

static enum devca_code write_all(struct file_output *output,
                                 struct devid_slice octets,
                                 struct devca_error *error)
{
    return file_put(output->fd, octets)
               ? DEVCA_OK
               : fail_errno(error, output->path, "cannot be written");
}

static enum devca_code write_waiting(struct file_output *output,
                                     struct devca_error *error)
{
    enum devca_code code =
        write_all(output, bytes_slice(&output->waiting), error);

    output->waiting.len = 0;
    return code;
}

/* Nobody sees the file before it is in place, so small pieces may wait. */
enum devca_code file_output_write(struct file_output *output,
                                  struct devid_slice octets,
                                  struct devca_error *error)
{
    const bool at_once = output->standard || octets.len > WRITE_PIECE / 2;
    enum devca_code code = DEVCA_OK;

    output->durable = false;
    if (at_once || output->waiting.len + octets.len > WRITE_PIECE)
        code = write_waiting(output, error);
    if (code == DEVCA_OK && at_once)
        return write_all(output, octets, error);
    if (code == DEVCA_OK && !bytes_append_slice(&output->waiting, octets))
        return fail_memory(error);
    return code;
}

enum devca_code file_output_reread(struct file_output *output, int *fd,
                                   struct devca_error *error)
{
    enum devca_code code = write_waiting(output, error);
    char from[64];

    *fd = -1;
    if (code != DEVCA_OK)
        return code;
    snprintf(from, sizeof from, "/proc/self/fd/%d", output->fd);
    *fd = open(from, O_RDONLY | O_CLOEXEC);
    if (*fd < 0)
        return fail_errno(error, output->path, "cannot be read again");
    return DEVCA_OK;
}

enum devca_code file_output_flush(struct file_output *output,
                                  struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (output->standard || output->durable)
        return DEVCA_OK;
    code = write_waiting(output, error);
    if (code != DEVCA_OK)
        return code;
    if (!output->lazy && fsync(output->fd) != 0)
        return fail_errno(error, output->path, "cannot be written");
    output->durable = true;
    return DEVCA_OK;
}

static bool place_hidden(struct file_output *output)
{
    if (renameat2(output->folder, output->hidden, output->folder, output->name,
                  RENAME_NOREPLACE) != 0) {
        /* Not every file system knows RENAME_NOREPLACE; the hidden name goes
         * with the handle. */
        return errno == EINVAL && linkat(output->folder, output->hidden,
                                         output->folder, output->name, 0) == 0;
    }
    output->is_hidden = false;
    return true;
}

static bool place_new(struct file_output *output, const char *from)
{
    if (output->is_hidden)
        return place_hidden(output);
    return linkat(AT_FDCWD, from, output->folder, output->name,
                  AT_SYMLINK_FOLLOW) == 0;
}

static bool place_over(struct file_output *output, const char *from)
{
    if (!output->is_hidden && !take_hidden_name(output, from))
        return false;
    if (renameat(output->folder, output->hidden, output->folder,
                 output->name) != 0)
        return false;
    output->is_hidden = false;
    return true;
}

enum devca_code file_output_place(struct file_output *output,
                                  struct devca_error *error)
{
    enum devca_code code = file_output_flush(output, error);
    char from[64];

    if (code != DEVCA_OK || output->standard || output->placed)
        return code;
    snprintf(from, sizeof from, "/proc/self/fd/%d", output->fd);
    output->placed =
        output->replace ? place_over(output, from) : place_new(output, from);
    if (!output->placed && errno == EEXIST)
        return refuse_existing(output, error);
    return output->placed
               ? DEVCA_OK
               : fail_errno(error, output->path, "cannot be put in place");
}

enum devca_code file_output_commit(struct file_output *output,
                                   struct devca_error *error)
{
    enum devca_code code = file_output_place(output, error);

    if (code == DEVCA_OK && output->placed && !output->lazy &&
        !sync_open(output->folder))
        code = fail_errno(error, output->path,
                          "is in place, but may not outlive a power cut");
    output_free(output);
    return code;
}

enum devca_code file_write(const struct file_target *target,
                           struct devid_slice octets, struct devca_error *error)
{
    struct file_output *output = NULL;
    enum devca_code code = file_output_open(&output, target, error);

    if (code != DEVCA_OK)
        return code;
    code = file_output_write(output, octets, error);
    if (code == DEVCA_OK)
        return file_output_commit(output, error);
    file_output_abandon(output);
    return code;
}
