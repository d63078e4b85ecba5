/*
 * libdevid's port over OpenSSL 3: all that it needs from a platform. OpenSSL
 * looks itself whether a point is on its curve when it takes a key.
 */
#include <devid/port.h>

#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>

static size_t field(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

enum devid_status devid_port_hash(enum devid_curve curve,
                                  struct devid_slice message, uint8_t *hash)
{
    const EVP_MD *sha = curve == DEVID_P256 ? EVP_sha256() : EVP_sha384();

    return EVP_Digest(message.data, message.len, hash, NULL, sha, NULL) == 1
               ? DEVID_OK
               : DEVID_E_ALGORITHM;
}

/* NULL for what is no point of the curve. */
static EVP_PKEY *load(enum devid_curve curve, const uint8_t *point)
{
    char p256[] = "P-256", p384[] = "P-384";
    char *group = curve == DEVID_P256 ? p256 : p384;
    OSSL_PARAM parts[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, group, 0),
        /* It is not written to. */
        OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY,
                                          (void *)(uintptr_t)point,
                                          1 + 2 * field(curve)),
        OSSL_PARAM_construct_end()};
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *key = NULL;

    if (EVP_PKEY_fromdata_init(context) == 1)
        (void)EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, parts);
    EVP_PKEY_CTX_free(context);
    return key;
}

enum devid_status devid_port_check_point(enum devid_curve curve,
                                         const uint8_t *point)
{
    EVP_PKEY *key = load(curve, point);
    enum devid_status status = key != NULL ? DEVID_OK : DEVID_E_KEY_POINT;

    EVP_PKEY_free(key);
    return status;
}

enum devid_status devid_port_ecdsa_verify(enum devid_curve curve,
                                          const uint8_t *point,
                                          const uint8_t *hash,
                                          const uint8_t *raw)
{
    int len = (int)field(curve), der_len;
    EVP_PKEY *key = load(curve, point);
    EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
    ECDSA_SIG *pair = ECDSA_SIG_new();
    uint8_t *der = NULL;
    int good;

    good =
        key != NULL && context != NULL && pair != NULL &&
        ECDSA_SIG_set0(pair, BN_bin2bn(raw, len, NULL),
                       BN_bin2bn(raw + len, len, NULL)) == 1 &&
        (der_len = i2d_ECDSA_SIG(pair, &der)) > 0 &&
        EVP_PKEY_verify_init(context) == 1 &&
        EVP_PKEY_verify(context, der, (size_t)der_len, hash, field(curve)) == 1;
    OPENSSL_free(der);
    ECDSA_SIG_free(pair);
    EVP_PKEY_CTX_free(context);
    EVP_PKEY_free(key);
    return good ? DEVID_OK : DEVID_E_SIGNATURE;
}
