/*
 * Custody: a signer holds one private key and signs with it, wherever the key
 * lives. The only room of the host library that knows wolfSSL and PKCS#11.
 */
#ifndef DEVCA_KEY_SIGNER_H
#define DEVCA_KEY_SIGNER_H

#include "devca/base/bytes.h"

#include <devid/curve.h>

/* A public key: an uncompressed point, checked to be on its curve. */
struct public_key {
    enum devid_curve curve;
    size_t len; /* 65 or 97 */
    uint8_t point[DEVID_MAX_POINT];
};
struct devid_slice public_key_slice(const struct public_key *key);

/* Copies and checks a point. DEVCA_E_KEY_POINT when it is not on the curve. */
enum devca_code public_key_read(struct public_key *key, enum devid_curve curve,
                                struct devid_slice point, const char *object,
                                struct devca_error *error);

struct signer;

/*
 * A new key in memory: for generating a CA's or a device's key. Freed with
 * signer_close, which wipes it.
 */
enum devca_code signer_generate(struct signer **signer, enum devid_curve curve,
                                struct devca_error *error);

/*
 * Opens a key by its URI: "file:PATH" (PKCS#8, PEM) or "pkcs11:..." (RFC 7512).
 * secret is the passphrase or PIN; NULL when there is none. PATH is relative to
 * folder. DEVCA_E_KEY_MISSING, DEVCA_E_PASSPHRASE (wrong or needed),
 * DEVCA_E_KEY (damaged, not supported, permissions too open, several match);
 * of a token DEVCA_E_TOKEN, _TOKEN_MISSING, _PIN (needed, wrong), _PIN_LOCKED;
 * DEVCA_E_USAGE for a URI that is none.
 */
struct signer_location {
    const char *uri;
    const char *folder;
    const struct bytes *secret;
};
enum devca_code signer_open(struct signer **signer,
                            const struct signer_location *location,
                            struct devca_error *error);
void signer_close(struct signer *signer);

/*
 * Makes a key at the place that a "pkcs11:" URI names: generated there, never
 * to leave. Unless lasting it is gone with the signer. *uri gets the URI that
 * opens it again, with the id it was given. Errors as signer_open();
 * DEVCA_E_EXISTS when the name is taken, DEVCA_E_TOKEN_FULL; DEVCA_E_KEY for a
 * scheme where keys are not made but written (signer_generate).
 */
struct signer_creation {
    const struct signer_location *location;
    enum devid_curve curve;
    bool lasting;
    struct bytes *uri;
};
enum devca_code signer_create(struct signer **signer,
                              const struct signer_creation *creation,
                              struct devca_error *error);
/* Closes a signer and removes the key that signer_create made; NULL is fine. */
void signer_discard(struct signer *signer);

const struct public_key *signer_public_key(const struct signer *signer);

/* The key is in this process, and its signatures take what arithmetic takes; a
 * token may let its caller wait for each. */
bool signer_in_process(const struct signer *signer);

/* Does a key need a secret to open? *needed is false for plain files, true for
 * tokens. */
enum devca_code signer_needs_secret(const struct signer_location *location,
                                    bool *needed, struct devca_error *error);

/*
 * Signs message with ECDSA and the curve's hash (P-256 deterministically,
 * RFC 6979) and verifies the result before giving it out. *signature gets an
 * Ecdsa-Sig-Value in DER, at most SIGNATURE_MAX octets. Safe from several
 * threads at once on one signer.
 */
#define SIGNATURE_MAX 104
struct signature {
    uint8_t der[SIGNATURE_MAX];
    size_t len;
};
enum devca_code signer_sign(const struct signer *signer,
                            struct devid_slice message,
                            struct signature *signature,
                            struct devca_error *error);

/* How far a key is kept: token is its label, empty for a file; exportable what
 * its place says of it. */
struct signer_custody {
    char token[33];
    bool exportable;
};
enum devca_code signer_custody(const struct signer *signer,
                               struct signer_custody *custody,
                               struct devca_error *error);

/*
 * The same for a caller that answers for the verification: CALLER_VERIFIES says
 * that, before anything of the signature leaves memory, the caller has libdevid
 * verify the signed object under signer_public_key() and throws it away when
 * that fails. A signature by a key in this process is then not verified twice;
 * one by a token is, for a token is not trusted to have signed what it was
 * given.
 */
enum signer_check { SIGNER_VERIFIES, CALLER_VERIFIES };
enum devca_code signer_sign_as(const struct signer *signer,
                               struct devid_slice message,
                               enum signer_check check,
                               struct signature *signature,
                               struct devca_error *error);

/*
 * The private key as PKCS#8 (RFC 5958) in PEM, public key included; with a
 * secret as EncryptedPrivateKeyInfo: PBES2, PBKDF2-HMAC-SHA256 with 600,000
 * iterations, AES-256-CBC (RFC 8018). DEVCA_E_KEY for a key on a token.
 */
enum devca_code signer_export(const struct signer *signer,
                              const struct bytes *secret, struct bytes *pem,
                              struct devca_error *error);

#endif
