/*
 * The wolfCrypt in use, ours or the system's, against published vectors: that
 * the settings and the assembly of a build are right before anything of ours
 * stands on them.
 */
#include "wolfssl/settings.h"

#include <check.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/wolfcrypt/aes.h>
#include <wolfssl/wolfcrypt/ecc.h>
#include <wolfssl/wolfcrypt/ed25519.h>
#include <wolfssl/wolfcrypt/hash.h>
#include <wolfssl/wolfcrypt/hmac.h>
#include <wolfssl/wolfcrypt/pwdbased.h>
#include <wolfssl/wolfcrypt/random.h>

enum { MOST = 128 };

/* Writes its output and gives its length; 0 when a call failed. */
typedef word32 compute(uint8_t *out);

/* Octets from hex, in static memory that the next call keeps. */
static word32 octets(const char *hex, uint8_t *out)
{
    word32 len = 0;

    for (; hex[0] && hex[1]; hex += 2) {
        char pair[3] = {hex[0], hex[1], '\0'};
        out[len++] = (uint8_t)strtoul(pair, NULL, 16);
    }
    return len;
}

static word32 sha1(uint8_t *out)
{
    return wc_ShaHash((const byte *)"abc", 3, out) == 0 ? 20 : 0;
}

static word32 sha256(uint8_t *out)
{
    return wc_Sha256Hash((const byte *)"abc", 3, out) == 0 ? 32 : 0;
}

static word32 sha384(uint8_t *out)
{
    return wc_Sha384Hash((const byte *)"abc", 3, out) == 0 ? 48 : 0;
}

static word32 sha512(uint8_t *out)
{
    return wc_Sha512Hash((const byte *)"abc", 3, out) == 0 ? 64 : 0;
}

/* RFC 4231, 4.3. */
static word32 hmac(uint8_t *out)
{
    static const char data[] = "what do ya want for nothing?";
    Hmac mac;
    int failed = wc_HmacInit(&mac, NULL, INVALID_DEVID);

    failed |= wc_HmacSetKey(&mac, WC_SHA256, (const byte *)"Jefe", 4);
    failed |= wc_HmacUpdate(&mac, (const byte *)data, sizeof(data) - 1);
    failed |= wc_HmacFinal(&mac, out);
    wc_HmacFree(&mac);
    return failed == 0 ? 32 : 0;
}

/* RFC 5869, A.1. */
static word32 hkdf(uint8_t *out)
{
    uint8_t key[MOST], salt[MOST], info[MOST];
    word32 key_len =
        octets("0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", key);
    word32 salt_len = octets("000102030405060708090a0b0c", salt);
    word32 info_len = octets("f0f1f2f3f4f5f6f7f8f9", info);

    return wc_HKDF(WC_SHA256, key, key_len, salt, salt_len, info, info_len, out,
                   42) == 0
               ? 42
               : 0;
}

/* RFC 7914, 11. */
static word32 pbkdf2(uint8_t *out)
{
    return wc_PBKDF2(out, (const byte *)"passwd", 6, (const byte *)"salt", 4, 1,
                     64, WC_SHA256) == 0
               ? 64
               : 0;
}

/* SP 800-38A, F.2.5, first block. */
static word32 aes_cbc(uint8_t *out)
{
    uint8_t key[MOST], iv[MOST], plain[MOST];
    Aes aes;
    int failed = wc_AesInit(&aes, NULL, INVALID_DEVID);

    octets("603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4",
           key);
    octets("000102030405060708090a0b0c0d0e0f", iv);
    octets("6bc1bee22e409f96e93d7e117393172a", plain);
    failed |= wc_AesSetKey(&aes, key, 32, iv, AES_ENCRYPTION);
    failed |= wc_AesCbcEncrypt(&aes, out, plain, 16);
    wc_AesFree(&aes);
    return failed == 0 ? 16 : 0;
}

/* The GCM specification, test case 14, ciphertext and tag. */
static word32 aes_gcm(uint8_t *out)
{
    static const uint8_t zero[32];
    Aes aes;
    int failed = wc_AesInit(&aes, NULL, INVALID_DEVID);

    failed |= wc_AesGcmSetKey(&aes, zero, 32);
    failed |=
        wc_AesGcmEncrypt(&aes, out, zero, 16, zero, 12, out + 16, 16, NULL, 0);
    wc_AesFree(&aes);
    return failed == 0 ? 32 : 0;
}

