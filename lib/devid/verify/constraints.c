/*
 * nameConstraints, RFC 5280 4.2.1.10, for the two forms that the reader lets
 * through. directoryName: the subtree's RDNs begin the name; in the same octets
 * where it is permitted, in any that may mean the same where it is excluded, or
 * an excluded name written otherwise would pass. otherName, whose matching
 * RFC 5280 leaves open, is read narrowly: permitted are equal names, excluded
 * is every name of the same type.
 */
#include "../x509/general_name.h"
#include "../x509/name.h"
#include "walk.h"

#include <string.h>

enum { END = 0, ODD = 0x80 };

/* The next letter of *text: no blank, of either case the same; ODD for what is
 * not plain ASCII. */
static unsigned next_letter(struct devid_slice *text)
{
    while (text->len != 0) {
        unsigned c = *text->data++;

        text->len--;
        if (c - ' ' > '~' - ' ')
            return ODD;
        if (c != ' ')
            return c & 0xDF;
    }
    return END;
}

/* RFC 5280 7.1 and more: no blank counts, and what is not plain ASCII may be
 * anything. */
static bool may_be_same(struct devid_slice *a, struct devid_slice *b)
{
    unsigned x;
    unsigned y;

    do {
        x = next_letter(a);
        y = next_letter(b);
        if (((x | y) & ODD) != 0)
            return true;
    } while (x == y && x != END);
    return x == y;
}

/* May the attributes of base begin name? Both are contents of Names. */
static bool may_begin(struct devid_slice *base, struct devid_slice name)
{
    struct devid_attribute a;
    struct devid_attribute b;

    while (devid_name_next(base, &a) == DEVID_OK) {
        /* Of several in one RDN the order hangs on how they are written. */
        if (devid_der_peek(base) == DER_SEQUENCE)
            return true;
        if (devid_name_next(&name, &b) != DEVID_OK ||
            !devid_slice_same(&a.oid, &b.oid))
            return false;
        if (a.tag <= DER_IA5_STRING && b.tag <= DER_IA5_STRING &&
            !may_be_same(&a.value, &b.value))
            return false;
    }
    return true;
}

/* A directoryName is compared from its first RDN on, so without its header.
 * What is compared is whole TLVs on both sides: where one begins the other, the
 * rest is further RDNs, or for an otherName nothing. */
static bool matches(struct devid_slice base,
                    const struct devid_general_name *name, bool excluded)
{
    struct devid_slice prefix = base;

    if (name->tag == NAME_DIRECTORY) {
        (void)devid_der_read(&base, DER_SEQUENCE, &prefix);
        if (excluded)
            return may_begin(&prefix, name->value);
    } else if (excluded) {
        (void)devid_der_read_element(&base, DER_OID, &prefix);
    }
    return prefix.len == 0 ||
           (prefix.len <= name->value.len &&
            memcmp(prefix.data, name->value.data, prefix.len) == 0);
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
        if (matches(base.value, name, excluded))
            return !excluded;
        allowed = excluded;
    }
    return allowed;
}

static enum devid_status check_name(struct devid_slice constraints,
                                    struct devid_general_name *name)
{
    struct devid_slice list;
    uint8_t tag;

    if (name->tag == NAME_DIRECTORY)
        name->value = devid_name_attributes(name->value);
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
