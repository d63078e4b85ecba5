#include "devca/key/private_file.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE_MAX ((size_t)16 * 1024)

static enum devca_code check_mode(int fd, const char *path, const char *what,
                                  struct devca_error *error)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return fail(error, DEVCA_E_KEY, path, NULL, what, "cannot be read: %s",
                    strerror(errno));
    if ((info.st_mode & 077) == 0)
        return DEVCA_OK;
    fail(error, DEVCA_E_KEY, path, NULL, what,
         "may be read by others (mode %04o)", (unsigned)info.st_mode & 07777u);
    return fail_hint(error, DEVCA_E_KEY, "chmod 600 %s", path);
}

enum devca_code private_file_read(const char *path, const char *what,
                                  struct bytes *pem, struct devca_error *error)
{
    const char *fault = NULL;
    int fd = file_open_regular(path, &fault);
    enum devca_code code;

    if (fd < 0 && errno == ENOENT)
        return fail(error, DEVCA_E_KEY_MISSING, path, NULL, what,
                    "cannot be found: %s", fault);
    if (fd < 0)
        return fail(error, DEVCA_E_KEY, path, NULL, what, "cannot be read: %s",
                    fault);
    code = check_mode(fd, path, what, error);
    if (code == DEVCA_OK) {
        code = file_read_open(fd, path, KEY_FILE_MAX, pem, error);
        if (code != DEVCA_OK && code != DEVCA_E_NO_MEMORY)
            code = fail(error, DEVCA_E_KEY, path, NULL, what, "cannot be read");
    }
    (void)close(fd);
    return code;
}
