/* Checks inside a pass: a verdict of the port in both forms, and the sum of
 * what the walk has passed. */
#include "twice.h"

enum devid_status devid_confirm(enum devid_status status)
{
    volatile enum devid_status again = status;

    if (again == DEVID_OK && ~(unsigned)again != ~(unsigned)DEVID_OK)
        return DEVID_E_FAULT;
    return again;
}

enum {
    FLOW_EACH = FLOW_KEY_USAGE + FLOW_NAMES + FLOW_CLOCK + FLOW_CONSTRAINTS +
                FLOW_SIGNATURE
};

/* The sum for so many certificates, the device's among them. */
static unsigned sum_of(const struct devid_walk *walk, size_t count)
{
    unsigned each = FLOW_EACH;

    if (walk->revocation != NULL)
        each += FLOW_REVOCATION;
    return (unsigned)count * (each + FLOW_ISSUER) - FLOW_ISSUER + FLOW_DEVICE;
}

enum devid_status devid_flow_check(const struct devid_walk *walk)
{
    size_t count = walk->chain->count;
    unsigned all = sum_of(walk, count) & 0xFF;
    unsigned without_anchor = (sum_of(walk, count - 1) + FLOW_ANCHOR) & 0xFF;

    return walk->flow == all || walk->flow == without_anchor ? DEVID_OK
                                                             : DEVID_E_FAULT;
}
