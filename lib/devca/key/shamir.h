/*
 * Sharing a secret among n so that any m of them have it and fewer have
 * nothing: Shamir's scheme, octet by octet over GF(2^8) with the polynomial
 * x^8 + x^4 + x^3 + x + 1. No table and no branch depends on a secret.
 */
#ifndef DEVCA_KEY_SHAMIR_H
#define DEVCA_KEY_SHAMIR_H

#include <devca/error.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

uint8_t shamir_multiply(uint8_t a, uint8_t b);
/* 0 for 0. */
uint8_t shamir_invert(uint8_t a);

/* The point of one holder: x is 1 to 255, y as long as the secret. */
struct shamir_point {
    uint8_t x;
    const uint8_t *y;
};

/* y of the polynomial through (0, secret) with `degree` coefficients of `len`
 * octets each, at x. */
struct shamir_polynomial {
    const uint8_t *secret;
    const uint8_t *coefficients; /* degree times len octets, at random */
    size_t degree;               /* the threshold less one */
    size_t len;
};
void shamir_evaluate(const struct shamir_polynomial *polynomial, uint8_t x,
                     uint8_t *y);

/* The secret behind `count` points with x of their own. false when an x is 0 or
 * stands twice. */
bool shamir_combine(const struct shamir_point *points, size_t count, size_t len,
                    uint8_t *secret);

#endif
