/* Key identifiers: checks 28 to 31. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"

#define SUBJECT "tbsCertificate.extensions.subjectKeyIdentifier"
#define AUTHORITY "tbsCertificate.extensions.authorityKeyIdentifier"

static void check_subject(struct lint_state *run)
{
    const struct lint_extension *extension =
        lint_find(run, OID_SLICE(OID_SUBJECT_KEY_IDENTIFIER));
    struct devid_slice value, id;

    if (!extension) {
        if (run->ca)
            lint_tell(run, 28, LINT_ERROR, SUBJECT, "is missing in a CA");
        return;
    }
    if (extension->critical)
        lint_tell(run, 28, LINT_ERROR, SUBJECT, "is critical");
    value = extension->value;
    if (devid_der_read(&value, DER_OCTET_STRING, &id) != DEVID_OK ||
        value.len != 0 || id.len == 0)
        lint_tell(run, 28, LINT_ERROR, SUBJECT, "is malformed or empty");
    else if (id.len != 20)
        lint_tell(run, 29, LINT_NOTICE, SUBJECT,
                  "has %zu octets: neither SHA-1 nor a method of RFC 7093 that "
                  "gives 20",
                  id.len);
}

/* AuthorityKeyIdentifier: [0] keyIdentifier, [1] and [2] issuer and serial. */
static bool read_authority(struct devid_slice value, struct devid_slice *id)
{
    struct devid_slice inner, skipped;
    uint8_t tag;

    if (devid_der_read(&value, DER_SEQUENCE, &inner) != DEVID_OK ||
        value.len != 0)
        return false;
    if (devid_der_peek(&inner) == DER_CONTEXT(0) &&
        devid_der_read(&inner, DER_CONTEXT(0), id) != DEVID_OK)
        return false;
    while (inner.len > 0)
        if (devid_der_read_any(&inner, &tag, &skipped) != DEVID_OK ||
            (tag != DER_CONTEXT_CONSTRUCTED(1) && tag != DER_CONTEXT(2)))
            return false;
    return true;
}

static bool is_self_issued(const struct lint_state *run)
{
    return devid_slice_equal(run->parts.issuer, run->parts.subject);
}

static void check_authority(struct lint_state *run)
{
    const struct lint_extension *extension =
        lint_find(run, OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER));
    struct devid_slice id = {NULL, 0};
    struct devid_slice known = run->subject->issuer_key_id;

    if (!extension) {
        if (!is_self_issued(run))
            lint_tell(run, 30, LINT_ERROR, AUTHORITY, "is missing");
        return;
    }
    if (extension->critical)
        lint_tell(run, 30, LINT_ERROR, AUTHORITY, "is critical");
    if (!read_authority(extension->value, &id)) {
        lint_tell(run, 30, LINT_ERROR, AUTHORITY, "is malformed");
        return;
    }
    if (id.len == 0)
        lint_tell(run, 30, LINT_ERROR, AUTHORITY, "has no keyIdentifier");
    else if (known.len > 0 && !devid_slice_equal(id, known))
        lint_tell(run, 31, LINT_ERROR, AUTHORITY,
                  "is not the issuer's subjectKeyIdentifier");
}

void lint_identifiers(struct lint_state *run)
{
    if (!run->parts.spki.data)
        return;
    check_subject(run);
    check_authority(run);
}
