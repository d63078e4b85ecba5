/* Name, RFC 5280 4.1.2.4 and appendix A.1, read in place. */
#include "name.h"

#include "../codec/oid.h"

/* Upper bounds in characters, RFC 5280 appendix A.1. */
enum {
    UB_COUNTRY = 2,
    UB_COMMON = 64,
    UB_LOCALITY = 128,
    UB_EMAIL = 255,
    UB_NONE = 0
};

/* Attribute types below 2.5.4 that have rules of their own. */
struct rule {
    uint8_t type; /* the last arc */
    uint8_t tag;  /* the only string type, or 0 for a DirectoryString */
    uint8_t max;  /* characters, or UB_NONE */
};

static const struct rule rules[] = {
    {3, 0, UB_COMMON},                     /* commonName */
    {5, DER_PRINTABLE_STRING, UB_COMMON},  /* serialNumber */
    {6, DER_PRINTABLE_STRING, UB_COUNTRY}, /* countryName */
    {7, 0, UB_LOCALITY},                   /* localityName */
    {8, 0, UB_LOCALITY},                   /* stateOrProvinceName */
    {10, 0, UB_COMMON},                    /* organizationName */
    {11, 0, UB_COMMON},                    /* organizationalUnitName */
    {12, 0, UB_COMMON},                    /* title */
    {46, DER_PRINTABLE_STRING, UB_NONE},   /* dnQualifier */
    {65, 0, UB_LOCALITY},                  /* pseudonym */
};

/* X.680 41.4, one bit for each character from 20 to 7F. */
static const uint32_t printable[3] = {0xA7FFFB81, 0x07FFFFFE, 0x07FFFFFE};

static bool is_printable(unsigned c)
{
    return c >= 0x20 && c < 0x80 &&
           (printable[c / 32 - 1] >> c % 32 & 1) != 0;
}

/* Takes one character of UTF-8 that is not ASCII (RFC 3629, section 4) off
 * *in. */
static bool skip_utf8(struct devid_slice *in)
{
    uint32_t c = *in->data;
    unsigned more = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;

    if (c < 0xC2 || c > 0xF4 || in->len <= more)
        return false;
    c &= 0x3Fu >> more;
    for (unsigned i = 1; i <= more; i++) {
        unsigned next = in->data[i];

        if ((next & 0xC0) != 0x80)
            return false;
        c = c << 6 | (next & 0x3F);
    }
    in->data += more + 1;
    in->len -= more + 1;
    /* Overlong forms, surrogates and what is above the last plane. */
    return c >= (1u << (5 * more + 1)) && c >> 11 != 0x1B && c <= 0x10FFFF;
}

/* Characters of the string, or 0 when it is empty or has a wrong one. */
static size_t count_characters(uint8_t tag, struct devid_slice in)
{
    size_t count = 0;

    /* The forms of old (RFC 5280 4.1.2.4 (c)), read for the sake of old CAs. */
    if (tag == DER_TELETEX_STRING)
        return in.len;
    if ((tag & ~2u) == DER_UNIVERSAL_STRING) { /* or DER_BMP_STRING */
        unsigned shift = tag == DER_BMP_STRING ? 1 : 2;

        return (in.len & ((1u << shift) - 1)) == 0 ? in.len >> shift : 0;
    }
    if (tag != DER_UTF8_STRING && tag != DER_PRINTABLE_STRING &&
        tag != DER_IA5_STRING)
        return 0;
    while (in.len != 0) {
        uint32_t c = *in.data;

        if (c - 1 < 0x7F) {
            in.data++;
            in.len--;
            if (tag == DER_PRINTABLE_STRING && !is_printable(c))
                return 0;
        } else if (tag != DER_UTF8_STRING || !skip_utf8(&in)) {
            return 0;
        }
        count++;
    }
    return count;
}

static const struct rule *find_rule(struct devid_slice oid)
{
    static const struct rule ia5 = {0, DER_IA5_STRING, UB_EMAIL};

    if (oid.len == 3 && oid.data[0] == 0x55 && oid.data[1] == 0x04) {
        for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
            if (rules[i].type == oid.data[2])
                return &rules[i];
        }
    }
    if (devid_slice_same(&oid, &OID_SLICE(OID_DOMAIN_COMPONENT)) ||
        devid_slice_same(&oid, &OID_SLICE(OID_EMAIL_ADDRESS)))
        return &ia5;
    return NULL;
}

enum devid_status devid_attribute_check(const struct devid_attribute *attribute)
{
    const struct rule *rule = find_rule(attribute->oid);
    uint8_t tag = attribute->tag;
    size_t count;

