/* Revocation sets, docs/formats.md: read, verified and searched in place. */
#include <devid/revocation_set.h>

#include "../x509/signed.h"
#include "list.h"
#include "once.h"

#include <devid/port.h>

#include <string.h>

/* Where the fields of the fixed part stand. */
enum {
    AT_VERSION = 8,
    AT_CURVE = 9,
    AT_BUCKET_BITS = 10,
    AT_KEY_ID_LEN = 11,
    AT_KEY_ID = 12,
    AT_NUMBER = 44,
    AT_THIS_UPDATE = 52,
    AT_NEXT_UPDATE = 60,
    AT_COUNT = 68,
    AT_SALT = 72,
    NUMBER_LEN = 8,
    WORD = 4,
    MAX_BUCKET_BITS = 26,
    MAX_SERIAL = 20
};

static const uint8_t magic[AT_VERSION] = {'D', 'E', 'V', 'I',
                                          'D', 'S', 'E', 'T'};

static uint32_t word_at(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

/* 0 for a month that is none. year: at most 9999. */
static unsigned days_in_month(unsigned year, unsigned month)
{
    /* Without a division, which a Cortex-M0 has not. */
    unsigned century = year * 5243u >> 19;
    /* The year is a leap year when this is a multiple of 4. */
    unsigned leap = year != century * 100 ? year : century;

    if (month - 1 >= 12)
        return 0;
    if (month == 2)
        return leap % 4 == 0 ? 29 : 28;
    return 30 + ((month + (month >> 3)) & 1);
}

static enum devid_status read_time(const uint8_t *at, struct devid_time *time)
{
    uint32_t date = word_at(at);
    uint32_t clock = word_at(at + WORD);

    time->date = date;
    time->clock = clock;
    return date >> 9 <= 9999 &&
                   (date & 31) - 1 < days_in_month(date >> 9, date >> 5 & 15) &&
                   clock >> 12 <= 23 && (clock >> 6 & 63) <= 59 &&
                   (clock & 63) <= 59
               ? DEVID_OK
               : DEVID_E_TIME;
}

static enum devid_status read_times(const uint8_t *data,
                                    struct devid_revocation_set *set)
{
    enum devid_status status;

    if ((status = read_time(data + AT_THIS_UPDATE, &set->this_update)) !=
            DEVID_OK ||
        (status = read_time(data + AT_NEXT_UPDATE, &set->next_update)) !=
            DEVID_OK)
        return status;
    return devid_time_compare(set->this_update, set->next_update) <= 0
               ? DEVID_OK
               : DEVID_E_VALIDITY;
}

/* As a cRLNumber's content octets are: no needless leading zeros. */
static enum devid_status read_number(const uint8_t *at,
                                     struct devid_slice *number)
{
    size_t skip = 0;

    if (at[0] >= 0x80)
        return DEVID_E_SET_FORMAT;
    while (skip < NUMBER_LEN - 1 && at[skip] == 0 && at[skip + 1] < 0x80)
        skip++;
    number->data = at + skip;
    number->len = NUMBER_LEN - skip;
    return DEVID_OK;
}

static enum devid_status read_key_id(const uint8_t *data,
                                     struct devid_slice *key_id)
{
    size_t len = data[AT_KEY_ID_LEN];

    if (len == 0 || len > DEVID_REVOCATION_SET_KEY_ID_MAX)
        return DEVID_E_SET_FORMAT;
    key_id->data = data + AT_KEY_ID;
    key_id->len = len;
    for (; len < DEVID_REVOCATION_SET_KEY_ID_MAX; len++) {
        if (data[AT_KEY_ID + len] != 0)
            return DEVID_E_SET_FORMAT;
    }
    return DEVID_OK;
}

/* The last bucket ends with the last entry, the set with its signature. */
static enum devid_status check_ends(const struct devid_revocation_set *set,
                                    const uint8_t *last_bucket)
{
    struct devid_slice pair;

    return word_at(last_bucket) == set->count &&
                   devid_der_read_whole(set->signature, DER_SEQUENCE, &pair) ==
                       DEVID_OK
               ? DEVID_OK
               : DEVID_E_SET_FORMAT;
}

/* Index, entries and signature share what follows the fixed part. In words, so
 * that no size overflows 32 bits. */
static enum devid_status split(struct devid_slice octets,
                               struct devid_revocation_set *set)
{
    size_t words = (octets.len - DEVID_REVOCATION_SET_HEADER) / WORD;
    size_t buckets;
    size_t len;

    if (set->bucket_bits > MAX_BUCKET_BITS)
        return DEVID_E_SET_FORMAT;
    buckets = (size_t)1 << set->bucket_bits;
    if (buckets > words || set->count > words - buckets)
        return DEVID_E_SET_FORMAT;
    len = DEVID_REVOCATION_SET_HEADER + (buckets + set->count) * WORD;
    set->signed_part.data = octets.data;
    set->signed_part.len = len;
    set->signature.data = octets.data + len;
    set->signature.len = octets.len - len;
    return check_ends(set, octets.data + DEVID_REVOCATION_SET_HEADER +
                               (buckets - 1) * WORD);
}

enum devid_status devid_revocation_set_open(struct devid_slice octets,
                                            struct devid_revocation_set *set)
{
    const uint8_t *data = octets.data;
    enum devid_status status;

    if (octets.len < DEVID_REVOCATION_SET_HEADER ||
        memcmp(data, magic, sizeof magic) != 0)
        return DEVID_E_SET_FORMAT;
    if (data[AT_VERSION] != 1)
        return DEVID_E_SET_VERSION;
    set->curve = data[AT_CURVE];
    set->bucket_bits = data[AT_BUCKET_BITS];
    set->count = word_at(data + AT_COUNT);
    if ((set->curve != DEVID_P256 && set->curve != DEVID_P384) ||
        (status = read_key_id(data, &set->key_id)) != DEVID_OK ||
        (status = read_number(data + AT_NUMBER, &set->number)) != DEVID_OK)
        return DEVID_E_SET_FORMAT;
    status = read_times(data, set);
    return status == DEVID_OK ? split(octets, set) : status;
}

enum devid_status DEVID_ONCE(devid_revocation_set_verify)(
    const struct devid_revocation_set *set, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number)
{
    struct devid_list list;

    list.key_id = &set->key_id;
    list.number = &set->number;
    list.message = &set->signed_part;
    list.signature = &set->signature;
    list.this_update = &set->this_update;
    list.next_update = &set->next_update;
    list.curve = set->curve;
    return devid_list_verify(&list, issuer, policy, last_number);
}

/* Is remainder among the ascending entries from..to - 1? */
static enum devid_status search(const uint8_t *entries, uint32_t from,
                                uint32_t to, uint32_t remainder)
{
    while (from < to) {
        uint32_t middle = from + (to - from) / 2;
        uint32_t at = word_at(entries + (size_t)middle * WORD);

        if (at == remainder)
            return DEVID_E_REVOKED;
        if (at < remainder)
            from = middle + 1;
        else
            to = middle;
    }
    return DEVID_OK;
}

/* The hash of salt and serial, its first eight octets as two words. */
static enum devid_status hash_serial(const struct devid_revocation_set *set,
                                     struct devid_slice serial,
                                     uint32_t words[2])
{
    uint8_t message[DEVID_REVOCATION_SET_SALT + MAX_SERIAL];
    uint8_t hash[DEVID_MAX_HASH];
    struct devid_slice salted = {message, 0};
    enum devid_status status;

    if (devid_serial_check(&serial) != DEVID_OK)
        return DEVID_E_ARGUMENT;
    memcpy(message, set->signed_part.data + AT_SALT, DEVID_REVOCATION_SET_SALT);
    memcpy(message + DEVID_REVOCATION_SET_SALT, serial.data, serial.len);
    salted.len = DEVID_REVOCATION_SET_SALT + serial.len;
    status = devid_port_hash((enum devid_curve)set->curve, salted, hash);
    words[0] = word_at(hash);
    words[1] = word_at(hash + WORD);
    return status;
}

enum devid_status
devid_revocation_set_lookup(const struct devid_revocation_set *set,
                            struct devid_slice serial)
{
    const uint8_t *index = set->signed_part.data + DEVID_REVOCATION_SET_HEADER;
    size_t buckets = (size_t)1 << set->bucket_bits;
    uint32_t words[2];
    uint32_t bucket;
    uint32_t from = 0;
    uint32_t to;
    enum devid_status status = hash_serial(set, serial, words);

    if (status != DEVID_OK)
        return status;
    /* In two steps: shifting 32 bits by 32 is undefined. */
    bucket = words[0] >> 1 >> (31 - set->bucket_bits);
    if (bucket != 0)
        from = word_at(index + (size_t)(bucket - 1) * WORD);
    to = word_at(index + (size_t)bucket * WORD);
    if (from > to || to > set->count)
        return DEVID_E_SET_FORMAT;
    return search(index + buckets * WORD, from, to, words[1]);
}
