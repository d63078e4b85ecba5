/* Lists in CSV (RFC 4180) with a header. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"

#include <string.h>

#define PEM_BEGIN "-----BEGIN "

/*
 * One record into fields; one that is too long, has a NUL or a stray quote is
 * read to its end and told as bad. A quote that somebody forgot must not take
 * the rows behind it away: only PEM goes on over a line's end, and only as long
 * as a line can be PEM. The line that cannot is kept and read again.
 */
struct scan {
    struct devca_rows *rows;
    size_t used;
    size_t line;  /* PEM: where in the record its newest line begins */
    bool quoted;  /* inside quotes */
    bool closed;  /* after them */
    bool is_pem;  /* of more than one line */
    bool is_head; /* the quote that closed it stands first in its line */
    bool any;
    const char *fault;
};

static size_t field_at(const struct scan *scan)
{
    const struct devca_rows *rows = scan->rows;

    return (size_t)(rows->fields[rows->count - 1] - rows->record);
}

/* Of PEM that is too long only the newest line counts: it may be a row. */
static void make_room(struct scan *scan)
{
    char *record = scan->rows->record;
    size_t at = field_at(scan);

    scan->fault = "the row is longer than 65,535 octets";
    if (!scan->is_pem || scan->line == at)
        return;
    memmove(record + at, record + scan->line, scan->used - scan->line);
    scan->used -= scan->line - at;
    scan->line = at;
}

static void put(struct scan *scan, int c)
{
    if (scan->used + 1 >= RECORD_MAX)
        make_room(scan);
    if (scan->used + 1 >= RECORD_MAX)
        return;
    if (c == '\0' && !scan->fault)
        scan->fault = "the row holds a NUL";
    scan->rows->record[scan->used++] = (char)c;
}

static void end_field(struct scan *scan)
{
    struct devca_rows *rows = scan->rows;

    rows->record[scan->used++] = '\0';
    if (rows->count > FIELDS_MAX) {
        scan->fault = "the row has too many fields";
        rows->count--;
    }
    rows->fields[rows->count] = rows->record + scan->used;
    scan->closed = false;
    scan->is_pem = false;
}

static bool begins_pem(const struct scan *scan)
{
    const struct devca_rows *rows = scan->rows;
    const size_t len = sizeof PEM_BEGIN - 1;

    return rows->columns == 2 && rows->count == 2 &&
           scan->used - field_at(scan) >= len &&
           memcmp(rows->fields[1], PEM_BEGIN, len) == 0;
}

static bool end_open(struct scan *scan)
{
    scan->fault = "a quote is not closed";
    scan->quoted = false;
    scan->closed = true;
    return true;
}

/* The record ends before the line that c stands in. */
static bool go_back(struct scan *scan, int c)
{
    struct devca_rows *rows = scan->rows;

    if (scan->is_head)
        rows->record[scan->used++] = '"';
    rows->record[scan->used++] = (char)c;
    rows->kept = scan->line;
    rows->kept_len = scan->used - scan->line;
    scan->used = scan->line - 1;
    return end_open(scan);
}

static void begin_line(struct scan *scan)
{
    if (!scan->is_pem)
        scan->line = field_at(scan);
    scan->is_pem = true;
    if (scan->fault)
        scan->used = scan->line;
    else
        put(scan, '\n');
    scan->line = scan->used;
}

/* true at the end of the record. Whatever row comes next has a comma, or a
 * quote first; PEM has none. */
static bool take_quoted(struct scan *scan, int c)
{
    if (c == '"') {
        scan->quoted = false;
        scan->closed = true;
        scan->is_head = scan->is_pem && scan->used == scan->line;
    } else if (c == '\n') {
        if (!scan->is_pem && !begins_pem(scan))
            return end_open(scan);
        begin_line(scan);
    } else if (c == ',' && scan->is_pem && scan->used + 1 < RECORD_MAX) {
        return go_back(scan, c);
    } else {
        put(scan, c);
    }
    return false;
}

/* true at the end of the record. */
static bool take(struct scan *scan, int c)
{
    struct devca_rows *rows = scan->rows;
    char *field = rows->fields[rows->count - 1];

    if (c == '\n')
        rows->further++;
    if (scan->quoted)
        return take_quoted(scan, c);
    if (scan->is_head && c != ',' && c != '\r' && c != '\n')
        return go_back(scan, c);
    scan->is_head = false;
    if (c == '"' && scan->closed) {
        put(scan, c);
        scan->quoted = true;
    } else if (c == '"' && rows->record + scan->used == field) {
        scan->quoted = true;
    } else if (c == ',' && scan->used + 2 < RECORD_MAX) {
        end_field(scan);
        rows->count++;
    } else if (c == '\n') {
        return true;
    } else if (c == '"' || (scan->closed && c != '\r')) {
        scan->fault = "a quote stands where none may";
    } else if (!scan->closed) {
        put(scan, c);
    }
    return false;
}

