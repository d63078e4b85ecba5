/* Lists in JSON Lines: one object a line. */
#include "devca/rows/list.h"

#include "devca/base/fail.h"

#include <jansson.h>
#include <string.h>

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
        if (*len > 0 && *len < RECORD_MAX && rows->record[*len - 1] == '\r')
            (*len)--;
    } while (*len == 0);
    return DEVCA_OK;
}

static bool is_value(const char *name)
{
    return strcmp(name, "csr") == 0 || strcmp(name, "public_key") == 0;
}

/* What is wrong with an object as a row, or NULL. */
static const char *look(json_t *object, const char **field)
{
    const char *name;
    json_t *member;
    int values = 0;

    *field = NULL;
    if (!json_is_object(object))
        return "the line is not one JSON object";
    json_object_foreach(object, name, member)
    {
        *field = name;
        if (!is_value(name) && strcmp(name, "uid") != 0)
            return "is no member of a row";
        if (!json_is_string(member))
            return "is not a string";
        values += is_value(name);
    }
    *field = "uid";
    if (!json_object_get(object, "uid"))
        return "is missing";
    *field = "csr";
    return values == 1 ? NULL : "the row needs csr or public_key, one of them";
}

static enum devca_code take(struct devca_rows *rows, json_t *object,
                            struct devca_batch_row *row)
{
    json_t *csr = json_object_get(object, "csr");
    json_t *uid = json_object_get(object, "uid");
    const char *field, *text;
    const char *fault = look(object, &field);

    rows->uid.len = 0;
    if (!bytes_append_text(&rows->uid,
                           json_is_string(uid) ? json_string_value(uid) : ""))
        return DEVCA_E_NO_MEMORY;
    row->uid = (const char *)rows->uid.data;
    if (fault) {
        list_fault(rows, row, field, fault);
        return DEVCA_OK;
    }
    text = json_string_value(csr ? csr : json_object_get(object, "public_key"));
    /* The row keeps a path as its object: it must outlive the JSON. */
    memcpy(rows->record, text, strlen(text) + 1);
    return value_take(rows, row, rows->record, csr != NULL);
}

static enum devca_code jsonl_next(struct devca_rows *rows,
                                  struct devca_batch_row *row,
                                  struct devca_error *error)
{
    json_error_t why;
    json_t *object;
    size_t len;
    enum devca_code code = read_line(rows, &len, error);

    if (code != DEVCA_OK)
        return code;
    row->uid = "";
    if (len >= RECORD_MAX) {
        list_fault(rows, row, NULL, "the row is longer than 65,535 octets");
        return DEVCA_OK;
    }
    object = json_loadb(rows->record, len, JSON_REJECT_DUPLICATES, &why);
    if (!object && json_error_code(&why) == json_error_out_of_memory)
        return DEVCA_E_NO_MEMORY;
    if (object) {
        code = take(rows, object, row);
        json_decref(object);
        return code;
    }
    list_fault(rows, row, NULL, why.text);
    return DEVCA_OK;
}

enum devca_code jsonl_begin(struct devca_rows *rows, struct devca_error *error)
{
    (void)error;
    rows->next = jsonl_next;
    return DEVCA_OK;
}