    count = count_characters(tag, attribute->value);
    if (count == 0)
        return DEVID_E_STRING;
    if (rule == NULL)
        return DEVID_OK;
    if (rule->tag != 0 ? tag != rule->tag : tag == DER_IA5_STRING)
        return DEVID_E_STRING;
    if (rule->max != UB_NONE && count > rule->max)
        return DEVID_E_STRING;
    if (rule->max == UB_COUNTRY && count != UB_COUNTRY)
        return DEVID_E_STRING;
    return DEVID_OK;
}

/* AttributeTypeAndValue, its content. */
static enum devid_status read_attribute(struct devid_slice content,
                                        struct devid_attribute *attribute)
{
    enum devid_status status =
        devid_der_read_oid(&content, DER_OID, &attribute->oid);

    if (status == DEVID_OK)
        status =
            devid_der_read_any(&content, &attribute->tag, &attribute->value);
    if (status == DEVID_OK)
        status = devid_der_end(&content);
    return status;
}

/* Takes one AttributeTypeAndValue off *set and checks it. */
static enum devid_status check_attribute(struct devid_slice *set)
{
    struct devid_attribute attribute;
    enum devid_status status =
        devid_der_read(set, DER_SEQUENCE, &attribute.value);

    if (status == DEVID_OK)
        status = read_attribute(attribute.value, &attribute);
    return status == DEVID_OK ? devid_attribute_check(&attribute) : status;
}

/* Takes one RelativeDistinguishedName off *rdns and checks it. */
static enum devid_status check_rdn(struct devid_slice *rdns)
{
    struct devid_slice set;
    struct devid_slice before = {NULL, 0};
    enum devid_status status = devid_der_read(rdns, DER_SET, &set);

    if (status == DEVID_OK && set.len == 0)
        status = DEVID_E_EMPTY;
    while (status == DEVID_OK && set.len != 0) {
        struct devid_slice element = set;

        status = check_attribute(&set);
        element.len -= set.len;
        if (status == DEVID_OK && !devid_der_ascends(before, element))
            status = DEVID_E_SET_ORDER;
        before = element;
    }
    return status;
}

enum devid_status devid_name_check(struct devid_slice *content)
{
    struct devid_slice rdns = *content;
    enum devid_status status = DEVID_OK;

    while (status == DEVID_OK && rdns.len != 0)
        status = check_rdn(&rdns);
    return status;
}

enum devid_status devid_name_read(struct devid_slice *in,
                                  struct devid_slice *name)
{
    struct devid_slice content;
    enum devid_status status = devid_der_read_element(in, DER_SEQUENCE, name);

    if (status != DEVID_OK)
        return status;
    content = devid_name_attributes(*name);
    return devid_name_check(&content);
}

bool devid_name_is_empty(struct devid_slice name)
{
    return name.len == 2;
}

struct devid_slice devid_name_attributes(struct devid_slice name)
{
    struct devid_slice content;

    if (devid_der_read_whole(name, DER_SEQUENCE, &content) != DEVID_OK)
        content.len = 0;
    return content;
}

enum devid_status devid_name_next(struct devid_slice *cursor,
                                  struct devid_attribute *attribute)
{
    struct devid_slice content;
    enum devid_status status;

    if (cursor->len == 0)
        return DEVID_E_EMPTY;
    if (devid_der_peek(cursor) == DER_SET) {
        /* Step inside the RDN and leave its end to the next header. */
        struct devid_slice rest = *cursor;

        status = devid_der_read(&rest, DER_SET, &content);
        if (status != DEVID_OK)
            return status;
        cursor->len = content.len + rest.len;
        cursor->data = content.data;
    }
    status = devid_der_read(cursor, DER_SEQUENCE, &content);
    return status == DEVID_OK ? read_attribute(content, attribute) : status;
}

enum devid_status devid_name_find(struct devid_slice name,
                                  struct devid_slice oid,
                                  struct devid_attribute *attribute)
{
    struct devid_slice rdns = devid_name_attributes(name);
    struct devid_slice set;
    struct devid_slice content;

    while (devid_der_read(&rdns, DER_SET, &set) == DEVID_OK) {
        while (devid_der_read(&set, DER_SEQUENCE, &content) == DEVID_OK) {
            if (read_attribute(content, attribute) == DEVID_OK &&
                devid_slice_same(&attribute->oid, &oid))
                return DEVID_OK;
        }
    }
    return DEVID_E_EMPTY;
}
