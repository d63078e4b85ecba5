/* Signers: one interface over where keys live. */
#include "devca/key/signer.h"

#include "devca/base/fail.h"
#include "devca/key/backend.h"
#include "devca/key/crypto.h"

#include <devid/port.h>

#include <stdlib.h>
#include <string.h>

struct scheme {
    const char *prefix;
    enum devca_code (*open)(struct signer **signer,
                            const struct signer_location *location,
                            struct devca_error *error);
    enum devca_code (*needs_secret)(const struct signer_location *location,
                                    bool *needed, struct devca_error *error);
    enum devca_code (*create)(struct signer **signer,
                              const struct signer_creation *creation,
                              struct devca_error *error);
};

/* A further place for keys is a file with these functions and a row; create is
 * NULL where keys are written, not made. */
static const struct scheme schemes[] = {
    {"file:", file_key_open, file_key_needs_secret, NULL},
    {"pkcs11:", token_key_open, token_key_needs_secret, token_key_create},
};

static enum devca_code find_scheme(const char *uri,
                                   const struct scheme **scheme,
                                   struct devca_error *error)
{
    size_t i;

    for (i = 0; i < sizeof schemes / sizeof schemes[0]; i++)
        if (strncmp(uri, schemes[i].prefix, strlen(schemes[i].prefix)) == 0) {
            *scheme = &schemes[i];
            return DEVCA_OK;
        }
    return fail(error, DEVCA_E_KEY, NULL, "RFC 3986 3.1", "key-uri",
                "is of no scheme that devca opens: pkcs11: names a key on a "
                "token");
}

enum devca_code signer_open(struct signer **signer,
                            const struct signer_location *location,
                            struct devca_error *error)
{
    const struct scheme *scheme = NULL;
    enum devca_code code = crypto_init(error);

    *signer = NULL;
    if (code == DEVCA_OK)
        code = find_scheme(location->uri, &scheme, error);
    if (code == DEVCA_OK)
        code = scheme->open(signer, location, error);
    return code;
}

enum devca_code signer_needs_secret(const struct signer_location *location,
                                    bool *needed, struct devca_error *error)
{
    const struct scheme *scheme = NULL;
    enum devca_code code = find_scheme(location->uri, &scheme, error);

    if (code == DEVCA_OK)
        code = scheme->needs_secret(location, needed, error);
    return code;
}

enum devca_code signer_create(struct signer **signer,
                              const struct signer_creation *creation,
                              struct devca_error *error)
{
    const struct scheme *scheme = NULL;
    enum devca_code code = crypto_init(error);

    *signer = NULL;
    if (code == DEVCA_OK)
        code = find_scheme(creation->location->uri, &scheme, error);
    if (code == DEVCA_OK && !scheme->create)
        code = fail(error, DEVCA_E_KEY, NULL, NULL, "key-uri",
                    "names a place where no key can be made");
    if (code == DEVCA_OK)
        code = scheme->create(signer, creation, error);
    return code;
}

void signer_close(struct signer *signer)
{
    if (signer)
        signer->backend->close(signer);
}

void signer_discard(struct signer *signer)
{
    if (signer && signer->backend->discard)
        signer->backend->discard(signer);
    else
        signer_close(signer);
}

const struct public_key *signer_public_key(const struct signer *signer)
{
    return &signer->key;
}

bool signer_in_process(const struct signer *signer)
{
    return signer->backend->in_process;
}

/* A faulty signature by a deterministic nonce can give the key away, so none
 * leaves before it verifies: here, or with a caller that says so. */
static enum devca_code sign_hash(const struct signer *signer,
                                 const uint8_t *hash, enum signer_check check,
                                 struct signature *signature,
                                 struct devca_error *error)
{
    const struct public_key *key = &signer->key;
    bool verified = check == CALLER_VERIFIES && signer_in_process(signer);
    uint8_t raw[2 * DEVID_MAX_FIELD];
    struct devid_writer w;
    struct devid_slice written;
    enum devca_code code = signer->backend->sign(signer, hash, raw, error);

    if (code != DEVCA_OK)
        return code;
    if (!verified)
        verified = devid_port_ecdsa_verify(key->curve, key->point, hash, raw) ==
                   DEVID_OK;
    devid_writer_init(&w, signature->der, sizeof signature->der);
    devid_signature_write(&w, key->curve, raw);
    if (devid_writer_done(&w, &written) != DEVID_OK || !verified)
        return fail(error, DEVCA_E_KEY, NULL, "FIPS 186-4 6.4", "signature",
                    "does not verify by its own key; nothing was released");
    signature->len = written.len;
    return DEVCA_OK;
}

enum devca_code signer_sign_hash(const struct signer *signer,
                                 const uint8_t *hash,
                                 struct signature *signature,
                                 struct devca_error *error)
{
    return sign_hash(signer, hash, SIGNER_VERIFIES, signature, error);
}

enum devca_code signer_sign_as(const struct signer *signer,
                               struct devid_slice message,
                               enum signer_check check,
                               struct signature *signature,
                               struct devca_error *error)
{
    uint8_t hash[DEVID_MAX_HASH];

    if (devid_port_hash(signer->key.curve, message, hash) != DEVID_OK)
        return fail(error, DEVCA_E_INTERNAL, NULL, NULL, NULL,
                    "a digest failed");
    return sign_hash(signer, hash, check, signature, error);
}

enum devca_code signer_sign(const struct signer *signer,
                            struct devid_slice message,
                            struct signature *signature,
                            struct devca_error *error)
{
    return signer_sign_as(signer, message, SIGNER_VERIFIES, signature, error);
}

enum devca_code signer_custody(const struct signer *signer,
                               struct signer_custody *custody,
                               struct devca_error *error)
{
    *custody = (struct signer_custody){.exportable = true};
    return signer->backend->custody
               ? signer->backend->custody(signer, custody, error)
               : DEVCA_OK;
}

enum devca_code signer_export(const struct signer *signer,
                              const struct bytes *secret, struct bytes *pem,
                              struct devca_error *error)
{
    if (!signer->backend->export)
        return fail(error, DEVCA_E_KEY, NULL, NULL, "key",
                    "does not leave its token");
    return signer->backend->export(signer, secret, pem, error);
}
