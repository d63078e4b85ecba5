#include "wolfssl/settings.h"

#include "devca/key/pbes2.h"

#include "devca/base/fail.h"
#include "devca/key/crypto.h"
#include "devid/codec/oid.h"
#include "devid/codec/writer.h"

#include <string.h>

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/pwdbased.h>

#define OID_PBES2 "\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0D"
#define OID_PBKDF2 "\x2A\x86\x48\x86\xF7\x0D\x01\x05\x0C"
#define OID_HMAC_SHA1 "\x2A\x86\x48\x86\xF7\x0D\x02\x07"
#define OID_HMAC_SHA256 "\x2A\x86\x48\x86\xF7\x0D\x02\x09"
#define OID_HMAC_SHA384 "\x2A\x86\x48\x86\xF7\x0D\x02\x0A"
#define OID_HMAC_SHA512 "\x2A\x86\x48\x86\xF7\x0D\x02\x0B"
#define OID_AES128_CBC "\x60\x86\x48\x01\x65\x03\x04\x01\x02"
#define OID_AES192_CBC "\x60\x86\x48\x01\x65\x03\x04\x01\x16"
#define OID_AES256_CBC "\x60\x86\x48\x01\x65\x03\x04\x01\x2A"

#define ITERATIONS 600000u
#define ITERATIONS_MAX 10000000u /* a hostile file shall not stop the line */
#define SALT_LEN 16
#define SALT_MAX 64
#define BLOCK 16
#define KEY_MAX 32
#define PLAIN_MAX 4096

struct named {
    const char *oid;
    size_t len;
    int value;
};
#define ROW(oid, value)             \
    {                               \
        oid, sizeof(oid) - 1, value \
    }

static const struct named prfs[] = {
    ROW(OID_HMAC_SHA1, WC_SHA), ROW(OID_HMAC_SHA256, WC_SHA256),
    ROW(OID_HMAC_SHA384, WC_SHA384), ROW(OID_HMAC_SHA512, WC_SHA512)};
/* value: octets of the key */
static const struct named ciphers[] = {
    ROW(OID_AES128_CBC, 16), ROW(OID_AES192_CBC, 24), ROW(OID_AES256_CBC, 32)};

static bool find(const struct named *rows, size_t count, struct devid_slice oid,
                 int *value)
{
    size_t i;

    for (i = 0; i < count; i++)
        if (rows[i].len == oid.len &&
            memcmp(rows[i].oid, oid.data, oid.len) == 0) {
            *value = rows[i].value;
            return true;
        }
    return false;
}

static bool oid_is(struct devid_slice *in, struct devid_slice expected)
{
    struct devid_slice oid;

    return devid_der_read_oid(in, DER_OID, &oid) == DEVID_OK &&
           devid_slice_equal(oid, expected);
}

struct parameters {
    struct devid_slice salt;
    struct devid_slice iv;
    struct devid_slice data;
    uint32_t iterations;
    uint32_t stated_len; /* of the key; 0: not stated */
    int prf;
    int key_len;
};

/* prf AlgorithmIdentifier DEFAULT algid-hmacWithSHA1, RFC 8018 A.2. Its NULL
 * belongs there (B.1.2), but GnuTLS leaves it out. */
static bool read_prf(struct devid_slice *in, int *prf)
{
    struct devid_slice algorithm, oid, none;

    *prf = WC_SHA;
    if (devid_der_peek(in) != DER_SEQUENCE)
        return in->len == 0;
    return devid_der_read(in, DER_SEQUENCE, &algorithm) == DEVID_OK &&
           devid_der_read_oid(&algorithm, DER_OID, &oid) == DEVID_OK &&
           find(prfs, sizeof prfs / sizeof prfs[0], oid, prf) &&
           (algorithm.len == 0 ||
            (devid_der_read(&algorithm, DER_NULL, &none) == DEVID_OK &&
             none.len == 0 && algorithm.len == 0)) &&
           in->len == 0;
}

