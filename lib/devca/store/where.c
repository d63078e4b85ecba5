/*
 * expression = condition *( "and" condition )
 * condition  = field operator value
 * operator   = "=" / "!=" / "<" / "<=" / ">" / ">=" / "like"
 * value      = 1*( any but space, quote and operator octets )
 *            / "'" *( any but "'" / "''" ) "'"
 */
#include "devca/store/columns.h"
#include "devca/store/condition.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"

#include <stdio.h>
#include <string.h>

#define WHERE_MAX 4096

enum where_type {
    WHERE_HEX,
    WHERE_SERIAL, /* hex of an INTEGER: leading zeros do not count */
    WHERE_TEXT,
    WHERE_TIME,
    WHERE_INTEGER,
    WHERE_STATUS
};

struct where_field {
    const char *name;
    enum where_type type;
    const char *expression;
    const char *equal; /* for "=" where another form finds an index, or NULL */
};

static const struct where_field fields[] = {
    {"id", WHERE_INTEGER, "c.id", NULL},
    {"product", WHERE_TEXT, COLUMN_PRODUCT, NULL},
    {"uid", WHERE_HEX, "d.uid", "c.device_id IN " COLUMN_WITH_UID("?")},
    {"serial", WHERE_SERIAL, "c.serial", "c.serial = ?"},
    {"profile", WHERE_TEXT, "f.name", NULL},
    {"issuer", WHERE_TEXT, "i.name", NULL},
    {"status", WHERE_STATUS, NULL, NULL},
    {"reason", WHERE_TEXT, COLUMN_REASON, NULL},
    {"revoked_at", WHERE_TIME, "r.revoked_at", NULL},
    {"not_before", WHERE_TIME, COLUMN_NOT_BEFORE, NULL},
    {"not_after", WHERE_TIME, COLUMN_NOT_AFTER, NULL},
    {"issued_at", WHERE_TIME, "c.issued_at", NULL},
    {"key_type", WHERE_TEXT, COLUMN_KEY_TYPE, NULL},
    {"key_fingerprint", WHERE_HEX, "c.key_digest",
     "c.key_digest = ? AND c.id IN " COLUMN_WITH_PREFIX("?")},
    {"fingerprint", WHERE_HEX, COLUMN_FINGERPRINT, NULL},
    {"size", WHERE_INTEGER, "length(c.der)", NULL},
};

struct where_operator {
    const char *word;
    const char *sql;
};
/* Longer ones first. IS NOT, so that a value that is not there differs too. */
static const struct where_operator operators[] = {
    {"!=", " IS NOT ?"}, {"<=", " <= ?"}, {">=", " >= ?"}, {"=", " = ?"},
    {"<", " < ?"},       {">", " > ?"},   {"like", NULL}};

struct where {
    struct conditions *conditions;
    const char *text;
    const char *at;
    struct devca_error *error;
    const struct where_field *field;
    const struct where_operator *operation;
    const char *value_at;
    struct bytes value;
};

static enum devca_code refuse(const struct where *where, const char *at,
                              const char *fault)
{
    return fail(where->error, DEVCA_E_USAGE, "--where", NULL, NULL,
                "column %zu: %s", (size_t)(at - where->text) + 1, fault);
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || c == '_';
}

static bool is_bare(char c)
{
    return (unsigned char)c > ' ' && c != 0x7f && strchr("'\"=<>!", c) == NULL;
}

static void skip_space(struct where *where)
{
    while (is_space(*where->at))
        where->at++;
}

static enum devca_code read_field(struct where *where)
{
    const char *start = where->at;
    size_t len, i;

    while (is_letter(*where->at))
        where->at++;
    len = (size_t)(where->at - start);
    for (i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        where->field = &fields[i];
        if (strlen(fields[i].name) == len &&
            memcmp(fields[i].name, start, len) == 0)
            return DEVCA_OK;
    }
    refuse(where, start, len == 0 ? "a field is missing" : "no such field");
    return fail_hint(where->error, DEVCA_E_USAGE,
                     "fields: id product uid serial profile issuer status "
                     "reason revoked_at not_before not_after issued_at "
                     "key_type key_fingerprint fingerprint size");
}

