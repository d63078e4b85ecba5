#include "fuzz.h"

#include "devca/ca/archive.h"

#include <sys/mman.h>
#include <unistd.h>

static enum devca_code begin(const char *name, void *context)
{
    (void)context;
    /* Nothing that could leave the store ever reaches a visitor. */
    if (!archive_name_good(name))
        __builtin_trap();
    return DEVCA_OK;
}

static enum devca_code data(struct devid_slice octets, void *context)
{
    size_t *seen = context;

    *seen += octets.len;
    return DEVCA_OK;
}

static enum devca_code end(void *context)
{
    (void)context;
    return DEVCA_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *octets, size_t size)
{
    size_t seen = 0;
    struct archive_visitor visitor = {begin, data, end, &seen};
    struct devca_error error;
    int fd = memfd_create("backup", MFD_CLOEXEC);

    if (fd < 0)
        return 0;
    if (write(fd, octets, size) == (ssize_t)size && lseek(fd, 0, SEEK_SET) == 0)
        (void)archive_read(fd, "backup", &visitor, &error);
    if (seen > size)
        __builtin_trap();
    (void)close(fd);
    return 0;
}