/* What means itself, as far as it goes: nearly all of a list. */
static void take_run(struct scan *scan)
{
    struct devca_rows *rows = scan->rows;
    struct devid_slice ahead = source_ahead(&rows->source);
    size_t run = 0;

    if (scan->quoted || scan->closed)
        return;
    if (ahead.len > RECORD_MAX - 1 - scan->used)
        ahead.len = RECORD_MAX - 1 - scan->used;
    while (run < ahead.len && ahead.data[run] > '"' && ahead.data[run] != ',')
        run++;
    memcpy(rows->record + scan->used, ahead.data, run);
    scan->used += run;
    scan->any = scan->any || run > 0;
    source_skip(&rows->source, run);
}

/* What was kept has no line's end, so that no record ends in it. */
static void take_kept(struct scan *scan)
{
    struct devca_rows *rows = scan->rows;
    const char *kept = rows->record + rows->kept;
    size_t i;

    for (i = 0; i < rows->kept_len; i++)
        (void)take(scan, (uint8_t)kept[i]);
    scan->any = rows->kept_len > 0;
    rows->kept_len = 0;
}

/* A record that ends with the list is one as long as the list ended well. */
static enum devca_code read_record(struct devca_rows *rows, const char **fault,
                                   struct devca_error *error)
{
    struct scan scan = {.rows = rows};
    enum devca_code code;
    int c;

    rows->line = rows->further;
    rows->count = 1;
    rows->fields[0] = rows->record;
    take_kept(&scan);
    while ((c = source_next(&rows->source)) != SOURCE_END) {
        scan.any = true;
        if (take(&scan, c))
            break;
        take_run(&scan);
    }
    if (c == SOURCE_END) {
        code = source_end(&rows->source, error);
        if (code != DEVCA_E_NOT_FOUND || !scan.any)
            return code;
    }
    if (scan.quoted && !scan.fault)
        scan.fault = "a quote is not closed";
    if (scan.used > 0 && !scan.closed && rows->record[scan.used - 1] == '\r')
        scan.used--;
    rows->record[scan.used] = '\0';
    *fault = scan.fault;
    return DEVCA_OK;
}

/* Empty lines are passed over. */
static enum devca_code next_record(struct devca_rows *rows, const char **fault,
                                   struct devca_error *error)
{
    enum devca_code code;

    do {
        code = read_record(rows, fault, error);
    } while (code == DEVCA_OK && !*fault && rows->count == 1 &&
             rows->fields[0][0] == '\0');
    if (code == DEVCA_OK && !*fault && rows->count != rows->columns)
        *fault = rows->columns == 1 ? "the row has more than one field"
                                    : "the row has not two fields";
    return code;
}

static enum devca_code csv_next(struct devca_rows *rows,
                                struct devca_batch_row *row,
                                struct devca_error *error)
{
    const char *fault = NULL;
    enum devca_code code = next_record(rows, &fault, error);

    if (code != DEVCA_OK)
        return code;
    row->uid = !fault || rows->count > 1 ? rows->fields[0] : "";
    if (!fault)
        return value_take(rows, row, rows->fields[1], rows->is_csr);
    list_fault(rows, row, NULL, fault);
    return DEVCA_OK;
}

static enum devca_code bad_header(struct devca_rows *rows,
                                  struct devca_error *error)
{
    return fail(error, DEVCA_E_MALFORMED, rows->name, "RFC 4180 2", "header",
                "the first line must be uid,csr or uid,public_key");
}

enum devca_code csv_begin(struct devca_rows *rows, struct devca_error *error)
{
    const char *fault = NULL;
    enum devca_code code;

    rows->columns = FIELDS_MAX;
    code = next_record(rows, &fault, error);
    if (code == DEVCA_E_NOT_FOUND)
        return bad_header(rows, error);
    if (code != DEVCA_OK)
        return code;
    if (fault || strcmp(rows->fields[0], "uid") != 0)
        return bad_header(rows, error);
    rows->is_csr = strcmp(rows->fields[1], "csr") == 0;
    if (!rows->is_csr && strcmp(rows->fields[1], "public_key") != 0)
        return bad_header(rows, error);
    rows->next = csv_next;
    return DEVCA_OK;
}

/* ---- one column ---- */

static enum devca_code column_next(struct devca_rows *rows,
                                   struct devca_batch_row *row,
                                   struct devca_error *error)
{
    const char *fault = NULL;
    enum devca_code code = next_record(rows, &fault, error);

    if (code != DEVCA_OK)
        return code;
    row->uid = rows->fields[0];
    if (fault)
        list_fault(rows, row, NULL, fault);
    return DEVCA_OK;
}

enum devca_code column_begin(struct devca_rows *rows, struct devca_error *error)
{
    const char *fault = NULL;
    enum devca_code code;

    rows->columns = 1;
    code = next_record(rows, &fault, error);
    if (code != DEVCA_OK && code != DEVCA_E_NOT_FOUND)
        return code;
    rows->is_serial =
        code == DEVCA_OK && strcmp(rows->fields[0], "serial") == 0;
    if (code != DEVCA_OK || fault ||
        (!rows->is_serial && strcmp(rows->fields[0], "uid") != 0))
        return fail(error, DEVCA_E_MALFORMED, rows->name, "RFC 4180 2",
                    "header", "the first line must be uid or serial");
    rows->next = column_next;
    return DEVCA_OK;
}
