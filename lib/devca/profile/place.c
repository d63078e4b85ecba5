/* Places in a JSON document. */
#include "devca/profile/place.h"

#include "devca/base/fail.h"
#include "devca/json/document.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum devca_code place_load(const struct reading *reading,
                           struct devid_slice json, size_t max,
                           struct place *top)
{
    struct document_fault fault;
    enum devca_code code;

    *top = (struct place){NULL, NULL, 0, NULL};
    if (json.len > max)
        return place_refuse(reading, top, NULL, reading->clause,
                            "is longer than %zu octets", max);
    code = document_read(json, &top->value, &fault);
    if (code == DEVCA_E_MALFORMED)
        return place_refuse(reading, top, NULL, "RFC 8259",
                            "line %zu, column %zu: %s", fault.line,
                            fault.column, fault.text);
    return code == DEVCA_OK ? code : fail_memory(reading->error);
}

/* Appends one reference token, escaped (RFC 6901, 3). */
static size_t add_token(char *pointer, size_t len, const char *token)
{
    if (len + 1 < PLACE_POINTER)
        pointer[len++] = '/';
    for (; *token != '\0' && len + 2 < PLACE_POINTER; token++) {
        if (*token == '~' || *token == '/') {
            pointer[len++] = '~';
            pointer[len++] = *token == '~' ? '0' : '1';
        } else {
            pointer[len++] = *token;
        }
    }
    pointer[len] = '\0';
    return len;
}

void place_pointer(const struct place *place, char pointer[PLACE_POINTER])
{
    const struct place *trail[DOCUMENT_DEPTH + 2];
    size_t count = 0;
    size_t len = 0;

    pointer[0] = '\0';
    for (; place->up != NULL && count < DOCUMENT_DEPTH + 2; place = place->up)
        trail[count++] = place;
    while (count-- != 0) {
        char index[24];

        snprintf(index, sizeof index, "%zu", trail[count]->index);
        len = add_token(pointer, len,
                        trail[count]->key != NULL ? trail[count]->key : index);
    }
}

enum devca_code place_refuse(const struct reading *reading,
                             const struct place *place, const char *key,
                             const char *clause, const char *format, ...)
{
    char pointer[PLACE_POINTER];
    char fault[256];
    va_list arguments;

    place_pointer(place, pointer);
    if (key != NULL)
        add_token(pointer, strlen(pointer), key);
    va_start(arguments, format);
    (void)vsnprintf(fault, sizeof fault, format, arguments);
    va_end(arguments);
    return fail(reading->error, reading->invalid, reading->object, clause,
                pointer[0] != '\0' ? pointer : "/", "%s", fault);
}

enum devca_code place_object(const struct reading *reading,
                             const struct place *place, enum shape shape)
{
    const char *key;
    json_t *value;

    if (!json_is_object(place->value))
        return place_refuse(reading, place, NULL, reading->clause,
                            "is not an object");
    json_object_foreach(place->value, key, value)
    {
        if (!shape_has(shape, key))
            return place_refuse(reading, place, key, reading->clause,
                                "is not a key of %s", shape_name(shape));
    }
    for (size_t i = 0; (key = shape_required(shape, i)) != NULL; i++) {
        if (json_object_get(place->value, key) == NULL)
            return place_refuse(reading, place, key, reading->clause,
                                "is missing");
    }
    return DEVCA_OK;
}

enum devca_code place_array(const struct reading *reading,
                            const struct place *place, size_t min, size_t max)
{
    size_t count = json_array_size(place->value);

    if (!json_is_array(place->value))
        return place_refuse(reading, place, NULL, reading->clause,
                            "is not an array");
    if (count < min)
        return place_refuse(reading, place, NULL, reading->clause, "is empty");
    if (count > max)
        return place_refuse(reading, place, NULL, reading->clause,
                            "has more than %zu items", max);
    return DEVCA_OK;
}

bool place_member(const struct place *place, const char *key,
                  struct place *member)
{
    json_t *value = json_object_get(place->value, key);

    *member = (struct place){place, key, 0, value};
    return value != NULL;
}

void place_item(const struct place *place, size_t index, struct place *item)
{
    *item =
        (struct place){place, NULL, index, json_array_get(place->value, index)};
}

enum devca_code place_string(const struct reading *reading,
                             const struct place *place, const char **out)
{
    const char *text = json_string_value(place->value);

    if (text == NULL)
        return place_refuse(reading, place, NULL, reading->clause,
                            "is not a string");
    if (*text == '\0')
        return place_refuse(reading, place, NULL, reading->clause, "is empty");
    *out = text;
    return DEVCA_OK;
}

enum devca_code place_bool(const struct reading *reading,
                           const struct place *place, bool *out)
{
    if (!json_is_boolean(place->value))
        return place_refuse(reading, place, NULL, reading->clause,
                            "is not true or false");
    *out = json_is_true(place->value);
    return DEVCA_OK;
}

enum devca_code place_number(const struct reading *reading,
                             const struct place *place, unsigned max,
                             unsigned *out)
{
    json_int_t number = json_integer_value(place->value);

    if (!json_is_integer(place->value) || number < 0 ||
        number > (json_int_t)max)
        return place_refuse(reading, place, NULL, reading->clause,
                            "is not an integer from 0 to %u", max);
    *out = (unsigned)number;
    return DEVCA_OK;
}

enum devca_code place_member_string(const struct reading *reading,
                                    const struct place *place, const char *key,
                                    const char **out)
{
    struct place member;

    if (!place_member(place, key, &member))
        return DEVCA_OK;
    return place_string(reading, &member, out);
}

enum devca_code place_member_bool(const struct reading *reading,
                                  const struct place *place, const char *key,
                                  bool *out)
{
    struct place member;

    if (!place_member(place, key, &member))
        return DEVCA_OK;
    return place_bool(reading, &member, out);
}
