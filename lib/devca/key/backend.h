/* What a place for keys must do; shared by the files of this room only. */
#ifndef DEVCA_KEY_BACKEND_H
#define DEVCA_KEY_BACKEND_H

#include "devca/key/signer.h"

#include "devid/x509/key.h"

/* sign: raw r||s over a hash of the curve's length, from any thread. export is
 * NULL where keys do not leave. discard: closes, and takes a key that was made
 * off its place; NULL: close does. in_process: signs by our own arithmetic, so
 * that a caller may take the verification over (signer_sign_as). custody: NULL
 * for what is read into memory. */
struct key_backend {
    enum devca_code (*sign)(const struct signer *signer, const uint8_t *hash,
                            uint8_t *raw, struct devca_error *error);
    enum devca_code (*export)(const struct signer *signer,
                              const struct bytes *secret, struct bytes *pem,
                              struct devca_error *error);
    void (*close)(struct signer *signer);
    void (*discard)(struct signer *signer);
    bool in_process;
    enum devca_code (*custody)(const struct signer *signer,
                               struct signer_custody *custody,
                               struct devca_error *error);
};

/* The head of every backend's own struct. */
struct signer {
    const struct key_backend *backend;
    struct public_key key;
};

/* A signer of a private key that is at hand: copied and checked, the public
 * half computed. DEVCA_E_KEY naming object. */
struct private_key;
enum devca_code signer_import(struct signer **signer,
                              const struct private_key *private,
                              const char *object, struct devca_error *error);

/* Keys in PKCS#8 files, and keys that are only in memory yet. */
enum devca_code file_key_open(struct signer **signer,
                              const struct signer_location *location,
                              struct devca_error *error);
enum devca_code file_key_needs_secret(const struct signer_location *location,
                                      bool *needed, struct devca_error *error);

/* Keys on PKCS #11 tokens. */
enum devca_code token_key_open(struct signer **signer,
                               const struct signer_location *location,
                               struct devca_error *error);
enum devca_code token_key_create(struct signer **signer,
                                 const struct signer_creation *creation,
                                 struct devca_error *error);
enum devca_code token_key_needs_secret(const struct signer_location *location,
                                       bool *needed, struct devca_error *error);

#endif
