/*
 * Which keys each object of our JSON documents has: one table, read by the
 * parser and compared with schema/profile.schema.json by a test.
 */
#ifndef DEVCA_PROFILE_SHAPE_H
#define DEVCA_PROFILE_SHAPE_H

#include <stdbool.h>
#include <stddef.h>

enum shape {
    SHAPE_PROFILE,
    SHAPE_PARAMETER,
    SHAPE_ATTRIBUTE,
    SHAPE_VALIDITY,
    SHAPE_KEYS,
    SHAPE_EXTENSIONS, /* and dotted OIDs */
    SHAPE_BASIC_CONSTRAINTS,
    SHAPE_KEY_USAGE,
    SHAPE_EXT_KEY_USAGE,
    SHAPE_SUBJECT_KEY_IDENTIFIER,
    SHAPE_AUTHORITY_KEY_IDENTIFIER,
    SHAPE_SUBJECT_ALT_NAME,
    SHAPE_GENERAL_NAME,
    SHAPE_HARDWARE_MODULE_NAME,
    SHAPE_PERMANENT_IDENTIFIER,
    SHAPE_OTHER_NAME,
    SHAPE_CERTIFICATE_POLICIES,
    SHAPE_POLICY_INFORMATION,
    SHAPE_NAME_CONSTRAINTS,
    SHAPE_CRL_DISTRIBUTION_POINTS,
    SHAPE_FRESHEST_CRL,
    SHAPE_AUTHORITY_INFO_ACCESS,
    SHAPE_CUSTOM_EXTENSION,
    SHAPE_VALUE,
    SHAPE_SETTINGS, /* from here on: documents of other schemas */
    SHAPE_PLAN,
    SHAPE_PLAN_PERSON,
    SHAPE_PLAN_INPUT,
    SHAPE_PLAN_SECRETS,
    SHAPE_PLAN_STEP,
    SHAPES
};

/* "hardwareModuleName": the name of its definition in the schema. */
const char *shape_name(enum shape shape);
bool shape_has(enum shape shape, const char *key);
/* The i-th key; *required tells whether it must be there. NULL past the end. */
const char *shape_key(enum shape shape, size_t i, bool *required);
/* The i-th required key; NULL past the end. */
const char *shape_required(enum shape shape, size_t i);

#endif
