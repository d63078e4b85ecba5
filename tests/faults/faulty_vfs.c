#include "faulty_vfs.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A write or truncation that no sync has made last, and what was there before
 * it. */
struct undone {
    sqlite3_file *file;
    sqlite3_int64 offset;
    sqlite3_int64 size; /* of the file before */
    int len;
    uint8_t *octets;
    struct undone *before;
};

static struct {
    pthread_mutex_t lock;
    enum fault_mode mode;
    unsigned long at;
    unsigned long count;
    struct undone *last;
} plan = {.lock = PTHREAD_MUTEX_INITIALIZER};

/* The real file lies behind this one in memory. */
struct faulty_file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_file *real_of(sqlite3_file *file)
{
    return ((struct faulty_file *)(void *)file)->real;
}

/* ---- what a power cut leaves ---- */

static void keep_undo(sqlite3_file *file, sqlite3_int64 offset, int len)
{
    struct undone *undo = calloc(1, sizeof *undo);
    uint8_t *octets = calloc(1, (size_t)len + 1);

    if (undo == NULL || octets == NULL)
        abort();
    undo->file = file;
    undo->offset = offset;
    undo->len = len;
    undo->octets = octets;
    undo->before = plan.last;
    (void)file->pMethods->xFileSize(file, &undo->size);
    if (len > 0)
        (void)file->pMethods->xRead(file, octets, len, offset);
    plan.last = undo;
}

static void forget(const sqlite3_file *file)
{
    struct undone **place = &plan.last;

    while (*place != NULL) {
        struct undone *undo = *place;

        if (undo->file == file) {
            *place = undo->before;
            free(undo->octets);
            free(undo);
        } else {
            place = &undo->before;
        }
    }
}

static void take_back(const struct undone *undo)
{
    sqlite3_file *file = undo->file;

    if (undo->len > 0)
        (void)file->pMethods->xWrite(file, undo->octets, undo->len,
                                     undo->offset);
    (void)file->pMethods->xTruncate(file, undo->size);
}

static _Noreturn void cut_power(void)
{
    unsigned turn = (unsigned)plan.at;
    struct undone *undo;

    for (undo = plan.last; undo != NULL; undo = undo->before) {
        turn = turn * 1103515245u + 12345u;
        if (plan.mode == FAULT_CRASH || (turn >> 16 & 1))
            take_back(undo);
    }
    _exit(FAULT_CRASHED);
}

enum kind { READ, WRITE, SYNC, TRUNCATE };

/* SQLITE_OK, or what this operation is to fail with. lock is held. */
static int consult(enum kind kind)
{
    static const int errors[] = {SQLITE_IOERR_READ, SQLITE_IOERR_WRITE,
                                 SQLITE_IOERR_FSYNC, SQLITE_IOERR_TRUNCATE};

    plan.count++;
    if (plan.mode == FAULT_FULL && plan.count >= plan.at && kind == WRITE)
        return SQLITE_FULL;
    if (plan.count != plan.at)
        return SQLITE_OK;
    if (plan.mode == FAULT_CRASH)
        cut_power();
    return plan.mode == FAULT_ERROR ? errors[kind] : SQLITE_OK;
}

static bool tears_now(void)
{
    return plan.mode == FAULT_TORN && plan.count == plan.at;
}

/* ---- the methods that may fail ---- */

static int faulty_read(sqlite3_file *file, void *to, int len,
                       sqlite3_int64 offset)
{
    int status;

    pthread_mutex_lock(&plan.lock);
    status = consult(READ);
    if (tears_now())
        cut_power();
    pthread_mutex_unlock(&plan.lock);
    if (status != SQLITE_OK)
        return status;
    return real_of(file)->pMethods->xRead(real_of(file), to, len, offset);
}

static int faulty_write(sqlite3_file *file, const void *from, int len,
                        sqlite3_int64 offset)
{
    sqlite3_file *real = real_of(file);
    int status;

    pthread_mutex_lock(&plan.lock);
    status = consult(WRITE);
    if (status == SQLITE_OK)
        keep_undo(real, offset, len);
    if (tears_now()) {
        (void)real->pMethods->xWrite(real, from, len / 2, offset);
        cut_power();
    }
    if (status == SQLITE_OK)
        status = real->pMethods->xWrite(real, from, len, offset);
    pthread_mutex_unlock(&plan.lock);
    return status;
}

