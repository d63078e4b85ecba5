/* A list as a stream of octets. */
#ifndef DEVCA_ROWS_SOURCE_H
#define DEVCA_ROWS_SOURCE_H

#include <devca/error.h>
#include <devid/slice.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SOURCE_PIECE 65536
#define SOURCE_END (-1)

/* Initialised by source_open, fd stays the caller's; or by source_open_octets,
 * which are the caller's for as long as it is read. */
struct source {
    const char *name;          /* for errors; not owned */
    struct devid_slice octets; /* not in a piece yet, where there is no fd */
    int fd;                    /* -1: octets */
    int wake;
    uint64_t size;  /* of a regular file when it was opened, else 0 */
    uint64_t given; /* octets given out */
    bool woken;
    int fault; /* errno of a failed read */
    size_t used;
    size_t len;
    uint8_t piece[SOURCE_PIECE];
};
void source_open(struct source *source, int fd, int wake, const char *name);
void source_open_octets(struct source *source, struct devid_slice octets,
                        const char *name);

/* The next octet, or SOURCE_END: then source_end says why. */
int source_next(struct source *source);

/* The octet that comes next stays: SOURCE_END as above. */
int source_peek(struct source *source);

/* What comes next and was read already, to be looked at; none at the end of a
 * piece. source_skip() takes so many of them. */
struct devid_slice source_ahead(const struct source *source);
void source_skip(struct source *source, size_t len);

/* Has wake said that no further row is wanted? Then source_end says so. */
bool source_is_woken(struct source *source);

/* DEVCA_E_NOT_FOUND at the end of the list (error is left alone),
 * DEVCA_E_INTERRUPTED, DEVCA_E_FILE. */
enum devca_code source_end(struct source *source, struct devca_error *error);

#endif
