/* The SHA-256 of a file of any size. */
#ifndef DEVCA_CEREMONY_FILE_HASH_H
#define DEVCA_CEREMONY_FILE_HASH_H

#include <devca/error.h>

#include <stdint.h>

/* Of what is in the regular file `path`, in flat memory. DEVCA_E_FILE,
 * DEVCA_E_NO_MEMORY. */
enum devca_code file_hash(const char *path, uint8_t digest[32],
                          struct devca_error *error);

/* The same of a copy without a name, made in `folder`: what *fd, the caller's
 * to close, gives. What spill_open() has, too. */
struct file_copy {
    const char *path;
    const char *folder;
    uint8_t *digest; /* 32 octets, filled in */
};
enum devca_code file_copy(const struct file_copy *copy, int *fd,
                          struct devca_error *error);

#endif