static bool read_kdf(struct devid_slice *in, struct parameters *p)
{
    struct devid_slice kdf, values;

    if (devid_der_read(in, DER_SEQUENCE, &kdf) != DEVID_OK ||
        !oid_is(&kdf, OID_SLICE(OID_PBKDF2)) ||
        devid_der_read(&kdf, DER_SEQUENCE, &values) != DEVID_OK ||
        kdf.len != 0 ||
        devid_der_read(&values, DER_OCTET_STRING, &p->salt) != DEVID_OK ||
        devid_der_read_small(&values, DER_INTEGER, &p->iterations) != DEVID_OK)
        return false;
    if (devid_der_peek(&values) == DER_INTEGER &&
        (devid_der_read_small(&values, DER_INTEGER, &p->stated_len) !=
             DEVID_OK ||
         p->stated_len == 0))
        return false;
    return read_prf(&values, &p->prf) && p->salt.len >= 8 &&
           p->salt.len <= SALT_MAX && p->iterations >= 1 &&
           p->iterations <= ITERATIONS_MAX;
}

static bool read_cipher(struct devid_slice *in, struct parameters *p)
{
    struct devid_slice cipher, oid;

    return devid_der_read(in, DER_SEQUENCE, &cipher) == DEVID_OK &&
           devid_der_read_oid(&cipher, DER_OID, &oid) == DEVID_OK &&
           find(ciphers, sizeof ciphers / sizeof ciphers[0], oid,
                &p->key_len) &&
           devid_der_read(&cipher, DER_OCTET_STRING, &p->iv) == DEVID_OK &&
           p->iv.len == BLOCK && cipher.len == 0 &&
           (p->stated_len == 0 || p->stated_len == (uint32_t)p->key_len);
}

static bool read_parameters(struct devid_slice der, struct parameters *p)
{
    struct devid_slice outer, algorithm, scheme;

    return devid_der_read(&der, DER_SEQUENCE, &outer) == DEVID_OK &&
           der.len == 0 &&
           devid_der_read(&outer, DER_SEQUENCE, &algorithm) == DEVID_OK &&
           oid_is(&algorithm, OID_SLICE(OID_PBES2)) &&
           devid_der_read(&algorithm, DER_SEQUENCE, &scheme) == DEVID_OK &&
           algorithm.len == 0 && read_kdf(&scheme, p) &&
           read_cipher(&scheme, p) && scheme.len == 0 &&
           devid_der_read(&outer, DER_OCTET_STRING, &p->data) == DEVID_OK &&
           outer.len == 0 && p->data.len > 0 && p->data.len % BLOCK == 0 &&
           p->data.len <= PLAIN_MAX;
}

static bool derive(const struct bytes *secret, const struct parameters *p,
                   uint8_t *key)
{
    return secret->len <= INT32_MAX &&
           wc_PBKDF2(key, secret->data, (int)secret->len, p->salt.data,
                     (int)p->salt.len, (int)p->iterations, p->key_len,
                     p->prf) == 0;
}

/* In and out have the same length, a multiple of the block. */
static bool aes_cbc(const struct parameters *p, const uint8_t *key,
                    bool encrypt, struct devid_slice in, uint8_t *out)
{
    Aes aes;
    int failed;

    if (wc_AesInit(&aes, NULL, INVALID_DEVID) != 0)
        return false;
    failed = wc_AesSetKey(&aes, key, (word32)p->key_len, p->iv.data,
                          encrypt ? AES_ENCRYPTION : AES_DECRYPTION);
    if (failed == 0)
        failed = encrypt ? wc_AesCbcEncrypt(&aes, out, in.data, (word32)in.len)
                         : wc_AesCbcDecrypt(&aes, out, in.data, (word32)in.len);
    wc_AesFree(&aes);
    wipe(&aes, sizeof aes);
    return failed == 0;
}

/* RFC 8018, 6.2.2: n octets of value n. */
static bool unpad(struct bytes *plain)
{
    uint8_t pad = plain->data[plain->len - 1];
    size_t i;

    if (pad == 0 || pad > BLOCK)
        return false;
    for (i = 0; i < pad; i++)
        if (plain->data[plain->len - 1 - i] != pad)
            return false;
    plain->len -= pad;
    return true;
}

