#include "devca/base/spill.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#define SPILL_PIECE ((size_t)64 * 1024)

struct spill {
    int fd;
    size_t len; /* of what waits in buffer */
    uint8_t buffer[SPILL_PIECE];
};

static enum devca_code fail_spill(struct devca_error *error, const char *what)
{
    int cause = errno;
    enum devca_code code =
        cause == ENOSPC || cause == EDQUOT ? DEVCA_E_STORE_FULL : DEVCA_E_FILE;

    return fail(error, code, "temporary file", NULL, NULL, "%s: %s", what,
                strerror(cause));
}

/* Where the file system has no files without a name, one that loses its name at
 * once. */
static int open_nameless(const char *folder)
{
    char path[4096];
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
        return fd;
    if (snprintf(path, sizeof path, "%s/.spill.XXXXXX", folder) >=
        (int)sizeof path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        (void)unlink(path);
    return fd;
}

enum devca_code spill_open(struct spill **spill, const char *folder,
                           struct devca_error *error)
{
    struct spill *new = malloc(sizeof *new);

    *spill = NULL;
    if (!new)
        return fail_memory(error);
    new->len = 0;
    new->fd = open_nameless(folder);
    if (new->fd < 0) {
        free(new);
        return fail_spill(error, "cannot be made");
    }
    *spill = new;
    return DEVCA_OK;
}

void spill_close(struct spill *spill)
{
    if (!spill)
        return;
    (void)close(spill->fd);
    free(spill);
}

static enum devca_code flush(struct spill *spill, struct devca_error *error)
{
    if (!file_put(spill->fd, (struct devid_slice){spill->buffer, spill->len}))
        return fail_spill(error, "cannot be written");
    spill->len = 0;
    return DEVCA_OK;
}

enum devca_code spill_take(struct spill *spill, int *fd,
                           struct devca_error *error)
{
    enum devca_code code = flush(spill, error);

    *fd = code == DEVCA_OK ? spill->fd : -1;
    if (code == DEVCA_OK)
        free(spill);
    else
        spill_close(spill);
    return code;
}

enum devca_code spill_put(struct spill *spill, struct devid_slice octets,
                          struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    size_t part;

    while (code == DEVCA_OK && octets.len > 0) {
        part = SPILL_PIECE - spill->len;
        part = part < octets.len ? part : octets.len;
        memcpy(spill->buffer + spill->len, octets.data, part);
        spill->len += part;
        octets.data += part;
        octets.len -= part;
        if (spill->len == SPILL_PIECE)
            code = flush(spill, error);
    }
    return code;
}

enum devca_code spill_read(struct spill *spill, spill_each *each, void *context,
                           struct devca_error *error)
{
    enum devca_code code = flush(spill, error);
    off_t at = 0;
    ssize_t got = 1;

    while (code == DEVCA_OK && got > 0) {
        got = pread(spill->fd, spill->buffer, SPILL_PIECE, at);
        if (got < 0 && errno == EINTR) {
            got = 1;
            continue;
        }
        if (got < 0)
            return fail_spill(error, "cannot be read");
        at += got;
        if (got > 0)
            code =
                each((struct devid_slice){spill->buffer, (size_t)got}, context);
    }
    return code;
}
