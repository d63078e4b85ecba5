#include "devca/key/pkcs8.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/key/pbes2.h"
#include "devid/codec/oid.h"
#include "devid/codec/pem.h"

#include <string.h>

static const char plain_label[] = "PRIVATE KEY";
static const char sealed_label[] = "ENCRYPTED PRIVATE KEY";

void private_key_clear(struct private_key *key)
{
    wipe(key, sizeof *key);
}

static size_t field_len(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

/* ---- reading ---- */

static bool label_is(struct devid_slice label, const char *text)
{
    return label.len == strlen(text) &&
           memcmp(label.data, text, label.len) == 0;
}

/* The one block of a key file, into *der. */
static enum devca_code read_block(struct devid_slice pem, const char *object,
                                  struct bytes *der, bool *encrypted,
                                  struct devca_error *error)
{
    struct devid_slice label, octets;
    struct devid_writer w;

    if (!bytes_reserve(der, pem.len))
        return fail_memory(error);
    devid_writer_init(&w, der->data, pem.len);
    if (devid_pem_read(&pem, &label, &w) != DEVID_OK ||
        devid_writer_done(&w, &octets) != DEVID_OK)
        return fail(error, DEVCA_E_KEY, object, "RFC 7468 10", "PEM",
                    "holds no private key in PEM, or it is damaged");
    der->len = octets.len;
    *encrypted = label_is(label, sealed_label);
    if (*encrypted || label_is(label, plain_label))
        return DEVCA_OK;
    return fail(error, DEVCA_E_KEY, object, "RFC 7468 10", "PEM label",
                "\"%.*s\" is not a PKCS#8 private key",
                (int)(label.len > 64 ? 64 : label.len),
                (const char *)label.data);
}

enum devca_code pkcs8_is_encrypted(struct devid_slice pem, const char *object,
                                   bool *encrypted, struct devca_error *error)
{
    struct bytes der = {0};
    enum devca_code code = read_block(pem, object, &der, encrypted, error);

    bytes_clear(&der);
    return code;
}

static bool read_curve(struct devid_slice *algorithm, enum devid_curve *curve)
{
    struct devid_slice oid;

    if (devid_der_read_oid(algorithm, DER_OID, &oid) != DEVID_OK ||
        algorithm->len != 0)
        return false;
    if (devid_slice_equal(oid, OID_SLICE(OID_P256)))
        *curve = DEVID_P256;
    else if (devid_slice_equal(oid, OID_SLICE(OID_P384)))
        *curve = DEVID_P384;
    else
        return false;
    return true;
}

/* RFC 5915, 3 has it as long as the field; GnuTLS writes it as the content of
 * an INTEGER, a 00 in front or shorter. */
static bool read_scalar(struct devid_slice octets, uint8_t *scalar,
                        size_t field)
{
    while (octets.len > 0 && octets.data[0] == 0) {
        octets.data++;
        octets.len--;
    }
    if (octets.len == 0 || octets.len > field)
        return false;
    memset(scalar, 0, field - octets.len);
    memcpy(scalar + field - octets.len, octets.data, octets.len);
    return true;
}

/* ECPrivateKey, RFC 5915 3: parameters [0] may repeat the curve. */
static bool read_ec_key(struct devid_slice octets, struct private_key *key)
{
    struct devid_slice inner, scalar, part, point;
    size_t field = field_len(key->curve);
    enum devid_curve again = key->curve;
    uint32_t version;

    if (devid_der_read(&octets, DER_SEQUENCE, &inner) != DEVID_OK ||
        octets.len != 0 ||
        devid_der_read_small(&inner, DER_INTEGER, &version) != DEVID_OK ||
        version != 1 ||
        devid_der_read(&inner, DER_OCTET_STRING, &scalar) != DEVID_OK ||
        !read_scalar(scalar, key->scalar, field))
        return false;
    if (devid_der_peek(&inner) == DER_CONTEXT_CONSTRUCTED(0) &&
        (devid_der_read(&inner, DER_CONTEXT_CONSTRUCTED(0), &part) !=
             DEVID_OK ||
         !read_curve(&part, &again) || again != key->curve))
        return false;
    if (devid_der_peek(&inner) == DER_CONTEXT_CONSTRUCTED(1)) {
        if (devid_der_read(&inner, DER_CONTEXT_CONSTRUCTED(1), &part) !=
                DEVID_OK ||
            devid_der_read_bit_octets(&part, &point) != DEVID_OK ||
            part.len != 0 || point.len != 1 + 2 * field)
            return false;
        memcpy(key->point, point.data, point.len);
        key->has_point = true;
    }
    return inner.len == 0;
}

/* OneAsymmetricKey, RFC 5958 2; attributes and publicKey may follow. */
static bool read_info(struct devid_slice der, struct private_key *key)
{
    struct devid_slice outer, algorithm, oid, octets, skipped;
    uint32_t version;
    uint8_t tag;

    if (devid_der_read(&der, DER_SEQUENCE, &outer) != DEVID_OK ||
        der.len != 0 ||
        devid_der_read_small(&outer, DER_INTEGER, &version) != DEVID_OK ||
        version > 1 ||
        devid_der_read(&outer, DER_SEQUENCE, &algorithm) != DEVID_OK ||
        devid_der_read_oid(&algorithm, DER_OID, &oid) != DEVID_OK ||
        !devid_slice_equal(oid, OID_SLICE(OID_EC_PUBLIC_KEY)) ||
        !read_curve(&algorithm, &key->curve) ||
        devid_der_read(&outer, DER_OCTET_STRING, &octets) != DEVID_OK)
        return false;
    while (outer.len > 0)
        if (devid_der_read_any(&outer, &tag, &skipped) != DEVID_OK ||
            (tag != DER_CONTEXT_CONSTRUCTED(0) && tag != DER_CONTEXT(1)))
            return false;
    return read_ec_key(octets, key);
}

static enum devca_code open_block(const struct pkcs8_source *source,
                                  struct bytes *der, struct devca_error *error)
{
    struct bytes sealed = *der;
    enum devca_code code;

    if (!source->secret) {
        fail(error, DEVCA_E_PASSPHRASE, source->object, NULL, "--passphrase",
             "the key is encrypted and no passphrase was given");
        return fail_hint(error, DEVCA_E_PASSPHRASE,
                         "--passphrase file:PATH, env:NAME, fd:N, stdin or "
                         "prompt");
    }
    *der = (struct bytes){NULL, 0, 0};
    code = pbes2_open(bytes_slice(&sealed), source->secret, der, source->object,
                      error);
    bytes_clear(&sealed);
    return code;
}

enum devca_code pkcs8_read(struct private_key *key,
                           const struct pkcs8_source *source,
                           struct devca_error *error)
{
    struct bytes der = {0};
    bool encrypted;
    enum devca_code code =
        read_block(source->pem, source->object, &der, &encrypted, error);

    memset(key, 0, sizeof *key);
    if (code == DEVCA_OK && encrypted)
        code = open_block(source, &der, error);
    if (code == DEVCA_OK && !read_info(bytes_slice(&der), key)) {
        /* One wrong passphrase in 256 leaves a padding that looks right. */
        code = encrypted && (der.len == 0 || der.data[0] != DER_SEQUENCE)
                   ? pbes2_refuse(source->object, error)
                   : fail(error, DEVCA_E_KEY, source->object, "RFC 5958 2",
                          "PrivateKeyInfo",
                          "is damaged or not a P-256 or P-384 key");
        private_key_clear(key);
    }
    bytes_clear(&der);
    wipe_stack();
    return code;
}

/* ---- writing ---- */

static void write_ec_key(struct devid_writer *w, const struct private_key *key)
{
    size_t field = field_len(key->curve);
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t part;

    devid_der_write_small(w, DER_INTEGER, 1);
    devid_der_write(w, DER_OCTET_STRING,
                    (struct devid_slice){key->scalar, field});
    part = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(1));
    devid_der_write_bit_octets(w,
                               (struct devid_slice){key->point, 1 + 2 * field});
    devid_der_close(w, part);
    devid_der_close(w, outer);
}

