/* Keys that sign what mint.h makes. */
#include "wolfssl/settings.h"

#include "authority.h"

#include "devid/x509/key.h"

#include <devid/port.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct test_key {
    ecc_key key;
    WC_RNG rng;
    enum devid_curve curve;
    uint8_t point[DEVID_MAX_POINT];
    char spki[2 * 160];
};

static void must(int good)
{
    if (!good)
        abort();
}

static size_t field_len(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

static void to_hex(struct devid_slice octets, char *text)
{
    for (size_t i = 0; i < octets.len; i++)
        (void)snprintf(text + 2 * i, 3, "%02X", octets.data[i]);
}

struct test_key *test_key_new(enum devid_curve curve)
{
    struct test_key *key = calloc(1, sizeof *key);
    word32 len = DEVID_MAX_POINT;
    uint8_t spki[160];
    struct devid_writer w;

    if (key == NULL)
        abort();
    key->curve = curve;
    must(wc_InitRng(&key->rng) == 0 && wc_ecc_init(&key->key) == 0);
    must(wc_ecc_make_key_ex(&key->rng, (int)field_len(curve), &key->key,
                            curve == DEVID_P256 ? ECC_SECP256R1
                                                : ECC_SECP384R1) == 0);
#ifdef ECC_TIMING_RESISTANT
    must(wc_ecc_set_rng(&key->key, &key->rng) == 0);
#endif
    must(wc_ecc_export_x963(&key->key, key->point, &len) == 0);
    devid_writer_init(&w, spki, sizeof spki);
    devid_spki_write(&w, curve, test_key_point(key));
    must(w.len <= sizeof spki);
    to_hex((struct devid_slice){spki, w.len}, key->spki);
    return key;
}

void test_key_free(struct test_key *key)
{
    if (key == NULL)
        return;
    wc_ecc_free(&key->key);
    wc_FreeRng(&key->rng);
    free(key);
}

struct devid_slice test_key_point(const struct test_key *key)
{
    return (struct devid_slice){key->point, 2 * field_len(key->curve) + 1};
}

const char *test_key_spki(const struct test_key *key)
{
    return key->spki;
}

struct devid_slice test_key_sign(struct test_key *key,
                                 struct devid_slice message, uint8_t *buffer)
{
    uint8_t hash[DEVID_MAX_HASH];
    word32 len = 128;

    must(devid_port_hash(key->curve, message, hash) == DEVID_OK);
    must(wc_ecc_sign_hash(hash, (word32)field_len(key->curve), buffer, &len,
                          &key->rng, &key->key) == 0);
    return (struct devid_slice){buffer, len};
}

struct devid_slice test_key_issue(struct test_key *key, const struct mint *mint)
{
    uint8_t signature[128];
    uint8_t value[160];
    char text[2 * 160 + 1];
    struct mint copy = *mint;
    struct devid_writer w;
    struct devid_slice tbs;
    uint8_t *whole;
    uint8_t *tbs_buffer;

    devid_writer_init(&w, NULL, 0);
    mint_tbs(&w, &copy);
    tbs_buffer = malloc(w.len);
    if (tbs_buffer == NULL)
        abort();
    devid_writer_init(&w, tbs_buffer, w.len);
    mint_tbs(&w, &copy);
    must(devid_writer_done(&w, &tbs) == DEVID_OK);
    if (copy.field[MINT_SIGNATURE] == NULL) {
        devid_writer_init(&w, value, sizeof value);
        devid_der_write_bit_octets(&w, test_key_sign(key, tbs, signature));
        must(w.len <= sizeof value);
        to_hex((struct devid_slice){value, w.len}, text);
        copy.field[MINT_SIGNATURE] = text;
    }
    devid_writer_init(&w, NULL, 0);
    mint_whole(&w, &copy, tbs);
    whole = malloc(w.len);
    if (whole == NULL)
        abort();
    devid_writer_init(&w, whole, w.len);
    mint_whole(&w, &copy, tbs);
    free(tbs_buffer);
    return (struct devid_slice){whole, w.len};
}
