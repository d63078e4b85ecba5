/* PBES2 (RFC 8018, 6.2) with PBKDF2 and AES-CBC. */
#ifndef DEVCA_KEY_PBES2_H
#define DEVCA_KEY_PBES2_H

#include "devca/base/bytes.h"

/* Decrypts an EncryptedPrivateKeyInfo (DER) into *plain. DEVCA_E_PASSPHRASE
 * when the padding says that the passphrase is wrong, DEVCA_E_KEY for a broken
 * or unknown structure. */
enum devca_code pbes2_open(struct devid_slice der, const struct bytes *secret,
                           struct bytes *plain, const char *object,
                           struct devca_error *error);

/* DEVCA_E_PASSPHRASE: what was decrypted is no key. Damage to the salt, to the
 * count of iterations or to the first or last blocks looks the same, since
 * there is no checksum; everything else that is damaged is told as that. */
enum devca_code pbes2_refuse(const char *object, struct devca_error *error);

/* PBKDF2-HMAC-SHA256 with 600,000 iterations and 16 octets of salt,
 * AES-256-CBC: appends the EncryptedPrivateKeyInfo to *der. */
enum devca_code pbes2_seal(struct devid_slice plain, const struct bytes *secret,
                           struct bytes *der, struct devca_error *error);

#endif
