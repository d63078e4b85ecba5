/* The curves of RFC 5480 that libdevid verifies on, each with its one hash. */
#ifndef DEVID_CURVE_H
#define DEVID_CURVE_H

#ifdef __cplusplus
extern "C" {
#endif

enum devid_curve {
    DEVID_P256 = 1, /* secp256r1, SHA-256: 32-octet field, 65-octet point */
    DEVID_P384 = 2  /* secp384r1, SHA-384: 48-octet field, 97-octet point */
};

#define DEVID_MAX_FIELD 48
#define DEVID_MAX_POINT 97
#define DEVID_MAX_HASH 48

#ifdef __cplusplus
}
#endif
#endif
