/*
 * A certificate taken apart without judging it: every field as a slice, so that
 * each check looks at its own. What DER itself forbids is told while taking
 * apart, and ends the reading there.
 */
#ifndef DEVCA_LINT_PARTS_H
#define DEVCA_LINT_PARTS_H

#include "devca/lint/lint.h"

#define LINT_EXTENSIONS_MAX 48

struct lint_extension {
    struct devid_slice oid;
    struct devid_slice value; /* content of extnValue */
    bool critical;
    bool critical_written; /* the BOOLEAN stands there, whatever it says */
    const char *name;      /* "keyUsage", or "extension" */
};

/* Elements with their headers unless said otherwise. */
struct lint_parts {
    struct devid_slice version; /* content of [0]; data NULL when absent */
    struct devid_slice serial;  /* content octets */
    struct devid_slice inner_algorithm;
    struct devid_slice issuer;
    struct devid_slice not_before;
    struct devid_slice not_after;
    struct devid_slice subject;
    struct devid_slice spki;
    struct devid_slice outer_algorithm;
    struct devid_slice signature; /* content of the BIT STRING */
    struct lint_extension extensions[LINT_EXTENSIONS_MAX];
    size_t extension_count;
    bool has_extensions;
    bool has_unique_id;
    bool complete; /* taken apart to the end */
};

/* The report under construction. */
struct lint_state {
    const struct lint_subject *subject;
    struct lint_report *report;
    struct lint_parts parts;
    /* What the extensions say, for the checks that weigh one against another.
     */
    bool ca;
    bool has_basic_constraints;
    bool has_path_len;
    uint32_t path_len;
    bool has_key_usage;
    uint16_t key_usage;
};

/* One finding of check `number`. field is a path from tbsCertificate. */
void lint_tell(struct lint_state *run, int number, enum lint_severity severity,
               const char *field, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* Fills run->parts from a Certificate or a TBSCertificate. */
void lint_take_apart(struct lint_state *run);

/* The extension with this OID, or NULL. */
const struct lint_extension *lint_find(const struct lint_state *run,
                                       struct devid_slice oid);

/* Extension elements into extensions, told under `field`. For CRLs too. */
struct lint_extension_list {
    struct lint_extension *list;
    size_t count;
    size_t max;
};
void lint_read_extensions(struct lint_state *run, struct devid_slice elements,
                          const char *field,
                          struct lint_extension_list *extensions);

/* The groups of checks, in the order of the standard. */
void lint_fields(struct lint_state *run);      /* 2-8, 38, 39 */
void lint_names(struct lint_state *run);       /* 9-15 */
void lint_times(struct lint_state *run);       /* 16-18 */
void lint_usage(struct lint_state *run);       /* 19-27 */
void lint_identifiers(struct lint_state *run); /* 28-31 */
void lint_content(struct lint_state *run);     /* 32-37 */
void lint_crl(struct lint_state *run);         /* 40 */

/* Also used for CRLs: one AlgorithmIdentifier, a signature value, a Name and a
 * Time. */
void lint_algorithm(struct lint_state *run, struct devid_slice element,
                    const char *field);
void lint_signature(struct lint_state *run, struct devid_slice bits);
void lint_name(struct lint_state *run, struct devid_slice name,
               const char *field);
bool lint_time(struct lint_state *run, struct devid_slice element,
               const char *field, struct devid_time *time);

/* A DER fault at field: check 1. */
void lint_der(struct lint_state *run, const char *field,
              enum devid_status status);

#endif
