/* The strict DER cursor (ITU-T X.690, 8 to 11). */
#include "der.h"

#include <string.h>

enum {
    HIGH_TAG = 0x1F, /* X.690 8.1.2.4: never needed in a certificate */
    CONSTRUCTED = 0x20,
    LISTS = 0x10 >> 1, /* SEQUENCE and SET, two numbers side by side */
    LONG_LENGTH = 0x80,
    MAX_LENGTH_OCTETS = 4
};

int devid_der_peek(const struct devid_slice *in)
{
    return in->len != 0 ? in->data[0] : -1;
}

/* One TLV whose tag has been looked at. */
static enum devid_status take(struct devid_slice *in, struct devid_slice *value)
{
    const uint8_t *p = in->data;
    size_t header = 2;
    size_t len;

    if (in->len < header)
        return DEVID_E_TRUNCATED;
    len = p[1];
    if (len >= LONG_LENGTH) {
        size_t octets = len - LONG_LENGTH;

        if (octets == 0 || octets > MAX_LENGTH_OCTETS)
            return DEVID_E_LENGTH;
        header += octets;
        if (in->len < header)
            return DEVID_E_TRUNCATED;
        len = 0;
        for (size_t i = 2; i < header; i++)
            len = len << 8 | p[i];
        if (p[2] == 0 || len < LONG_LENGTH)
            return DEVID_E_LENGTH;
    }
    if (in->len - header < len)
        return DEVID_E_TRUNCATED;
    value->data = p + header;
    value->len = len;
    in->data = p + header + len;
    in->len -= header + len;
    return DEVID_OK;
}

enum devid_status devid_der_read_any(struct devid_slice *in, uint8_t *tag,
                                     struct devid_slice *value)
{
    unsigned seen;

    if (in->len == 0)
        return DEVID_E_TRUNCATED;
    seen = in->data[0];
    /* X.690 8.9, 8.11 and 10.2: of the universal types here SEQUENCE and SET
     * alone are constructed, and they always are. */
    if ((seen & HIGH_TAG) == HIGH_TAG || seen == 0 || seen >> 1 == LISTS ||
        (seen - CONSTRUCTED < CONSTRUCTED &&
         seen >> 1 != (CONSTRUCTED >> 1 | LISTS)))
        return DEVID_E_TAG;
    *tag = (uint8_t)seen;
    return take(in, value);
}

enum devid_status devid_der_read(struct devid_slice *in, uint8_t tag,
                                 struct devid_slice *value)
{
    if (in->len != 0 && in->data[0] != tag)
        return DEVID_E_TAG;
    return take(in, value);
}

enum devid_status devid_der_read_element(struct devid_slice *in, uint8_t tag,
                                         struct devid_slice *element)
{
    const uint8_t *start = in->data;
    enum devid_status status = devid_der_read(in, tag, element);

    if (status == DEVID_OK) {
        element->len += (size_t)(element->data - start);
        element->data = start;
    }
    return status;
}

enum devid_status devid_der_end(const struct devid_slice *in)
{
    return in->len == 0 ? DEVID_OK : DEVID_E_TRAILING;
}

enum devid_status devid_der_read_whole(struct devid_slice in, uint8_t tag,
                                       struct devid_slice *value)
{
    enum devid_status status = devid_der_read(&in, tag, value);

    if (status == DEVID_OK)
        status = devid_der_end(&in);
    return status;
}

enum devid_status devid_der_check_integer(struct devid_slice *content)
{
    if (content->len == 0)
        return DEVID_E_INTEGER;
    if (content->len > 1) {
        /* X.690 8.3.2: the first nine bits are neither all 0 nor all 1. */
        unsigned first =
            (unsigned)content->data[0] << 1 | content->data[1] >> 7;

        if (first == 0 || first == 0x1FF)
            return DEVID_E_INTEGER;
    }
    return DEVID_OK;
}

enum devid_status devid_der_read_integer(struct devid_slice *in, uint8_t tag,
                                         struct devid_slice *value)
{
    enum devid_status status = devid_der_read(in, tag, value);

    return status == DEVID_OK ? devid_der_check_integer(value) : status;
}

