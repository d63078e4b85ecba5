/* A signature over octets by a public key, all checks in one place. */
#ifndef DEVID_VERIFY_SIGNED_H
#define DEVID_VERIFY_SIGNED_H

#include <devid/curve.h>
#include <devid/slice.h>
#include <devid/status.h>

/* Which curve this key is on, by its length, and is it on it? point:
 * uncompressed. DEVID_E_KEY_POINT. */
enum devid_status devid_key_check(struct devid_slice point,
                                  enum devid_curve *curve);

/*
 * Is signature (Ecdsa-Sig-Value, DER) one by point over hash (32 or 48 octets,
 * as the curve wants)? point has passed devid_key_check().
 * DEVID_E_SIGNATURE_FORMAT, DEVID_E_SIGNATURE.
 */
enum devid_status devid_hash_verify(enum devid_curve curve,
                                    struct devid_slice point,
                                    const uint8_t *hash,
                                    struct devid_slice signature);

/* The same over message, hashed with the curve's hash. */
enum devid_status devid_signed_verify(enum devid_curve curve,
                                      struct devid_slice point,
                                      struct devid_slice message,
                                      struct devid_slice signature);

#endif
