/* Revocation sets written by hand, as docs/formats.md has them: right ones, and
 * wrong ones with true signatures. */
#ifndef TEST_MADE_SET_H
#define TEST_MADE_SET_H

#include "authority.h"

#include <devid/revocation_set.h>

/* serial n is the two octets n / 256, n % 256, from 256 on. */
struct made_set {
    struct test_key *key;
    struct devid_slice key_id;
    unsigned bucket_bits;
    unsigned first; /* serials first, first + 2, first + 4, ... */
    unsigned count;
    uint32_t number;
    uint32_t from; /* dates; 0: 2024-06-01 and 2032-01-01 */
    uint32_t to;
};

/* All but the signature into buffer; gives the length. */
size_t made_set_body(const struct made_set *made, uint8_t *buffer);

/* A whole set, allocated; free its data. patch_at: an octet that is changed to
 * patch before signing; (size_t)-1: none. */
struct devid_slice made_set(const struct made_set *made, size_t patch_at,
                            uint8_t patch);

struct devid_slice made_serial(unsigned n, uint8_t buffer[2]);

#endif
