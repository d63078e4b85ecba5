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
#define CERTIFY_SPKI_MAX 128

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

/* What the steps hand on to each other. Zero-initialise, certifying_clear at
 * the end; serves one certificate after another. */
struct certifying {
    struct certify_request request; /* what it points to outlives the steps */
    struct profile_subject subject;
    struct profile_fields fields;
    struct profile_traits traits;
    struct devid_tbs tbs;
    struct bytes tbs_der;
    struct signature signature;
    enum devid_curve signature_curve;
    uint8_t serial[SERIAL_LEN];
    uint8_t spki[CERTIFY_SPKI_MAX];
    uint8_t key_sha1[20];
    uint8_t key_sha256[32];
};
void certifying_clear(struct certifying *work);

/*
 * certify() in its three steps, for who takes several certificates through one
 * before the next: what a step needs is then in the processor's caches. Those
 * of a certificate come in this order, none after one that failed: everything
 * that is to be signed, from the serial to the lints; the signature; libdevid's
 * verdict, without which the certificate goes nowhere.
 */
enum devca_code certify_prepare(struct certifying *work,
                                const struct certify_request *request,
                                struct devca_error *error);
enum devca_code certify_sign(struct certifying *work,
                             struct certified *certified,
                             struct devca_error *error);
enum devca_code certify_check(struct certifying *work,
                              struct certified *certified,
                              struct devca_error *error);

/* SHA-256 of the SubjectPublicKeyInfo of a key: what the store knows it by. */
void key_digest(const struct public_key *key, uint8_t digest[32]);

/* The row under which a store keeps it; views certified. */
void certified_row(const struct certified *certified,
                   struct store_certificate *row);

#endif
