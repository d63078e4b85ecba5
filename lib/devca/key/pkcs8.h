/*
 * Private keys as files: PKCS#8 (RFC 5958) and its encryption by PBES2
 * (RFC 8018), in our own strict DER.
 */
#ifndef DEVCA_KEY_PKCS8_H
#define DEVCA_KEY_PKCS8_H

#include "devca/base/bytes.h"

#include <devid/curve.h>

/* A private key's scalar with its public point; wiped by private_key_clear. */
struct private_key {
    enum devid_curve curve;
    uint8_t scalar[DEVID_MAX_FIELD];
    uint8_t point[DEVID_MAX_POINT];
    bool has_point; /* false when the file holds none */
};
void private_key_clear(struct private_key *key);

/* Is it PEM of an EncryptedPrivateKeyInfo? DEVCA_E_KEY when it is no private
 * key at all. */
enum devca_code pkcs8_is_encrypted(struct devid_slice pem, const char *object,
                                   bool *encrypted, struct devca_error *error);

/*
 * Reads PEM. secret may be NULL for a plain file. DEVCA_E_PASSPHRASE: needed,
 * or wrong as far as can be told (what comes out is no key); DEVCA_E_KEY:
 * damaged or of a kind that is not used here.
 */
struct pkcs8_source {
    struct devid_slice pem;
    const struct bytes *secret;
    const char *object;
};
enum devca_code pkcs8_read(struct private_key *key,
                           const struct pkcs8_source *source,
                           struct devca_error *error);

/* Appends PEM; encrypted when secret is not NULL. */
enum devca_code pkcs8_write(const struct private_key *key,
                            const struct bytes *secret, struct bytes *pem,
                            struct devca_error *error);

#endif
