#include "devca/base/fail.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct code_row {
    const char *text;
    int exit;
};

static const struct code_row codes[] = {
#define ROW(name, text, exit) [name] = {text, exit},
    DEVCA_CODE_TABLE(ROW)
#undef ROW
};
#define CODE_COUNT (sizeof codes / sizeof codes[0])

const char *devca_code_text(enum devca_code code)
{
    return (size_t)code < CODE_COUNT ? codes[code].text : "unknown";
}

int devca_code_exit(enum devca_code code)
{
    return (size_t)code < CODE_COUNT ? codes[code].exit : 5;
}

/* Octets of the UTF-8 character that text starts with; 0 when it starts with
 * none, or with one cut short (RFC 3629, 4). */
static size_t character(const unsigned char *text)
{
    size_t i, len;

    if (text[0] < 0x80)
        return 1;
    if (text[0] < 0xC2 || text[0] > 0xF4)
        return 0;
    len = text[0] < 0xE0 ? 2 : text[0] < 0xF0 ? 3 : 4;
    if ((text[0] == 0xE0 && text[1] < 0xA0) ||
        (text[0] == 0xED && text[1] > 0x9F) ||
        (text[0] == 0xF0 && text[1] < 0x90) ||
        (text[0] == 0xF4 && text[1] > 0x8F))
        return 0;
    for (i = 1; i < len; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    return len;
}

/* C0, DEL and, in two octets, C1. */
static bool is_control(const unsigned char *text)
{
    return text[0] < 0x20 || text[0] == 0x7F ||
           (text[0] == 0xC2 && text[1] < 0xA0);
}

/* Hostile input must not speak to the terminal of whoever reads the error, nor
 * break the JSON that it is put into. */
static void tame(char *text)
{
    unsigned char *at = (unsigned char *)text;
    size_t len;

    for (; *at; at += len) {
        len = character(at);
        if (len == 0 || is_control(at)) {
            len = len ? len : 1;
            memset(at, '?', len);
        }
    }
}

static void put(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from ? from : "");
    tame(to);
}

enum devca_code fail(struct devca_error *error, enum devca_code code,
                     const char *object, const char *clause, const char *field,
                     const char *format, ...)
{
    va_list arguments;

    if (!error)
        return code;
    error->code = code;
    put(error->object, sizeof error->object, object);
    put(error->clause, sizeof error->clause, clause);
    put(error->field, sizeof error->field, field);
    error->hint[0] = '\0';
    va_start(arguments, format);
    vsnprintf(error->fault, sizeof error->fault, format, arguments);
    va_end(arguments);
    tame(error->fault);
    return code;
}

enum devca_code fail_hint(struct devca_error *error, enum devca_code code,
                          const char *format, ...)
{
    va_list arguments;

    if (!error)
        return code;
    va_start(arguments, format);
    vsnprintf(error->hint, sizeof error->hint, format, arguments);
    va_end(arguments);
    tame(error->hint);
    return code;
}

enum devca_code fail_devid(struct devca_error *error, enum devca_code code,
                           const char *object, const char *field,
                           enum devid_status status)
{
    return fail(error, code, object, devid_status_clause(status), field, "%s",
                devid_status_text(status));
}

enum devca_code fail_memory(struct devca_error *error)
{
    return fail(error, DEVCA_E_NO_MEMORY, NULL, NULL, NULL,
                "not enough memory");
}
