/*
 * What every signed list has in common, CRL or revocation set: whose it is, its
 * times and number, one snapshot of the store while it is made, and its row.
 */
#ifndef DEVCA_CA_LIST_H
#define DEVCA_CA_LIST_H

#include "devca/ca/issuer.h"

struct list_request {
    const char *product; /* NULL: the root's */
    int days;            /* until nextUpdate; 0: 30 */
    enum store_list kind;
    const char *scope; /* as in struct store_crl */
};

/* Zero-initialise, list_end at the end. The store is in one snapshot from
 * list_begin to list_end. */
struct list {
    struct devca *devca;
    struct issuer issuer; /* unlocked */
    struct store_crl row; /* thisUpdate is never before that of the last of its
                             kind and scope; a delta's not before its base's */
    uint8_t digest[32];   /* SHA-256 of the file, for row */
};
enum devca_code list_begin(struct list *list, struct devca *devca,
                           const struct list_request *request,
                           struct devca_error *error);
void list_end(struct list *list);

/*
 * Records the list under its number, with list->digest, by a connection of its
 * own: the list's holds the snapshot, which may still have to be written out.
 * DEVCA_E_EXISTS when another list was made meanwhile.
 */
enum devca_code list_record(struct list *list, struct devca_error *error);

/* The fields that tell of it: issuer, number, times, entries and, unless
 * dry_run, the fingerprint. */
void list_tell(struct list *list, bool dry_run, struct devca_result *result);

/* Its number as a magnitude of eight octets. */
void list_number(const struct list *list, uint8_t number[8]);

#endif