static enum devca_code read_operator(struct where *where)
{
    size_t i;

    for (i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        size_t len = strlen(operators[i].word);

        where->operation = &operators[i];
        if (strncmp(where->at, operators[i].word, len) != 0)
            continue;
        if (operators[i].sql == NULL && !is_space(where->at[len]) &&
            where->at[len] != '\'')
            continue;
        where->at += len;
        return DEVCA_OK;
    }
    return refuse(where, where->at,
                  "an operator is missing: = != < <= > >= like");
}

static enum devca_code read_quoted(struct where *where)
{
    const char *start = where->at++;

    for (;; where->at++) {
        if (*where->at == '\0')
            return refuse(where, start, "the quote does not end");
        if (*where->at == '\'' && *++where->at != '\'')
            return DEVCA_OK;
        if (!bytes_append(&where->value, where->at, 1))
            return fail_memory(where->error);
    }
}

static enum devca_code read_value(struct where *where)
{
    where->value.len = 0;
    where->value_at = where->at;
    if (*where->at == '\'')
        return read_quoted(where);
    while (is_bare(*where->at)) {
        if (!bytes_append(&where->value, where->at++, 1))
            return fail_memory(where->error);
    }
    if (where->value.len == 0)
        return refuse(where, where->at, "a value is missing");
    return DEVCA_OK;
}

static const char *value_text(const struct where *where)
{
    return where->value.len > 0 ? (const char *)where->value.data : "";
}

/* The condition's SQL, with `values` places for the value. */
static size_t add_sql(struct where *where)
{
    const struct where_field *field = where->field;
    char sql[640];
    size_t places = 1;
    const char *c;

    if (field->equal != NULL && strcmp(where->operation->word, "=") == 0) {
        condition_add(where->conditions, field->equal);
        for (c = strchr(field->equal, '?') + 1; *c != '\0'; c++)
            places += *c == '?';
        return places;
    }
    snprintf(sql, sizeof sql, "%s%s", field->expression, where->operation->sql);
    condition_add(where->conditions, sql);
    return 1;
}

static void add_octets(struct where *where, enum store_type type,
                       struct devid_slice octets)
{
    size_t places = add_sql(where);

    while (places-- > 0)
        condition_octets(where->conditions, type, octets);
}

/* A prefix: what stands before a final %, or the whole. */
static enum devca_code add_like(struct where *where)
{
    struct devid_slice prefix = bytes_slice(&where->value);
    char sql[640];

    if (where->field->type != WHERE_TEXT)
        return refuse(where, where->value_at, "like is for text fields only");
    if (prefix.len == 0 || prefix.data[prefix.len - 1] != '%')
        return refuse(where, where->value_at,
                      "like takes the beginning of a text and a final %");
    prefix.len--;
    snprintf(sql, sizeof sql, "substr(%s, 1, length(?)) = ?",
             where->field->expression);
    condition_add(where->conditions, sql);
    condition_octets(where->conditions, STORE_TEXT, prefix);
    condition_octets(where->conditions, STORE_TEXT, prefix);
    return DEVCA_OK;
}

/* X.690, 8.3: no more octets than the number needs, and none of them a sign. */
static bool as_integer(struct bytes *octets, struct bytes *integer)
{
    size_t zeros = 0;

    while (zeros + 1 < octets->len && octets->data[zeros] == 0)
        zeros++;
    if ((octets->data[zeros] & 0x80) != 0 && !bytes_append(integer, "", 1))
        return false;
    return bytes_append(integer, octets->data + zeros, octets->len - zeros);
}

static enum devca_code add_hex(struct where *where)
{
    struct bytes octets = {0}, integer = {0};
    enum devca_code code = DEVCA_OK;

