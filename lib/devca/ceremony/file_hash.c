#include "devca/ceremony/file_hash.h"

#include "devca/base/fail.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PIECE 16384

/* Ends the digest whatever the outcome. */
static int hash_open(int fd, struct digest *digest, uint8_t *hash)
{
    uint8_t piece[PIECE];
    struct stat info;
    ssize_t got = -1;

    if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        errno = EINVAL;
    } else {
        while ((got = read(fd, piece, sizeof piece)) > 0 ||
               (got < 0 && errno == EINTR))
            if (got > 0)
                digest_update(digest, (struct devid_slice){piece, (size_t)got});
    }
    digest_close(digest, hash);
    return got == 0 ? 0 : errno;
}

enum devca_code file_hash(const char *path, uint8_t digest[32],
                          struct devca_error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), fault = errno;
    struct digest *state;

    if (fd >= 0) {
        state = digest_open(DEVID_P256);
        if (!state) {
            (void)close(fd);
            return fail_memory(error);
        }
        fault = hash_open(fd, state, digest);
        (void)close(fd);
    }
    if (fd < 0 || fault != 0)
        return fail(error, DEVCA_E_FILE, path, NULL, NULL, "cannot be read: %s",
                    fault == EINVAL ? "is not a regular file"
                                    : strerror(fault));
    return DEVCA_OK;
}
