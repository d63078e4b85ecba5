/* The allocations of our own libraries and of wolfCrypt pass through here (ld's
 * --wrap); the n-th since arming finds no memory. */
#include "faulty_vfs.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);

static atomic_ulong count, fails_at;

void fault_arm_memory(unsigned long at)
{
    atomic_store(&count, 0);
    atomic_store(&fails_at, at);
}

unsigned long fault_memory_count(void)
{
    return atomic_load(&count);
}

static bool fails(void)
{
    unsigned long at = atomic_load(&fails_at);

    if (at == 0 || atomic_fetch_add(&count, 1) + 1 != at)
        return false;
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size)
{
    return fails() ? NULL : __real_calloc(number, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fails() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
    return fails() ? NULL : __real_strdup(text);
}
