/*
 * A transaction that changes the store, with its journal: no row, no act. Every
 * act of this room goes
 *
 *   act_begin(devca, store, error)
 *   ... change the store ...; act_append(devca, &act, error)
 *   act_commit(devca, error)
 *   act_rollback(devca)               always, at the end
 *
 * act_commit() signs a checkpoint over all rows and commits it with them.
 */
#ifndef DEVCA_CA_ACT_H
#define DEVCA_CA_ACT_H

#include "devca/ca/handle.h"
#include "devca/journal/canonical.h"
#include "devca/journal/entry.h"

#define ACT_DETAILS 10

/* What was done. Zero-initialise; views are used until act_append returns. */
struct act {
    enum journal_act act;
    devca_seconds at;
    const char *object;     /* NULL: the certificate's UID */
    int64_t certificate_id; /* of the certificate made or changed, or 0 */
    const struct journal_subject *subject; /* of that certificate; NULL: it is
                                              read from the store */
    struct canonical_member details[ACT_DETAILS];
    size_t detail_count;
};
/* Adds a member to the details; text may be NULL, then nothing is added. */
void act_detail(struct act *act, const char *name, const char *text);
void act_detail_number(struct act *act, const char *name, int64_t number);

/*
 * Begins a write transaction of `store` (devca's own, or another connection to
 * the same folder) and takes the journal's head and key. A journal that has
 * never been written to gets its key, keys/journal.pem, and its first row.
 * DEVCA_E_KEY_MISSING, DEVCA_E_KEY for the journal's key; DEVCA_E_STORE_CORRUPT
 * where a journal was and is gone; what store_begin() has.
 */
enum devca_code act_begin(struct devca *devca, struct store *store,
                          struct devca_error *error);
/* DEVCA_E_STORE_CORRUPT when the store, whose journal has no row, holds
 * certificates that it did not hold before there were journals. */
enum devca_code act_check_gone(const struct devca *devca, struct store *store,
                               struct devca_error *error);
/* One row. */
enum devca_code act_append(struct devca *devca, const struct act *act,
                           struct devca_error *error);
/* The same about the certificate of an authority; act->certificate_id is filled
 * in. */
enum devca_code act_append_authority(struct devca *devca, struct act *act,
                                     int64_t authority_id,
                                     struct devca_error *error);
/* DEVCA_E_INTERNAL when nothing was appended. */
enum devca_code act_commit(struct devca *devca, struct devca_error *error);
void act_rollback(struct devca *devca);

/* Puts a refusal on record, in a transaction of its own; error is what it was
 * refused for and stays as it is. Only refusals by policy (exit status 3). */
void act_refuse(struct devca *devca, const char *object,
                const struct devca_error *error);

/* A row about a refusal, for a transaction that is open. */
void act_refusal(struct act *act, const char *object,
                 const struct devca_error *error);

#endif
