#include "devca/lint/parts.h"

#include "devid/codec/oid.h"

#include <string.h>

struct name_row {
    const char *oid;
    size_t len;
    const char *name;
};
#define ROW(oid, name)             \
    {                              \
        oid, sizeof(oid) - 1, name \
    }

static const struct name_row names[] = {
    ROW(OID_SUBJECT_KEY_IDENTIFIER, "subjectKeyIdentifier"),
    ROW(OID_KEY_USAGE, "keyUsage"),
    ROW(OID_SUBJECT_ALT_NAME, "subjectAltName"),
    ROW(OID_ISSUER_ALT_NAME, "issuerAltName"),
    ROW(OID_BASIC_CONSTRAINTS, "basicConstraints"),
    ROW(OID_NAME_CONSTRAINTS, "nameConstraints"),
    ROW(OID_CRL_DISTRIBUTION_POINTS, "cRLDistributionPoints"),
    ROW(OID_CERTIFICATE_POLICIES, "certificatePolicies"),
    ROW(OID_AUTHORITY_KEY_IDENTIFIER, "authorityKeyIdentifier"),
    ROW(OID_POLICY_CONSTRAINTS, "policyConstraints"),
    ROW(OID_EXT_KEY_USAGE, "extKeyUsage"),
    ROW(OID_INHIBIT_ANY_POLICY, "inhibitAnyPolicy"),
    ROW(OID_AUTHORITY_INFO_ACCESS, "authorityInfoAccess"),
    ROW(OID_CRL_NUMBER, "cRLNumber"),
    ROW(OID_CRL_REASON, "reasonCode"),
    ROW(OID_INVALIDITY_DATE, "invalidityDate"),
    ROW(OID_DELTA_CRL_INDICATOR, "deltaCRLIndicator"),
    ROW(OID_ISSUING_DISTRIBUTION_POINT, "issuingDistributionPoint")};

static const char *name_of(struct devid_slice oid)
{
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (names[i].len == oid.len &&
            memcmp(names[i].oid, oid.data, oid.len) == 0)
            return names[i].name;
    return "extension";
}

/* Extension ::= SEQUENCE { OID, BOOLEAN DEFAULT FALSE, OCTET STRING }, taken
 * even where critical FALSE is written. */
static enum devid_status read_extension(struct devid_slice *in,
                                        struct lint_extension *extension)
{
    struct devid_slice inner, boolean;
    enum devid_status status = devid_der_read(in, DER_SEQUENCE, &inner);

    if (status == DEVID_OK)
        status = devid_der_read_oid(&inner, DER_OID, &extension->oid);
    extension->critical = false;
    extension->critical_written =
        status == DEVID_OK && devid_der_peek(&inner) == DER_BOOLEAN;
    if (extension->critical_written) {
        status = devid_der_read(&inner, DER_BOOLEAN, &boolean);
        if (status == DEVID_OK && boolean.len != 1)
            status = DEVID_E_BOOLEAN;
        if (status == DEVID_OK)
            extension->critical = boolean.data[0] != 0;
        if (status == DEVID_OK && boolean.data[0] != 0 &&
            boolean.data[0] != 0xFF)
            status = DEVID_E_BOOLEAN;
    }
    if (status == DEVID_OK)
        status = devid_der_read(&inner, DER_OCTET_STRING, &extension->value);
    if (status == DEVID_OK)
        status = devid_der_end(&inner);
    return status;
}

void lint_read_extensions(struct lint_state *run, struct devid_slice elements,
                          const char *field,
                          struct lint_extension_list *extensions)
{
    struct lint_extension *extension;
    enum devid_status status;

    if (elements.len == 0)
        lint_tell(run, 33, LINT_ERROR, field, "is empty");
    while (elements.len > 0) {
        if (extensions->count == extensions->max) {
            lint_tell(run, 33, LINT_ERROR, field, "more than %zu extensions",
                      extensions->max);
            return;
        }
        extension = &extensions->list[extensions->count];
        status = read_extension(&elements, extension);
        if (status != DEVID_OK) {
            lint_der(run, field, status);
            return;
        }
        extension->name = name_of(extension->oid);
        extensions->count++;
    }
}

const struct lint_extension *lint_find(const struct lint_state *run,
                                       struct devid_slice oid)
{
    size_t i;

    for (i = 0; i < run->parts.extension_count; i++)
        if (devid_slice_equal(run->parts.extensions[i].oid, oid))
            return &run->parts.extensions[i];
    return NULL;
}

static enum devid_status read_validity(struct devid_slice *tbs,
                                       struct lint_parts *parts)
{
    struct devid_slice validity, value, start;
    enum devid_status status = devid_der_read(tbs, DER_SEQUENCE, &validity);
    uint8_t tag;

