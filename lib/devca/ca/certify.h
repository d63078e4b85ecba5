/*
 * The straight line that every certificate walks, whoever it is for: draw
 * serial, render the profile, build the TBS, lint it, sign it, verify the whole
 * with libdevid. No store is touched: safe on many threads at once.
 */
#ifndef DEVCA_CA_CERTIFY_H
#define DEVCA_CA_CERTIFY_H

#include "devca/ca/issuer.h"

/*
 * issuer NULL: self-signed by signer. Of subject the caller fills what the
 * template speaks of (uid, product, org, country, name, request); key, serial,
 * issuer and time are filled here.
 */
struct certify_request {
    const struct policy *policy;
    const struct issuer *issuer;
    const struct signer *signer;
    const struct public_key *key; /* to be certified */
    const uint8_t *key_digest;    /* of that key, when it is known */
    struct profile_subject subject;
    devca_seconds now;
    const char *object;
};

#define SERIAL_LEN 20

/* Zero-initialise, certified_clear at the end. serial and view point into
 * der. */
struct certified {
    struct bytes der;
    struct devid_slice serial;
    enum devid_curve key_curve;
    struct devid_cert view;  /* of a root and of what a root signed */
    uint8_t key_digest[32];  /* SHA-256 of SubjectPublicKeyInfo */
    uint8_t fingerprint[32]; /* SHA-256 of der */
    devca_seconds not_before;
    devca_seconds not_after;
    devca_seconds issued_at;
};
void certified_clear(struct certified *certified);

enum devca_code certify(const struct certify_request *request,
                        struct certified *certified, struct devca_error *error);

/* SHA-256 of the SubjectPublicKeyInfo of a key: what the store knows it by. */
void key_digest(const struct public_key *key, uint8_t digest[32]);

/* The row under which a store keeps it; views certified. */
void certified_row(const struct certified *certified,
                   struct store_certificate *row);

#endif
