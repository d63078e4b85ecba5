/* Certificate revocation lists: check 40, and 1, 6 to 8, 12, 16, 17, 31 as they
 * apply. One pass over the entries, whatever their number. */
#include "devca/lint/parts.h"

#include "devid/codec/oid.h"
#include "devid/x509/name.h"

#define LIST "tbsCertList"
#define ENTRY LIST ".revokedCertificates"
#define EXTENSIONS LIST ".crlExtensions"
#define EXTENSIONS_MAX 16

struct crl_parts {
    struct devid_slice inner_algorithm;
    struct devid_slice issuer;
    struct devid_slice this_update;
    struct devid_slice next_update; /* data NULL when absent */
    struct devid_slice entries;
    bool has_entries;
    struct lint_extension extensions[EXTENSIONS_MAX];
    size_t extension_count;
    bool has_extensions;
};

static const struct lint_extension *find(const struct crl_parts *parts,
                                         struct devid_slice oid)
{
    size_t i;

    for (i = 0; i < parts->extension_count; i++)
        if (devid_slice_equal(parts->extensions[i].oid, oid))
            return &parts->extensions[i];
    return NULL;
}

static bool next_is_time(const struct devid_slice *in)
{
    return devid_der_peek(in) == DER_UTC_TIME ||
           devid_der_peek(in) == DER_GENERALIZED_TIME;
}

static enum devid_status read_element(struct devid_slice *in,
                                      struct devid_slice *element)
{
    struct devid_slice start = *in, value;
    uint8_t tag;
    enum devid_status status = devid_der_read_any(in, &tag, &value);

    *element = (struct devid_slice){start.data, start.len - in->len};
    return status;
}

static void read_extensions(struct lint_state *run, struct devid_slice *tbs,
                            struct crl_parts *parts)
{
    struct lint_extension_list list = {parts->extensions, 0, EXTENSIONS_MAX};
    struct devid_slice outer, elements;
    enum devid_status status;

    if (devid_der_peek(tbs) != DER_CONTEXT_CONSTRUCTED(0))
        return;
    parts->has_extensions = true;
    status = devid_der_read(tbs, DER_CONTEXT_CONSTRUCTED(0), &outer);
    if (status == DEVID_OK)
        status = devid_der_read(&outer, DER_SEQUENCE, &elements);
    if (status == DEVID_OK)
        status = devid_der_end(&outer);
    if (status == DEVID_OK)
        lint_read_extensions(run, elements, EXTENSIONS, &list);
    else
        lint_der(run, EXTENSIONS, status);
    parts->extension_count = list.count;
}

static bool read_list(struct lint_state *run, struct devid_slice tbs,
                      struct crl_parts *parts)
{
    enum devid_status status;

    status =
        devid_der_read_element(&tbs, DER_SEQUENCE, &parts->inner_algorithm);
    if (status == DEVID_OK)
        status = devid_der_read_element(&tbs, DER_SEQUENCE, &parts->issuer);
    if (status == DEVID_OK)
        status = read_element(&tbs, &parts->this_update);
    if (status == DEVID_OK && next_is_time(&tbs))
        status = read_element(&tbs, &parts->next_update);
    if (status == DEVID_OK && devid_der_peek(&tbs) == DER_SEQUENCE) {
        parts->has_entries = true;
        status = devid_der_read(&tbs, DER_SEQUENCE, &parts->entries);
    }
    if (status == DEVID_OK) {
        read_extensions(run, &tbs, parts);
        status = devid_der_end(&tbs);
    }
    if (status != DEVID_OK)
        lint_der(run, LIST, status);
    return status == DEVID_OK;
}

static void check_version(struct lint_state *run, struct devid_slice *tbs)
{
    uint32_t version = 0;

    if (devid_der_peek(tbs) != DER_INTEGER ||
        devid_der_read_small(tbs, DER_INTEGER, &version) != DEVID_OK ||
        version != 1)
        lint_tell(run, 40, LINT_ERROR, LIST ".version", "is not v2");
}

static void check_number(struct lint_state *run, const struct crl_parts *parts)
{
    const struct lint_extension *extension =
        find(parts, OID_SLICE(OID_CRL_NUMBER));
    struct devid_slice value, number;

    if (!extension) {
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS, "cRLNumber is missing");
        return;
    }
    if (extension->critical)
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS, "cRLNumber is critical");
    value = extension->value;
    if (devid_der_read_integer(&value, DER_INTEGER, &number) != DEVID_OK ||
        value.len != 0 || number.data[0] & 0x80)
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS, "cRLNumber is malformed");
    else if (number.len > 20)
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS,
                  "cRLNumber has more than 20 octets");
}

static void check_authority(struct lint_state *run,
                            const struct crl_parts *parts)
{
    const struct lint_extension *extension =
        find(parts, OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER));
    struct devid_slice known = run->subject->issuer_key_id;
    struct devid_slice value, inner, id;

    if (!extension) {
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS,
                  "authorityKeyIdentifier is missing");
        return;
    }
    value = extension->value;
    if (extension->critical ||
        devid_der_read(&value, DER_SEQUENCE, &inner) != DEVID_OK ||
        devid_der_read(&inner, DER_CONTEXT(0), &id) != DEVID_OK)
        lint_tell(run, 40, LINT_ERROR, EXTENSIONS,
                  "authorityKeyIdentifier is critical or has no "
                  "keyIdentifier");
    else if (known.len > 0 && !devid_slice_equal(id, known))
        lint_tell(run, 31, LINT_ERROR, EXTENSIONS,
                  "authorityKeyIdentifier is not the issuer's "
                  "subjectKeyIdentifier");
}