static void write_info(struct devid_writer *w, const void *context)
{
    const struct private_key *key = context;
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t part;

    devid_der_write_small(w, DER_INTEGER, 0);
    part = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, OID_SLICE(OID_EC_PUBLIC_KEY));
    devid_der_write(w, DER_OID,
                    key->curve == DEVID_P256 ? OID_SLICE(OID_P256)
                                             : OID_SLICE(OID_P384));
    devid_der_close(w, part);
    part = devid_der_open(w, DER_OCTET_STRING);
    write_ec_key(w, key);
    devid_der_close(w, part);
    devid_der_close(w, outer);
}

enum devca_code pkcs8_write(const struct private_key *key,
                            const struct bytes *secret, struct bytes *pem,
                            struct devca_error *error)
{
    struct bytes plain = {0}, sealed = {0};
    enum devca_code code = DEVCA_OK;

    if (!bytes_write(&plain, write_info, key))
        code = fail_memory(error);
    if (code == DEVCA_OK && secret)
        code = pbes2_seal(bytes_slice(&plain), secret, &sealed, error);
    if (code == DEVCA_OK &&
        !(secret ? pem_append(pem, sealed_label, bytes_slice(&sealed))
                 : pem_append(pem, plain_label, bytes_slice(&plain))))
        code = fail_memory(error);
    bytes_clear(&plain);
    bytes_clear(&sealed);
    return code;
}