    if (where->value.len == 0 ||
        !hex_read(value_text(where), where->value.len, &octets))
        code = refuse(where, where->value_at,
                      "not an even number of hex "
                      "digits");
    else if (where->field->type == WHERE_HEX)
        add_octets(where, STORE_BLOB, bytes_slice(&octets));
    else if (as_integer(&octets, &integer))
        add_octets(where, STORE_BLOB, bytes_slice(&integer));
    else
        code = fail_memory(where->error);
    bytes_clear(&octets);
    bytes_clear(&integer);
    return code;
}

static enum devca_code add_time(struct where *where)
{
    devca_seconds seconds;

    if (strlen(value_text(where)) != where->value.len ||
        !devca_time_read(value_text(where), &seconds))
        return refuse(where, where->value_at,
                      "not a date or time, as 2030-01-01T00:00:00Z");
    add_sql(where);
    condition_integer(where->conditions, seconds);
    return DEVCA_OK;
}

static enum devca_code add_integer(struct where *where)
{
    int64_t number = 0;
    size_t i;

    /* Eighteen digits fit whatever they are; of nineteen some do not. */
    for (i = 0; i < where->value.len && i < 18; i++) {
        uint8_t digit = where->value.data[i];

        if (digit < '0' || digit > '9')
            break;
        number = number * 10 + (digit - '0');
    }
    if (i == 0 || i < where->value.len)
        return refuse(where, where->value_at,
                      "not a number of at most 18 digits");
    add_sql(where);
    condition_integer(where->conditions, number);
    return DEVCA_OK;
}

static enum devca_code add_status(struct where *where)
{
    bool equal = strcmp(where->operation->word, "=") == 0;

    if (!equal && strcmp(where->operation->word, "!=") != 0)
        return refuse(where, where->value_at, "status takes = and != only");
    if (!condition_status(where->conditions, value_text(where), equal))
        return refuse(where, where->value_at,
                      "not a status: active superseded revoked held expired");
    return DEVCA_OK;
}

static enum devca_code add(struct where *where)
{
    if (where->operation->sql == NULL)
        return add_like(where);
    switch (where->field->type) {
    case WHERE_HEX:
    case WHERE_SERIAL:
        return add_hex(where);
    case WHERE_TEXT:
        add_octets(where, STORE_TEXT, bytes_slice(&where->value));
        return DEVCA_OK;
    case WHERE_TIME:
        return add_time(where);
    case WHERE_INTEGER:
        return add_integer(where);
    case WHERE_STATUS:
        return add_status(where);
    }
    return DEVCA_OK;
}

/* At the end, or past an `and`. */
static enum devca_code read_and(struct where *where)
{
    const char *start = where->at;

    skip_space(where);
    if (*where->at == '\0')
        return DEVCA_OK;
    if (start == where->at || strncmp(where->at, "and", 3) != 0 ||
        !is_space(where->at[3]))
        return refuse(where, where->at, "only `and` may follow a value");
    where->at += 3;
    skip_space(where);
    if (*where->at == '\0')
        return refuse(where, where->at, "a field is missing");
    return DEVCA_OK;
}

static enum devca_code read_condition(struct where *where)
{
    enum devca_code code = read_field(where);

    skip_space(where);
    if (code == DEVCA_OK)
        code = read_operator(where);
    skip_space(where);
    if (code == DEVCA_OK)
        code = read_value(where);
    if (code == DEVCA_OK)
        code = add(where);
    if (code == DEVCA_OK)
        code = conditions_check(where->conditions, where->error);
    if (code == DEVCA_OK)
        code = read_and(where);
    return code;
}

enum devca_code where_compile(struct conditions *conditions, const char *text,
                              struct devca_error *error)
{
    struct where where = {
        .conditions = conditions, .text = text, .at = text, .error = error};
    enum devca_code code;

    if (strlen(text) > WHERE_MAX)
        return fail(error, DEVCA_E_USAGE, "--where", NULL, NULL,
                    "longer than %d octets", WHERE_MAX);
    skip_space(&where);
    do
        code = read_condition(&where);
    while (code == DEVCA_OK && *where.at != '\0');
    bytes_clear(&where.value);
    return code;
}
