#include "devca/key/pkcs11_uri.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"

#include <stdio.h>
#include <string.h>

#define SCHEME "pkcs11:"
#define NAME_MAX_OCTETS 64

/* Lengths are those of CK_TOKEN_INFO; an object's label has none of its own. */
static const struct attribute {
    const char *name;
    size_t max;
    bool query;
    bool text; /* UTF-8 without control characters */
} attributes[PKCS11_ATTRIBUTES] = {
    [PKCS11_TOKEN] = {"token", 32, false, true},
    [PKCS11_MANUFACTURER] = {"manufacturer", 32, false, true},
    [PKCS11_SERIAL] = {"serial", 16, false, true},
    [PKCS11_MODEL] = {"model", 16, false, true},
    [PKCS11_SLOT_ID] = {"slot-id", 20, false, true},
    [PKCS11_OBJECT] = {"object", 128, false, true},
    [PKCS11_ID] = {"id", 64, false, false},
    [PKCS11_TYPE] = {"type", 16, false, true},
    [PKCS11_MODULE_PATH] = {"module-path", PKCS11_VALUE_MAX, true, true},
};

/* What RFC 7512 has and this refuses, each with its own reason. */
static const struct refusal {
    const char *name;
    const char *fault;
    const char *hint;
} refusals[] = {
    {"pin-value", "a PIN never stands in a URI: it would be kept and shown",
     "leave it out and give the PIN by --pin file:PATH, env:NAME, fd:N, stdin "
     "or prompt; change this PIN, for the command line was seen by others"},
    {"pin-source", "is given by an option of its own",
     "leave it out; --pin file:PATH reads the PIN from a file"},
    {"module-name", "names no file",
     "give the module by its path: ?module-path=/usr/lib/..."},
};

static enum devca_code refuse(struct devca_error *error, const char *name,
                              const char *fault)
{
    return fail(error, DEVCA_E_USAGE, "key-uri", "RFC 7512 2.3", name, "%s",
                fault);
}

/* ---- percent encoding ---- */

/* What may stand in a value as it is: unreserved of RFC 3986 and
 * pk11-path-res-avail or pk11-query-res-avail of RFC 7512. */
static bool may_stand(char c, bool query)
{
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
        (c >= '0' && c <= '9'))
        return true;
    return c != '\0' &&
           strchr(query ? "-._~:[]@!$'()*+,=/?|" : "-._~:[]@!$'()*+,=&", c);
}

static int digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static const char *decode(const char *text, size_t len,
                          const struct attribute *row,
                          struct pkcs11_value *value)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (value->len == row->max)
            return "is longer than any of its kind";
        if (text[i] == '%') {
            if (len - i < 3 || digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
                return "has a % that two hex digits do not follow";
            value->octets[value->len++] =
                (uint8_t)(digit(text[i + 1]) << 4 | digit(text[i + 2]));
            i += 2;
        } else if (may_stand(text[i], row->query)) {
            value->octets[value->len++] = (uint8_t)text[i];
        } else {
            return "has a character that must be percent-encoded";
        }
    }
    value->octets[value->len] = '\0';
    return NULL;
}

static bool encode(struct bytes *text, const struct pkcs11_value *value,
                   const struct attribute *row)
{
    char escaped[4];
    bool done = true;
    size_t i;

    for (i = 0; done && i < value->len; i++) {
        if (row->text && may_stand((char)value->octets[i], row->query)) {
            done = bytes_append(text, &value->octets[i], 1);
        } else {
            snprintf(escaped, sizeof escaped, "%%%02X", value->octets[i]);
            done = bytes_append_text(text, escaped);
        }
    }
    return done;
}

/* ---- reading ---- */

static const char *check_text(const struct pkcs11_value *value)
{
    struct devid_slice rest = {value->octets, value->len};
    size_t len;

    while (rest.len > 0) {
        len = utf8_len(rest);
        if (len == 0)
            return "is not UTF-8";
        if (utf8_is_control(rest))
            return "has a control character";
        rest.data += len;
        rest.len -= len;
    }
    return NULL;
}

static const char *check_slot_id(struct pkcs11_uri *uri)
{
    const struct pkcs11_value *value = &uri->values[PKCS11_SLOT_ID];
    unsigned long next;
    size_t i;

    uri->slot_id = 0;
    for (i = 0; i < value->len; i++) {
        if (value->octets[i] < '0' || value->octets[i] > '9')
            return "is not a decimal number";
        next = uri->slot_id * 10 + (unsigned long)(value->octets[i] - '0');
        if (next / 10 != uri->slot_id)
            return "is too large a number";
        uri->slot_id = next;
    }
    return value->len > 0 ? NULL : "is not a decimal number";
}

static const char *check(struct pkcs11_uri *uri, enum pkcs11_attribute which)
{
    const struct pkcs11_value *value = &uri->values[which];
    const char *fault = attributes[which].text ? check_text(value) : NULL;

    if (fault)
        return fault;
    if (which == PKCS11_SLOT_ID)
        return check_slot_id(uri);
    if (which == PKCS11_TYPE &&
        strcmp((const char *)value->octets, "private") != 0)
        return "is not private: only a private key signs";
    if (which == PKCS11_MODULE_PATH && value->octets[0] != '/')
        return "is not absolute";
    if ((which == PKCS11_OBJECT || which == PKCS11_ID) && value->len == 0)
        return "is empty";
    return NULL;
}

