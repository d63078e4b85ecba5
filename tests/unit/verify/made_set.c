#include "made_set.h"

#include <devid/port.h>

#include <stdlib.h>
#include <string.h>

#define SALT_AT 72

struct devid_slice made_serial(unsigned n, uint8_t buffer[2])
{
    buffer[0] = (uint8_t)(n >> 8);
    buffer[1] = (uint8_t)n;
    return (struct devid_slice){buffer, 2};
}

static void put_word(uint8_t *at, uint32_t word)
{
    at[0] = (uint8_t)(word >> 24);
    at[1] = (uint8_t)(word >> 16);
    at[2] = (uint8_t)(word >> 8);
    at[3] = (uint8_t)word;
}

static uint32_t word_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static uint64_t code_of(const struct made_set *made, const uint8_t *salt,
                        unsigned n)
{
    uint8_t message[18];
    uint8_t hash[DEVID_MAX_HASH];
    uint32_t bucket;

    memcpy(message, salt, 16);
    (void)made_serial(n, message + 16);
    if (devid_port_hash(DEVID_P256, (struct devid_slice){message, 18}, hash) !=
        DEVID_OK)
        abort();
    bucket =
        made->bucket_bits == 0 ? 0 : word_at(hash) >> (32 - made->bucket_bits);
    return (uint64_t)bucket << 32 | word_at(hash + 4);
}

static void put_fixed(const struct made_set *made, uint8_t *at)
{
    memset(at, 0, DEVID_REVOCATION_SET_HEADER);
    memcpy(at, "DEVIDSET\1\1", 10);
    at[10] = (uint8_t)made->bucket_bits;
    at[11] = (uint8_t)made->key_id.len;
    memcpy(at + 12, made->key_id.data, made->key_id.len);
    put_word(at + 48, made->number);
    put_word(at + 52, made->from ? made->from : DEVID_TIME_DATE(2024, 6, 1));
    put_word(at + 60, made->to ? made->to : DEVID_TIME_DATE(2032, 1, 1));
    put_word(at + 68, made->count);
    memset(at + SALT_AT, 0x5A, 16);
}

size_t made_set_body(const struct made_set *made, uint8_t *buffer)
{
    uint64_t *codes = calloc(made->count + 1, sizeof *codes);
    uint8_t *at = buffer + DEVID_REVOCATION_SET_HEADER;
    unsigned i, used = 0;

    if (codes == NULL)
        abort();
    put_fixed(made, buffer);
    for (i = 0; i < made->count; i++)
        codes[i] = code_of(made, buffer + SALT_AT, made->first + 2 * i);
    qsort(codes, made->count, sizeof *codes, compare);
    for (i = 0; i < 1u << made->bucket_bits; i++, at += 4) {
        while (used < made->count && codes[used] >> 32 == i)
            used++;
        put_word(at, used);
    }
    for (i = 0; i < made->count; i++, at += 4)
        put_word(at, (uint32_t)codes[i]);
    free(codes);
    return (size_t)(at - buffer);
}

struct devid_slice made_set(const struct made_set *made, size_t patch_at,
                            uint8_t patch)
{
    size_t body = DEVID_REVOCATION_SET_HEADER +
                  ((1u << made->bucket_bits) + made->count) * 4;
    uint8_t *whole = malloc(body + 128);
    struct devid_slice signature;

    if (whole == NULL || made_set_body(made, whole) != body)
        abort();
    if (patch_at < body)
        whole[patch_at] = patch;
    signature = test_key_sign(made->key, (struct devid_slice){whole, body},
                              whole + body);
    return (struct devid_slice){whole, body + signature.len};
}
