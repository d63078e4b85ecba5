#include "devca/ceremony/file_hash.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/key/crypto.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define PIECE 16384

/* Ends the digest whatever the outcome. */
static int hash_open(int fd, struct digest *digest, uint8_t *hash)
{
    uint8_t piece[PIECE];
    ssize_t got;

    while ((got = read(fd, piece, sizeof piece)) > 0 ||
           (got < 0 && errno == EINTR))
        if (got > 0)
            digest_update(digest, (struct devid_slice){piece, (size_t)got});
    digest_close(digest, hash);
    return got == 0 ? 0 : errno;
}

enum devca_code file_hash(const char *path, uint8_t digest[32],
                          struct devca_error *error)
{
    const char *fault = NULL;
    int fd = file_open_regular(path, &fault), cause = 0;
    struct digest *state;

    if (fd >= 0) {
        state = digest_open(DEVID_P256);
        if (!state) {
            (void)close(fd);
            return fail_memory(error);
        }
        cause = hash_open(fd, state, digest);
        (void)close(fd);
    }
    if (fd < 0 || cause != 0)
        return fail(error, DEVCA_E_FILE, path, NULL, NULL, "cannot be read: %s",
                    fd < 0 ? fault : strerror(cause));
    return DEVCA_OK;
}