static bool named(const char *name, const char *text, size_t len)
{
    return strlen(name) == len && memcmp(name, text, len) == 0;
}

static enum devca_code refuse_name(struct devca_error *error, const char *text,
                                   size_t len)
{
    size_t i;

    for (i = 0; i < sizeof refusals / sizeof refusals[0]; i++)
        if (named(refusals[i].name, text, len)) {
            (void)refuse(error, refusals[i].name, refusals[i].fault);
            return fail_hint(error, DEVCA_E_USAGE, "%s", refusals[i].hint);
        }
    (void)refuse(error, NULL, "has an attribute that devca does not match by");
    return fail_hint(error, DEVCA_E_USAGE,
                     "it knows token, manufacturer, serial, model, slot-id, "
                     "object, id, type=private and, after ?, module-path");
}

/* One NAME=VALUE of the path, or of the query. */
static enum devca_code read_one(struct pkcs11_uri *uri,
                                struct devid_slice piece, bool query,
                                struct devca_error *error)
{
    const char *text = (const char *)piece.data;
    const char *equals = memchr(text, '=', piece.len);
    size_t name_len = equals ? (size_t)(equals - text) : piece.len;
    struct pkcs11_value *value;
    const char *fault;
    int i;

    for (i = 0; i < PKCS11_ATTRIBUTES; i++)
        if (named(attributes[i].name, text, name_len))
            break;
    if (i == PKCS11_ATTRIBUTES)
        return refuse_name(error, text, name_len);
    value = &uri->values[i];
    if (!equals)
        fault = "has no value";
    else if (attributes[i].query != query)
        fault = query ? "belongs before the ?" : "belongs after a ?";
    else if (value->given)
        fault = "stands there twice";
    else
        fault =
            decode(equals + 1, piece.len - name_len - 1, &attributes[i], value);
    value->given = true;
    if (!fault)
        fault = check(uri, (enum pkcs11_attribute)i);
    return fault ? refuse(error, attributes[i].name, fault) : DEVCA_OK;
}

/* The attributes of one component; none at all is a component too. */
static enum devca_code read_component(struct pkcs11_uri *uri,
                                      struct devid_slice rest, bool query,
                                      struct devca_error *error)
{
    struct devid_slice piece;
    const uint8_t *end;
    enum devca_code code = DEVCA_OK;

    while (code == DEVCA_OK && rest.len > 0) {
        end = memchr(rest.data, query ? '&' : ';', rest.len);
        piece = rest;
        piece.len = end ? (size_t)(end - rest.data) : rest.len;
        code = read_one(uri, piece, query, error);
        if (code == DEVCA_OK && end && piece.len + 1 == rest.len)
            code = refuse(error, NULL, "ends with a separator");
        rest.data += end ? piece.len + 1 : piece.len;
        rest.len -= end ? piece.len + 1 : piece.len;
    }
    return code;
}

enum devca_code pkcs11_uri_read(struct pkcs11_uri *uri, const char *text,
                                struct devca_error *error)
{
    struct devid_slice path, query = {NULL, 0};
    const char *mark;
    enum devca_code code;

    memset(uri, 0, sizeof *uri);
    if (strncmp(text, SCHEME, strlen(SCHEME)) != 0)
        return refuse(error, NULL, "does not begin with pkcs11:");
    if (strlen(text) > PKCS11_URI_MAX)
        return refuse(error, NULL, "is longer than 2,048 octets");
    text += strlen(SCHEME);
    mark = strchr(text, '?');
    path.data = (const uint8_t *)text;
    path.len = mark ? (size_t)(mark - text) : strlen(text);
    if (mark) {
        query.data = (const uint8_t *)mark + 1;
        query.len = strlen(mark + 1);
    }
    code = read_component(uri, path, false, error);
    if (code == DEVCA_OK)
        code = read_component(uri, query, true, error);
    return code;
}

/* ---- writing ---- */

bool pkcs11_uri_write(const struct pkcs11_uri *uri, bool module,
                      struct bytes *text)
{
    const char *separator = "";
    bool done = bytes_append_text(text, SCHEME);
    int i;

    for (i = 0; done && i < PKCS11_ATTRIBUTES; i++) {
        if (!uri->values[i].given || (i == PKCS11_MODULE_PATH && !module))
            continue;
        done = bytes_append_text(text, attributes[i].query ? "?" : separator) &&
               bytes_append_text(text, attributes[i].name) &&
               bytes_append_text(text, "=") &&
               encode(text, &uri->values[i], &attributes[i]);
        separator = ";";
    }
    return done;
}

void pkcs11_uri_set(struct pkcs11_uri *uri, enum pkcs11_attribute attribute,
                    struct devid_slice octets)
{
    struct pkcs11_value *value = &uri->values[attribute];

    value->given = true;
    value->len = octets.len;
    memcpy(value->octets, octets.data, octets.len);
    value->octets[octets.len] = '\0';
}

struct devid_slice pkcs11_uri_get(const struct pkcs11_uri *uri,
                                  enum pkcs11_attribute attribute)
{
    const struct pkcs11_value *value = &uri->values[attribute];

    return (struct devid_slice){value->octets, value->given ? value->len : 0};
}
