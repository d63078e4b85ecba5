/* Who a verified certificate is for, IEEE 802.1AR 8.6 and RFC 4108. */
#include "../codec/oid.h"
#include "../x509/form.h"
#include "../x509/general_name.h"
#include "../x509/name.h"
#include "walk.h"

#include <string.h>

/* otherName of a HardwareModuleName, RFC 4108 section 5. */
static const uint8_t module_form[] = {
    FORM_RAW,
    DER_OID,
    FORM_FILLED | FORM_ENTER,
    DER_CONTEXT_CONSTRUCTED(0),
    FORM_FILLED | FORM_ENTER,
    DER_SEQUENCE,
    FORM_OID,
    DER_OID,
    FORM_RAW | FORM_SAVE,
    DER_OCTET_STRING,
    0,
    FORM_LEAVE,
    FORM_LEAVE,
    FORM_END,
};

/* hwSerialNum of the first hardwareModuleName; none is no fault. */
static enum devid_status find_module_serial(struct devid_slice names,
                                            struct devid_slice *serial)
{
    static const char type[] = "\x06\x08" OID_ON_HARDWARE_MODULE_NAME;
    struct devid_slice name;
    uint8_t tag;

    while (devid_der_read_any(&names, &tag, &name) == DEVID_OK) {
        if (tag == NAME_OTHER && name.len >= sizeof type &&
            memcmp(name.data, type, sizeof type - 1) == 0)
            return devid_form_read(name, module_form, serial);
    }
    return DEVID_OK;
}

/* The value of the first attribute of that type, or *value as it was. */
static bool find_attribute(struct devid_slice name, struct devid_slice oid,
                           struct devid_slice *value)
{
    struct devid_attribute attribute;

    if (devid_name_find(name, oid, &attribute) != DEVID_OK)
        return false;
    *value = attribute.value;
    return true;
}

/* Who the certificate names. */
struct named {
    struct devid_slice uid; /* empty where it names nobody */
    struct devid_slice product;
    bool is_text;
};

static enum devid_status find_uid(const struct devid_cert *cert,
                                  struct devid_slice attribute,
                                  struct named *named)
{
    enum devid_status status =
        find_module_serial(cert->subject_alt_name, &named->uid);

    if (attribute.len == 0)
        attribute = OID_SLICE(OID_SERIAL_NUMBER);
    else
        named->uid.len = 0;
    named->is_text = find_attribute(cert->subject, attribute, &named->uid);
    return status;
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

static bool is_required(const struct named *named,
                        const struct devid_policy *policy)
{
    struct devid_slice uid = policy->required_uid;
    struct devid_slice product = policy->required_product;

    if (uid.len != 0 && !devid_slice_equal(named->uid, uid) &&
        !(named->is_text && is_hex_of(named->uid, uid)))
        return false;
    return product.len == 0 || devid_slice_equal(named->product, product);
}

enum devid_status devid_identity_read(const struct devid_cert *cert,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity)
{
    struct named named = {{NULL, 0}, {NULL, 0}, false};
    enum devid_status status = find_uid(cert, policy->uid_attribute, &named);

    if (status != DEVID_OK)
        return status;
    (void)find_attribute(cert->issuer, OID_SLICE(OID_ORGANIZATIONAL_UNIT),
                         &named.product);
    if (!is_required(&named, policy))
        return DEVID_E_IDENTITY;
    if (identity == NULL)
        return DEVID_OK;
    identity->uid = named.uid;
    identity->product = named.product;
    identity->uid_is_text = named.is_text;
    identity->subject = cert->subject;
    identity->serial = cert->serial;
    identity->public_key = cert->public_key;
    identity->extensions = cert->extensions;
    identity->not_before = cert->not_before;
    identity->not_after = cert->not_after;
    identity->key_usage = cert->key_usage;
    return DEVID_OK;
}
