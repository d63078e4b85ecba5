/*
 * Reading and proving the journal; docs/journal.md says what it is. Nothing
 * here needs a passphrase, and all but devca_audit_verify_proof() works on a
 * store that is open for reading.
 */
#ifndef DEVCA_AUDIT_H
#define DEVCA_AUDIT_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Rows in order; everything optional: NULL or 0. */
struct devca_audit_log_request {
    const char *act; /* "issue", "revoke", ... */
    const char *actor;
    const char *object;  /* a UID, a product, ... */
    devca_seconds since; /* at or after */
    bool ends;           /* until counts */
    devca_seconds until; /* before */
    int64_t after;       /* rows of a greater sequence */
    int64_t limit;
};
/* One record a row, its field "entry" the text that the leaf is the hash of.
 * DEVCA_E_NOT_FOUND when nothing matches, DEVCA_E_USAGE for an unknown act. */
DEVCA_API enum devca_code devca_audit_log(
    struct devca *devca, const struct devca_audit_log_request *request,
    devca_record_each *each, void *context, struct devca_error *error);

/* The newest checkpoint as a signed note, through sink (may be NULL); the
 * result's record has origin, size, root and the verifier key.
 * DEVCA_E_NOT_FOUND when the store has no journal yet. */
DEVCA_API enum devca_code devca_audit_checkpoint(struct devca *devca,
                                                 const struct devca_sink *sink,
                                                 struct devca_result *result,
                                                 struct devca_error *error);

/*
 * Recomputes every leaf, every head and every signature, and compares with the
 * rows' own store. With `checkpoint`, one that was kept elsewhere, today's tree
 * must extend it; with `key`, the journal must be signed by it. Each fault is a
 * record (finding, seq, fault) to `each`; then DEVCA_E_FINDINGS. `result` tells
 * how much was read.
 */
struct devca_audit_verify_request {
    struct devid_slice checkpoint; /* signed note; data NULL: none */
    const char *checkpoint_name;   /* for messages */
    const char *key;               /* verifier key, or NULL: the store's own */
};
DEVCA_API enum devca_code
devca_audit_verify(struct devca *devca,
                   const struct devca_audit_verify_request *request,
                   devca_record_each *each, void *context,
                   struct devca_result *result, struct devca_error *error);

/* An inclusion proof (c2sp.org/tlog-proof, the entry as its extra data) of the
 * row `seq`, or of the newest certificate of `uid`. DEVCA_E_NOT_FOUND,
 * DEVCA_E_USAGE unless exactly one is given. */
struct devca_audit_prove_request {
    const char *uid;
    const char *product; /* narrows the UID; may be NULL */
    int64_t seq;
};
DEVCA_API enum devca_code
devca_audit_prove(struct devca *devca,
                  const struct devca_audit_prove_request *request,
                  const struct devca_sink *sink, struct devca_result *result,
                  struct devca_error *error);

/* Verifies such a proof with nothing but the journal's verifier key.
 * DEVCA_E_MALFORMED; DEVCA_E_REFUSED when it proves nothing. The result's
 * record has the entry. */
struct devca_audit_proof_request {
    struct devid_slice proof;
    const char *name; /* for messages */
    const char *key;
};
DEVCA_API enum devca_code
devca_audit_verify_proof(const struct devca_audit_proof_request *request,
                         struct devca_result *result,
                         struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
