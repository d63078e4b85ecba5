/* Writing a JSON document. */
#include "devca/json/document.h"

#include "devca/base/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct writer {
    struct bytes *text;
    unsigned indent;
    unsigned depth;
};

static bool write_value(struct writer *writer, const json_t *value);

static bool put(struct writer *writer, const char *text)
{
    return bytes_append_text(writer->text, text);
}

/* A new line, where lines are wanted. */
static bool put_line(struct writer *writer)
{
    unsigned spaces = writer->indent * writer->depth;
    bool good = writer->indent == 0 || put(writer, "\n");

    while (good && spaces-- > 0)
        good = put(writer, " ");
    return good;
}

static bool write_string(struct writer *writer, const char *text)
{
    return quoted_append(
        writer->text,
        (struct devid_slice){(const uint8_t *)text, strlen(text)});
}

static bool write_number(struct writer *writer, json_int_t number)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRId64, (int64_t)number);
    return put(writer, text);
}

static bool write_array(struct writer *writer, const json_t *array)
{
    const json_t *item;
    size_t i;

    json_array_foreach(array, i, item)
    {
        if ((i > 0 && !put(writer, ",")) || !put_line(writer) ||
            !write_value(writer, item))
            return false;
    }
    return true;
}

/* jansson reads on in an object by one that can be written to. */
static bool write_object(struct writer *writer, json_t *object)
{
    const char *separator = "";
    const char *name;
    json_t *member;

    json_object_foreach(object, name, member)
    {
        if (!put(writer, separator) || !put_line(writer) ||
            !write_string(writer, name) ||
            !put(writer, writer->indent > 0 ? ": " : ":") ||
            !write_value(writer, member))
            return false;
        separator = ",";
    }
    return true;
}

static bool write_structure(struct writer *writer, const json_t *value)
{
    bool is_object = json_is_object(value), good;

    if (json_object_size(value) == 0 && json_array_size(value) == 0)
        return put(writer, is_object ? "{}" : "[]");
    good = put(writer, is_object ? "{" : "[");
    writer->depth++;
    good = good && (is_object ? write_object(writer, (json_t *)(uintptr_t)value)
                              : write_array(writer, value));
    writer->depth--;
    return good && put_line(writer) && put(writer, is_object ? "}" : "]");
}

static bool write_value(struct writer *writer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
    case JSON_ARRAY:
        return write_structure(writer, value);
    case JSON_STRING:
        return write_string(writer, json_string_value(value));
    case JSON_INTEGER:
        return write_number(writer, json_integer_value(value));
    case JSON_TRUE:
        return put(writer, "true");
    case JSON_FALSE:
        return put(writer, "false");
    case JSON_NULL:
    case JSON_REAL:
    default:
        return put(writer, "null");
    }
}

bool document_write(const json_t *value, unsigned indent, struct bytes *text)
{
    struct writer writer = {.text = text, .indent = indent};

    return write_value(&writer, value);
}
