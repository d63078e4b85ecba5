/*
 * Keys that a seed gives, the same ones every time, and what they sign
 * (RFC 6979 on P-256; P-384 signatures are fresh).
 */
#ifndef GENERATOR_KEYS_H
#define GENERATOR_KEYS_H

#include "node.h"

#include <devid/curve.h>

enum { KEYS_MAX = 16 };

struct keys {
    const char *seed;
    struct key *list[KEYS_MAX];
    size_t count;
};

/* The key of that name, made when it is first asked for; one whose name begins
 * with "big" is on P-384. */
struct key *keys_find(struct keys *keys, const char *name);
void keys_clear(struct keys *keys);

enum devid_curve key_curve(const struct key *key);
struct devid_slice key_point(const struct key *key);

/* r then s, each of the field's length, over message. */
void key_sign(struct key *key, struct devid_slice message, uint8_t *raw);

#endif