/* RFC 3394, 4.6. */
static word32 aes_wrap(uint8_t *out)
{
    uint8_t key[MOST], data[MOST];
    word32 key_len = octets(
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
        key);
    word32 len = octets(
        "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f",
        data);
    int wrapped = wc_AesKeyWrap(key, key_len, data, len, out, MOST, NULL);

    return wrapped > 0 ? (word32)wrapped : 0;
}

/* RFC 8032, 7.1, test 2. */
static word32 ed25519(uint8_t *out)
{
    static const uint8_t message[1] = {0x72};
    uint8_t private[MOST], public[MOST];
    word32 len = ED25519_SIG_SIZE;
    ed25519_key key;
    int failed = wc_ed25519_init(&key);

    octets("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
           private);
    octets("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
           public);
    failed |= wc_ed25519_import_private_key(private, 32, public, 32, &key);
    failed |= wc_ed25519_sign_msg(message, 1, out, &len, &key);
    wc_ed25519_free(&key);
    return failed == 0 ? len : 0;
}

/* RFC 6979, A.2.5, SHA-256 of "sample": r and s. */
static word32 ecdsa(uint8_t *out)
{
    uint8_t hash[32], der[MOST];
    word32 der_len = sizeof(der), r_len = 32, s_len = 32;
    WC_RNG rng;
    ecc_key key;
    int failed = wc_InitRng(&rng) | wc_ecc_init(&key);

    failed |= wc_ecc_import_raw(
        &key,
        "60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6",
        "7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299",
        "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721",
        "SECP256R1");
    failed |= wc_ecc_set_deterministic(&key, 1);
    failed |= wc_Sha256Hash((const byte *)"sample", 6, hash);
    failed |= wc_ecc_sign_hash(hash, sizeof(hash), der, &der_len, &rng, &key);
    failed |= wc_ecc_sig_to_rs(der, der_len, out, &r_len, out + 32, &s_len);
    wc_ecc_free(&key);
    wc_FreeRng(&rng);
    return failed == 0 ? r_len + s_len : 0;
}

static const struct {
    compute *run;
    const char *name;
    const char *expected;
} vectors[] = {
    {sha1, "SHA-1", "a9993e364706816aba3e25717850c26c9cd0d89d"},
    {sha256, "SHA-256",
     "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    {sha384, "SHA-384",
     "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded163"
     "1a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7"},
    {sha512, "SHA-512",
     "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"},
    {hmac, "HMAC-SHA256",
     "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    {hkdf, "HKDF-SHA256",
     "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
     "34007208d5b887185865"},
    {pbkdf2, "PBKDF2-HMAC-SHA256",
     "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc"
     "49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783"},
    {aes_cbc, "AES-256-CBC", "f58c4c04d6e5f1ba779eabfb5f7bfbd6"},
    {aes_gcm, "AES-256-GCM",
     "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
    {aes_wrap, "AES-256-KW",
     "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326"
     "cbc7f0e71a99f43bfb988b9b7a02dd21"},
    {ed25519, "Ed25519",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
     "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
    {ecdsa, "ECDSA P-256",
     "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"
     "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
};

START_TEST(gives_the_published_value)
{
    uint8_t expected[MOST], out[MOST];
    word32 expected_len = octets(vectors[_i].expected, expected);
    word32 len = vectors[_i].run(out);

    ck_assert_msg(len == expected_len, "%s: %u octets", vectors[_i].name, len);
    ck_assert_msg(memcmp(out, expected, len) == 0, "%s", vectors[_i].name);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wolfcrypt.primitives");
    TCase *tests = tcase_create("vectors");
    SRunner *runner = srunner_create(suite);
    int failed;

    wolfCrypt_Init();
    tcase_add_loop_test(tests, gives_the_published_value, 0,
                        (int)(sizeof(vectors) / sizeof(vectors[0])));
    suite_add_tcase(suite, tests);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    wolfCrypt_Cleanup();
    return failed;
}
