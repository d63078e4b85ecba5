/* A profile as it stands in memory. Only lib/devca/profile looks inside. */
#ifndef DEVCA_PROFILE_MODEL_H
#define DEVCA_PROFILE_MODEL_H

#include "devca/profile/lifetime.h"
#include "devca/profile/program.h"

#define PROFILE_JSON_MAX 65536
#define PROFILE_EXTENSIONS 24
#define PROFILE_ATTRIBUTES 16
#define PROFILE_LIST_MAX 16

/* One extension: what it says is steps first to first + count - 1 of
 * profile.values. */
struct profile_extension {
    struct devid_slice oid;
    size_t first;
    size_t count;
    bool critical;
};

struct profile {
    struct arena arena; /* all text and OIDs below */
    const char *name;
    const char *description;
    enum profile_kind kind;
    struct parameters parameters;
    struct program subject; /* content of the Name's SEQUENCE */
    struct program values;  /* of the extensions, one behind the other */
    struct profile_extension extensions[PROFILE_EXTENSIONS];
    size_t extension_count;
    struct lifetime lifetime;
    unsigned curves; /* bit n: enum devid_curve n is allowed */
    size_t max_size;
    bool refuse_unknown_critical;

    /* What the rules between fields and profile_traits() ask for. */
    bool ca;
    bool has_path_len;
    unsigned path_len;
    uint16_t key_usage; /* 0: absent */
    enum key_id_method key_id;
    bool subject_may_be_empty;  /* no attribute, or all of them optional */
    bool subject_has_attribute; /* at least one */
    bool names_product;         /* organizationalUnitName is {product} */
    bool names_uid;             /* an attribute is {uid} */
    bool names_serial_number;   /* there is a serialNumber attribute */
    bool names_module;          /* there is a hardwareModuleName */
    bool module_is_uid;         /* hwSerialNum of the first is {uid:bytes} */
    unsigned holes;             /* of all strings, HOLE_BIT */
    unsigned shards;            /* of CRLs; 0: not partitioned */
    struct devid_slice uid_attribute;
    struct devid_slice purposes[PROFILE_LIST_MAX]; /* extKeyUsage, OIDs */
    size_t purpose_count;
    unsigned request_names;  /* GeneralName forms taken over */
    bool request_names_only; /* subjectAltName has no name of its own */
};

/* An OID for people to read, in text or static. */
#define DOTTED_TEXT 128
const char *dotted(struct devid_slice oid, char text[DOTTED_TEXT]);

/* The extension with this OID; NULL when there is none. */
const struct profile_extension *profile_find(const struct profile *profile,
                                             struct devid_slice oid);

#endif
