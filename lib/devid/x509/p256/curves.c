/* Build profile: P-256 alone. */
#include "../curves.h"
#include "../p256.h"

const struct devid_curve_data devid_curves[] = {
    P256_CURVE,
    {{{NULL, 0}, {NULL, 0}}, NULL, 0, 0},
};
