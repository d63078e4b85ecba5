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
    static const uint8_t type[] = "\x06\x08" OID_ON_HARDWARE_MODULE_NAME;
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
static bool find_attribute(const struct devid_slice *name,
                           const struct devid_slice *oid,
                           struct devid_slice *value)
{
    struct devid_slice cursor = devid_name_attributes(*name);
    struct devid_attribute attribute;

    while (devid_name_next(&cursor, &attribute) == DEVID_OK) {
        if (devid_slice_same(&attribute.oid, oid)) {
            *value = attribute.value;
            return true;
        }
    }
    return false;
}

static const uint8_t serial_number_oid[] = OID_SERIAL_NUMBER;
static const struct devid_slice serial_number = {serial_number_oid,
                                                 sizeof serial_number_oid - 1};
static const uint8_t unit_oid[] = OID_ORGANIZATIONAL_UNIT;
static const struct devid_slice unit = {unit_oid, sizeof unit_oid - 1};

static enum devid_status find_uid(const struct devid_cert *cert,
                                  const struct devid_slice *attribute,
                                  struct devid_identity *found)
{
    enum devid_status status =
        find_module_serial(cert->subject_alt_name, &found->uid);

    if (attribute->len == 0)
        attribute = &serial_number;
    else
        found->uid.len = 0;
    found->uid_is_text = find_attribute(&cert->subject, attribute, &found->uid);
    return status;
}

/* Text that is hexadecimal is the octets that it writes and nothing else; other
 * text, and what is no text, is itself. */
static bool is_uid(const struct devid_identity *found,
                   const struct devid_slice *uid)
{
    const struct devid_slice *text = &found->uid;
    unsigned octet = 0, differ = 0;
    size_t i;

    if (!found->uid_is_text)
        return devid_slice_same(text, uid);
    for (i = 0; i < text->len; i++) {
        unsigned c = text->data[i];

        if (c - '0' > 9 && (c | 0x20) - 'a' > 5)
            return devid_slice_same(text, uid);
        octet = octet << 4 | (c + (c >> 6) * 9) % 16; /* letters behind 9 */
        if (i % 2 != 0 && i / 2 < uid->len)
            differ |= (uint8_t)(uid->data[i / 2] ^ octet);
    }
    if (i % 2 != 0)
        return devid_slice_same(text, uid);
    return i / 2 == uid->len && differ == 0;
}

static bool is_required(const struct devid_identity *found,
                        const struct devid_policy *policy)
{
    const struct devid_slice *uid = &policy->required_uid;
    const struct devid_slice *product = &policy->required_product;

    if (uid->len != 0 && !is_uid(found, uid))
        return false;
    return product->len == 0 || devid_slice_same(&found->product, product);
}

static void tell(const struct devid_cert *cert,
                 const struct devid_identity *found,
                 struct devid_identity *identity)
{
    *identity = *found;
    identity->subject = cert->subject;
    identity->serial = cert->serial;
    identity->public_key = cert->public_key;
    identity->extensions = cert->extensions;
    identity->not_before = cert->not_before;
    identity->not_after = cert->not_after;
    identity->key_usage = cert->key_usage;
}

enum devid_status devid_identity_read(const struct devid_cert *cert,
                                      const struct devid_policy *policy,
                                      struct devid_identity *identity)
{
    struct devid_identity found = {0};
    enum devid_status status;

    status = find_uid(cert, &policy->uid_attribute, &found);
    if (status != DEVID_OK)
        return status;
    (void)find_attribute(&cert->issuer, &unit, &found.product);
    if (!is_required(&found, policy))
        return DEVID_E_IDENTITY;
    if (identity != NULL)
        tell(cert, &found, identity);
    return DEVID_OK;
}
