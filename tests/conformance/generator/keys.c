/* Keys and signatures by wolfCrypt. */
#include "wolfssl/settings.h"

#include "keys.h"

#include <devid/port.h>

#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/random.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct key {
    ecc_key key;
    WC_RNG rng;
    char name[NODE_NAME];
    enum devid_curve curve;
    uint8_t point[DEVID_MAX_POINT];
};

static void must(int good, const char *what)
{
    if (!good)
        die("wolfCrypt", what);
}

static word32 field_len(const struct key *key)
{
    return key->curve == DEVID_P256 ? 32 : 48;
}

/* A hash of seed and name is the private key: below n but for one in 2^32. */
static void make(struct key *key, const char *seed)
{
    char text[128];
    uint8_t scalar[DEVID_MAX_HASH];
    word32 len = sizeof key->point;
    struct devid_slice message = {(const uint8_t *)text, 0};

    message.len = (size_t)snprintf(text, sizeof text, "%s:%s", seed, key->name);
    must(devid_port_hash(key->curve, message, scalar) == DEVID_OK, "hash");
    must(wc_InitRng(&key->rng) == 0 && wc_ecc_init(&key->key) == 0, "init");
    must(wc_ecc_import_private_key_ex(
             scalar, field_len(key), NULL, 0, &key->key,
             key->curve == DEVID_P256 ? ECC_SECP256R1 : ECC_SECP384R1) == 0,
         "private key");
#ifdef ECC_TIMING_RESISTANT
    must(wc_ecc_set_rng(&key->key, &key->rng) == 0, "random");
#endif
    must(wc_ecc_make_pub_ex(&key->key, NULL, &key->rng) == 0, "public key");
    must(wc_ecc_export_x963(&key->key, key->point, &len) == 0, "point");
    if (key->curve == DEVID_P256)
        must(wc_ecc_set_deterministic(&key->key, 1) == 0, "RFC 6979");
}

struct key *keys_find(struct keys *keys, const char *name)
{
    struct key *key;

    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->list[i]->name, name) == 0)
            return keys->list[i];
    }
    key = calloc(1, sizeof *key);
    if (key == NULL || keys->count == KEYS_MAX)
        die("too many keys", name);
    (void)snprintf(key->name, sizeof key->name, "%s", name);
    key->curve = strncmp(name, "big", 3) == 0 ? DEVID_P384 : DEVID_P256;
    make(key, keys->seed);
    keys->list[keys->count++] = key;
    return key;
}

void keys_clear(struct keys *keys)
{
    for (size_t i = 0; i < keys->count; i++) {
        wc_ecc_free(&keys->list[i]->key);
        wc_FreeRng(&keys->list[i]->rng);
        free(keys->list[i]);
    }
    keys->count = 0;
}

enum devid_curve key_curve(const struct key *key)
{
    return key->curve;
}

struct devid_slice key_point(const struct key *key)
{
    return (struct devid_slice){key->point, 2 * field_len(key) + 1};
}

void key_sign(struct key *key, struct devid_slice message, uint8_t *raw)
{
    uint8_t hash[DEVID_MAX_HASH];
    word32 field = field_len(key);
    mp_int r;
    mp_int s;

    must(devid_port_hash(key->curve, message, hash) == DEVID_OK, "hash");
    must(mp_init_multi(&r, &s, NULL, NULL, NULL, NULL) == 0, "numbers");
    must(wc_ecc_sign_hash_ex(hash, field, &key->rng, &key->key, &r, &s) == 0,
         "signature");
    must(mp_to_unsigned_bin_len(&r, raw, (int)field) == 0 &&
             mp_to_unsigned_bin_len(&s, raw + field, (int)field) == 0,
         "numbers");
    mp_clear(&r);
    mp_clear(&s);
}
