/*
 * The curves of this build: lib/devid/x509/p256 or lib/devid/x509/p256_p384,
 * one of them compiled in. No function has an #if for it.
 */
#ifndef DEVID_X509_CURVES_H
#define DEVID_X509_CURVES_H

#include <devid/curve.h>
#include <devid/slice.h>

/* Which AlgorithmIdentifier. */
enum { CURVE_KEY, CURVE_SIGNATURE };

struct devid_curve_data {
    struct devid_slice algorithm[2]; /* AlgorithmIdentifier, whole, DER */
    const uint8_t *order;            /* n, big-endian, `field` octets */
    uint8_t curve;                   /* enum devid_curve */
    uint8_t field;                   /* octets of a coordinate */
};

/* The curves by number, from 0; NULL behind the last. */
const struct devid_curve_data *devid_curve_row(unsigned number);

/* The curve with this AlgorithmIdentifier, compared as octets, for there is one
 * encoding of each; NULL when it is none of this build's. */
const struct devid_curve_data *
devid_curve_of_algorithm(const struct devid_slice *algorithm, unsigned which);

/* NULL when this build has not that curve. */
const struct devid_curve_data *devid_curve_find(enum devid_curve curve);

/* The curve whose uncompressed points have this many octets, or NULL. */
const struct devid_curve_data *devid_curve_of_point(size_t octets);

#endif
