/*
 * SubjectPublicKeyInfo (RFC 5480) and signature algorithms (RFC 5758): P-256
 * with SHA-256, P-384 with SHA-384, nothing else.
 */
#ifndef DEVID_X509_KEY_H
#define DEVID_X509_KEY_H

#include "../codec/writer.h"

#include <devid/curve.h>

/* Takes a SubjectPublicKeyInfo off *in: named curve, uncompressed, right
 * length. Whether the point is on the curve is asked of the port. */
enum devid_status devid_spki_read(struct devid_slice *in,
                                  enum devid_curve *curve,
                                  struct devid_slice *point);
/* The curve of a key from its AlgorithmIdentifier (with header) and its point.
 * DEVID_E_KEY_ALGORITHM, DEVID_E_KEY_POINT. */
enum devid_status devid_key_find(const struct devid_slice *algorithm,
                                 const struct devid_slice *point,
                                 uint8_t *curve);
void devid_spki_write(struct devid_writer *w, enum devid_curve curve,
                      struct devid_slice point);

/* AlgorithmIdentifier of a signature: parameters absent. The curve is the one
 * whose size fits the hash. */
enum devid_status devid_signature_algorithm_read(struct devid_slice *in,
                                                 enum devid_curve *curve);
void devid_signature_algorithm_write(struct devid_writer *w,
                                     enum devid_curve curve);

/* Ecdsa-Sig-Value to and from r||s (64 or 96 octets), 1 <= r,s < n checked on
 * reading. */
enum devid_status devid_signature_read(struct devid_slice der,
                                       enum devid_curve curve, uint8_t *raw);
void devid_signature_write(struct devid_writer *w, enum devid_curve curve,
                           const uint8_t *raw);

#endif
