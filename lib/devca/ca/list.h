/*
 * What every signed list has in common, CRL or revocation set: whose it is, its
 * times and number, one snapshot of the store while it is made, and its row.
 */
#ifndef DEVCA_CA_LIST_H
#define DEVCA_CA_LIST_H

#include "devca/ca/issuer.h"

#include <devca/file.h>

struct list_request {
    const char *product; /* NULL: the root's */
    int days;            /* until nextUpdate; 0: 30 */
    enum store_list kind;
    const char *scope; /* as in struct store_crl */
};

/* Set devca, output and result, zero the rest; list_end at the end. */
struct list {
    struct devca *devca;
    struct devca_output *output; /* taken; NULL: result->der gets the list */
    struct devca_result *result;
    struct issuer issuer; /* unlocked */
    struct store_crl row; /* thisUpdate is never before that of the last of its
                             kind and scope; a delta's not before its base's */
    uint8_t digest[32];   /* SHA-256 of the file, for row */
    struct store *writer; /* where it is recorded, while that is open */
    struct bytes octets;  /* what was written, without an output */
};
/* Loads and unlocks the issuer. */
enum devca_code list_begin(struct list *list, const struct list_request *wanted,
                           struct devca_error *error);
void list_end(struct list *list);

/* How a list of one kind is made. */
struct list_maker {
    const struct list_request *request;
    /* In one snapshot of the store, with list->row as far as the store and the
     * clock decide it: entries and digest are left, and to fill result. Called
     * again, for the next number, when another list took this one. */
    enum devca_code (*make)(void *context);
    /* Its octets, by list_put(). */
    enum devca_code (*write)(void *context);
    void *context;
    bool dry_run; /* it is made, and that is all */
};

/*
 * Makes, records and delivers a list. A file is written, and on the disk,
 * before the list is on record, and gets its name after it: what cannot be
 * written is no list. Standard output cannot be taken back, and a number is
 * never used for two lists: it is written behind the record. What fails then,
 * or when the file is put in its place, says that the number is used.
 */
enum devca_code list_make(struct list *list, const struct list_maker *maker,
                          struct devca_error *error);

/* To its output, or into memory. Says why not. */
enum devca_code list_put(struct list *list, struct devid_slice octets,
                         struct devca_error *error);

/* The fields that tell of it: issuer, number, times, entries and, unless
 * dry_run, the fingerprint; into list->result, of which nothing else is left.
 */
void list_tell(struct list *list, bool dry_run);

/* Its number as a magnitude of eight octets. */
void list_number(const struct list *list, uint8_t number[8]);

#endif
