/* A growing buffer that owns its octets. Zero-initialise, bytes_clear at the
 * end. bytes_clear wipes what it frees, so a secret may stand in one. */
#ifndef DEVCA_BASE_BYTES_H
#define DEVCA_BASE_BYTES_H

#include <devca/error.h>
#include <devid/slice.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    uint8_t *data; /* always followed by one NUL that len does not count */
    size_t len;
    size_t capacity;
};

/* false when memory is short; the buffer is then as before. Growing moves and
 * wipes the old place. */
bool bytes_reserve(struct bytes *bytes, size_t capacity);
bool bytes_append(struct bytes *bytes, const void *data, size_t len);
bool bytes_append_slice(struct bytes *bytes, struct devid_slice slice);
bool bytes_append_text(struct bytes *bytes, const char *text);
void bytes_clear(struct bytes *bytes);
/* Empties it and keeps the memory, unless that is much, for what comes next.
 * Not for secrets: nothing is wiped. */
void bytes_reset(struct bytes *bytes);
struct devid_slice bytes_slice(const struct bytes *bytes);

/* Wipes so that the compiler cannot leave it out. */
void wipe(void *data, size_t len);
/* Wipes 32 KiB of stack below the caller, and the vector registers: what
 * functions that are through, of this library or another, left of a secret. */
void wipe_stack(void);
/* The same with 8 KiB, for what is known to reach no deeper: a processor's
 * first cache holds 32, and who signs a million times misses what was in it. */
void wipe_stack_shallow(void);

/*
 * Runs a measuring write into the room that there is, and once more where that
 * was too little. `write` gets a struct devid_writer * and context. Appends to
 * bytes.
 */
struct devid_writer;
typedef void bytes_writer(struct devid_writer *w, const void *context);
bool bytes_write(struct bytes *bytes, bytes_writer *write, const void *context);

#endif
