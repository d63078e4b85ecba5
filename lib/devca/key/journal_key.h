/*
 * The journal's own key: Ed25519 (RFC 8032), in a PKCS#8 file as RFC 8410 has
 * it. It signs the journal's checkpoints and nothing else.
 */
#ifndef DEVCA_KEY_JOURNAL_KEY_H
#define DEVCA_KEY_JOURNAL_KEY_H

#include "devca/base/bytes.h"

#define JOURNAL_KEY_LEN 32
#define JOURNAL_SIGNATURE_LEN 64

struct journal_key {
    uint8_t seed[JOURNAL_KEY_LEN];
    uint8_t public_key[JOURNAL_KEY_LEN];
};
void journal_key_clear(struct journal_key *key); /* wipes */

/* A new key. DEVCA_E_RANDOM. */
enum devca_code journal_key_generate(struct journal_key *key,
                                     struct devca_error *error);

/* From and to a PEM file; reading refuses one that others may read.
 * DEVCA_E_KEY_MISSING, DEVCA_E_KEY, DEVCA_E_FILE; writing DEVCA_E_FILE_EXISTS
 * too. */
enum devca_code journal_key_read(struct journal_key *key, const char *path,
                                 struct devca_error *error);
enum devca_code journal_key_write(const struct journal_key *key,
                                  const char *path, struct devca_error *error);

/* Signs and verifies what it signed. DEVCA_E_KEY. */
enum devca_code journal_key_sign(const struct journal_key *key,
                                 struct devid_slice message, uint8_t *signature,
                                 struct devca_error *error);

/* Is it this key's signature over message? */
bool journal_key_verify(const uint8_t *public_key, struct devid_slice message,
                        const uint8_t *signature);

#endif
