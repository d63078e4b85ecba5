/*
 * JSON in the one form that everybody hashes alike: JCS, RFC 8785, for objects
 * of strings, whole numbers and objects that are canonical already.
 */
#ifndef DEVCA_JOURNAL_CANONICAL_H
#define DEVCA_JOURNAL_CANONICAL_H

#include "devca/base/bytes.h"

/* name is ASCII, nothing in it to be escaped. Exactly one of text, json and
 * neither (then number, of at most 2^53 - 1 either way, RFC 8785, 3.2.2.3)
 * counts. */
struct canonical_member {
    const char *name;
    struct devid_slice text; /* UTF-8; what is not becomes U+FFFD */
    struct devid_slice json; /* canonical already, taken as it stands */
    int64_t number;
};

/* A member of NUL-terminated text; NULL gives an empty one. */
struct canonical_member canonical_text(const char *name, const char *text);
struct canonical_member canonical_number(const char *name, int64_t number);

#define CANONICAL_MEMBERS 16
/* Appends {"name":value,...}, sorted by name; at most CANONICAL_MEMBERS. false
 * when memory is short. */
bool canonical_write(const struct canonical_member *members, size_t count,
                     struct bytes *json);

/* What a canonical object without objects in it says of a member: nothing, just
 * that value, or another. false when memory is short. */
enum canonical_match { CANONICAL_NONE, CANONICAL_SAME, CANONICAL_OTHER };
bool canonical_compare(struct devid_slice json,
                       const struct canonical_member *member,
                       enum canonical_match *match);

#endif