    if (status != DEVID_OK)
        return status;
    start = validity;
    status = devid_der_read_any(&validity, &tag, &value);
    parts->not_before =
        (struct devid_slice){start.data, start.len - validity.len};
    start = validity;
    if (status == DEVID_OK)
        status = devid_der_read_any(&validity, &tag, &value);
    parts->not_after =
        (struct devid_slice){start.data, start.len - validity.len};
    return status == DEVID_OK ? devid_der_end(&validity) : status;
}

struct step {
    const char *field;
    enum devid_status status;
};

/* The fields before the optional ones, in order. */
static struct step read_fields(struct devid_slice *tbs,
                               struct lint_parts *parts)
{
    struct step step = {"tbsCertificate.serialNumber", DEVID_OK};

    step.status = devid_der_read(tbs, DER_INTEGER, &parts->serial);
    if (step.status != DEVID_OK)
        return step;
    step.field = "tbsCertificate.signature";
    step.status =
        devid_der_read_element(tbs, DER_SEQUENCE, &parts->inner_algorithm);
    if (step.status != DEVID_OK)
        return step;
    step.field = "tbsCertificate.issuer";
    step.status = devid_der_read_element(tbs, DER_SEQUENCE, &parts->issuer);
    if (step.status != DEVID_OK)
        return step;
    step.field = "tbsCertificate.validity";
    step.status = read_validity(tbs, parts);
    if (step.status != DEVID_OK)
        return step;
    step.field = "tbsCertificate.subject";
    step.status = devid_der_read_element(tbs, DER_SEQUENCE, &parts->subject);
    if (step.status != DEVID_OK)
        return step;
    step.field = "tbsCertificate.subjectPublicKeyInfo";
    step.status = devid_der_read_element(tbs, DER_SEQUENCE, &parts->spki);
    return step;
}

/* issuerUniqueID [1], subjectUniqueID [2], extensions [3]. */
static void read_rest(struct lint_state *run, struct devid_slice tbs)
{
    static const char field[] = "tbsCertificate.extensions";
    struct lint_parts *parts = &run->parts;
    struct lint_extension_list list = {parts->extensions, 0,
                                       LINT_EXTENSIONS_MAX};
    struct devid_slice value, elements;
    enum devid_status status = DEVID_OK;
    uint8_t tag;

    while (status == DEVID_OK && (devid_der_peek(&tbs) == DER_CONTEXT(1) ||
                                  devid_der_peek(&tbs) == DER_CONTEXT(2))) {
        parts->has_unique_id = true;
        status = devid_der_read_any(&tbs, &tag, &value);
    }
    if (status == DEVID_OK &&
        devid_der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(3)) {
        parts->has_extensions = true;
        status = devid_der_read(&tbs, DER_CONTEXT_CONSTRUCTED(3), &value);
        if (status == DEVID_OK)
            status = devid_der_read(&value, DER_SEQUENCE, &elements);
        if (status == DEVID_OK)
            status = devid_der_end(&value);
        if (status == DEVID_OK)
            lint_read_extensions(run, elements, field, &list);
        parts->extension_count = list.count;
    }
    if (status == DEVID_OK)
        status = devid_der_end(&tbs);
    if (status != DEVID_OK)
        lint_der(run, field, status);
    parts->complete = status == DEVID_OK;
}

static void read_tbs(struct lint_state *run, struct devid_slice element)
{
    struct devid_slice tbs;
    enum devid_status status = devid_der_read(&element, DER_SEQUENCE, &tbs);
    struct step step;

    if (status == DEVID_OK)
        status = devid_der_end(&element);
    if (status == DEVID_OK &&
        devid_der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0))
        status = devid_der_read(&tbs, DER_CONTEXT_CONSTRUCTED(0),
                                &run->parts.version);
    if (status != DEVID_OK) {
        lint_der(run, "tbsCertificate", status);
        return;
    }
    step = read_fields(&tbs, &run->parts);
    if (step.status != DEVID_OK)
        lint_der(run, step.field, step.status);
    else
        read_rest(run, tbs);
}

void lint_take_apart(struct lint_state *run)
{
    struct devid_slice whole = run->subject->der, outer, tbs;
    struct lint_parts *parts = &run->parts;
    enum devid_status status;

    if (run->subject->kind == LINT_TBS) {
        read_tbs(run, whole);
        return;
    }
    status = devid_der_read(&whole, DER_SEQUENCE, &outer);
    if (status == DEVID_OK && devid_der_end(&whole) != DEVID_OK)
        lint_der(run, "certificate", DEVID_E_TRAILING);
    if (status == DEVID_OK)
        status = devid_der_read_element(&outer, DER_SEQUENCE, &tbs);
    if (status != DEVID_OK) {
        lint_der(run, "certificate", status);
        return;
    }
    read_tbs(run, tbs);
    status =
        devid_der_read_element(&outer, DER_SEQUENCE, &parts->outer_algorithm);
    if (status == DEVID_OK)
        status = devid_der_read(&outer, DER_BIT_STRING, &parts->signature);
    if (status == DEVID_OK)
        status = devid_der_end(&outer);
    if (status != DEVID_OK)
        lint_der(run, "certificate", status);
}
