/*
 * Lists of devices, row by row, for <devca/batch.h>: CSV, JSON Lines or a
 * folder of requests (docs/formats.md), from a file or a pipe. Memory does not
 * grow with the list. What a row holds is looked at by the batch, not here.
 *
 * One thread at a time uses a handle.
 */
#ifndef DEVCA_ROWS_H
#define DEVCA_ROWS_H

#include <devca/batch.h>

#ifdef __cplusplus
extern "C" {
#endif

struct devca_rows;

struct devca_rows_request {
    const char *path; /* a file, a folder, or "-": standard input */
    int wake; /* a descriptor: as soon as it can be read, no further row is
                 waited for; -1: there is none */
};
/*
 * Opens a list and reads its header where it has one. A folder is one of
 * requests, a list whose first character, blanks and line ends aside, is "{"
 * is JSON Lines, every other is CSV. *rows is the caller's to close.
 * DEVCA_E_FILE when it cannot be read, DEVCA_E_MALFORMED when it is empty or
 * its header is none, DEVCA_E_INTERRUPTED, DEVCA_E_NO_MEMORY.
 */
DEVCA_API enum devca_code
devca_rows_open(struct devca_rows **rows,
                const struct devca_rows_request *request,
                struct devca_error *error);
/* NULL is fine. */
DEVCA_API void devca_rows_close(struct devca_rows *rows);

/*
 * The next row, ready for devca_batch_add; what it points to lives until the
 * next call. A row that cannot be taken apart, or whose file cannot be read,
 * comes with its fault: it is DEVCA_OK all the same. DEVCA_E_NOT_FOUND after
 * the last; DEVCA_E_INTERRUPTED when wake said so; DEVCA_E_FILE when the list
 * cannot be read on or has become shorter than it was; DEVCA_E_NO_MEMORY.
 */
DEVCA_API enum devca_code devca_rows_next(struct devca_rows *rows,
                                          struct devca_batch_row *row,
                                          struct devca_error *error);

/* How far it is: octets of a file, requests of a folder. total is 0 for a
 * pipe, whose end nobody knows. */
struct devca_rows_position {
    uint64_t done;
    uint64_t total;
};
DEVCA_API void devca_rows_position(const struct devca_rows *rows,
                                   struct devca_rows_position *position);

#ifdef __cplusplus
}
#endif
#endif
