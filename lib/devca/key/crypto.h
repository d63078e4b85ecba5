/* Primitives the other rooms need: digests, random octets, verification. */
#ifndef DEVCA_KEY_CRYPTO_H
#define DEVCA_KEY_CRYPTO_H

#include "devca/key/signer.h"

/* Once before any thread; cheap when done already. */
enum devca_code crypto_init(struct devca_error *error);

/* Frees what the calling thread's cryptography cached; at the end of every
 * thread that signed or verified. */
void crypto_thread_end(void);

/* Random octets from this thread's own generator, seeded by the system once its
 * source has passed devca/key/health.h, re-seeded after a fork. DEVCA_E_RANDOM,
 * DEVCA_E_NO_MEMORY. */
enum devca_code random_octets(uint8_t *octets, size_t len,
                              struct devca_error *error);

/* The same, cheaper by the dozen: for what everybody will see, such as serials.
 * Drawn some hundred octets at a time. */
enum devca_code random_public(uint8_t *octets, size_t len,
                              struct devca_error *error);

void digest_sha1(struct devid_slice message, uint8_t digest[20]);
void digest_sha256(struct devid_slice message, uint8_t digest[32]);
void digest_sha384(struct devid_slice message, uint8_t digest[48]);

/* An incremental SHA-256 or SHA-384 (by curve) for what streams, and signing
 * its result: the message of signer_sign in pieces. */
struct digest;
struct digest *digest_open(enum devid_curve curve);
void digest_update(struct digest *digest, struct devid_slice octets);
/* Frees it. hash has room for DEVID_MAX_HASH. */
void digest_close(struct digest *digest, uint8_t *hash);
enum devca_code signer_sign_hash(const struct signer *signer,
                                 const uint8_t *hash,
                                 struct signature *signature,
                                 struct devca_error *error);

/* ECDSA verification of message by key: DEVCA_OK or DEVCA_E_POSSESSION naming
 * object. signature is an Ecdsa-Sig-Value in DER. */
struct signed_octets {
    struct devid_slice message;
    struct devid_slice signature;
    const char *object;
};
enum devca_code public_key_verify(const struct public_key *key,
                                  const struct signed_octets *octets,
                                  struct devca_error *error);

/* A public key in any common form, PEM or DER: SubjectPublicKeyInfo, or a bare
 * uncompressed point in octets or hex. */
enum devca_code public_key_parse(struct public_key *key,
                                 struct devid_slice input, const char *object,
                                 struct devca_error *error);

#endif
