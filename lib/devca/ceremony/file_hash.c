#include "devca/ceremony/file_hash.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/spill.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE 16384

/* Where the octets of a file go as they are read, once. */
struct pass {
    const char *path;
    struct digest *digest;
    struct spill *spill; /* or NULL */
    struct devca_error *error;
};

static enum devca_code fail_read(const struct pass *pass, const char *fault)
{
    return fail(pass->error, DEVCA_E_FILE, pass->path, NULL, NULL,
                "cannot be read: %s", fault);
}

static enum devca_code read_open(const struct pass *pass, int fd)
{
    uint8_t piece[PIECE];
    struct devid_slice octets = {piece, 0};
    enum devca_code code = DEVCA_OK;
    ssize_t got = 1;

    while (code == DEVCA_OK && got != 0) {
        got = read(fd, piece, sizeof piece);
        if (got < 0 && errno != EINTR)
            return fail_read(pass, strerror(errno));
        octets.len = got > 0 ? (size_t)got : 0;
        digest_update(pass->digest, octets);
        if (pass->spill)
            code = spill_put(pass->spill, octets, pass->error);
    }
    return code;
}

static enum devca_code read_through(struct pass *pass, uint8_t *digest)
{
    const char *fault = NULL;
    int fd = file_open_regular(pass->path, &fault);
    enum devca_code code;

    if (fd < 0)
        return fail_read(pass, fault);
    pass->digest = digest_open(DEVID_P256);
    code = pass->digest ? read_open(pass, fd) : fail_memory(pass->error);
    if (pass->digest)
        digest_close(pass->digest, digest);
    (void)close(fd);
    return code;
}

enum devca_code file_hash(const char *path, uint8_t digest[32],
                          struct devca_error *error)
{
    struct pass pass = {path, NULL, NULL, error};

    return read_through(&pass, digest);
}

enum devca_code file_copy(const struct file_copy *copy, int *fd,
                          struct devca_error *error)
{
    struct pass pass = {copy->path, NULL, NULL, error};
    enum devca_code code = spill_open(&pass.spill, copy->folder, error);

    *fd = -1;
    if (code != DEVCA_OK)
        return code;
    code = read_through(&pass, copy->digest);
    if (code == DEVCA_OK)
        return spill_take(pass.spill, fd, error);
    spill_close(pass.spill);
    return code;
}
