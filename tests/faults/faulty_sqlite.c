/*
 * Under SQLite: its system calls by its own table of them, its allocations by
 * its own configuration. Some failures it can do without (a size that is only a
 * hint, a file that is only in the way), so all of them may go unnoticed; what
 * it writes, syncs and truncates fails in faulty_vfs.c.
 */
#include "faulty_calls.h"
#include "faulty_vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

/* Past the wrappers of faulty_calls.c, that no call is counted twice. */
int __real_open(const char *path, int flags, ...);
int __real_access(const char *path, int mode);
int __real_stat(const char *path, struct stat *to);
int __real_lstat(const char *path, struct stat *to);
int __real_fstat(int fd, struct stat *to);
ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __real_pread(int fd, void *to, size_t len, off_t from);
ssize_t __real_write(int fd, const void *from, size_t len);
int __real_unlink(const char *path);
void *__real_mmap(void *at, size_t len, int access, int flags, int fd,
                  off_t from);

static int call_open(const char *path, int flags, int mode)
{
    static const struct call call = {
        "SQLite open", {EMFILE, EIO, ENOSPC}, true};

    return calls_fails(&call, path) ? -1 : __real_open(path, flags, mode);
}

static int call_access(const char *path, int mode)
{
    static const struct call call = {"SQLite access", {EIO}, true};

    return calls_fails(&call, path) ? -1 : __real_access(path, mode);
}

static int call_stat(const char *path, struct stat *to)
{
    static const struct call call = {"SQLite stat", {EIO}, true};

    return calls_fails(&call, path) ? -1 : __real_stat(path, to);
}

static int call_lstat(const char *path, struct stat *to)
{
    static const struct call call = {"SQLite lstat", {EIO}, true};

    return calls_fails(&call, path) ? -1 : __real_lstat(path, to);
}

static int call_fstat(int fd, struct stat *to)
{
    static const struct call call = {"SQLite fstat", {EIO}, true};

    return calls_fails(&call, NULL) ? -1 : __real_fstat(fd, to);
}

static int call_ftruncate(int fd, off_t size)
{
    static const struct call call = {"SQLite ftruncate", {ENOSPC, EIO}, true};

    return calls_fails(&call, NULL) ? -1 : ftruncate(fd, size);
}

/* Locks, mostly. */
static int call_fcntl(int fd, int operation, ...)
{
    static const struct call call = {"SQLite fcntl", {EIO, ENOLCK}, true};
    void *argument;
    va_list rest;

    va_start(rest, operation);
    argument = va_arg(rest, void *);
    va_end(rest);
    return calls_fails(&call, NULL) ? -1 : fcntl(fd, operation, argument);
}

static ssize_t call_read(int fd, void *to, size_t len)
{
    static const struct call call = {"SQLite read", {EIO}, true};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("SQLite read", len);
    return part == 0 && len > 0 ? -1 : __real_read(fd, to, part);
}

static ssize_t call_pread(int fd, void *to, size_t len, off_t from)
{
    static const struct call call = {"SQLite pread", {EIO}, true};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("SQLite pread", len);
    return part == 0 && len > 0 ? -1 : __real_pread(fd, to, part, from);
}

static ssize_t call_write(int fd, const void *from, size_t len)
{
    static const struct call call = {"SQLite write", {ENOSPC, EIO}, true};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("SQLite write", len);
    return part == 0 && len > 0 ? -1 : __real_write(fd, from, part);
}

static ssize_t call_pwrite(int fd, const void *from, size_t len, off_t to)
{
    static const struct call call = {"SQLite pwrite", {ENOSPC, EIO}, true};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("SQLite pwrite", len);
    return part == 0 && len > 0 ? -1 : pwrite(fd, from, part, to);
}

static int call_fchmod(int fd, mode_t mode)
{
    static const struct call call = {"SQLite fchmod", {EIO}, true};

    return calls_fails(&call, NULL) ? -1 : fchmod(fd, mode);
}

static int call_unlink(const char *path)
{
    static const struct call call = {"SQLite unlink", {EIO}, true};

    return calls_fails(&call, path) ? -1 : __real_unlink(path);
}

static void *call_mmap(void *at, size_t len, int access, int flags, int fd,
                       off_t from)
{
    static const struct call call = {"SQLite mmap", {ENOMEM}, true};

    return calls_fails(&call, NULL)
               ? MAP_FAILED
               : __real_mmap(at, len, access, flags, fd, from);
}

/* The table takes one type of function for all. */
#define ENTRY(name, function)                 \
    {                                         \
        name, (sqlite3_syscall_ptr)(function) \
    }
static const struct {
    const char *name;
    sqlite3_syscall_ptr call;
} table[] = {ENTRY("open", call_open),           ENTRY("access", call_access),
             ENTRY("stat", call_stat),           ENTRY("lstat", call_lstat),
             ENTRY("fstat", call_fstat),         ENTRY("fcntl", call_fcntl),
             ENTRY("ftruncate", call_ftruncate), ENTRY("read", call_read),
             ENTRY("pread", call_pread),         ENTRY("pread64", call_pread),
             ENTRY("write", call_write),         ENTRY("pwrite", call_pwrite),
             ENTRY("pwrite64", call_pwrite),     ENTRY("fchmod", call_fchmod),
             ENTRY("unlink", call_unlink),       ENTRY("mmap", call_mmap)};

static sqlite3_mem_methods real;

static void *take(int size)
{
    return fault_memory_fails() ? NULL : real.xMalloc(size);
}

static void *take_again(void *memory, int size)
{
    return fault_memory_fails() ? NULL : real.xRealloc(memory, size);
}

void calls_under_sqlite(bool memory)
{
    sqlite3_mem_methods failing;
    sqlite3_vfs *vfs;
    size_t i;

    if (memory && sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real) == SQLITE_OK) {
        failing = real;
        failing.xMalloc = take;
        failing.xRealloc = take_again;
        if (sqlite3_config(SQLITE_CONFIG_MALLOC, &failing) != SQLITE_OK)
            abort();
    }
    vfs = sqlite3_vfs_find(NULL);
    for (i = 0; !memory && i < sizeof table / sizeof table[0]; i++)
        if (vfs->xGetSystemCall(vfs, table[i].name) != NULL)
            (void)vfs->xSetSystemCall(vfs, table[i].name, table[i].call);
}
