#include "devca/base/fail.h"

#include "devca/base/text.h"

#include <stdarg.h>
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

/* Hostile input must not speak to the terminal of whoever reads the error, nor
 * break the JSON that it is put into. */
static void tame(char *text)
{
    struct devid_slice rest = {(const uint8_t *)text, strlen(text)};
    size_t len;

    while (rest.len > 0 && rest.data[0] >= 0x20 && rest.data[0] < 0x7F) {
        rest.data++;
        rest.len--;
    }
    while (rest.len > 0) {
        len = utf8_len(rest);
        if (len == 0 || utf8_is_control(rest)) {
            len = len ? len : 1;
            memset(text + (strlen(text) - rest.len), '?', len);
        }
        rest.data += len;
        rest.len -= len;
    }
}

static void put(char *to, size_t size, const char *from)
{
    size_t len = from ? strnlen(from, size - 1) : 0;

    if (len > 0)
        memcpy(to, from, len);
    to[len] = '\0';
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
    /* "Is not on record" is how most rows of a batch begin. */
    if (!strchr(format, '%')) {
        put(error->fault, sizeof error->fault, format);
        return code;
    }
    va_start(arguments, format);
    (void)vsnprintf(error->fault, sizeof error->fault, format, arguments);
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
    (void)vsnprintf(error->hint, sizeof error->hint, format, arguments);
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
