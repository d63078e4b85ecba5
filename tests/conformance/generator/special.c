/* What keys give. */
#include "special.h"

#include "devid/x509/curves.h"
#include "devid/x509/key.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELD = 32, WIDE = FIELD + 1, SIGNATURE_MAX = 160 };

/* WIDE octets, big-endian. */
struct number {
    uint8_t octets[WIDE];
};

static struct number number_of(const uint8_t *field)
{
    struct number number = {{0}};

    memcpy(number.octets + 1, field, FIELD);
    return number;
}

static struct number add(struct number a, struct number b)
{
    unsigned carry = 0;

    for (size_t i = WIDE; i-- != 0;) {
        carry += (unsigned)a.octets[i] + b.octets[i];
        a.octets[i] = (uint8_t)carry;
        carry >>= 8;
    }
    return a;
}

static struct number negative(struct number a)
{
    static const struct number zero;
    struct number one = zero;

    one.octets[WIDE - 1] = 1;
    for (size_t i = 0; i < WIDE; i++)
        a.octets[i] = (uint8_t)~a.octets[i];
    return add(a, one);
}

/* Content octets of an INTEGER, minimal. */
static struct devid_slice integer(struct arena *arena, struct number number)
{
    uint8_t *out = arena_take(arena, WIDE);
    size_t skip = 0;

    while (skip + 1 < WIDE &&
           ((number.octets[skip] == 0 && number.octets[skip + 1] < 0x80) ||
            (number.octets[skip] == 0xFF && number.octets[skip + 1] >= 0x80)))
        skip++;
    memcpy(out, number.octets + skip, WIDE - skip);
    return (struct devid_slice){out, WIDE - skip};
}

static struct devid_slice joined(struct arena *arena, uint8_t first,
                                 struct devid_slice rest)
{
    uint8_t *out = arena_take(arena, 1 + rest.len);

    out[0] = first;
    memcpy(out + 1, rest.data, rest.len);
    return (struct devid_slice){out, 1 + rest.len};
}

static struct devid_slice of_point(struct arena *arena, const char *what,
                                   const struct key *key)
{
    struct devid_slice point = key_point(key);
    size_t field = point.len / 2;
    struct devid_slice x = {point.data + 1, field};
    struct devid_slice y = {point.data + 1 + field, field};
    uint8_t odd = point.data[point.len - 1] & 1;
    struct devid_slice both = {point.data + 1, 2 * field};

    if (strcmp(what, "x") == 0)
        return x;
    if (strcmp(what, "y") == 0)
        return y;
    if (strcmp(what, "compressed") == 0)
        return joined(arena, (uint8_t)(2 | odd), x);
    if (strcmp(what, "hybrid") == 0)
        return joined(arena, (uint8_t)(6 | odd), both);
    return point;
}

static struct devid_slice
whole_signature(struct arena *arena, const struct key *key, const uint8_t *raw)
{
    uint8_t *out = arena_take(arena, SIGNATURE_MAX);
    struct devid_writer w;

    devid_writer_init(&w, out, SIGNATURE_MAX);
    devid_signature_write(&w, key_curve(key), raw);
    return (struct devid_slice){out, w.len};
}

static struct devid_slice of_signature(struct arena *arena, const char *what,
                                       struct key *key, struct devid_slice tbs)
{
    uint8_t raw[2 * DEVID_MAX_FIELD];
    struct number order = number_of(devid_curve_find(DEVID_P256)->order);
    struct number value;

    key_sign(key, tbs, raw);
    if (strcmp(what, "sign") == 0)
        return whole_signature(arena, key, raw);
    value = number_of(strchr(what, 'r') != NULL ? raw : raw + FIELD);
    if (strstr(what, "+n") != NULL)
        value = add(value, order);
    else if (strcmp(what, "s-") == 0)
        value = add(order, negative(value));
    else if (what[0] == '-')
        value = negative(value);
    else if (what[0] == '0')
        return joined(arena, 0, integer(arena, value));
    return integer(arena, value);
}

struct devid_slice special_octets(struct arena *arena, const char *what,
                                  void *context)
{
    static const char points[] = " point x y compressed hybrid ";
    const struct signing *signing = context;
    char name[NODE_NAME];
    char padded[NODE_NAME + 3];
    const char *argument = strchr(what, '(');
    struct key *key;

    if (argument == NULL)
        die("no argument", what);
    (void)snprintf(name, sizeof name, "%.*s", (int)(argument - what), what);
    if (strcmp(name, "fill") == 0) {
        size_t len = strtoul(argument + 1, NULL, 10);

        return (struct devid_slice){arena_take(arena, len + 1), len};
    }
    key = keys_find(signing->keys, argument + 1);
    (void)snprintf(padded, sizeof padded, " %s ", name);
    if (strstr(points, padded) != NULL)
        return of_point(arena, name, key);
    return of_signature(arena, name, key, signing->tbs);
}
