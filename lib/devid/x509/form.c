/* The one reader of forms. */
#include "form.h"

#include "../codec/oid.h"
#include "general_name.h"
#include "name.h"
#include "signed.h"

#include <string.h>

enum { MAX_NESTING = 3, OPERATION = 0x1F };

typedef enum devid_status check(uint8_t tag, struct devid_slice *content);

static enum devid_status check_filled(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return content->len != 0 ? DEVID_OK : DEVID_E_EMPTY;
}

static enum devid_status check_oid(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return devid_der_check_oid(content);
}

static enum devid_status check_integer(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return devid_der_check_integer(content);
}

static enum devid_status check_true(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return devid_der_check_true(content);
}

static enum devid_status check_octets(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return devid_der_check_octets(content);
}

static enum devid_status check_bits(uint8_t tag, struct devid_slice *content)
{
    uint16_t bits;
    bool padded = false;
    enum devid_status status = devid_der_bits(*content, &bits, &padded);

    (void)tag;
    return padded ? DEVID_E_BIT_STRING : status;
}

/* RFC 5280 4.1.2.1: one encoding, so octets are compared. */
static enum devid_status check_v3(uint8_t tag, struct devid_slice *content)
{
    static const uint8_t v3[] = {DER_INTEGER, 0x01, 0x02};

    return tag == DER_CONTEXT_CONSTRUCTED(0) && content->len == sizeof v3 &&
                   memcmp(content->data, v3, sizeof v3) == 0
               ? DEVID_OK
               : DEVID_E_VERSION;
}

static enum devid_status check_serial(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    return devid_serial_check(content);
}

static enum devid_status check_unique(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    (void)content;
    return DEVID_E_UNIQUE_ID;
}

static enum devid_status check_qualifier(uint8_t tag,
                                         struct devid_slice *content)
{
    (void)tag;
    return content->len == sizeof OID_QT_CPS - 1 &&
                   memcmp(content->data, OID_QT_CPS, sizeof OID_QT_CPS - 2) ==
                       0 &&
                   content->data[sizeof OID_QT_CPS - 2] - 1u < 2
               ? DEVID_OK
               : DEVID_E_POLICY;
}

static enum devid_status check_nothing(uint8_t tag, struct devid_slice *content)
{
    (void)tag;
    (void)content;
    return DEVID_OK;
}

/* One for each operation that takes a TLV. */
#define AT(operation) (operation) - FORM_WHOLE
static check *const checks[] = {
    [AT(FORM_WHOLE)] = check_nothing,
    [AT(FORM_WHOLE_NAME)] = devid_name_check,
    [AT(FORM_RAW)] = check_nothing,
    [AT(FORM_FILLED)] = check_filled,
    [AT(FORM_OID)] = check_oid,
    [AT(FORM_INTEGER)] = check_integer,
    [AT(FORM_TRUE)] = check_true,
    [AT(FORM_OCTETS)] = check_octets,
    [AT(FORM_BITS)] = check_bits,
    [AT(FORM_GENERAL)] = devid_general_name_check,
    [AT(FORM_SUBTREE)] = devid_subtree_check,
    [AT(FORM_GENERALS)] = devid_general_names_check,
    [AT(FORM_V3)] = check_v3,
    [AT(FORM_SERIAL)] = check_serial,
    [AT(FORM_UNIQUE)] = check_unique,
    [AT(FORM_QUALIFIER)] = check_qualifier,
};

enum devid_status devid_form_read(struct devid_slice content,
                                  const uint8_t *form, void *out)
{
    struct devid_slice outer[MAX_NESTING];
    struct devid_slice *top = outer;

    for (;;) {
        unsigned step = *form++;
        unsigned operation = step & OPERATION;
        struct devid_slice taken = content;
        struct devid_slice value;
        enum devid_status status;
        uint8_t tag;

        if (operation == FORM_LEAVE) {
            if (content.len != 0)
                return DEVID_E_TRAILING;
            if (top == outer)
                return DEVID_OK;
            content = *--top;
            continue;
        }
        tag = *form++;
        if (operation == FORM_AGAIN) {
            if (content.len != 0)
                form -= tag;
            continue;
        }
        if ((step & FORM_OPTIONAL) != 0) {
            unsigned skip = *form++;

            if (devid_der_peek(&content) != tag) {
                form += skip;
                continue;
            }
        }
        if (tag == FORM_ANY_TAG)
            status = devid_der_read_any(&content, &tag, &value);
        else
            status = devid_der_read(&content, tag, &value);
        if (status == DEVID_OK)
            status = checks[AT(operation)](tag, &value);
        if (status != DEVID_OK)
            return status;
        if ((step & FORM_SAVE) != 0) {
            struct devid_slice *to =
                (struct devid_slice *)((size_t *)out + *form++);

            taken.len -= content.len;
            *to = operation <= FORM_WHOLE_NAME ? taken : value;
        }
        if ((step & FORM_ENTER) != 0) {
            if (value.len == 0 || top == outer + MAX_NESTING)
                return DEVID_E_EMPTY;
            *top++ = content;
            content = value;
        }
    }
}
