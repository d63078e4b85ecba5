#include "devca/key/shamir.h"

uint8_t shamir_multiply(uint8_t a, uint8_t b)
{
    unsigned product = 0, factor = a;
    int i;

    for (i = 0; i < 8; i++) {
        product ^= factor & (0u - ((unsigned)b >> i & 1u));
        factor = (factor << 1) ^ (0x11Bu & (0u - (factor >> 7 & 1u)));
    }
    return (uint8_t)product;
}

/* a^254: the multiplicative group has 255 elements. */
uint8_t shamir_invert(uint8_t a)
{
    uint8_t power = a, result = 1;
    int i;

    for (i = 0; i < 7; i++) {
        power = shamir_multiply(power, power);
        result = shamir_multiply(result, power);
    }
    return result;
}

void shamir_evaluate(const struct shamir_polynomial *polynomial, uint8_t x,
                     uint8_t *y)
{
    size_t i, power;
    uint8_t value;

    for (i = 0; i < polynomial->len; i++) {
        value = 0;
        for (power = polynomial->degree; power > 0; power--)
            value = shamir_multiply(
                value ^
                    polynomial->coefficients[(power - 1) * polynomial->len + i],
                x);
        y[i] = value ^ polynomial->secret[i];
    }
}

static bool distinct(const struct shamir_point *points, size_t count)
{
    size_t i, j;

    for (i = 0; i < count; i++) {
        if (points[i].x == 0)
            return false;
        for (j = 0; j < i; j++)
            if (points[i].x == points[j].x)
                return false;
    }
    return true;
}

/* Lagrange's basis polynomial of point i, at 0. */
static uint8_t weight(const struct shamir_point *points, size_t count, size_t i)
{
    uint8_t above = 1, below = 1;
    size_t j;

    for (j = 0; j < count; j++) {
        if (j == i)
            continue;
        above = shamir_multiply(above, points[j].x);
        below = shamir_multiply(below, points[j].x ^ points[i].x);
    }
    return shamir_multiply(above, shamir_invert(below));
}

bool shamir_combine(const struct shamir_point *points, size_t count, size_t len,
                    uint8_t *secret)
{
    size_t i, octet;
    uint8_t factor;

    if (count == 0 || !distinct(points, count))
        return false;
    for (octet = 0; octet < len; octet++)
        secret[octet] = 0;
    for (i = 0; i < count; i++) {
        factor = weight(points, count, i);
        for (octet = 0; octet < len; octet++)
            secret[octet] ^= shamir_multiply(factor, points[i].y[octet]);
    }
    return true;
}
