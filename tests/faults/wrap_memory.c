/* The allocations of our own libraries and of wolfCrypt pass through here (ld's
 * --wrap); the n-th since arming finds no memory. */
#include "faulty_vfs.h"

#include <errno.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *memory, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *memory, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static atomic_ulong count, fails_at;
static atomic_bool is_traced;

void fault_memory_traced(bool traced)
{
    is_traced = traced;
}

void fault_trace(void)
{
    void *callers[24];

    backtrace_symbols_fd(callers, backtrace(callers, 24), STDERR_FILENO);
}

void fault_arm_memory(unsigned long at)
{
    atomic_store(&count, 0);
    atomic_store(&fails_at, at);
}

unsigned long fault_memory_count(void)
{
    return atomic_load(&count);
}

bool fault_memory_fails(void)
{
    unsigned long at = atomic_load(&fails_at);

    if (at == 0 || atomic_fetch_add(&count, 1) + 1 != at)
        return false;
    if (is_traced)
        fault_trace();
    errno = ENOMEM;
    return true;
}

void *__wrap_malloc(size_t size)
{
    return fault_memory_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t number, size_t size)
{
    return fault_memory_fails() ? NULL : __real_calloc(number, size);
}

void *__wrap_realloc(void *memory, size_t size)
{
    return fault_memory_fails() ? NULL : __real_realloc(memory, size);
}

char *__wrap_strdup(const char *text)
{
    return fault_memory_fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t len)
{
    return fault_memory_fails() ? NULL : __real_strndup(text, len);
}
