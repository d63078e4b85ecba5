/* A private key's octets, to be looked for in memory and in core files. */
#ifndef TESTS_UNIT_KEY_NEEDLE_H
#define TESTS_UNIT_KEY_NEEDLE_H

#include "devca/key/signer.h"

#include <stddef.h>

#define NEEDLE_LEN 16 /* octets of the scalar that are looked for */

/* The scalar's middle, masked, so that looking for it does not find itself. */
struct needle {
    uint8_t forward[NEEDLE_LEN];
    uint8_t backward[NEEDLE_LEN]; /* as wolfCrypt's digits have it */
};

/* Of a scalar of at least 24 octets. */
struct needle needle_make(const uint8_t *scalar);
/* How often it is in these octets, either way round. */
size_t needle_count(const uint8_t *octets, size_t len,
                    const struct needle *needle);

/* A new key and what to look for it by; what was needed to learn it is wiped.
 */
struct signer *needle_signer(enum devid_curve curve, struct needle *needle);
/* Signs with it, twenty times. */
void needle_use(const struct signer *signer);

#endif
