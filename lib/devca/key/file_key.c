/* Keys in PKCS#8 files, and new keys in memory. */
#include "wolfssl/settings.h"

#include "devca/base/fail.h"
#include "devca/key/backend.h"
#include "devca/key/crypto.h"
#include "devca/key/generator.h"
#include "devca/key/pkcs8.h"
#include "devca/key/private_file.h"
#include "devca/key/secret.h"

#include <stdlib.h>
#include <string.h>

#include <wolfssl/wolfcrypt/ecc.h>

struct file_key {
    struct signer head;
    struct private_key *private; /* in locked memory */
};

static int curve_id(enum devid_curve curve)
{
    return curve == DEVID_P256 ? ECC_SECP256R1 : ECC_SECP384R1;
}

static word32 field_len(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

/* A wolfSSL key must not be shared between threads: each use makes its own. */
static int load(ecc_key *key, const struct private_key *private)
{
    word32 field = field_len(private->curve);
    int failed = wc_ecc_init(key);

    if (failed != 0)
        return failed;
    failed = wc_ecc_import_private_key_ex(private->scalar, field,
                                          private->point, 1 + 2 * field, key,
                                          curve_id(private->curve));
    if (failed != 0)
        wc_ecc_free(key);
    return failed;
}

static int set_nonce(ecc_key *key, enum devid_curve curve, WC_RNG *rng)
{
    int failed = 0;

#ifdef ECC_TIMING_RESISTANT
    failed = wc_ecc_set_rng(key, rng);
#else
    (void)rng;
#endif
    /* RFC 6979; the library has it for SHA-256 alone. */
    if (failed == 0 && curve == DEVID_P256)
        failed = wc_ecc_set_deterministic(key, 1);
    return failed;
}

/* Right-aligned in its field. */
static int store_scalar(const mp_int *value, uint8_t *octets, word32 field)
{
    mp_int copy = *value;

    return mp_to_unsigned_bin_len(&copy, octets, (int)field);
}

/* How deep signing reaches is measured for wolfCrypt as devca builds it
 * (unit.key.memory), and not known of others. */
static void wipe_signing(void)
{
#ifdef DEVCA_SIGNS_SHALLOW
    wipe_stack_shallow();
#else
    wipe_stack();
#endif
}

static enum devca_code file_key_sign(const struct signer *signer,
                                     const uint8_t *hash, uint8_t *raw,
                                     struct devca_error *error)
{
    const struct file_key *own = (const struct file_key *)signer;
    enum devid_curve curve = own->private->curve;
    word32 field = field_len(curve);
    WC_RNG *rng;
    ecc_key key;
    mp_int r, s;
    int failed;
    enum devca_code code = generator_get(&rng, error);

    if (code != DEVCA_OK)
        return code;
    failed = load(&key, own->private);
    if (failed == 0) {
        failed = mp_init_multi(&r, &s, NULL, NULL, NULL, NULL);
        if (failed == 0)
            failed = set_nonce(&key, curve, rng);
        if (failed == 0)
            failed = wc_ecc_sign_hash_ex(hash, field, rng, &key, &r, &s);
        if (failed == 0)
            failed = store_scalar(&r, raw, field);
        if (failed == 0)
            failed = store_scalar(&s, raw + field, field);
        mp_clear(&r);
        mp_clear(&s);
        wc_ecc_free(&key);
    }
    wipe(&key, sizeof key);
    wipe_signing();
    if (failed != 0)
        return fail(error, DEVCA_E_KEY, NULL, "FIPS 186-4 6.4", NULL,
                    "signing failed (wolfCrypt %d)", failed);
    return DEVCA_OK;
}

static enum devca_code file_key_export(const struct signer *signer,
                                       const struct bytes *secret,
                                       struct bytes *pem,
                                       struct devca_error *error)
{
    const struct file_key *own = (const struct file_key *)signer;

    return pkcs8_write(own->private, secret, pem, error);
}

static void file_key_close(struct signer *signer)
{
    struct file_key *own = (struct file_key *)signer;

    secret_free(own->private, sizeof *own->private);
    wipe(own, sizeof *own);
    free(own);
}

static const struct key_backend backend = {
    file_key_sign, file_key_export, file_key_close, NULL, true, NULL};

static enum devca_code file_key_new(struct file_key **key,
                                    struct devca_error *error)
{
    struct file_key *new = calloc(1, sizeof *new);

    if (!new)
        return fail_memory(error);
    new->head.backend = &backend;
    new->private = secret_alloc(sizeof *new->private);
    if (!new->private) {
        free(new);
        return fail_memory(error);
    }
    *key = new;
    return DEVCA_OK;
}

/* The point that belongs to the scalar; a scalar of 0 or n and above has
 * none. */
static bool derive_point(struct private_key *private, WC_RNG *rng,
                         uint8_t *point)
{
    word32 field = field_len(private->curve);
    word32 len = 1 + 2 * field;
    ecc_key key;
    bool done;

    if (wc_ecc_init(&key) != 0)
        return false;
    done = wc_ecc_import_private_key_ex(private->scalar, field, NULL, 0, &key,
                                        curve_id(private->curve)) == 0;
#ifdef ECC_TIMING_RESISTANT
    done = done && wc_ecc_set_rng(&key, rng) == 0;
#endif
    done = done && wc_ecc_make_pub_ex(&key, NULL, rng) == 0;
    done = done && wc_ecc_export_x963(&key, point, &len) == 0;
    wc_ecc_free(&key);
    wipe(&key, sizeof key);
    wipe_stack();
    return done;
}

static enum devca_code adopt(struct file_key *key, const char *object,
                             struct devca_error *error)
{
    struct private_key *private = key->private;
    struct devid_slice slice = {private->point,
                                1 + 2 * field_len(private->curve)};
    uint8_t point[DEVID_MAX_POINT];
    WC_RNG *rng;
    enum devca_code code = generator_get(&rng, error);

    if (code != DEVCA_OK)
        return code;
    if (!derive_point(private, rng, point) ||
        (private->has_point && memcmp(point, private->point, slice.len) != 0))
        return fail(error, DEVCA_E_KEY, object, "RFC 5915 3", "publicKey",
                    "the private key is damaged: its two halves do not agree");
    memcpy(private->point, point, slice.len);
    private->has_point = true;
    return public_key_read(&key->head.key, private->curve, slice, object,
                           error);
}

enum devca_code signer_generate(struct signer **signer, enum devid_curve curve,
                                struct devca_error *error)
{
    struct file_key *key = NULL;
    word32 field = field_len(curve);
    WC_RNG *rng;
    ecc_key fresh;
    int failed;
    enum devca_code code = generator_get(&rng, error);

    *signer = NULL;
    if (code == DEVCA_OK)
        code = file_key_new(&key, error);
    if (code != DEVCA_OK)
        return code;
    key->private->curve = curve;
    failed = wc_ecc_init(&fresh);
    if (failed == 0) {
        failed = wc_ecc_make_key_ex(rng, (int)field, &fresh, curve_id(curve));
        if (failed == 0)
            failed = wc_ecc_export_private_only(&fresh, key->private->scalar,
                                                &field);
        wc_ecc_free(&fresh);
    }
    wipe(&fresh, sizeof fresh);
    wipe_stack();
    code = failed == 0 && field == field_len(curve)
               ? adopt(key, "new key", error)
               : fail(error, DEVCA_E_KEY, "new key", NULL, NULL,
                      "a key could not be generated (wolfCrypt %d)", failed);
    if (code != DEVCA_OK) {
        signer_close(&key->head);
        return code;
    }
    *signer = &key->head;
    return DEVCA_OK;
}

enum devca_code signer_import(struct signer **signer,
                              const struct private_key *private,
                              const char *object, struct devca_error *error)
{
    struct file_key *key = NULL;
    enum devca_code code = file_key_new(&key, error);

    *signer = NULL;
    if (code != DEVCA_OK)
        return code;
    *key->private = *private;
    code = adopt(key, object, error);
    if (code == DEVCA_OK)
        *signer = &key->head;
    else
        signer_close(&key->head);
    return code;
}

/* ---- files ---- */

static enum devca_code file_path(const struct signer_location *location,
                                 struct bytes *path, struct devca_error *error)
{
    const char *name = location->uri + strlen("file:");

    if (name[0] != '/' && location->folder &&
        (!bytes_append_text(path, location->folder) ||
         !bytes_append_text(path, "/")))
        return fail_memory(error);
    return bytes_append_text(path, name) ? DEVCA_OK : fail_memory(error);
}

static enum devca_code read_file(const struct signer_location *location,
                                 struct bytes *path, struct bytes *pem,
                                 struct devca_error *error)
{
    enum devca_code code = file_path(location, path, error);

    if (code == DEVCA_OK)
        code = private_file_read((const char *)path->data, "key", pem, error);
    return code;
}

enum devca_code file_key_needs_secret(const struct signer_location *location,
                                      bool *needed, struct devca_error *error)
{
    struct bytes path = {0}, pem = {0};
    enum devca_code code = read_file(location, &path, &pem, error);

    if (code == DEVCA_OK)
        code = pkcs8_is_encrypted(bytes_slice(&pem), (const char *)path.data,
                                  needed, error);
    bytes_clear(&path);
    bytes_clear(&pem);
    return code;
}

enum devca_code file_key_open(struct signer **signer,
                              const struct signer_location *location,
                              struct devca_error *error)
{
    struct pkcs8_source source = {.secret = location->secret};
    struct bytes path = {0}, pem = {0};
    struct file_key *key = NULL;
    enum devca_code code = read_file(location, &path, &pem, error);

    source.pem = bytes_slice(&pem);
    source.object = (const char *)path.data;
    if (code == DEVCA_OK)
        code = file_key_new(&key, error);
    if (code == DEVCA_OK)
        code = pkcs8_read(key->private, &source, error);
    if (code == DEVCA_OK)
        code = adopt(key, source.object, error);
    if (code == DEVCA_OK)
        *signer = &key->head;
    else if (key)
        signer_close(&key->head);
    bytes_clear(&path);
    bytes_clear(&pem);
    return code;
}
