/* Ed25519 for the journal. */
#include "wolfssl/settings.h"

#include "devca/key/journal_key.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/text.h"
#include "devca/key/crypto.h"
#include "devca/key/private_file.h"
#include "devid/codec/pem.h"

#include <string.h>

#include <wolfssl/wolfcrypt/ed25519.h>

/* PrivateKeyInfo of an Ed25519 key up to the seed, RFC 8410, 7. */
static const uint8_t prefix[] = {0x30, 0x2E, 0x02, 0x01, 0x00, 0x30,
                                 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70,
                                 0x04, 0x22, 0x04, 0x20};
#define DER_LEN (sizeof prefix + JOURNAL_KEY_LEN)

void journal_key_clear(struct journal_key *key)
{
    wipe(key, sizeof *key);
}

static bool derive_public(struct journal_key *key)
{
    ed25519_key ed;
    int status = wc_ed25519_init(&ed);

    if (status != 0)
        return false;
    status = wc_ed25519_import_private_only(key->seed, JOURNAL_KEY_LEN, &ed);
    if (status == 0)
        status = wc_ed25519_make_public(&ed, key->public_key, JOURNAL_KEY_LEN);
    wc_ed25519_free(&ed);
    wipe_stack();
    return status == 0;
}

enum devca_code journal_key_generate(struct journal_key *key,
                                     struct devca_error *error)
{
    enum devca_code code = random_octets(key->seed, JOURNAL_KEY_LEN, error);

    if (code == DEVCA_OK && !derive_public(key))
        code = fail(error, DEVCA_E_KEY, "journal key", "RFC 8032 5.1.5", NULL,
                    "cannot be made");
    return code;
}

static enum devca_code read_file(const char *path, struct bytes *pem,
                                 struct devca_error *error)
{
    enum devca_code code = private_file_read(path, "journal key", pem, error);

    if (code == DEVCA_E_KEY_MISSING)
        return fail_hint(error, code,
                         "nothing is done without a journal row: bring the "
                         "file back from a backup");
    return code;
}

static bool take_seed(struct journal_key *key, struct devid_slice text)
{
    uint8_t der[DER_LEN + 1];
    struct devid_slice label, octets = {der, 0};
    struct devid_writer out;
    bool good;

    devid_writer_init(&out, der, sizeof der);
    good = devid_pem_read(&text, &label, &out) == DEVID_OK &&
           devid_writer_done(&out, &octets) == DEVID_OK &&
           octets.len == DER_LEN &&
           memcmp(octets.data, prefix, sizeof prefix) == 0;
    if (good)
        memcpy(key->seed, octets.data + sizeof prefix, JOURNAL_KEY_LEN);
    wipe(der, sizeof der);
    return good && derive_public(key);
}

enum devca_code journal_key_read(struct journal_key *key, const char *path,
                                 struct devca_error *error)
{
    struct bytes pem = {0};
    enum devca_code code = read_file(path, &pem, error);

    if (code == DEVCA_OK && !take_seed(key, bytes_slice(&pem)))
        code = fail(error, DEVCA_E_KEY, path, "RFC 8410 7", "journal key",
                    "is not an Ed25519 private key in PEM");
    bytes_clear(&pem);
    return code;
}

enum devca_code journal_key_write(const struct journal_key *key,
                                  const char *path, struct devca_error *error)
{
    struct file_target target = {.path = path, .mode = 0600, .own = true};
    uint8_t der[DER_LEN];
    struct bytes pem = {0};
    enum devca_code code;

    memcpy(der, prefix, sizeof prefix);
    memcpy(der + sizeof prefix, key->seed, JOURNAL_KEY_LEN);
    if (pem_append(&pem, "PRIVATE KEY", (struct devid_slice){der, sizeof der}))
        code = file_write(&target, bytes_slice(&pem), error);
    else
        code = fail_memory(error);
    wipe(der, sizeof der);
    bytes_clear(&pem);
    return code;
}

/* The public half was derived from the seed, and what is signed is verified
 * with it: that they belong together is not computed once more each time. */
static int sign(const struct journal_key *key, struct devid_slice message,
                uint8_t *signature)
{
    word32 len = JOURNAL_SIGNATURE_LEN;
    ed25519_key ed;
    int status = wc_ed25519_init(&ed);

    if (status != 0)
        return status;
    status = wc_ed25519_import_private_key_ex(
        key->seed, JOURNAL_KEY_LEN, key->public_key, JOURNAL_KEY_LEN, &ed, 1);
    if (status == 0)
        status = wc_ed25519_sign_msg(message.data, (word32)message.len,
                                     signature, &len, &ed);
    wc_ed25519_free(&ed);
    wipe_stack();
    return status;
}

enum devca_code journal_key_sign(const struct journal_key *key,
                                 struct devid_slice message, uint8_t *signature,
                                 struct devca_error *error)
{
    if (sign(key, message, signature) == 0 &&
        journal_key_verify(key->public_key, message, signature))
        return DEVCA_OK;
    return fail(error, DEVCA_E_KEY, "journal key", "RFC 8032 5.1.6",
                "signature", "cannot be made, or does not verify");
}

bool journal_key_verify(const uint8_t *public_key, struct devid_slice message,
                        const uint8_t *signature)
{
    ed25519_key ed;
    int good = 0, status = wc_ed25519_init(&ed);

    if (status != 0)
        return false;
    status = wc_ed25519_import_public(public_key, JOURNAL_KEY_LEN, &ed);
    if (status == 0)
        status = wc_ed25519_verify_msg(signature, JOURNAL_SIGNATURE_LEN,
                                       message.data, (word32)message.len, &good,
                                       &ed);
    wc_ed25519_free(&ed);
    return status == 0 && good == 1;
}
