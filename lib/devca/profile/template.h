/*
 * Strings with placeholders, taken apart once: "{product} {uid:upper}" is a
 * list of parts. "{{" and "}}" stand for braces. A profile's own parameters are
 * replaced by their values when the template is compiled.
 */
#ifndef DEVCA_PROFILE_TEMPLATE_H
#define DEVCA_PROFILE_TEMPLATE_H

#include "devca/profile/arena.h"
#include "devca/profile/profile.h"

#include <stdbool.h>

/* What a part stands for. */
enum hole {
    HOLE_LITERAL,
    HOLE_UID,
    HOLE_UID_UPPER,
    HOLE_UID_BYTES,
    HOLE_PRODUCT,
    HOLE_ORG,
    HOLE_COUNTRY,
    HOLE_NAME,
    HOLE_SERIAL,
    HOLE_KEY_SHA1,
    HOLE_KEY_SHA256,
    HOLE_KEY_SHA256_UPPER,
    HOLE_SHARD,
    HOLE_OWN, /* of the profile, its value a device's */
    HOLES
};
#define HOLE_BIT(hole) (1u << (hole))
#define HOLES_OF_UID \
    (HOLE_BIT(HOLE_UID) | HOLE_BIT(HOLE_UID_UPPER) | HOLE_BIT(HOLE_UID_BYTES))

struct part {
    enum hole hole;
    size_t own;                 /* HOLE_OWN: which parameter */
    struct devid_slice literal; /* HOLE_OWN: its default */
};

/* Parts in the arena of the profile. */
struct template
{
    const struct part *parts;
    size_t count;
};

/* A profile's own placeholder: {vid}. */
struct parameter {
    const char *name;
    const char *value;
    bool per_device; /* value is but the default */
};
struct parameters {
    const struct parameter *list;
    size_t count;
};

/* Longer texts than this are refused when rendered. */
#define TEXT_MAX 1024
#define TEMPLATE_FAULT 96
#define TEMPLATE_PARTS 16

struct text {
    uint8_t octets[TEXT_MAX];
    size_t len;
    bool overflow;
};

/* Is this the name of a placeholder that every profile has? */
bool template_is_hole(const char *name);

/* "uid:upper" for HOLE_UID_UPPER, as it stands between braces. */
const char *template_hole_name(enum hole hole);

/*
 * Takes text apart. false with a sentence in fault (empty: memory was short)
 * for an unknown placeholder, a lone brace or too many parts.
 */
bool template_compile(struct template *out, struct arena *arena,
                      const char *text, const struct parameters *parameters,
                      char fault[TEMPLATE_FAULT]);

/* HOLE_BITs of the placeholders in it. */
unsigned template_holes(const struct template *template);

/* Appends the text for one subject. escape: placeholders are percent-encoded
 * (RFC 3986 2.1), for URIs. */
void template_render(const struct template *template,
                     const struct profile_subject *subject, bool escape,
                     struct text *out);

/* Octets that it renders to at the least, for UIDs of uid_octets; placeholders
 * of unknown length count one octet. */
size_t template_least(const struct template *template, size_t uid_octets);

/* True when everything it is made of is empty for this subject. */
bool template_is_empty(const struct template *template,
                       const struct profile_subject *subject);

#endif
