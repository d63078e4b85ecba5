/*
 * Export formats: one table, one file per format. A format streams: begin once,
 * item for each certificate, end once, all through one sink; nothing is held
 * beyond one item, but by pkcs7, whose length stands first.
 */
#ifndef DEVCA_EXPORT_FORMAT_H
#define DEVCA_EXPORT_FORMAT_H

#include <devca/record.h>

#include <stdbool.h>

/* One certificate to export; everything is the caller's and lives through the
 * call. chain: the issuers' certificates, the root last, or none. */
struct export_item {
    const struct devca_record *record; /* its columns */
    struct devid_slice der;
    const struct devid_slice *chain;
    size_t chain_count;
    const char *name; /* for identifiers: "meter-3", "root" */
};

struct export_run {
    const struct devca_sink *sink;
    size_t items; /* so far */
    bool chain;   /* each item with its chain */
    void *state;  /* the format's own, NULL at begin, freed by end */
};

struct export_format {
    const char *name;
    const char *text; /* what it is, in a few words */
    bool single;      /* holds one certificate only */
    /* NULL, as item and end: it is made whole and signed by the CA. */
    enum devca_code (*begin)(struct export_run *run);
    enum devca_code (*item)(struct export_run *run,
                            const struct export_item *item);
    /* Also called after a failure, to free. */
    enum devca_code (*end)(struct export_run *run, bool failed);
};

/* NULL when there is none of this name; by index until NULL. */
const struct export_format *export_format_find(const char *name);
const struct export_format *export_format_at(size_t index);

/* The table's rows, one file each. */
extern const struct export_format export_pem, export_der, export_json,
    export_jsonl, export_csv, export_c_header, export_pkcs7,
    export_revocation_set;

enum devca_code export_put(struct export_run *run, struct devid_slice octets);
enum devca_code export_put_text(struct export_run *run, const char *text);

#endif
