/* The allocations of our own libraries and of wolfCrypt pass through here (ld's
 * --wrap); the n-th since arming finds no memory. */
#include "faulty_vfs.h"

#include <errno.h>
#include <execinfo.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
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
static struct fault_ways *ways;
static struct fault_way way_kind;

void fault_memory_traced(bool traced)
{
    is_traced = traced;
}

void fault_trace(void)
{
    void *callers[24];

    backtrace_symbols_fd(callers, backtrace(callers, 24), STDERR_FILENO);
}

/* Where this program's own code lies (ld's names). */
extern const char __executable_start[], etext[];

static bool is_own(const void *address)
{
    return (uintptr_t)address >= (uintptr_t)__executable_start &&
           (uintptr_t)address < (uintptr_t)etext;
}

void fault_record_ways(struct fault_ways *into, const struct fault_way *kind)
{
    void *caller;

    /* The first time it loads what it unwinds with. */
    (void)backtrace(&caller, 1);
    ways = into;
    way_kind = *kind;
}

void fault_record(unsigned long number)
{
    void *callers[64];
    uint64_t hash = 14695981039346656037u + way_kind.salt;
    int i, depth, left = way_kind.callers;

    if (ways == NULL || number > FAULT_WAYS_MAX)
        return;
    depth = backtrace(callers, 64);
    for (i = 0; i < depth && left > 0; i++) {
        if (way_kind.only_own && !is_own(callers[i]))
            continue;
        hash = (hash ^ (uintptr_t)callers[i]) * 1099511628211u;
        left--;
    }
    ways->of[number - 1] = hash;
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
    unsigned long number, at = atomic_load(&fails_at);

    if (at == 0)
        return false;
    number = atomic_fetch_add(&count, 1) + 1;
    fault_record(number);
    if (number != at)
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
