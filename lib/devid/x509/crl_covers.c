/* Which certificates a partitioned CRL is for, RFC 5280 6.3.3 (b)(2)(i). */
#include <devid/crl.h>

#include "../codec/oid.h"
#include "extension.h"

/* Takes one GeneralName with its header off *names. */
static bool next_name(struct devid_slice *names, struct devid_slice *name)
{
    struct devid_slice value;
    uint8_t tag;

    name->data = names->data;
    name->len = names->len;
    if (names->len == 0 || devid_der_read_any(names, &tag, &value) != DEVID_OK)
        return false;
    name->len -= names->len;
    return true;
}

static bool share_name(struct devid_slice left, struct devid_slice right)
{
    struct devid_slice a;
    struct devid_slice b;
    struct devid_slice rest;

    while (next_name(&left, &a)) {
        rest = right;
        while (next_name(&rest, &b)) {
            if (devid_slice_equal(a, b))
                return true;
        }
    }
    return false;
}

/* The fullName of a DistributionPoint, unless reasons or cRLIssuer follow. */
static bool read_full_name(struct devid_slice point, struct devid_slice *names)
{
    return devid_der_read_whole(point, DER_CONTEXT_CONSTRUCTED(0), names) ==
               DEVID_OK &&
           devid_der_read_whole(*names, DER_CONTEXT_CONSTRUCTED(0), names) ==
               DEVID_OK;
}

static bool covers_points(const struct devid_crl *crl, struct devid_slice value)
{
    struct devid_slice points;
    struct devid_slice point;
    struct devid_slice names;

    if (devid_der_read_whole(value, DER_SEQUENCE, &points) != DEVID_OK)
        return false;
    while (points.len != 0 &&
           devid_der_read(&points, DER_SEQUENCE, &point) == DEVID_OK) {
        if (read_full_name(point, &names) && share_name(crl->point, names))
            return true;
    }
    return false;
}

bool devid_crl_covers(const struct devid_crl *crl,
                      struct devid_slice extensions)
{
    struct devid_extension extension;

    if (crl->point.len == 0)
        return true;
    while (extensions.len != 0 &&
           devid_extension_next(&extensions, &extension) == DEVID_OK) {
        if (devid_slice_equal(extension.oid,
                              OID_SLICE(OID_CRL_DISTRIBUTION_POINTS)))
            return covers_points(crl, extension.value);
    }
    return false;
}
