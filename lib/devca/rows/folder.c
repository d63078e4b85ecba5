/* A folder of requests: UID.csr, in the order in which the folder has them. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"

#include <errno.h>
#include <string.h>

/* The name without its ending, or 0 for what is no request's. */
static size_t stem_length(const char *name)
{
    size_t len = strlen(name);

    if (len <= 4 || name[0] == '.' || strcmp(name + len - 4, ".csr") != 0)
        return 0;
    return len - 4;
}

static struct dirent *next_entry(struct devca_rows *rows)
{
    struct dirent *entry;

    do {
        errno = 0;
        entry = readdir(rows->entries);
    } while (entry && stem_length(entry->d_name) == 0);
    return entry;
}

static enum devca_code end_of(struct devca_rows *rows,
                              struct devca_error *error)
{
    if (errno == 0)
        return DEVCA_E_NOT_FOUND;
    return fail(error, DEVCA_E_FILE, rows->name, NULL, NULL,
                "cannot be read: %s", strerror(errno));
}

static enum devca_code folder_next(struct devca_rows *rows,
                                   struct devca_batch_row *row,
                                   struct devca_error *error)
{
    struct dirent *entry = next_entry(rows);

    if (!entry)
        return end_of(rows, error);
    rows->line = (int64_t)++rows->told;
    rows->uid.len = 0;
    if (!bytes_append(&rows->uid, entry->d_name, stem_length(entry->d_name)))
        return DEVCA_E_NO_MEMORY;
    row->uid = (const char *)rows->uid.data;
    return value_file(rows, row, entry->d_name, true);
}

enum devca_code folder_begin(struct devca_rows *rows, struct devca_error *error)
{
    enum devca_code code;

    while (next_entry(rows))
        rows->total++;
    code = end_of(rows, error);
    if (code != DEVCA_E_NOT_FOUND)
        return code;
    if (rows->total == 0)
        return fail(error, DEVCA_E_MALFORMED, rows->name, NULL, NULL,
                    "holds no file UID.csr");
    rewinddir(rows->entries);
    rows->next = folder_next;
    return DEVCA_OK;
}
