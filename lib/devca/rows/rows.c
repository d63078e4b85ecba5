/* Lists of devices: <devca/rows.h>. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ASKED_BETWEEN 16

void list_fault(struct devca_rows *rows, struct devca_batch_row *row,
                const char *field, const char *fault)
{
    fail(&rows->fault, DEVCA_E_MALFORMED, row->object, NULL, field, "%s",
         fault);
    row->fault = &rows->fault;
}

/* A byte order mark says nothing: UTF-8 has one order. */
static enum devca_code skip_mark(struct source *source,
                                 struct devca_error *error)
{
    static const uint8_t mark[] = {0xEF, 0xBB, 0xBF};
    size_t i;

    for (i = 0; i < sizeof mark && source_peek(source) == mark[i]; i++)
        (void)source_next(source);
    return i == 0 || i == sizeof mark
               ? DEVCA_OK
               : fail(error, DEVCA_E_MALFORMED, source->name, "RFC 3629",
                      "header", "begins with half a byte order mark");
}

/* Empty lines and blanks in front of the first row. */
static int skip_blanks(struct devca_rows *rows)
{
    int c;

    while ((c = source_peek(&rows->source)) == ' ' || c == '\t' || c == '\r' ||
           c == '\n') {
        rows->further += c == '\n';
        (void)source_next(&rows->source);
    }
    return c;
}

static enum devca_code begin(struct devca_rows *rows, struct devca_error *error)
{
    struct stat info;
    int first;

    if (fstat(rows->source.fd, &info) != 0)
        return fail(error, DEVCA_E_FILE, rows->name, NULL, NULL,
                    "cannot be looked at: %s", strerror(errno));
    if (S_ISDIR(info.st_mode)) {
        rows->entries = fdopendir(rows->source.fd);
        return rows->entries ? folder_begin(rows, error) : fail_memory(error);
    }
    if (skip_mark(&rows->source, error) != DEVCA_OK)
        return DEVCA_E_MALFORMED;
    first = skip_blanks(rows);
    return first == '{' ? jsonl_begin(rows, error) : csv_begin(rows, error);
}

enum devca_code list_open_column(struct devca_rows **rows, const char *name,
                                 struct devid_slice octets,
                                 struct devca_error *error)
{
    struct devca_rows *new = calloc(1, sizeof *new);
    enum devca_code code;

    *rows = NULL;
    if (!new)
        return fail_memory(error);
    new->name = strdup(name);
    new->folder = -1;
    new->further = 1;
    source_open_octets(&new->source, octets, new->name);
    code = new->name ? DEVCA_OK : fail_memory(error);
    if (code == DEVCA_OK)
        code = skip_mark(&new->source, error);
    if (code == DEVCA_OK)
        code = column_begin(new, error);
    if (code != DEVCA_OK) {
        devca_rows_close(new);
        return code;
    }
    *rows = new;
    return DEVCA_OK;
}

enum devca_code list_open(struct devca_rows **rows,
                          const struct list_place *place,
                          struct devca_error *error)
{
    struct devca_rows *new = calloc(1, sizeof *new);
    enum devca_code code;

    *rows = NULL;
    if (!new) {
        if (place->fd > STDIN_FILENO)
            (void)close(place->fd);
        if (place->folder >= 0)
            (void)close(place->folder);
        return fail_memory(error);
    }
    new->name = strdup(place->name);
    new->folder = place->folder;
    new->further = 1;
    source_open(&new->source, place->fd, place->wake, new->name);
    code = new->name ? begin(new, error) : fail_memory(error);
    if (code != DEVCA_OK) {
        devca_rows_close(new);
        return code;
    }
    *rows = new;
    return DEVCA_OK;
}

/* The folder that a path names, or that the file of this path lies in. */
static int open_folder(const char *path, bool is_folder)
{
    const int flags = O_PATH | O_DIRECTORY | O_CLOEXEC;
    const char *slash = strrchr(path, '/');
    char *folder;
    int fd;

    if (is_folder)
        return open(path, flags);
    if (!slash)
        return open(".", flags);
    folder = strndup(path, (size_t)(slash - path) + 1);
    fd = folder ? open(folder, flags) : -1;
    free(folder);
    return fd;
}

enum devca_code devca_rows_open(struct devca_rows **rows,
                                const struct devca_rows_request *request,
                                struct devca_error *error)
{
    struct list_place place = {request->path, STDIN_FILENO, -1, request->wake};
    struct stat info;
    bool looked;
    int cause;

    *rows = NULL;
    if (strcmp(request->path, "-") == 0) {
        place.folder = open_folder(".", true);
        return list_open(rows, &place, error);
    }
    place.fd = open(request->path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (place.fd < 0 && errno == EINTR)
        return fail(error, DEVCA_E_INTERRUPTED, request->path, NULL, NULL,
                    "was waited for in vain");
    if (place.fd < 0)
        return fail(error, DEVCA_E_FILE, request->path, NULL, NULL,
                    "cannot be opened: %s", strerror(errno));
    looked = fstat(place.fd, &info) == 0;
    if (looked)
        place.folder = open_folder(request->path, S_ISDIR(info.st_mode));
    if (place.folder >= 0)
        return list_open(rows, &place, error);
    cause = errno;
    (void)close(place.fd);
    return fail(error, DEVCA_E_FILE, request->path, NULL, NULL, "%s: %s",
                looked ? "its folder cannot be opened" : "cannot be looked at",
                strerror(cause));
}

void devca_rows_close(struct devca_rows *rows)
{
    if (!rows)
        return;
    if (rows->entries)
        (void)closedir(rows->entries);
    else if (rows->source.fd > STDIN_FILENO)
        (void)close(rows->source.fd);
    if (rows->folder >= 0)
        (void)close(rows->folder);
    jsonl_end(rows);
    bytes_clear(&rows->uid);
    bytes_clear(&rows->value);
    free(rows->name);
    free(rows);
}

enum devca_code devca_rows_next(struct devca_rows *rows,
                                struct devca_batch_row *row,
                                struct devca_error *error)
{
    enum devca_code code;

    memset(row, 0, sizeof *row);
    row->object = rows->name;
    rows->value.len = 0;
    /* Who waits for rows is woken there; who has them looks now and then. */
    if (rows->asked++ % ASKED_BETWEEN == 0 && source_is_woken(&rows->source))
        return source_end(&rows->source, error);
    code = rows->next(rows, row, error);
    row->line = rows->line;
    return code == DEVCA_E_NO_MEMORY ? fail_memory(error) : code;
}

void devca_rows_position(const struct devca_rows *rows,
                         struct devca_rows_position *position)
{
    position->done = rows->entries ? rows->told : rows->source.given;
    position->total = rows->entries ? rows->total : rows->source.size;
}
