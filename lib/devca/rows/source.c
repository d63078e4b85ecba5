#include "devca/rows/source.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void source_open_octets(struct source *source, struct devid_slice octets,
                        const char *name)
{
    source->name = name;
    source->octets = octets;
    source->fd = -1;
    source->wake = -1;
    source->size = octets.len;
    source->given = 0;
    source->woken = false;
    source->fault = 0;
    source->used = 0;
    source->len = 0;
}

void source_open(struct source *source, int fd, int wake, const char *name)
{
    struct stat info;
    off_t at;

    source_open_octets(source, (struct devid_slice){NULL, 0}, name);
    source->fd = fd;
    source->wake = wake;
    if (fstat(fd, &info) != 0)
        source->fault = errno;
    if (source->fault != 0 || !S_ISREG(info.st_mode))
        return;
    /* Standard input may have been read by somebody before. */
    at = lseek(fd, 0, SEEK_CUR);
    if (at < 0)
        source->fault = errno;
    else if (at < info.st_size)
        source->size = (uint64_t)(info.st_size - at);
}

/* false: do not read, the caller has been asked to end. */
static bool wait_for(struct source *source)
{
    struct pollfd polls[2] = {{source->wake, POLLIN, 0},
                              {source->fd, POLLIN, 0}};

    while (source->wake >= 0 && poll(polls, 2, -1) < 0)
        if (errno != EINTR)
            return true;
    source->woken = source->wake >= 0 && polls[0].revents != 0;
    return !source->woken;
}

bool source_is_woken(struct source *source)
{
    struct pollfd wake = {source->wake, POLLIN, 0};

    if (source->wake >= 0 && poll(&wake, 1, 0) > 0)
        source->woken = true;
    return source->woken;
}

static size_t take_octets(struct source *source)
{
    size_t len = source->octets.len;

    if (len > sizeof source->piece)
        len = sizeof source->piece;
    /* None may be no address either, which nothing is added to. */
    if (len == 0)
        return 0;
    memcpy(source->piece, source->octets.data, len);
    source->octets.data += len;
    source->octets.len -= len;
    return len;
}

static bool fill(struct source *source)
{
    ssize_t got;

    if (source->fd < 0) {
        source->used = 0;
        source->len = take_octets(source);
        return source->len > 0;
    }
    do {
        if (!wait_for(source))
            return false;
        got = read(source->fd, source->piece, sizeof source->piece);
    } while (got < 0 && (errno == EINTR || errno == EAGAIN));
    if (got < 0)
        source->fault = errno;
    source->used = 0;
    source->len = got > 0 ? (size_t)got : 0;
    return got > 0;
}

int source_peek(struct source *source)
{
    if (source->used == source->len && !fill(source))
        return SOURCE_END;
    return source->piece[source->used];
}

int source_next(struct source *source)
{
    int c = source_peek(source);

    if (c != SOURCE_END) {
        source->used++;
        source->given++;
    }
    return c;
}

struct devid_slice source_ahead(const struct source *source)
{
    return (struct devid_slice){source->piece + source->used,
                                source->len - source->used};
}

void source_skip(struct source *source, size_t len)
{
    source->used += len;
    source->given += len;
}

/* Who fed a pipe may have ended by the same signal: its end is then not the
 * list's. */
enum devca_code source_end(struct source *source, struct devca_error *error)
{
    if (source_is_woken(source))
        return fail(error, DEVCA_E_INTERRUPTED, source->name, NULL, NULL,
                    "was not read to its end");
    if (source->fault != 0)
        return fail(error, DEVCA_E_FILE, source->name, NULL, NULL,
                    "cannot be read: %s", strerror(source->fault));
    if (source->given < source->size)
        return fail(error, DEVCA_E_FILE, source->name, NULL, NULL,
                    "became shorter while it was read");
    return DEVCA_E_NOT_FOUND;
}
