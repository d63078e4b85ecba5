/* Reading a JSON document: RFC 8259, clause by clause. */
#include "devca/json/document.h"

#include "devca/base/text.h"

#include <string.h>

/* fault: NULL as long as nothing but memory was wanting. */
struct reader {
    struct devid_slice text;
    size_t at;
    unsigned depth;
    const char *fault;
};

static json_t *read_value(struct reader *reader);

static json_t *refuse(struct reader *reader, const char *fault)
{
    reader->fault = fault;
    return NULL;
}

/* 0 behind the end. */
static uint8_t peek(const struct reader *reader)
{
    return reader->at < reader->text.len ? reader->text.data[reader->at] : 0;
}

static bool take(struct reader *reader, char octet)
{
    bool is_there = peek(reader) == (uint8_t)octet;

    reader->at += is_there;
    return is_there;
}

/* RFC 8259, 2. */
static void skip_space(struct reader *reader)
{
    while (peek(reader) == ' ' || peek(reader) == '\t' ||
           peek(reader) == '\n' || peek(reader) == '\r')
        reader->at++;
}

/* ---- strings: RFC 8259, 7 ---- */

static bool read_hex(struct reader *reader, uint32_t *unit)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *digit;
    uint32_t value;
    int i;

    *unit = 0;
    for (i = 0; i < 4; i++) {
        digit = peek(reader) ? strchr(digits, peek(reader)) : NULL;
        if (!digit) {
            refuse(reader, "\\u is not followed by four hex digits");
            return false;
        }
        value = (uint32_t)(digit - digits);
        *unit = *unit << 4 | (value < 16 ? value : value - 6);
        reader->at++;
    }
    return true;
}

/* Two halves of a pair make one character (RFC 8259, 7). */
static bool read_unicode(struct reader *reader, uint32_t *character)
{
    uint32_t low;

    if (!read_hex(reader, character))
        return false;
    if (*character < 0xD800 || *character > 0xDFFF)
        return true;
    if (*character < 0xDC00 && take(reader, '\\') && take(reader, 'u')) {
        if (!read_hex(reader, &low))
            return false;
        *character = 0x10000 + ((*character - 0xD800) << 10) + (low - 0xDC00);
        if (low >= 0xDC00 && low <= 0xDFFF)
            return true;
    }
    refuse(reader, "half of a surrogate pair is no character");
    return false;
}

/* RFC 3629, 3. */
static bool append_character(struct bytes *string, uint32_t character)
{
    uint8_t octets[4];
    size_t len = character < 0x80      ? 1
                 : character < 0x800   ? 2
                 : character < 0x10000 ? 3
                                       : 4;
    static const uint8_t leads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    size_t i;

    for (i = len; i-- > 1; character >>= 6)
        octets[i] = (uint8_t)(0x80 | (character & 0x3F));
    octets[0] = (uint8_t)(leads[len] | character);
    return bytes_append(string, octets, len);
}

static bool read_escape(struct reader *reader, struct bytes *string)
{
    static const char names[] = "\"\\/bfnrt";
    static const char meant[] = "\"\\/\b\f\n\r\t";
    const char *name;
    uint32_t character;

    if (take(reader, 'u')) {
        if (!read_unicode(reader, &character))
            return false;
        if (character != 0)
            return append_character(string, character);
        refuse(reader, "a NUL stands in a string");
        return false;
    }
    name = peek(reader) ? strchr(names, peek(reader)) : NULL;
    if (!name) {
        refuse(reader, "\\ is followed by what is no escape");
        return false;
    }
    reader->at++;
    return bytes_append(string, &meant[name - names], 1);
}

/* What stands for itself, up to a quote or an escape. */
static bool read_plain(struct reader *reader, struct bytes *string)
{
    struct devid_slice rest = {reader->text.data + reader->at,
                               reader->text.len - reader->at};
    size_t run = 0, len;

    while (run < rest.len && rest.data[run] != '"' && rest.data[run] != '\\') {
        len = utf8_len((struct devid_slice){rest.data + run, rest.len - run});
        if (rest.data[run] < 0x20 || len == 0) {
            reader->at += run;
            refuse(reader, len == 0 ? "is not UTF-8"
                           : rest.data[run] == 0
                               ? "a NUL stands in a string"
                               : "a control character stands in a string");
            return false;
        }
        run += len;
    }
    reader->at += run;
    return bytes_append(string, rest.data, run);
}

/* Behind the first quote, past the second. */
static bool read_string(struct reader *reader, struct bytes *string)
{
    string->len = 0;
    while (read_plain(reader, string)) {
        if (take(reader, '"'))
            return true;
        if (!take(reader, '\\')) {
            refuse(reader, "a string has no end");
            return false;
        }
        if (!read_escape(reader, string))
            return false;
    }
    return false;
}

static json_t *read_text(struct reader *reader)
{
    struct bytes string = {0};
    json_t *value = NULL;

    if (read_string(reader, &string))
        value = json_stringn((const char *)string.data, string.len);
    bytes_clear(&string);
    return value;
}

