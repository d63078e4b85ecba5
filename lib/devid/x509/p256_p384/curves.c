/* Build profile: P-256, and P-384 with SHA-384 (FIPS 186-4 D.1.2.4). */
#include "../curves.h"
#include "../p256.h"

#define P384_KEY_ALGORITHM \
    "\x30\x10\x06\x07" OID_EC_PUBLIC_KEY "\x06\x05" OID_P384
#define P384_SIGNATURE_ALGORITHM "\x30\x0A\x06\x08" OID_ECDSA_SHA384
#define P384_ORDER                                                     \
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" \
    "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xC7\x63\x4D\x81\xF4\x37\x2D\xDF" \
    "\x58\x1A\x0D\xB2\x48\xB0\xA7\x7A\xEC\xEC\x19\x6A\xCC\xC5\x29\x73"

static const struct devid_curve_data curves[] = {
    P256_CURVE,
    {{OID_LITERAL(P384_KEY_ALGORITHM), OID_LITERAL(P384_SIGNATURE_ALGORITHM)},
     (const uint8_t *)P384_ORDER,
     DEVID_P384,
     48},
};

const struct devid_curve_data *devid_curve_row(unsigned number)
{
    return number < sizeof curves / sizeof curves[0] ? &curves[number] : NULL;
}
