/* Files that hold a private key, for the files of this room. */
#ifndef DEVCA_KEY_PRIVATE_FILE_H
#define DEVCA_KEY_PRIVATE_FILE_H

#include "devca/base/bytes.h"

/*
 * Reads a key file of at most 16 KiB into *pem. What is checked is what is
 * read: the file is opened, and its mode is asked of the descriptor. `what`
 * names it in errors: "key", "journal key". DEVCA_E_KEY_MISSING; DEVCA_E_KEY
 * when group or others may use it, when it is no regular file or cannot be
 * read; DEVCA_E_NO_MEMORY.
 */
enum devca_code private_file_read(const char *path, const char *what,
                                  struct bytes *pem, struct devca_error *error);

#endif
