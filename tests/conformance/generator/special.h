/*
 * The octets behind @what(name), of the key of that name:
 *
 *   point x y         of the public key: 04|x|y, and each coordinate
 *   compressed hybrid the other two forms of SEC 1, 2.3.3
 *   sign              Ecdsa-Sig-Value over the TBSCertificate
 *   r s               its two INTEGERs, content octets
 *   r+n s+n s-        the same plus the order; the order less s
 *   -r -s 0r 0s       negative; with a zero octet too many in front
 *   fill(N)           N octets of zero
 */
#ifndef GENERATOR_SPECIAL_H
#define GENERATOR_SPECIAL_H

#include "keys.h"

/* For node_encode(): the keys, and what they sign. */
struct signing {
    struct keys *keys;
    struct devid_slice tbs;
};
node_special special_octets;

#endif
