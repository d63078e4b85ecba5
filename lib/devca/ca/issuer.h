/* A CA of this store, ready to be verified against and to sign. */
#ifndef DEVCA_CA_ISSUER_H
#define DEVCA_CA_ISSUER_H

#include "devca/ca/handle.h"
#include "devca/ca/policy.h"

#include <devca/result.h>
#include <devid/issued.h>

/* Zero-initialise, issuer_clear at the end. Views point into the rows. Once
 * loaded and unlocked it is only read: any number of threads may share one. */
struct issuer {
    struct store_authority authority;
    struct store_certificate row; /* its certificate */
    struct devid_cert certificate;
    struct store_certificate root_row; /* empty when it is the root itself */
    struct devid_cert root;
    struct policy policy;         /* the profile it was made by */
    struct signer *signer;        /* NULL until issuer_unlock() */
    struct devid_issuer verified; /* by issuer_verify(); none of a root */
};
void issuer_clear(struct issuer *issuer);

/* Loads an authority with its certificate and root. DEVCA_E_STATE when it
 * waits for its certificate. */
enum devca_code issuer_load(struct devca *devca, int64_t authority_id,
                            struct issuer *issuer, struct devca_error *error);

/* The store's root. DEVCA_E_NOT_FOUND with what to do. */
enum devca_code issuer_load_root(struct devca *devca, struct issuer *issuer,
                                 struct devca_error *error);

/* The CA's certificate as it stands in the caller's transaction: somebody may
 * have revoked it since it was loaded. DEVCA_E_REVOKED. */
enum devca_code issuer_check_again(const struct issuer *issuer,
                                   struct store *store,
                                   struct devca_error *error);

/* May it sign at `now`, as it was loaded? DEVCA_E_REVOKED,
 * DEVCA_E_ISSUER_EXPIRED, DEVCA_E_CLOCK. */
enum devca_code issuer_check(const struct issuer *issuer, devca_seconds now,
                             struct devca_error *error);

/* Opens its key and checks that it is the certificate's. DEVCA_E_KEY_MISSING
 * when the key is kept elsewhere. */
enum devca_code issuer_unlock(struct devca *devca, struct issuer *issuer,
                              struct devca_error *error);

/* Has libdevid verify the chain above devices, once for all of them: fills
 * `verified`. DEVCA_E_STORE_CORRUPT. */
enum devca_code issuer_verify(struct issuer *issuer, struct devca_error *error);

/* The trust anchor above it. */
void issuer_anchor(const struct issuer *issuer, struct devid_anchor *anchor);
bool issuer_is_root(const struct issuer *issuer);

/* Adds its certificate and, above it, the root's to a result's chain. */
void issuer_chain(const struct issuer *issuer, struct devca_result *result);

#endif