static void check_reason(struct lint_state *run,
                         const struct lint_extension *extension)
{
    struct devid_slice value = extension->value;
    uint32_t reason;

    if (extension->critical)
        lint_tell(run, 40, LINT_ERROR, ENTRY, "%s is critical",
                  extension->name);
    if (!devid_slice_equal(extension->oid, OID_SLICE(OID_CRL_REASON)))
        return;
    if (devid_der_read_small(&value, DER_ENUMERATED, &reason) != DEVID_OK ||
        value.len != 0 || reason > 10 || reason == 7)
        lint_tell(run, 40, LINT_ERROR, ENTRY, "reasonCode is malformed");
    else if (reason == 0)
        lint_tell(run, 40, LINT_ERROR, ENTRY,
                  "reasonCode unspecified is written");
}

/* false when the entry cannot be read: there is then no next one either. */
static bool check_entry(struct lint_state *run, struct devid_slice entry)
{
    struct lint_extension extensions[4];
    struct lint_extension_list list = {extensions, 0, 4};
    struct devid_slice serial, time, elements;
    struct devid_time revoked_at;
    size_t i;

    if (devid_der_read_integer(&entry, DER_INTEGER, &serial) != DEVID_OK ||
        read_element(&entry, &time) != DEVID_OK) {
        lint_tell(run, 40, LINT_ERROR, ENTRY, "an entry is malformed");
        return false;
    }
    (void)lint_time(run, time, ENTRY, &revoked_at);
    if (entry.len == 0)
        return true;
    if (devid_der_read(&entry, DER_SEQUENCE, &elements) != DEVID_OK ||
        entry.len != 0) {
        lint_tell(run, 40, LINT_ERROR, ENTRY, "an entry is malformed");
        return false;
    }
    lint_read_extensions(run, elements, ENTRY, &list);
    for (i = 0; i < list.count; i++)
        check_reason(run, &extensions[i]);
    return true;
}

static void check_entries(struct lint_state *run, const struct crl_parts *parts)
{
    struct devid_slice entries = parts->entries, entry;

    if (!parts->has_entries)
        return;
    if (entries.len == 0)
        lint_tell(run, 40, LINT_ERROR, ENTRY, "is empty, and present");
    while (entries.len > 0) {
        if (devid_der_read(&entries, DER_SEQUENCE, &entry) != DEVID_OK) {
            lint_der(run, ENTRY, DEVID_E_CRL_ENTRY);
            return;
        }
        if (!check_entry(run, entry))
            return;
    }
}

static void check_list(struct lint_state *run, const struct crl_parts *parts)
{
    struct devid_time this_update = {0, 0}, next_update = {0, 0};
    struct devid_slice known = run->subject->issuer_subject;

    lint_algorithm(run, parts->inner_algorithm, LIST ".signature");
    if (devid_name_is_empty(parts->issuer))
        lint_tell(run, 9, LINT_ERROR, LIST ".issuer", "is empty");
    lint_name(run, parts->issuer, LIST ".issuer");
    if (known.len > 0 && !devid_slice_equal(known, parts->issuer))
        lint_tell(run, 12, LINT_ERROR, LIST ".issuer",
                  "is not the CA's subject, octet for octet");
    (void)lint_time(run, parts->this_update, LIST ".thisUpdate", &this_update);
    if (!parts->next_update.data)
        lint_tell(run, 40, LINT_ERROR, LIST ".nextUpdate", "is missing");
    else if (lint_time(run, parts->next_update, LIST ".nextUpdate",
                       &next_update) &&
             devid_time_compare(this_update, next_update) > 0)
        lint_tell(run, 40, LINT_ERROR, LIST ".nextUpdate",
                  "is before thisUpdate");
    check_entries(run, parts);
    check_number(run, parts);
    check_authority(run, parts);
}

static void lint_tbs_list(struct lint_state *run, struct devid_slice element,
                          struct crl_parts *parts)
{
    struct devid_slice tbs;
    enum devid_status status = devid_der_read(&element, DER_SEQUENCE, &tbs);

    if (status == DEVID_OK)
        status = devid_der_end(&element);
    if (status != DEVID_OK) {
        lint_der(run, LIST, status);
        return;
    }
    check_version(run, &tbs);
    if (read_list(run, tbs, parts))
        check_list(run, parts);
}

void lint_crl(struct lint_state *run)
{
    struct devid_slice whole = run->subject->der, outer, tbs, algorithm, bits;
    struct crl_parts parts = {.has_entries = false};
    enum devid_status status;

    if (run->subject->kind == LINT_TBS_CRL) {
        lint_tbs_list(run, whole, &parts);
        return;
    }
    status = devid_der_read(&whole, DER_SEQUENCE, &outer);
    if (status == DEVID_OK && devid_der_end(&whole) != DEVID_OK)
        lint_der(run, "certificateList", DEVID_E_TRAILING);
    if (status == DEVID_OK)
        status = devid_der_read_element(&outer, DER_SEQUENCE, &tbs);
    if (status == DEVID_OK)
        lint_tbs_list(run, tbs, &parts);
    if (status == DEVID_OK)
        status = devid_der_read_element(&outer, DER_SEQUENCE, &algorithm);
    if (status == DEVID_OK)
        status = devid_der_read(&outer, DER_BIT_STRING, &bits);
    if (status == DEVID_OK)
        status = devid_der_end(&outer);
    if (status != DEVID_OK) {
        lint_der(run, "certificateList", status);
        return;
    }
    if (parts.inner_algorithm.data &&
        !devid_slice_equal(parts.inner_algorithm, algorithm))
        lint_tell(run, 6, LINT_ERROR, "signatureAlgorithm",
                  "is not tbsCertList.signature");
    lint_signature(run, bits);
}