/* ---- numbers: RFC 8259, 6 ---- */

static bool is_digit(uint8_t octet)
{
    return octet >= '0' && octet <= '9';
}

static json_t *read_number(struct reader *reader)
{
    bool negative = take(reader, '-');
    uint64_t most = (uint64_t)INT64_MAX + negative, number = 0;
    uint8_t digit = peek(reader);

    if (!is_digit(digit))
        return refuse(reader, "is no value");
    do {
        if (number > (most - (uint64_t)(digit - '0')) / 10)
            return refuse(reader, "a number is beyond 64 bits");
        number = number * 10 + (uint64_t)(digit - '0');
        reader->at++;
        digit = peek(reader);
    } while (is_digit(digit) && number > 0);
    if (is_digit(digit))
        return refuse(reader, "a number begins with 0");
    if (digit == '.' || digit == 'e' || digit == 'E')
        return refuse(reader, "a number is not whole");
    if (!negative)
        return json_integer((json_int_t)number);
    return json_integer(number > 0 ? -(json_int_t)(number - 1) - 1 : 0);
}

/* ---- arrays and objects: RFC 8259, 4 and 5 ---- */

static bool next_item(struct reader *reader, char end, bool *more)
{
    skip_space(reader);
    *more = take(reader, ',');
    if (*more || take(reader, end))
        return true;
    refuse(reader, end == ']' ? "neither , nor ] follows an item"
                              : "neither , nor } follows a member");
    return false;
}

static bool read_items(struct reader *reader, json_t *array)
{
    bool more = true;

    skip_space(reader);
    if (take(reader, ']'))
        return true;
    while (more)
        if (json_array_append_new(array, read_value(reader)) != 0 ||
            !next_item(reader, ']', &more))
            return false;
    return true;
}

/* A member's name and the colon behind it. */
static bool read_name(struct reader *reader, const json_t *object,
                      struct bytes *name)
{
    skip_space(reader);
    if (!take(reader, '"')) {
        refuse(reader, "a member's name in quotes is expected");
        return false;
    }
    if (!read_string(reader, name))
        return false;
    if (json_object_get(object, (const char *)name->data)) {
        refuse(reader, "a duplicate key");
        return false;
    }
    skip_space(reader);
    if (take(reader, ':'))
        return true;
    refuse(reader, "no : follows a member's name");
    return false;
}

static bool read_members(struct reader *reader, json_t *object)
{
    struct bytes name = {0};
    bool more = true, good = true;

    skip_space(reader);
    if (take(reader, '}'))
        return true;
    while (good && more)
        good = read_name(reader, object, &name) &&
               json_object_set_new(object, (const char *)name.data,
                                   read_value(reader)) == 0 &&
               next_item(reader, '}', &more);
    bytes_clear(&name);
    return good;
}

static json_t *read_structure(struct reader *reader, bool is_object)
{
    json_t *value;
    bool good;

    if (reader->depth == DOCUMENT_DEPTH)
        return refuse(reader, "nests deeper than 16 levels");
    value = is_object ? json_object() : json_array();
    reader->depth++;
    good = value && (is_object ? read_members(reader, value)
                               : read_items(reader, value));
    reader->depth--;
    if (good)
        return value;
    json_decref(value);
    return NULL;
}

/* ---- values: RFC 8259, 3 ---- */

static bool take_word(struct reader *reader, const char *word)
{
    size_t len = strlen(word);

    if (reader->text.len - reader->at < len ||
        memcmp(reader->text.data + reader->at, word, len) != 0)
        return false;
    reader->at += len;
    return true;
}

static json_t *read_value(struct reader *reader)
{
    skip_space(reader);
    if (take(reader, '{'))
        return read_structure(reader, true);
    if (take(reader, '['))
        return read_structure(reader, false);
    if (take(reader, '"'))
        return read_text(reader);
    if (take_word(reader, "true"))
        return json_true();
    if (take_word(reader, "false"))
        return json_false();
    if (take_word(reader, "null"))
        return json_null();
    return read_number(reader);
}

static void locate(const struct reader *reader, struct document_fault *fault)
{
    size_t i;

    *fault = (struct document_fault){1, 1, reader->fault};
    for (i = 0; i < reader->at; i++) {
        if ((reader->text.data[i] & 0xC0) != 0x80)
            fault->column++;
        if (reader->text.data[i] == '\n') {
            fault->line++;
            fault->column = 1;
        }
    }
}

enum devca_code document_read(struct devid_slice text, json_t **top,
                              struct document_fault *fault)
{
    struct reader reader = {.text = text};

    *top = read_value(&reader);
    if (*top)
        skip_space(&reader);
    if (*top && reader.at == text.len)
        return DEVCA_OK;
    if (*top)
        refuse(&reader, "more stands where the end of file is expected");
    json_decref(*top);
    *top = NULL;
    if (!reader.fault)
        return DEVCA_E_NO_MEMORY;
    locate(&reader, fault);
    return DEVCA_E_MALFORMED;
}
