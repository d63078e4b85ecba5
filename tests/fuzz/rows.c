/* What the two fuzzers of lists share. */
#include "rows.h"

#include "fuzz.h"

#include "devca/rows/list.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define ROWS_MAX 20000

/* Views end where they say: the sanitizer sees each octet that is touched. */
static size_t touch(const struct devca_batch_row *row)
{
    size_t sum = strlen(row->uid) + strlen(row->object), i;

    for (i = 0; i < row->csr.len; i++)
        sum += row->csr.data[i];
    for (i = 0; i < row->public_key.len; i++)
        sum += row->public_key.data[i];
    return sum;
}

static void read_column(const uint8_t *data, size_t size)
{
    struct devca_rows *rows = NULL;
    struct devca_batch_row row;
    int64_t line = 0;

    if (list_open_column(&rows, "fuzz", (struct devid_slice){data, size},
                         NULL) != DEVCA_OK)
        return;
    while (devca_rows_next(rows, &row, NULL) == DEVCA_OK) {
        if (row.line <= line || touch(&row) == SIZE_MAX)
            __builtin_trap();
        line = row.line;
    }
    devca_rows_close(rows);
}

static void read_all(struct devca_rows *rows)
{
    struct devca_batch_row row;
    int64_t line = 0;
    size_t sum = 0;
    int count = 0;

    while (devca_rows_next(rows, &row, NULL) == DEVCA_OK &&
           count++ < ROWS_MAX) {
        sum += touch(&row);
        if (row.line <= line || (row.csr.data && row.public_key.data) ||
            (!row.fault && !row.csr.data && !row.public_key.data))
            __builtin_trap();
        line = row.line;
    }
    if (sum == SIZE_MAX)
        __builtin_trap();
}

void fuzz_rows(const uint8_t *data, size_t size)
{
    struct list_place place = {"fuzz", memfd_create("list", MFD_CLOEXEC), -1,
                               -1};
    struct devca_rows *rows = NULL;

    read_column(data, size);
    if (place.fd < 0)
        return;
    if ((size > 0 && write(place.fd, data, size) != (ssize_t)size) ||
        lseek(place.fd, 0, SEEK_SET) != 0) {
        (void)close(place.fd);
        return;
    }
    if (list_open(&rows, &place, NULL) == DEVCA_OK)
        read_all(rows);
    devca_rows_close(rows);
}
