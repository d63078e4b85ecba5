/*
 * The steps of issuing to one device, as `issue` walks them one after the other
 * and a batch walks them on many threads: read the key, find the profile, look
 * for conflicts, certify, record. Only issue_look() and issue_record() touch
 * the store.
 */
#ifndef DEVCA_CA_ISSUE_H
#define DEVCA_CA_ISSUE_H

#include "devca/ca/product.h"
#include "devca/ca/request.h"

#include <devca/issue.h>

/* What is the same for every device of a run: a product, its CA, a profile. */
struct issue_context {
    struct devca *devca;
    struct store_product product;
    struct issuer issuer;
    struct policy policy;
};
enum devca_code issue_context_load(struct devca *devca, const char *product,
                                   const char *profile,
                                   struct issue_context *context,
                                   struct devca_error *error);
void issue_context_clear(struct issue_context *context);

enum issue_outcome { ISSUE_NEW, ISSUE_ALREADY };

/* One device's way through. Zero-initialise, issue_work_clear at the end. */
struct issue_work {
    const struct issue_context *context;
    const char *object; /* for errors: the input's name, or the UID */
    const char *own[PROFILE_PARAMETERS]; /* views, as in profile_subject */
    bool rekey;
    devca_seconds now;
    struct bytes uid;
    struct possessed possessed; /* when there was a request */
    struct public_key key;
    uint8_t key_digest[32];
    bool proved; /* key and key_digest are there */
    struct certified certified;
    struct store_certificate existing; /* for ISSUE_ALREADY */
    int64_t supersedes;                /* certificate id, or 0 */
    int64_t device_id;                 /* as last looked for, or 0 */
    enum issue_outcome outcome;
};
void issue_work_clear(struct issue_work *work);
/* As new, but for the memory it holds. */
void issue_work_reset(struct issue_work *work);

/* UID and key, from a request or a bare key. */
struct issue_input {
    const char *uid;
    struct devid_slice csr;
    struct devid_slice public_key;
    const struct public_key *generated;
};
enum devca_code issue_read(struct issue_work *work,
                           const struct issue_input *input,
                           struct devca_error *error);

/* Then: the proof of possession, where there is a request, and the key's
 * digest.
 */
enum devca_code issue_prove(struct issue_work *work, struct devca_error *error);

/*
 * Conflicts, as the store stands: the same key again gives ISSUE_ALREADY and
 * `existing`, unless that has expired; DEVCA_E_UID_IN_USE, DEVCA_E_KEY_IN_USE,
 * DEVCA_E_REVOKED. Asked before signing to spare the work and inside the
 * transaction to be sure.
 */
enum devca_code issue_look(struct issue_work *work, struct store *store,
                           struct devca_error *error);

/* The first of certify()'s steps; the others follow as they are. What the work
 * holds is pointed to until the last. */
enum devca_code issue_prepare(struct issue_work *work,
                              struct certifying *certifying,
                              struct devca_error *error);

/* Certifies, in all three steps (thread-safe, no store). */
enum devca_code issue_certify(struct issue_work *work,
                              struct devca_error *error);

/* Inside the caller's transaction: may the CA still issue, and for the owner
 * that the context goes by? DEVCA_E_REVOKED, DEVCA_E_STATE. */
enum devca_code issue_check_again(const struct issue_context *context,
                                  struct devca_error *error);

/* The context's policy as the product's, inside the caller's transaction; a row
 * of the journal when it was not on record yet. *id is its number. */
enum devca_code issue_record_policy(const struct issue_context *context,
                                    struct store *store, devca_seconds at,
                                    int64_t *id, struct devca_error *error);

/* Reads what issue_record() will, so that its pages are in memory by then: of a
 * large store each key has its own. Whatever happens, that call will find out.
 */
void issue_foresee(const struct issue_work *work, struct store *store);

/* Looks again and records device and certificate, inside the caller's
 * transaction. */
enum devca_code issue_record(struct issue_work *work, struct store *store,
                             struct devca_error *error);

/*
 * The same two without recording: issue_look() also among what this store's
 * trial (store_trial_open) has been told of before; and then it is told of this
 * one.
 */
enum devca_code issue_look_tried(struct issue_work *work, struct store *store,
                                 struct devca_error *error);
enum devca_code issue_try(struct issue_work *work, struct store *store,
                          struct devca_error *error);

#endif
