/*
 * nameConstraints, RFC 5280 4.2.1.10, for the two forms that the reader lets
 * through. directoryName: the subtree's RDNs begin the name. otherName, whose
 * matching RFC 5280 leaves open, is read narrowly: permitted are equal names,
 * excluded is every name of the same type.
 */
#include "../x509/general_name.h"
#include "../x509/name.h"
#include "walk.h"

static bool begins_with(struct devid_slice whole, struct devid_slice prefix)
{
    whole.len = whole.len < prefix.len ? whole.len : prefix.len;
    return devid_slice_equal(whole, prefix);
}

static bool same_type(struct devid_slice a, struct devid_slice b)
{
    struct devid_slice type_a;
    struct devid_slice type_b;

    return devid_der_read(&a, DER_OID, &type_a) == DEVID_OK &&
           devid_der_read(&b, DER_OID, &type_b) == DEVID_OK &&
           devid_slice_equal(type_a, type_b);
}

static bool matches(const struct devid_general_name *base,
                    const struct devid_general_name *name, bool excluded)
{
    if (base->tag == NAME_DIRECTORY)
        return begins_with(devid_name_attributes(name->value),
                           devid_name_attributes(base->value));
    return excluded ? same_type(base->value, name->value)
                    : devid_slice_equal(base->value, name->value);
}

/* May name stand under this GeneralSubtrees? */
static bool is_allowed(struct devid_slice list,
                       const struct devid_general_name *name, bool excluded)
{
    bool allowed = true; /* no subtree of its form restricts it */
    struct devid_slice subtree;

    while (devid_der_read(&list, DER_SEQUENCE, &subtree) == DEVID_OK) {
        struct devid_general_name base;

        if (devid_der_read_any(&subtree, &base.tag, &base.value) != DEVID_OK)
            return false;
        if (base.tag != name->tag)
            continue;
        if (matches(&base, name, excluded))
            return !excluded;
        allowed = excluded;
    }
    return allowed;
}

static enum devid_status check_name(struct devid_slice constraints,
                                    const struct devid_general_name *name)
{
    struct devid_slice list;
    uint8_t tag;

    while (devid_der_read_any(&constraints, &tag, &list) == DEVID_OK) {
        if (!is_allowed(list, name, tag == DER_CONTEXT_CONSTRUCTED(1)))
            return DEVID_E_NOT_PERMITTED;
    }
    return DEVID_OK;
}

enum devid_status devid_constraints_check(struct devid_slice constraints,
                                          const struct devid_cert *cert)
{
    struct devid_slice names = cert->subject_alt_name;
    struct devid_general_name name = {cert->subject, NAME_DIRECTORY};
    enum devid_status status = DEVID_OK;

    if (!devid_name_is_empty(cert->subject))
        status = check_name(constraints, &name);
    while (status == DEVID_OK && names.len != 0) {
        status = devid_der_read_any(&names, &name.tag, &name.value);
        if (status == DEVID_OK)
            status = check_name(constraints, &name);
    }
    return status;
}
