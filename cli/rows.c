#include "rows.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BASE64_MIN 88 /* a P-256 SubjectPublicKeyInfo has 124 */

/* ---- records ---- */

/* One record of RFC 4180 into fields; a record that is too long, has a NUL or a
 * stray quote is read to its end and told as bad. */
struct scan {
    struct rows *rows;
    size_t used;
    bool quoted; /* inside quotes */
    bool closed; /* after them */
    bool any;
    const char *fault;
};

static void put(struct scan *scan, int c)
{
    if (scan->used + 1 >= ROWS_RECORD_MAX) {
        scan->fault = "the row is longer than 65,535 octets";
        return;
    }
    if (c == '\0' && !scan->fault)
        scan->fault = "the row holds a NUL";
    scan->rows->record[scan->used++] = (char)c;
}

static void end_field(struct scan *scan)
{
    struct rows *rows = scan->rows;

    rows->record[scan->used++] = '\0';
    if (rows->count == 3) {
        scan->fault = "the row has more than two fields";
        rows->count--;
    }
    rows->fields[rows->count] = rows->record + scan->used;
    scan->closed = false;
}

/* true at the end of the record. */
static bool take(struct scan *scan, int c)
{
    struct rows *rows = scan->rows;
    char *field = rows->fields[rows->count - 1];

    if (c == '\n')
        rows->next_line++;
    if (scan->quoted) {
        if (c != '"') {
            put(scan, c);
        } else {
            scan->quoted = false;
            scan->closed = true;
        }
        return false;
    }
    if (c == '"' && scan->closed) {
        put(scan, c);
        scan->quoted = true;
    } else if (c == '"' && rows->record + scan->used == field) {
        scan->quoted = true;
    } else if (c == ',' && scan->used + 2 < ROWS_RECORD_MAX) {
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

static enum rows_state read_record(struct rows *rows, const char **fault)
{
    struct scan scan = {.rows = rows};
    int c;

    rows->line = rows->next_line;
    rows->count = 1;
    rows->fields[0] = rows->record;
    for (;;) {
        c = getc_unlocked(rows->file);
        if (c == EOF)
            break;
        scan.any = true;
        if (take(&scan, c))
            break;
    }
    if (!scan.any)
        return ROWS_END;
    if (scan.quoted && !scan.fault)
        scan.fault = "a quote is not closed";
    if (scan.used > 0 && !scan.closed && rows->record[scan.used - 1] == '\r')
        scan.used--;
    rows->record[scan.used] = '\0';
    *fault = scan.fault;
    return scan.fault ? ROWS_BAD : ROWS_GOOD;
}

enum rows_state rows_next(struct rows *rows, const char **fault)
{
    enum rows_state state;

    do {
        state = read_record(rows, fault);
    } while (state == ROWS_GOOD && rows->count == 1 &&
             rows->fields[0][0] == '\0');
    if (state == ROWS_GOOD && rows->count != 2) {
        *fault = "the row has not two fields";
        return ROWS_BAD;
    }
    return state;
}

/* ---- header ---- */

static enum devca_code bad_header(struct cli *cli, const char *path)
{
    return cli_fail(cli, DEVCA_E_MALFORMED, path,
                    "the first line must be uid,csr or uid,public_key");
}

static enum devca_code read_header(struct cli *cli, struct rows *rows)
{
    const char *fault = NULL;
    char *first;

    if (rows_next(rows, &fault) != ROWS_GOOD)
        return bad_header(cli, rows->path);
    first = rows->fields[0];
    if (strncmp(first, "\xEF\xBB\xBF", 3) == 0)
        first += 3;
    rows->is_csr = strcmp(rows->fields[1], "csr") == 0;
    if (strcmp(first, "uid") != 0 ||
        (!rows->is_csr && strcmp(rows->fields[1], "public_key") != 0))
        return bad_header(cli, rows->path);
    return DEVCA_OK;
}

enum devca_code rows_open(struct cli *cli, const char *path, struct rows **rows)
{
    struct rows *new = calloc(1, sizeof *new);
    enum devca_code code;

    *rows = NULL;
    if (!new)
        return cli_fail(cli, DEVCA_E_NO_MEMORY, path, "not enough memory");
    new->path = path;
    new->next_line = 1;
    new->file = strcmp(path, "-") == 0 ? stdin : fopen(path, "re");
    code = new->file ? read_header(cli, new)
                     : cli_fail(cli, DEVCA_E_FILE, path, strerror(errno));
    if (code != DEVCA_OK) {
        rows_close(new);
        return code;
    }
    *rows = new;
    return DEVCA_OK;
}

void rows_close(struct rows *rows)
{
    if (!rows)
        return;
    if (rows->file && rows->file != stdin)
        (void)fclose(rows->file);
    free(rows);
}

/* ---- values ---- */

static bool is_base64(const char *value)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno"
                                   "pqrstuvwxyz0123456789+/=";
    size_t len = strlen(value);

    return len >= BASE64_MIN && len % 4 == 0 && strspn(value, alphabet) == len;
}

/* Base64 in the coat that the library reads. */
static char *wrap(const char *value, bool is_csr)
{
    const char *label = is_csr ? "CERTIFICATE REQUEST" : "PUBLIC KEY";
    size_t len = strlen(value), size = len + len / 64 + 128, used, part;
    char *text = malloc(size);

    if (!text)
        return NULL;
    used = (size_t)snprintf(text, size, "-----BEGIN %s-----\n", label);
    for (; len > 0; len -= part, value += part) {
        part = len < 64 ? len : 64;
        used += (size_t)snprintf(text + used, size - used, "%.*s\n", (int)part,
                                 value);
    }
    snprintf(text + used, size - used, "-----END %s-----\n", label);
    return text;
}

/* A list from elsewhere must not make this machine read what it likes. */
static bool is_below(const char *path)
{
    const char *part = path;

    if (path[0] == '/' || path[0] == '\0')
        return false;
    for (;;) {
        if (strncmp(part, "..", 2) == 0 && (part[2] == '/' || part[2] == '\0'))
            return false;
        part = strchr(part, '/');
        if (!part)
            return true;
        part++;
    }
}

static bool read_file(const struct rows *rows, const char *value,
                      struct devca_content *content, const char **fault)
{
    const char *slash = strrchr(rows->path, '/');
    size_t folder = slash ? (size_t)(slash - rows->path) + 1 : 0;
    char path[4096];
    struct stat info;

    *fault = "the path leaves the list's folder";
    if (!is_below(value) || folder + strlen(value) >= sizeof path)
        return false;
    snprintf(path, sizeof path, "%.*s%s", (int)folder, rows->path, value);
    *fault = "the file cannot be read";
    if (stat(path, &info) != 0)
        return false;
    if (!S_ISREG(info.st_mode)) {
        *fault = "the path is no regular file";
        return false;
    }
    return devca_file_read(path, DEVCA_INPUT_MAX, content, NULL) == DEVCA_OK;
}

bool rows_value(const struct rows *rows, struct devca_content *content,
                char **text, const char **fault)
{
    const char *value = rows->fields[1];

    *text = NULL;
    content->memory = NULL;
    if (strncmp(value, "-----BEGIN ", 11) != 0 && !is_base64(value))
        return read_file(rows, value, content, fault);
    *fault = "not enough memory";
    *text = value[0] == '-' ? strdup(value) : wrap(value, rows->is_csr);
    if (!*text)
        return false;
    content->octets =
        (struct devid_slice){(const uint8_t *)*text, strlen(*text)};
    return true;
}