static int faulty_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    sqlite3_file *real = real_of(file);
    sqlite3_int64 before = 0;
    int status;

    pthread_mutex_lock(&plan.lock);
    status = consult(TRUNCATE);
    if (tears_now())
        cut_power();
    (void)real->pMethods->xFileSize(real, &before);
    if (status == SQLITE_OK && before > size)
        keep_undo(real, size, (int)(before - size));
    if (status == SQLITE_OK)
        status = real->pMethods->xTruncate(real, size);
    pthread_mutex_unlock(&plan.lock);
    return status;
}

static int faulty_sync(sqlite3_file *file, int flags)
{
    sqlite3_file *real = real_of(file);
    int status;

    pthread_mutex_lock(&plan.lock);
    status = consult(SYNC);
    if (tears_now())
        cut_power();
    if (status == SQLITE_OK)
        status = real->pMethods->xSync(real, flags);
    if (status == SQLITE_OK)
        forget(real);
    pthread_mutex_unlock(&plan.lock);
    return status;
}

/* ---- the others, handed on ---- */

static int faulty_close(sqlite3_file *file)
{
    int status;

    pthread_mutex_lock(&plan.lock);
    forget(real_of(file));
    pthread_mutex_unlock(&plan.lock);
    status = real_of(file)->pMethods->xClose(real_of(file));
    return status;
}

static int faulty_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int faulty_lock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xLock(real_of(file), level);
}

static int faulty_unlock(sqlite3_file *file, int level)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), level);
}

static int faulty_reserved(sqlite3_file *file, int *held)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), held);
}

static int faulty_control(sqlite3_file *file, int operation, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), operation,
                                                 argument);
}

static int faulty_sector(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

/* Nothing is promised of a disk: no write is whole or in order by itself. */
static int faulty_traits(sqlite3_file *file)
{
    (void)file;
    return 0;
}

static int faulty_shm_map(sqlite3_file *file, int region, int size, int extend,
                          void volatile **place)
{
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend,
                                            place);
}

static int faulty_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count,
                                             flags);
}

static void faulty_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int faulty_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = faulty_close,
    .xRead = faulty_read,
    .xWrite = faulty_write,
    .xTruncate = faulty_truncate,
    .xSync = faulty_sync,
    .xFileSize = faulty_size,
    .xLock = faulty_lock,
    .xUnlock = faulty_unlock,
    .xCheckReservedLock = faulty_reserved,
    .xFileControl = faulty_control,
    .xSectorSize = faulty_sector,
    .xDeviceCharacteristics = faulty_traits,
    .xShmMap = faulty_shm_map,
    .xShmLock = faulty_shm_lock,
    .xShmBarrier = faulty_shm_barrier,
    .xShmUnmap = faulty_shm_unmap};

static int faulty_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file,
                       int flags, int *out_flags)
{
    struct faulty_file *faulty = (struct faulty_file *)(void *)file;
    sqlite3_vfs *real = vfs->pAppData;
    int status;

    faulty->real = (sqlite3_file *)(void *)(faulty + 1);
    status = real->xOpen(real, name, faulty->real, flags, out_flags);
    faulty->base.pMethods = faulty->real->pMethods != NULL ? &methods : NULL;
    return status;
}

void fault_arm(enum fault_mode mode, unsigned long at)
{
    static sqlite3_vfs faulty;
    sqlite3_vfs *real = sqlite3_vfs_find(NULL);

    plan.mode = mode;
    plan.at = at;
    plan.count = 0;
    if (real == &faulty)
        return;
    faulty = *real;
    faulty.zName = "faulty";
    faulty.pAppData = real;
    faulty.szOsFile = (int)sizeof(struct faulty_file) + real->szOsFile;
    faulty.xOpen = faulty_open;
    faulty.pNext = NULL;
    if (sqlite3_vfs_register(&faulty, 1) != SQLITE_OK)
        abort();
}

unsigned long fault_count(void)
{
    return plan.count;
}
