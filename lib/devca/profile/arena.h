/* Memory that lives as long as its profile and is freed at once. */
#ifndef DEVCA_PROFILE_ARENA_H
#define DEVCA_PROFILE_ARENA_H

#include <devid/slice.h>

#include <stddef.h>

struct arena_block;
/* Zero-initialise; arena_clear at the end. */
struct arena {
    struct arena_block *blocks;
};

/* Zeroed memory of size octets, aligned for any object; NULL when memory is
 * short. */
void *arena_take(struct arena *arena, size_t size);
/* A copy of len octets and a NUL behind them. */
char *arena_copy(struct arena *arena, const void *data, size_t len);
/* The same as a slice that does not count the NUL; data is NULL when memory is
 * short. */
struct devid_slice arena_slice(struct arena *arena, struct devid_slice slice);
void arena_clear(struct arena *arena);

#endif
