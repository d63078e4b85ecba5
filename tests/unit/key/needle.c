#include "needle.h"

#include "devca/key/crypto.h"
#include "devca/key/pkcs8.h"

#include <check.h>

#define MASK 0xA5

struct needle needle_make(const uint8_t *scalar)
{
    struct needle needle;
    size_t i;

    for (i = 0; i < NEEDLE_LEN; i++) {
        needle.forward[i] = scalar[8 + i] ^ MASK;
        needle.backward[NEEDLE_LEN - 1 - i] = scalar[8 + i] ^ MASK;
    }
    return needle;
}

static bool matches(const uint8_t *place, const uint8_t *masked)
{
    size_t i;

    for (i = 0; i < NEEDLE_LEN; i++)
        if ((place[i] ^ MASK) != masked[i])
            return false;
    return true;
}

size_t needle_count(const uint8_t *octets, size_t len,
                    const struct needle *needle)
{
    size_t i, found = 0;

    for (i = 0; i + NEEDLE_LEN <= len; i++)
        if (matches(octets + i, needle->forward) ||
            matches(octets + i, needle->backward))
            found++;
    return found;
}

/* In a frame of its own, whose rests the next calls write over. */
struct signer *needle_signer(enum devid_curve curve, struct needle *needle)
{
    struct private_key key = {0};
    struct pkcs8_source source = {.object = "key"};
    struct bytes pem = {0};
    struct signer *signer;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(signer_generate(&signer, curve, NULL), DEVCA_OK);
    ck_assert_int_eq(signer_export(signer, NULL, &pem, NULL), DEVCA_OK);
    source.pem = bytes_slice(&pem);
    ck_assert_int_eq(pkcs8_read(&key, &source, NULL), DEVCA_OK);
    *needle = needle_make(key.scalar);
    private_key_clear(&key);
    bytes_clear(&pem);
    return signer;
}

void needle_use(const struct signer *signer)
{
    static const uint8_t text[] = "any message";
    struct signature signature;
    int i;

    for (i = 0; i < 20; i++)
        ck_assert_int_eq(signer_sign(signer,
                                     (struct devid_slice){text, sizeof text},
                                     &signature, NULL),
                         DEVCA_OK);
}
