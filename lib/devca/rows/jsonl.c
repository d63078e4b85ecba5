/* Lists in JSON Lines: one object a line. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"
#include "devca/json/document.h"

#include <string.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* The next line that is not empty, without its end; a NUL stays in it. */
static enum devca_code read_line(struct devca_rows *rows, size_t *len,
                                 struct devca_error *error)
{
    enum devca_code code;
    int c;

    do {
        rows->line = rows->further;
        *len = 0;
        while ((c = source_next(&rows->source)) != SOURCE_END && c != '\n')
            if ((*len)++ < RECORD_MAX - 1)
                rows->record[*len - 1] = (char)c;
        rows->further++;
        if (c == SOURCE_END) {
            code = source_end(&rows->source, error);
            if (code != DEVCA_E_NOT_FOUND || *len == 0)
                return code;
        }
        while (*len > 0 && *len < RECORD_MAX &&
               is_blank(rows->record[*len - 1]))
            (*len)--;
    } while (*len == 0);
    return DEVCA_OK;
}

static bool is_value(const char *name)
{
    return strcmp(name, "csr") == 0 || strcmp(name, "public_key") == 0;
}

/* A member that is neither UID nor key is a placeholder of the profile's. */
static const char *take_member(struct devca_rows *rows,
                               struct devca_batch_row *row, const char *name,
                               const json_t *member)
{
    if (!json_is_string(member))
        return "is not a string";
    if (is_value(name) || strcmp(name, "uid") == 0)
        return NULL;
    if (row->value_count == VALUES_MAX)
        return "is one member more than any profile has placeholders";
    rows->values[row->value_count++] =
        (struct devca_batch_value){name, json_string_value(member)};
    row->values = rows->values;
    return NULL;
}

/* What is wrong with the object as a row, or NULL. */
static const char *look(struct devca_rows *rows, struct devca_batch_row *row,
                        const char **field)
{
    json_t *object = rows->object, *member;
    const char *name, *fault;
    int values = 0;

    *field = NULL;
    if (!json_is_object(object))
        return "the line is not one JSON object";
    json_object_foreach(object, name, member)
    {
        *field = name;
        values += is_value(name);
        fault = take_member(rows, row, name, member);
        if (fault)
            return fault;
    }
    *field = "uid";
    if (!json_object_get(object, "uid"))
        return "is missing";
    *field = "csr";
    return values == 1 ? NULL : "the row needs csr or public_key, one of them";
}

static enum devca_code take(struct devca_rows *rows,
                            struct devca_batch_row *row)
{
    json_t *csr = json_object_get(rows->object, "csr");
    json_t *key = json_object_get(rows->object, "public_key");
    json_t *uid = json_object_get(rows->object, "uid");
    const char *field;
    const char *fault = look(rows, row, &field);

    row->uid = json_is_string(uid) ? json_string_value(uid) : "";
    if (!fault)
        return value_take(rows, row, json_string_value(csr ? csr : key),
                          csr != NULL);
    list_fault(rows, row, field, fault);
    return DEVCA_OK;
}

static enum devca_code jsonl_next(struct devca_rows *rows,
                                  struct devca_batch_row *row,
                                  struct devca_error *error)
{
    struct document_fault why;
    struct devid_slice line;
    size_t len;
    enum devca_code code = read_line(rows, &len, error);

    if (code != DEVCA_OK)
        return code;
    row->uid = "";
    if (len >= RECORD_MAX) {
        list_fault(rows, row, NULL, "the row is longer than 65,535 octets");
        return DEVCA_OK;
    }
    jsonl_end(rows);
    line = (struct devid_slice){(const uint8_t *)rows->record, len};
    code = document_read(line, &rows->object, &why);
    if (code == DEVCA_OK)
        return take(rows, row);
    if (code == DEVCA_E_NO_MEMORY)
        return fail_memory(error);
    list_fault(rows, row, NULL, why.text);
    return DEVCA_OK;
}

void jsonl_end(struct devca_rows *rows)
{
    json_decref(rows->object);
    rows->object = NULL;
}

enum devca_code jsonl_begin(struct devca_rows *rows, struct devca_error *error)
{
    (void)error;
    rows->next = jsonl_next;
    return DEVCA_OK;
}
