/* The one reader of forms. */
#include "form.h"

#include "../codec/oid.h"
#include "general_name.h"
#include "name.h"
#include "signed.h"

#include <string.h>

enum {
    MAX_NESTING = 4,
    MAX_ELEMENTS = 32, /* the search for what repeats is quadratic */
    OPERATION = 0x1F
};

typedef enum devid_status check(struct devid_slice *content);

static enum devid_status check_filled(struct devid_slice *content)
{
    return content->len != 0 ? DEVID_OK : DEVID_E_EMPTY;
}

static enum devid_status check_natural(struct devid_slice *content)
{
    enum devid_status status = devid_der_check_integer(content);

    return status == DEVID_OK && (content->data[0] & 0x80) != 0
               ? DEVID_E_INTEGER
               : status;
}

static enum devid_status check_bits(struct devid_slice *content)
{
    uint16_t bits;
    bool padded = false;
    enum devid_status status = devid_der_bits(*content, &bits, &padded);

    return padded ? DEVID_E_BIT_STRING : status;
}

enum devid_status devid_oid_once(const struct devid_slice *oid,
                                 struct devid_slice rest)
{
    struct devid_slice element;
    struct devid_slice other;
    unsigned left = MAX_ELEMENTS;

    while (devid_der_read(&rest, DER_SEQUENCE, &element) == DEVID_OK) {
        if (devid_der_read(&element, DER_OID, &other) == DEVID_OK &&
            devid_slice_same(oid, &other))
            return DEVID_E_EXTENSION_DUPLICATE;
        if (--left == 0)
            return DEVID_E_EXTENSIONS;
    }
    return DEVID_OK;
}

/* RFC 5280 4.2.1.4: no policy twice. rest: the policies that follow. */
static enum devid_status check_oid_once(struct devid_slice *content,
                                        struct devid_slice rest)
{
    enum devid_status status = devid_der_check_oid(content);

    if (status == DEVID_OK && devid_oid_once(content, rest) != DEVID_OK)
        status = DEVID_E_POLICY;
    return status;
}

/* RFC 5280 4.1.2.1: one encoding, so octets are compared, from the tag on. */
static enum devid_status check_v3(struct devid_slice *content)
{
    static const uint8_t v3[] = {DER_CONTEXT_CONSTRUCTED(0), 0x03, DER_INTEGER,
                                 0x01, 0x02};

    return content->len == sizeof v3 - 2 &&
                   memcmp(content->data - 2, v3, sizeof v3) == 0
               ? DEVID_OK
               : DEVID_E_VERSION;
}

/* id-qt-cps or id-qt-unotice, which differ in their last octet. */
static enum devid_status check_qualifier(struct devid_slice *content)
{
    static const uint8_t qualifier[] = OID_QT_CPS;
    const size_t last = sizeof qualifier - 2;

    return content->len == last + 1 &&
                   memcmp(content->data, qualifier, last) == 0 &&
                   content->data[last] - 1u < 2
               ? DEVID_OK
               : DEVID_E_POLICY;
}

static enum devid_status check_unique(struct devid_slice *content)
{
    (void)content;
    return DEVID_E_UNIQUE_ID;
}

static enum devid_status check_nothing(struct devid_slice *content)
{
    (void)content;
    return DEVID_OK;
}

/* One for each operation that takes a TLV. */
#define AT(operation) ((operation) - FORM_WHOLE)
static check *const checks[] = {
    [AT(FORM_WHOLE)] = check_nothing,
    [AT(FORM_WHOLE_NAME)] = devid_name_check,
    [AT(FORM_RAW)] = check_nothing,
    [AT(FORM_FILLED)] = check_filled,
    [AT(FORM_OID)] = devid_der_check_oid,
    [AT(FORM_NATURAL)] = check_natural,
    [AT(FORM_TRUE)] = devid_der_check_true,
    [AT(FORM_OCTETS)] = devid_der_check_octets,
    [AT(FORM_BITS)] = check_bits,
    [AT(FORM_GENERALS)] = devid_general_names_check,
    [AT(FORM_V3)] = check_v3,
    [AT(FORM_SERIAL)] = devid_serial_check,
    [AT(FORM_UNIQUE)] = check_unique,
    [AT(FORM_QUALIFIER)] = check_qualifier,
};

/* rest: what follows the element that this one is in. */
static enum devid_status check_element(unsigned operation,
                                       struct devid_general_name *element,
                                       struct devid_slice rest)
{
    if (operation < FORM_OID_ONCE)
        return checks[AT(operation)](&element->value);
    if (operation == FORM_OID_ONCE)
        return check_oid_once(&element->value, rest);
    return operation == FORM_GENERAL ? devid_general_name_check(element)
                                     : devid_subtree_check(element);
}

struct taken {
    struct devid_slice value;
    struct devid_slice content; /* behind it */
    enum devid_status status;
};

/* One TLV off content, checked. By value: what the steps below hold has no
 * address, so that their proof is spared what may point there. */
static struct taken take(struct devid_slice content, unsigned operation,
                         uint8_t tag, struct devid_slice rest)
{
    struct devid_general_name element;
    struct taken taken = {.content = content};

    if (tag == FORM_ANY_TAG)
        taken.status =
            devid_der_read_any(&content, &element.tag, &element.value);
    else
        taken.status = devid_der_read(&content, tag, &element.value);
    if (taken.status == DEVID_OK)
        taken.status = check_element(operation, &element, rest);
    if (taken.status == DEVID_OK) {
        taken.value = element.value;
        taken.content = content;
    }
    return taken;
}

enum devid_status devid_form_read(struct devid_slice content,
                                  const uint8_t *form, struct devid_slice *out)
{
    /* What follows each element entered, behind a first that is empty. */
    struct devid_slice outer[1 + MAX_NESTING];
    unsigned depth = 0;
    int at = 0;

    outer[0].len = 0;
    for (;;) {
        unsigned step = form[at++];
        unsigned operation = step & OPERATION;
        struct taken taken;
        uint8_t tag;

        if (operation == FORM_LEAVE) {
            if (content.len != 0)
                return DEVID_E_TRAILING;
            if (depth == 0)
                return DEVID_OK;
            content = outer[depth--];
            continue;
        }
        tag = form[at++];
        if (operation == FORM_AGAIN) {
            if (content.len != 0)
                at -= tag;
            continue;
        }
        if ((step & FORM_OPTIONAL) != 0) {
            uint8_t skip = form[at++];

            if (content.len == 0 || content.data[0] != tag) {
                at += skip;
                continue;
            }
        }
        taken = take(content, operation, tag, outer[depth]);
        if (taken.status != DEVID_OK)
            return taken.status;
        if ((step & FORM_SAVE) != 0) {
            struct devid_slice saved = taken.value;

            if (operation <= FORM_WHOLE_NAME) {
                saved.data = content.data;
                saved.len = content.len - taken.content.len;
            }
            out[form[at++]] = saved;
        }
        content = taken.content;
        if ((step & FORM_ENTER) != 0) {
            outer[++depth] = content;
            content = taken.value;
        }
    }
}