enum devid_status devid_der_read_small(struct devid_slice *in, uint8_t tag,
                                       uint32_t *value)
{
    struct devid_slice octets;
    enum devid_status status = devid_der_read_integer(in, tag, &octets);
    uint32_t number = 0;

    if (status != DEVID_OK)
        return status;
    if (octets.len > sizeof number || (octets.data[0] & 0x80) != 0)
        return DEVID_E_INTEGER;
    for (size_t i = 0; i < octets.len; i++)
        number = number << 8 | octets.data[i];
    *value = number;
    return DEVID_OK;
}

enum devid_status devid_der_check_true(struct devid_slice *content)
{
    if (content->len != 1)
        return DEVID_E_BOOLEAN;
    if (content->data[0] == 0x00)
        return DEVID_E_DEFAULT;
    return content->data[0] == 0xFF ? DEVID_OK : DEVID_E_BOOLEAN;
}

enum devid_status devid_der_read_default_false(struct devid_slice *in,
                                               bool *value)
{
    struct devid_slice octets;
    enum devid_status status;

    *value = false;
    if (devid_der_peek(in) != DER_BOOLEAN)
        return DEVID_OK;
    status = devid_der_read(in, DER_BOOLEAN, &octets);
    if (status == DEVID_OK)
        status = devid_der_check_true(&octets);
    *value = status == DEVID_OK;
    return status;
}

enum devid_status devid_der_check_octets(struct devid_slice *content)
{
    if (content->len == 0 || content->data[0] != 0)
        return DEVID_E_BIT_STRING;
    content->data++;
    content->len--;
    return DEVID_OK;
}

enum devid_status devid_der_read_bit_octets(struct devid_slice *in,
                                            struct devid_slice *value)
{
    enum devid_status status = devid_der_read(in, DER_BIT_STRING, value);

    return status == DEVID_OK ? devid_der_check_octets(value) : status;
}

enum devid_status devid_der_bits(struct devid_slice content, uint16_t *bits,
                                 bool *padded)
{
    unsigned named = 0;
    unsigned unused;
    unsigned last;

    if (content.len == 0 || content.len > 3)
        return DEVID_E_BIT_STRING;
    unused = content.data[0];
    last = content.data[content.len - 1];
    /* X.690 11.2.1 and 8.6.2.2: unused bits are 0, none in an empty string. */
    if (unused > 7 || (last & ((1u << unused) - 1)) != 0 ||
        (content.len == 1 ? unused != 0 : last == 0))
        return DEVID_E_BIT_STRING;
    *padded = content.len != 1 && (last >> unused & 1) == 0;
    for (unsigned i = 0; i < 8 * (content.len - 1); i++) {
        if (((unsigned)content.data[1 + i / 8] << i % 8 & 0x80) != 0)
            named |= 1u << i;
    }
    *bits = (uint16_t)named;
    return DEVID_OK;
}

enum devid_status devid_der_read_bit_names(struct devid_slice *in, uint8_t tag,
                                           uint16_t *bits)
{
    struct devid_slice content;
    bool padded = false;
    enum devid_status status = devid_der_read(in, tag, &content);

    if (status == DEVID_OK)
        status = devid_der_bits(content, bits, &padded);
    if (status == DEVID_OK && padded)
        status = DEVID_E_BIT_STRING;
    return status;
}

enum devid_status devid_der_check_oid(struct devid_slice *content)
{
    unsigned before = 0; /* the octet before: below 80 ends a subidentifier */

    for (size_t i = 0; i < content->len; i++) {
        /* X.690 8.19.2: the leading octet is not 80. */
        if (before < 0x80 && content->data[i] == 0x80)
            return DEVID_E_OID;
        before = content->data[i];
    }
    return content->len != 0 && before < 0x80 ? DEVID_OK : DEVID_E_OID;
}

enum devid_status devid_der_read_oid(struct devid_slice *in, uint8_t tag,
                                     struct devid_slice *oid)
{
    enum devid_status status = devid_der_read(in, tag, oid);

    return status == DEVID_OK ? devid_der_check_oid(oid) : status;
}

bool devid_slice_same(const struct devid_slice *a, const struct devid_slice *b)
{
    /* memcmp() wants no null pointer, not even for nothing. */
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

bool devid_slice_equal(struct devid_slice a, struct devid_slice b)
{
    return devid_slice_same(&a, &b);
}

bool devid_der_ascends(struct devid_slice before, struct devid_slice after)
{
    size_t shorter = before.len < after.len ? before.len : after.len;

    /* No TLV is a prefix of another, so the first octets that differ decide. */
    return shorter == 0 || memcmp(before.data, after.data, shorter) < 0;
}
