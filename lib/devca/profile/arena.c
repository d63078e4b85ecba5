/* Memory of one lifetime: a list of blocks. */
#include "devca/profile/arena.h"

#include <stdlib.h>
#include <string.h>

struct arena_block {
    struct arena_block *next;
    max_align_t content[];
};

void *arena_take(struct arena *arena, size_t size)
{
    struct arena_block *block;

    if (size > SIZE_MAX - sizeof *block)
        return NULL;
    block = calloc(1, sizeof *block + size);
    if (block == NULL)
        return NULL;
    block->next = arena->blocks;
    arena->blocks = block;
    return block->content;
}

char *arena_copy(struct arena *arena, const void *data, size_t len)
{
    char *copy = len == SIZE_MAX ? NULL : arena_take(arena, len + 1);

    if (copy != NULL && len != 0)
        memcpy(copy, data, len);
    return copy;
}

struct devid_slice arena_slice(struct arena *arena, struct devid_slice slice)
{
    struct devid_slice copy = {NULL, 0};

    copy.data = (const uint8_t *)arena_copy(arena, slice.data, slice.len);
    copy.len = copy.data != NULL ? slice.len : 0;
    return copy;
}

void arena_clear(struct arena *arena)
{
    while (arena->blocks != NULL) {
        struct arena_block *block = arena->blocks;

        arena->blocks = block->next;
        free(block);
    }
}
