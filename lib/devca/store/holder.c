#include "devca/store/fault.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* SQLite's WAL_WRITE_LOCK: octet 120 of the wal-index, part of its documented
 * file format (sqlite.org/walformat.html, 2.3.1). */
#define WRITE_LOCK 120

/* One line of /proc/locks against the wal-index. The locks are read there and
 * not asked for with F_GETLK, because closing a descriptor of the wal-index
 * would drop the locks that this process holds on it. */
static long holder(const char *line, const struct stat *index)
{
    long pid;
    unsigned major_number, minor_number;
    unsigned long inode, start, end;
    char kind[16];

    /* NOLINTNEXTLINE(cert-err34-c): the kernel wrote these numbers */
    if (sscanf(line, "%*s POSIX %*s %15s %ld %x:%x:%lu %lu %lu", kind, &pid,
               &major_number, &minor_number, &inode, &start, &end) != 7)
        return 0;
    if (strcmp(kind, "WRITE") != 0 || inode != index->st_ino ||
        major_number != major(index->st_dev) ||
        minor_number != minor(index->st_dev))
        return 0;
    return start <= WRITE_LOCK && end >= WRITE_LOCK ? pid : 0;
}

static long find_holder(const struct store *store)
{
    char path[4096], line[256];
    struct stat index;
    FILE *locks;
    long pid = 0;
    int len = snprintf(path, sizeof path, "%s-shm", store->path);

    if (len < 0 || (size_t)len >= sizeof path || stat(path, &index) != 0)
        return 0;
    locks = fopen("/proc/locks", "re");
    if (locks == NULL)
        return 0;
    while (pid == 0 && fgets(line, sizeof line, locks) != NULL)
        pid = holder(line, &index);
    (void)fclose(locks);
    return pid;
}

void store_writer(const struct store *store, char *phrase, size_t size)
{
    char path[64], name[32] = "";
    long pid = find_holder(store);
    FILE *file;

    phrase[0] = '\0';
    if (pid <= 0)
        return;
    if (pid == (long)getpid()) {
        snprintf(phrase, size, "another part of this process");
        return;
    }
    snprintf(path, sizeof path, "/proc/%ld/comm", pid);
    file = fopen(path, "re");
    if (file != NULL) {
        if (fgets(name, sizeof name, file) == NULL)
            name[0] = '\0';
        (void)fclose(file);
    }
    name[strcspn(name, "\n")] = '\0';
    if (name[0] == '\0')
        snprintf(phrase, size, "process %ld", pid);
    else
        snprintf(phrase, size, "process %ld (%s)", pid, name);
}
