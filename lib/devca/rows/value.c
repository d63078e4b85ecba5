/* What a row's value means. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devid/codec/pem.h"

#include <devca/file.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BASE64_MIN 88 /* a P-256 SubjectPublicKeyInfo has 124 */
#define STEP_MAX 256

static const char *column(bool is_csr)
{
    return is_csr ? "csr" : "public_key";
}

static bool is_base64(const char *text)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                   "pqrstuvwxyz0123456789+/=";
    size_t len = strlen(text);

    return len >= BASE64_MIN && len % 4 == 0 && strspn(text, alphabet) == len;
}

static void put_octets(struct devca_rows *rows, struct devca_batch_row *row,
                       bool is_csr)
{
    static const uint8_t nothing[1] = {0};
    struct devid_slice octets = bytes_slice(&rows->value);

    if (!octets.data)
        octets.data = nothing;
    if (is_csr)
        row->csr = octets;
    else
        row->public_key = octets;
}

static enum devca_code take_base64(struct devca_rows *rows,
                                   struct devca_batch_row *row,
                                   const char *text, bool is_csr)
{
    struct devid_slice octets = {(const uint8_t *)text, strlen(text)};
    struct devid_writer w;
    struct devid_slice der;

    if (!bytes_reserve(&rows->value, octets.len))
        return DEVCA_E_NO_MEMORY;
    devid_writer_init(&w, rows->value.data, octets.len);
    if (devid_base64_read(octets, &w) != DEVID_OK ||
        devid_writer_done(&w, &der) != DEVID_OK) {
        list_fault(rows, row, column(is_csr), "base64 is broken");
        return DEVCA_OK;
    }
    rows->value.len = der.len;
    rows->value.data[der.len] = 0;
    put_octets(rows, row, is_csr);
    return DEVCA_OK;
}

/* ---- files ---- */

/* One step down; a link is no step, it may lead anywhere. */
static int step(int folder, const char *name, size_t len, bool last)
{
    char part[STEP_MAX];
    int flags = last ? O_NONBLOCK : O_PATH | O_DIRECTORY;

    if (len == 0 || len >= sizeof part ||
        (len == 2 && name[0] == '.' && name[1] == '.'))
        return -1;
    snprintf(part, sizeof part, "%.*s", (int)len, name);
    return openat(folder, part,
                  flags | O_RDONLY | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);
}

/* Opens what lies below folder: a list from elsewhere must not make this
 * machine read what it likes. */
static int open_below(int folder, const char *path)
{
    const char *slash;
    int fd = folder, below;

    for (;;) {
        slash = strchr(path, '/');
        below = step(fd, path, slash ? (size_t)(slash - path) : strlen(path),
                     !slash);
        if (fd != folder)
            (void)close(fd);
        if (!slash || below < 0)
            return below;
        fd = below;
        path = slash + 1;
    }
}

static bool leaves(const char *path)
{
    const char *part = path;

    for (; part; part = strchr(part, '/')) {
        part += *part == '/';
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || !part[2]))
            return true;
    }
    return path[0] == '/';
}

static enum devca_code read_below(struct devca_rows *rows, const char *path,
                                  struct devca_error *failure)
{
    enum devca_code code;
    struct stat info;
    int fd;

    if (path[0] == '\0')
        return fail(failure, DEVCA_E_MALFORMED, NULL, NULL, NULL, "is empty");
    if (rows->folder < 0 || leaves(path))
        return fail(failure, DEVCA_E_FILE, NULL, NULL, NULL,
                    "the path leaves the list's folder");
    fd = open_below(rows->folder, path);
    if (fd < 0)
        return fail(failure, DEVCA_E_FILE, NULL, NULL, NULL,
                    "the file cannot be read");
    if (fstat(fd, &info) == 0 && S_ISREG(info.st_mode))
        code = file_read_open(fd, path, DEVCA_INPUT_MAX, &rows->value, failure);
    else
        code = fail(failure, DEVCA_E_FILE, NULL, NULL, NULL,
                    "the path is no regular file");
    (void)close(fd);
    return code;
}

enum devca_code value_file(struct devca_rows *rows, struct devca_batch_row *row,
                           const char *path, bool is_csr)
{
    struct devca_error failure = {0};
    enum devca_code code = read_below(rows, path, &failure);

    if (code == DEVCA_E_NO_MEMORY)
        return code;
    row->object = path;
    if (code != DEVCA_OK)
        list_fault(rows, row, column(is_csr), failure.fault);
    else
        put_octets(rows, row, is_csr);
    return DEVCA_OK;
}

enum devca_code value_take(struct devca_rows *rows, struct devca_batch_row *row,
                           const char *text, bool is_csr)
{
    rows->value.len = 0;
    if (is_base64(text))
        return take_base64(rows, row, text, is_csr);
    if (strncmp(text, "-----BEGIN ", 11) != 0)
        return value_file(rows, row, text, is_csr);
    if (!bytes_append_text(&rows->value, text))
        return DEVCA_E_NO_MEMORY;
    put_octets(rows, row, is_csr);
    return DEVCA_OK;
}
