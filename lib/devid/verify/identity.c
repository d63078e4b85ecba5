/* Who a verified certificate is for, IEEE 802.1AR 8.6 and RFC 4108. */
#include "../codec/oid.h"
#include "../x509/general_name.h"
#include "walk.h"

#include <string.h>

/* hwSerialNum of the first hardwareModuleName, RFC 4108 section 5. */
static enum devid_status find_module_serial(struct devid_slice names,
                                            struct devid_slice *serial)
{
    struct devid_general_name name;
    struct devid_slice type;
    struct devid_slice value;
    enum devid_status status;

    while (devid_general_name_read(&names, &name) == DEVID_OK) {
        if (name.tag != NAME_OTHER ||
            devid_other_name_read(name.value, &type, &value) != DEVID_OK ||
            !devid_slice_equal(type, OID_SLICE(OID_ON_HARDWARE_MODULE_NAME)))
            continue;
        if ((status = devid_der_read_whole(value, DER_SEQUENCE, &value)) !=
                DEVID_OK ||
            (status = devid_der_read_oid(&value, DER_OID, &type)) != DEVID_OK)
            return status;
        return devid_der_read_whole(value, DER_OCTET_STRING, serial);
    }
    return DEVID_E_EMPTY;
}

static enum devid_status find_attribute(struct devid_slice name,
                                        struct devid_slice oid,
                                        struct devid_slice *value)
{
    struct devid_attribute attribute;
    enum devid_status status = devid_name_find(name, oid, &attribute);

    if (status == DEVID_OK)
        *value = attribute.value;
    return status;
}

/* Leaves uid empty where the certificate names none. */
static enum devid_status find_uid(const struct devid_cert *cert,
                                  struct devid_slice attribute,
                                  struct devid_identity *identity)
{
    bool any_place = attribute.len == 0;
    enum devid_status status;

    if (any_place)
        attribute = OID_SLICE(OID_SERIAL_NUMBER);
    status = find_attribute(cert->subject, attribute, &identity->uid);
    if (status == DEVID_OK)
        identity->uid_is_text = true;
    else if (any_place)
        status = find_module_serial(cert->subject_alt_name, &identity->uid);
    return status == DEVID_E_EMPTY ? DEVID_OK : status;
}

/* 0..15, or 16 for what is no hexadecimal digit. */
static unsigned hex_value(unsigned c)
{
    if (c - '0' < 10)
        return c - '0';
    c |= 0x20;
    return c - 'a' < 6 ? c - 'a' + 10 : 16;
}

/* Does the text write these octets in hexadecimal? */
static bool is_hex_of(struct devid_slice text, struct devid_slice octets)
{
    if (text.len != 2 * octets.len)
        return false;
    for (size_t i = 0; i < octets.len; i++) {
        unsigned high = hex_value(text.data[2 * i]);
        unsigned low = hex_value(text.data[2 * i + 1]);

        if (low > 15 || (high << 4 | low) != octets.data[i])
            return false;
    }
    return true;
}

static bool is_required_uid(const struct devid_identity *identity,
                            struct devid_slice required)
{
    return devid_slice_equal(identity->uid, required) ||
           (identity->uid_is_text && is_hex_of(identity->uid, required));
}

enum devid_status devid_identity_read(const struct devid_cert *cert,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity)
{
    enum devid_status status;

    memset(identity, 0, sizeof *identity);
    status = find_uid(cert, policy->uid_attribute, identity);
    if (status != DEVID_OK)
        return status;
    /* A product is optional: without one it stays empty. */
    (void)find_attribute(cert->issuer, OID_SLICE(OID_ORGANIZATIONAL_UNIT),
                         &identity->product);
    if (policy->required_uid.len != 0 &&
        !is_required_uid(identity, policy->required_uid))
        return DEVID_E_IDENTITY;
    if (policy->required_product.len != 0 &&
        !devid_slice_equal(identity->product, policy->required_product))
        return DEVID_E_IDENTITY;
    identity->subject = cert->subject;
    identity->serial = cert->serial;
    identity->public_key = cert->public_key;
    identity->extensions = cert->extensions;
    identity->not_before = cert->not_before;
    identity->not_after = cert->not_after;
    identity->key_usage = cert->key_usage;
    return DEVID_OK;
}
