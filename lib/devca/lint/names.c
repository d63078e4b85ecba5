/* Names: checks 9 to 15. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"
#include "devid/x509/name.h"

#include <string.h>

#define TYPES_MAX 32

/* The attribute types met so far, to find one that comes again. */
struct name_walk {
    struct lint_state *run;
    const char *field;
    struct devid_slice types[TYPES_MAX];
    size_t count;
};

static bool is_directory_string(uint8_t tag)
{
    return tag == DER_UTF8_STRING || tag == DER_PRINTABLE_STRING;
}

/* IA5String is for the two attributes that are defined as such. */
static bool is_ia5_attribute(struct devid_slice oid)
{
    return devid_slice_equal(oid, OID_SLICE(OID_DOMAIN_COMPONENT)) ||
           devid_slice_equal(oid, OID_SLICE(OID_EMAIL_ADDRESS));
}

static bool is_printable_attribute(struct devid_slice oid)
{
    return devid_slice_equal(oid, OID_SLICE(OID_COUNTRY)) ||
           devid_slice_equal(oid, OID_SLICE(OID_SERIAL_NUMBER)) ||
           devid_slice_equal(oid, OID_SLICE(OID_DN_QUALIFIER));
}

static void check_string(struct name_walk *walk,
                         const struct devid_attribute *attribute)
{
    bool right = is_directory_string(attribute->tag);

    if (is_printable_attribute(attribute->oid))
        right = attribute->tag == DER_PRINTABLE_STRING;
    else if (is_ia5_attribute(attribute->oid))
        right = attribute->tag == DER_IA5_STRING;
    if (!right)
        lint_tell(walk->run, 13, LINT_ERROR, walk->field,
                  "a string has the type 0x%02X", attribute->tag);
    else if (devid_attribute_check(attribute) != DEVID_OK)
        lint_tell(walk->run, 14, LINT_ERROR, walk->field,
                  "a string breaks its alphabet or its upper bound");
}

static void check_type(struct name_walk *walk, struct devid_slice oid)
{
    size_t i;

    for (i = 0; i < walk->count; i++)
        if (devid_slice_equal(walk->types[i], oid) &&
            !devid_slice_equal(oid, OID_SLICE(OID_DOMAIN_COMPONENT)) &&
            !devid_slice_equal(oid, OID_SLICE(OID_ORGANIZATIONAL_UNIT))) {
            lint_tell(walk->run, 15, LINT_ERROR, walk->field,
                      "an attribute type stands twice");
            return;
        }
    if (walk->count < TYPES_MAX)
        walk->types[walk->count++] = oid;
}

static enum devid_status walk_attribute(struct name_walk *walk,
                                        struct devid_slice element)
{
    struct devid_attribute attribute;
    struct devid_slice inner;
    enum devid_status status = devid_der_read(&element, DER_SEQUENCE, &inner);

    if (status == DEVID_OK)
        status = devid_der_read_oid(&inner, DER_OID, &attribute.oid);
    if (status == DEVID_OK)
        status = devid_der_read_any(&inner, &attribute.tag, &attribute.value);
    if (status == DEVID_OK)
        status = devid_der_end(&inner);
    if (status == DEVID_OK) {
        check_string(walk, &attribute);
        check_type(walk, attribute.oid);
    }
    return status;
}

/* X.690 11.6: encodings ascend, the shorter padded with zeros. */
static bool ascends(struct devid_slice before, struct devid_slice after)
{
    size_t len = before.len < after.len ? before.len : after.len;
    int order = len > 0 ? memcmp(before.data, after.data, len) : 0;

    return order < 0 || (order == 0 && before.len <= after.len);
}

static enum devid_status walk_rdn(struct name_walk *walk,
                                  struct devid_slice rdn)
{
    struct devid_slice element, before = {NULL, 0};
    enum devid_status status = DEVID_OK;

    if (rdn.len == 0)
        lint_tell(walk->run, 15, LINT_ERROR, walk->field, "an RDN is empty");
    while (status == DEVID_OK && rdn.len > 0) {
        status = devid_der_read_element(&rdn, DER_SEQUENCE, &element);
        if (status == DEVID_OK && before.len > 0 && !ascends(before, element))
            lint_tell(walk->run, 15, LINT_ERROR, walk->field,
                      "an RDN is not sorted");
        if (status == DEVID_OK)
            status = walk_attribute(walk, element);
        before = element;
    }
    return status;
}

void lint_name(struct lint_state *run, struct devid_slice name,
               const char *field)
{
    struct name_walk walk = {.run = run, .field = field};
    struct devid_slice rdns, rdn;
    enum devid_status status = devid_der_read(&name, DER_SEQUENCE, &rdns);

    while (status == DEVID_OK && rdns.len > 0) {
        status = devid_der_read(&rdns, DER_SET, &rdn);
        if (status == DEVID_OK)
            status = walk_rdn(&walk, rdn);
    }
    if (status != DEVID_OK)
        lint_der(run, field, status);
}

static void check_empty_subject(struct lint_state *run)
{
    const struct lint_extension *san =
        lint_find(run, OID_SLICE(OID_SUBJECT_ALT_NAME));
    const struct lint_extension *basic =
        lint_find(run, OID_SLICE(OID_BASIC_CONSTRAINTS));

    if (basic && basic->value.len > 2)
        lint_tell(run, 10, LINT_ERROR, "tbsCertificate.subject",
                  "is empty in a CA");
    if (!san)
        lint_tell(run, 11, LINT_ERROR, "tbsCertificate.subject",
                  "is empty and there is no subjectAltName");
    else if (!san->critical)
        lint_tell(run, 11, LINT_ERROR,
                  "tbsCertificate.extensions.subjectAltName",
                  "is not critical although the subject is empty");
}

void lint_names(struct lint_state *run)
{
    const struct lint_parts *parts = &run->parts;
    struct devid_slice known = run->subject->issuer_subject;

    if (parts->issuer.data) {
        if (devid_name_is_empty(parts->issuer))
            lint_tell(run, 9, LINT_ERROR, "tbsCertificate.issuer", "is empty");
        if (known.len > 0 && !devid_slice_equal(parts->issuer, known))
            lint_tell(run, 12, LINT_ERROR, "tbsCertificate.issuer",
                      "is not the CA's subject, octet for octet");
        lint_name(run, parts->issuer, "tbsCertificate.issuer");
    }
    if (!parts->subject.data)
        return;
    if (devid_name_is_empty(parts->subject))
        check_empty_subject(run);
    lint_name(run, parts->subject, "tbsCertificate.subject");
}