enum devca_code pbes2_refuse(const char *object, struct devca_error *error)
{
    fail(error, DEVCA_E_PASSPHRASE, object, "RFC 8018 6.2.2", NULL,
         "the passphrase is wrong");
    return fail_hint(error, DEVCA_E_PASSPHRASE,
                     "if it is the right one the file is damaged: put it back "
                     "from a backup");
}

enum devca_code pbes2_open(struct devid_slice der, const struct bytes *secret,
                           struct bytes *plain, const char *object,
                           struct devca_error *error)
{
    struct parameters p = {0};
    uint8_t key[KEY_MAX];
    bool done;

    if (!read_parameters(der, &p)) {
        fail(error, DEVCA_E_KEY, object, "RFC 8018 6.2",
             "EncryptedPrivateKeyInfo",
             "is damaged or not encrypted by PBES2 with PBKDF2 and AES-CBC");
        return fail_hint(error, DEVCA_E_KEY,
                         "openssl pkcs8 -topk8 -v2 aes-256-cbc converts it");
    }
    if (!bytes_reserve(plain, p.data.len))
        return fail_memory(error);
    done =
        derive(secret, &p, key) && aes_cbc(&p, key, false, p.data, plain->data);
    wipe(key, sizeof key);
    plain->len = p.data.len;
    if (done && unpad(plain))
        return DEVCA_OK;
    return pbes2_refuse(object, error);
}

/* ---- writing ---- */

static void write_sealed(struct devid_writer *w, const void *context)
{
    const struct parameters *p = context;
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t algorithm = devid_der_open(w, DER_SEQUENCE);
    size_t scheme, part, values, prf;

    devid_der_write(w, DER_OID, OID_SLICE(OID_PBES2));
    scheme = devid_der_open(w, DER_SEQUENCE);
    part = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, OID_SLICE(OID_PBKDF2));
    values = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OCTET_STRING, p->salt);
    devid_der_write_small(w, DER_INTEGER, p->iterations);
    prf = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, OID_SLICE(OID_HMAC_SHA256));
    devid_der_write(w, DER_NULL, (struct devid_slice){NULL, 0});
    devid_der_close(w, prf);
    devid_der_close(w, values);
    devid_der_close(w, part);
    part = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, OID_SLICE(OID_AES256_CBC));
    devid_der_write(w, DER_OCTET_STRING, p->iv);
    devid_der_close(w, part);
    devid_der_close(w, scheme);
    devid_der_close(w, algorithm);
    devid_der_write(w, DER_OCTET_STRING, p->data);
    devid_der_close(w, outer);
}

static bool pad(struct devid_slice plain, struct bytes *padded)
{
    uint8_t fill = (uint8_t)(BLOCK - plain.len % BLOCK);
    uint8_t block[BLOCK];

    memset(block, fill, sizeof block);
    return bytes_append_slice(padded, plain) &&
           bytes_append(padded, block, fill);
}

enum devca_code pbes2_seal(struct devid_slice plain, const struct bytes *secret,
                           struct bytes *der, struct devca_error *error)
{
    uint8_t random[SALT_LEN + BLOCK], key[KEY_MAX];
    struct bytes data = {0};
    struct parameters p = {
        .iterations = ITERATIONS, .prf = WC_SHA256, .key_len = KEY_MAX};
    enum devca_code code = random_octets(random, sizeof random, error);

    p.salt = (struct devid_slice){random, SALT_LEN};
    p.iv = (struct devid_slice){random + SALT_LEN, BLOCK};
    if (code == DEVCA_OK && !pad(plain, &data))
        code = fail_memory(error);
    if (code == DEVCA_OK &&
        !(derive(secret, &p, key) &&
          aes_cbc(&p, key, true, bytes_slice(&data), data.data)))
        code = fail(error, DEVCA_E_INTERNAL, NULL, "RFC 8018 6.2", NULL,
                    "encryption of a key failed");
    p.data = bytes_slice(&data);
    if (code == DEVCA_OK && !bytes_write(der, write_sealed, &p))
        code = fail_memory(error);
    wipe(key, sizeof key);
    bytes_clear(&data);
    return code;
}
