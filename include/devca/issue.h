/* One device certificate. */
#ifndef DEVCA_ISSUE_H
#define DEVCA_ISSUE_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Exactly one of csr, public_key and generate. The record tells "outcome":
 * "issued", or "already" when this product, UID, profile and key had a
 * certificate before: then that certificate is the result.
 *
 * DEVCA_E_NOT_FOUND: no such product. DEVCA_E_USAGE: not one of the three, no
 * such profile. DEVCA_E_UID, DEVCA_E_MALFORMED, DEVCA_E_POSSESSION,
 * DEVCA_E_KEY_POINT, DEVCA_E_ALGORITHM: of the input. DEVCA_E_PROFILE,
 * DEVCA_E_PROFILE_INVALID, DEVCA_E_MISMATCH: what the profile refuses, or it is
 * not fit for this product or its CA. DEVCA_E_UID_IN_USE, DEVCA_E_KEY_IN_USE,
 * DEVCA_E_REVOKED: what is on record. DEVCA_E_STATE, DEVCA_E_ISSUER_EXPIRED,
 * DEVCA_E_CLOCK: of the CA, the owner or this machine. DEVCA_E_LINT: what was
 * made is not to be released. Those of opening a key, of the store, of `key`.
 */
struct devca_issue_request {
    const char *product;
    const char *uid;               /* hex */
    const char *profile;           /* NULL: the product's */
    struct devid_slice csr;        /* PEM or DER */
    struct devid_slice public_key; /* SubjectPublicKeyInfo PEM or DER, or a
                                      point */
    const char *object;            /* the input's name, for errors */
    const char *key_type;          /* of a generated key; NULL: p256 */
    const char *key_passphrase;    /* secret source for the generated key; NULL:
                                      the store's passphrase */
    const struct devca_sink *key; /* gets a generated key, once and whole, as
                                     encrypted PKCS#8 in PEM, before anything is
                                     recorded: a certificate whose key was lost
                                     would be worthless. What it returns but
                                     DEVCA_OK ends the issue */
    bool generate;
    bool rekey;   /* another key for a UID that has one: supersedes */
    bool dry_run; /* every step, but nothing is stored and nothing given out */
};
DEVCA_API enum devca_code devca_issue(struct devca *devca,
                                      const struct devca_issue_request *request,
                                      struct devca_result *result,
                                      struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
