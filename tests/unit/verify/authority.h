/* Keys that sign what mint.h makes: a whole authority for a test. */
#ifndef TEST_AUTHORITY_H
#define TEST_AUTHORITY_H

#include "../x509/mint.h"

#include <devid/curve.h>

struct test_key;

/* A fresh key on the curve. Aborts the test program when it cannot. */
struct test_key *test_key_new(enum devid_curve curve);
void test_key_free(struct test_key *key);

/* The uncompressed point, and SubjectPublicKeyInfo in hexadecimal; both live
 * as long as the key. */
struct devid_slice test_key_point(const struct test_key *key);
const char *test_key_spki(const struct test_key *key);

/* An Ecdsa-Sig-Value over message with the curve's hash, into buffer of at
 * least 128 octets. */
struct devid_slice test_key_sign(struct test_key *key,
                                 struct devid_slice message, uint8_t *buffer);

/* A certificate with a true signature, allocated; free its data. */
struct devid_slice test_key_issue(struct test_key *key,
                                  const struct mint *mint);

#endif
