/* Records as text: JSON, tab-separated, pairs, CSV. */
#include "devca/base/bytes.h"
#include "devca/base/text.h"
#include "devca/export/scalar.h"

#include <devca/record.h>

#include <string.h>

const struct devca_field *devca_record_find(const struct devca_record *record,
                                            const char *name)
{
    size_t i;

    for (i = 0; i < record->count; i++)
        if (strcmp(record->fields[i].name, name) == 0)
            return &record->fields[i];
    return NULL;
}

static enum devca_code flush(const struct devca_sink *sink, struct bytes *text,
                             bool built)
{
    enum devca_code code = DEVCA_E_NO_MEMORY;

    if (built)
        code = sink->write(sink->context, text->data, text->len);
    bytes_clear(text);
    return code;
}

/* ---- JSON ---- */

static bool append_value(struct bytes *json, const struct devca_field *field)
{
    struct bytes text = {0};
    bool done = scalar_text(field, &text);

    if (done && field->type == DEVCA_NULL)
        done = bytes_append_text(json, "null");
    else if (done &&
             (field->type == DEVCA_INTEGER || field->type == DEVCA_BOOLEAN))
        done = bytes_append_slice(json, bytes_slice(&text));
    else if (done)
        done = quoted_append(json, bytes_slice(&text));
    bytes_clear(&text);
    return done;
}

static bool append_name(struct bytes *json, const char *name)
{
    return quoted_append(json, (struct devid_slice){(const uint8_t *)name,
                                                    strlen(name)}) &&
           bytes_append_text(json, ":");
}

static bool write_json(const struct devca_record *record, bool schema,
                       struct bytes *text)
{
    bool built =
        bytes_append_text(text, schema ? "{\"schema\":\"devca/1\"" : "{");
    size_t i;

    for (i = 0; built && i < record->count; i++)
        built = (i == 0 && !schema) || bytes_append_text(text, ",")
                    ? append_name(text, record->fields[i].name) &&
                          append_value(text, &record->fields[i])
                    : false;
    return built && bytes_append_text(text, "}\n");
}

/* ---- text ---- */

/* RFC 4180 2.5 to 2.7: where a comma, quote or line end stands, and where a
 * spreadsheet would take the cell for a formula. */
static bool needs_quotes(struct devid_slice cell)
{
    static const char formula[] = {'=', '+', '-', '@'};
    size_t i;

    if (cell.len > 0 && memchr(formula, cell.data[0], sizeof formula))
        return true;
    for (i = 0; i < cell.len; i++)
        if (cell.data[i] == ',' || cell.data[i] == '"' ||
            cell.data[i] == '\r' || cell.data[i] == '\n')
            return true;
    return false;
}

static bool append_quoted(struct bytes *line, const struct bytes *cell)
{
    const char *text = (const char *)cell->data;
    bool done = bytes_append(line, "\"", 1);
    size_t i;

    for (i = 0; done && i < cell->len; i++)
        done = bytes_append(line, text[i] == '"' ? "\"\"" : &text[i],
                            text[i] == '"' ? 2 : 1);
    return done && bytes_append(line, "\"", 1);
}

/* Most cells stand as they are: written into the line, and again where not. */
static bool append_cell(struct bytes *line, enum devca_format format,
                        const struct devca_field *field)
{
    const size_t start = line->len;
    struct bytes cell = {0};
    bool done = scalar_text(field, line);
    struct devid_slice made = {line->data + start, line->len - start};

    if (!done || format != DEVCA_FORMAT_CSV || !needs_quotes(made))
        return done;
    done = bytes_append_slice(&cell, made);
    line->len = start;
    done = done && append_quoted(line, &cell);
    bytes_clear(&cell);
    return done;
}

/* Octets in base64 are for programs: a table leaves them out. */
static bool in_table(const struct devca_field *field)
{
    return field->type != DEVCA_BASE64;
}

static bool write_line(const struct devca_record *record,
                       enum devca_format format, bool names, struct bytes *line)
{
    const char *separator = format == DEVCA_FORMAT_CSV ? "," : "\t";
    bool done = true, first = true;
    size_t i;

    for (i = 0; done && i < record->count; i++) {
        if (!in_table(&record->fields[i]))
            continue;
        done = first || bytes_append_text(line, separator);
        first = false;
        if (done && names)
            done = bytes_append_text(line, record->fields[i].name);
        else if (done)
            done = append_cell(line, format, &record->fields[i]);
    }
    return done &&
           bytes_append_text(line, format == DEVCA_FORMAT_CSV ? "\r\n" : "\n");
}

static bool write_pairs(const struct devca_record *record, struct bytes *text)
{
    size_t width = 0, len, i;
    bool done = true;

    for (i = 0; i < record->count; i++) {
        len = strlen(record->fields[i].name);
        if (in_table(&record->fields[i]) && len > width)
            width = len;
    }
    for (i = 0; done && i < record->count; i++) {
        if (!in_table(&record->fields[i]))
            continue;
        done = bytes_append_text(text, record->fields[i].name);
        for (len = strlen(record->fields[i].name); done && len < width + 2;
             len++)
            done = bytes_append_text(text, " ");
        done =
            done && append_cell(text, DEVCA_FORMAT_PAIRS, &record->fields[i]);
        done = done && bytes_append_text(text, "\n");
    }
    return done;
}

enum devca_code devca_record_write(const struct devca_record *record,
                                   enum devca_format format,
                                   const struct devca_sink *sink)
{
    struct bytes text = {0};
    bool built;

    switch (format) {
    case DEVCA_FORMAT_JSON:
    case DEVCA_FORMAT_JSONL:
        built = write_json(record, format == DEVCA_FORMAT_JSON, &text);
        break;
    case DEVCA_FORMAT_PAIRS:
        built = write_pairs(record, &text);
        break;
    case DEVCA_FORMAT_TSV:
    case DEVCA_FORMAT_CSV:
    default:
        built = write_line(record, format, false, &text);
        break;
    }
    return flush(sink, &text, built);
}

enum devca_code devca_record_write_names(const struct devca_record *record,
                                         enum devca_format format,
                                         const struct devca_sink *sink)
{
    struct bytes text = {0};
    bool built = write_line(record, format, true, &text);

    return flush(sink, &text, built);
}
