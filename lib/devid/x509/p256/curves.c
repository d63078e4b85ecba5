/* Build profile: P-256 alone. */
#include "../curves.h"
#include "../p256.h"

static const struct devid_curve_data curves[] = {
    P256_CURVE,
};

const struct devid_curve_data *devid_curve_row(unsigned number)
{
    return number < sizeof curves / sizeof curves[0] ? &curves[number] : NULL;
}
