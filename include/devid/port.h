/*
 * The seam: what libdevid needs from its platform, bound at link time. A port
 * defines all of these; lib/devid/port/wolfcrypt is one. `nm -u libdevid.a`
 * lists these and mem* and nothing else.
 */
#ifndef DEVID_PORT_H
#define DEVID_PORT_H

#include <devid/curve.h>
#include <devid/slice.h>
#include <devid/status.h>

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* SHA-256 (DEVID_P256, 32 octets out) or SHA-384 (DEVID_P384, 48 octets out).
 * DEVID_OK, or DEVID_E_ALGORITHM when the port has not that hash. */
enum devid_status devid_port_hash(enum devid_curve curve,
                                  struct devid_slice message, uint8_t *hash);

/* Is this a point of the curve? point: uncompressed (04|x|y), 65 or 97 octets.
 * DEVID_OK, DEVID_E_KEY_POINT, or DEVID_E_KEY_ALGORITHM when the port has not
 * that curve. SEC 1, 3.2.2.1. */
enum devid_status devid_port_check_point(enum devid_curve curve,
                                         const uint8_t *point);

/*
 * ECDSA verification, FIPS 186-4 section 6.4. point: has passed
 * devid_port_check_point(). hash: 32 or 48 octets. raw: r||s, 64 or 96 octets,
 * each already in 1..n-1. DEVID_E_SIGNATURE when it does not verify.
 */
enum devid_status devid_port_ecdsa_verify(enum devid_curve curve,
                                          const uint8_t *point,
                                          const uint8_t *hash,
                                          const uint8_t *raw);

#ifdef __cplusplus
}
#endif
#endif
