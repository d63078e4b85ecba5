/* P-256 with SHA-256: RFC 5480 2.1.1, RFC 5758 3.2, FIPS 186-4 D.1.2.3. */
#ifndef DEVID_X509_P256_H
#define DEVID_X509_P256_H

#include "../codec/oid.h"

#define P256_KEY_ALGORITHM \
    "\x30\x13\x06\x07" OID_EC_PUBLIC_KEY "\x06\x08" OID_P256
#define P256_SIGNATURE_ALGORITHM "\x30\x0A\x06\x08" OID_ECDSA_SHA256
#define P256_ORDER                                                     \
    "\xFF\xFF\xFF\xFF\x00\x00\x00\x00\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF" \
    "\xBC\xE6\xFA\xAD\xA7\x17\x9E\x84\xF3\xB9\xCA\xC2\xFC\x63\x25\x51"

#define P256_CURVE                                      \
    {                                                   \
        {OID_LITERAL(P256_KEY_ALGORITHM),               \
         OID_LITERAL(P256_SIGNATURE_ALGORITHM)},        \
            (const uint8_t *)P256_ORDER, DEVID_P256, 32 \
    }

#endif
