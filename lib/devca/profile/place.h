/*
 * Where we are in a JSON document, so that every fault can name its RFC 6901
 * pointer, and readers of single values that refuse what is not as it should
 * be. Places live on the stack of whoever walks the document.
 */
#ifndef DEVCA_PROFILE_PLACE_H
#define DEVCA_PROFILE_PLACE_H

#include "devca/profile/shape.h"

#include <devca/error.h>
#include <devid/slice.h>

#include <jansson.h>
#include <stdbool.h>

struct place {
    const struct place *up; /* NULL at the top */
    const char *key;        /* NULL in an array */
    size_t index;
    json_t *value;
};

/* Who reads, and what a fault of the document is. */
struct reading {
    const char *object; /* the document's name, for errors */
    enum devca_code invalid;
    struct devca_error *error;
    const char *clause; /* of faults against our own format */
};

#define PLACE_POINTER 128

/* The clause of a profile's faults against our own format. */
#define CLAUSE_SCHEMA "profile schema"

/*
 * The whole document of at most max octets and a bounded depth; no key twice,
 * nothing behind it. *top holds a reference: json_decref(top->value).
 */
enum devca_code place_load(const struct reading *reading,
                           struct devid_slice json, size_t max,
                           struct place *top);

/* RFC 6901; cut short when it does not fit. */
void place_pointer(const struct place *place, char pointer[PLACE_POINTER]);

/* Fills the reading's error with the pointer of place (with /key behind it
 * unless NULL) and gives reading->invalid. */
enum devca_code place_refuse(const struct reading *reading,
                             const struct place *place, const char *key,
                             const char *clause, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* An object with only the keys of its shape and all that are required. */
enum devca_code place_object(const struct reading *reading,
                             const struct place *place, enum shape shape);

/* An array of min to max items. */
enum devca_code place_array(const struct reading *reading,
                            const struct place *place, size_t min, size_t max);

/* The member of an object; false when there is none. */
bool place_member(const struct place *place, const char *key,
                  struct place *member);
void place_item(const struct place *place, size_t index, struct place *item);

/* Single values: DEVCA_OK and *out, or refused. Strings are not empty. */
enum devca_code place_string(const struct reading *reading,
                             const struct place *place, const char **out);
enum devca_code place_bool(const struct reading *reading,
                           const struct place *place, bool *out);
enum devca_code place_number(const struct reading *reading,
                             const struct place *place, unsigned max,
                             unsigned *out);

/* The same for members that may be left out: *out is then left as it is. */
enum devca_code place_member_string(const struct reading *reading,
                                    const struct place *place, const char *key,
                                    const char **out);
enum devca_code place_member_bool(const struct reading *reading,
                                  const struct place *place, const char *key,
                                  bool *out);

#endif
