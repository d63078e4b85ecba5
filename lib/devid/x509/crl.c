/* CertificateList, RFC 5280 section 5, read in place. */
#include <devid/crl.h>

#include "../codec/oid.h"
#include "extension.h"
#include "general_name.h"
#include "signed.h"

#include <string.h>

enum {
    MAX_NUMBER = 20, /* octets, RFC 5280 5.2.3 */
    REASON_UNUSED = 7,
    REASON_REMOVE_FROM_CRL = 8,
    REASON_LAST = 10
};

/* version INTEGER v2(1): one encoding, so octets are compared. */
static enum devid_status read_version(struct devid_slice *in)
{
    static const uint8_t v2[] = {0x02, 0x01, 0x01};

    if (in->len < sizeof v2 || memcmp(in->data, v2, sizeof v2) != 0)
        return DEVID_E_VERSION;
    in->data += sizeof v2;
    in->len -= sizeof v2;
    return DEVID_OK;
}

static enum devid_status read_number(struct devid_slice value,
                                     struct devid_slice *number)
{
    if (devid_der_read_integer(&value, DER_INTEGER, number) != DEVID_OK ||
        value.len != 0 || number->len > MAX_NUMBER ||
        (number->data[0] & 0x80) != 0)
        return DEVID_E_CRL_NUMBER;
    return DEVID_OK;
}

/* RFC 5280 5.2.5: a distributionPoint of fullName alone. */
static enum devid_status read_point(struct devid_slice value,
                                    struct devid_slice *point)
{
    struct devid_slice names;

    if (devid_der_read_whole(value, DER_SEQUENCE, &value) != DEVID_OK ||
        devid_der_read_whole(value, DER_CONTEXT_CONSTRUCTED(0), &value) !=
            DEVID_OK ||
        devid_der_read_whole(value, DER_CONTEXT_CONSTRUCTED(0), &value) !=
            DEVID_OK)
        return DEVID_E_EXTENSION_CRITICAL;
    *point = value;
    names = value;
    return devid_general_names_check(&names);
}

/* RFC 5280 5.2. A delta or partial list must never pass for a whole one, so
 * those two are refused even where they are wrongly not critical. */
static enum devid_status read_extension(const struct devid_extension *extension,
                                        struct devid_crl *crl)
{
    struct devid_slice oid = extension->oid;

    if (devid_slice_same(&oid, &OID_SLICE(OID_CRL_NUMBER))) {
        if (extension->critical)
            return DEVID_E_EXTENSION_CRITICALITY;
        return read_number(extension->value, &crl->number);
    }
    if (devid_slice_same(&oid, &OID_SLICE(OID_AUTHORITY_KEY_IDENTIFIER))) {
        if (extension->critical)
            return DEVID_E_EXTENSION_CRITICALITY;
        return devid_authority_key_id_read(extension->value, &crl->key_id);
    }
    if (devid_slice_equal(oid, OID_SLICE(OID_ISSUING_DISTRIBUTION_POINT)) &&
        extension->critical)
        return read_point(extension->value, &crl->point);
    if (extension->critical ||
        devid_slice_same(&oid, &OID_SLICE(OID_DELTA_CRL_INDICATOR)) ||
        devid_slice_same(&oid, &OID_SLICE(OID_ISSUING_DISTRIBUTION_POINT)))
        return DEVID_E_EXTENSION_CRITICAL;
    return DEVID_OK;
}

static enum devid_status read_extensions(struct devid_slice in,
                                         struct devid_crl *crl)
{
    struct devid_extension extension;
    struct devid_slice outer;
    struct devid_slice cursor;
    enum devid_status status;

    /* RFC 5280 5.2: key identifier and number are always there. */
    if (in.len == 0)
        return DEVID_E_CRL_NUMBER;
    if ((status = devid_der_read_whole(in, DER_CONTEXT_CONSTRUCTED(0),
                                       &outer)) != DEVID_OK ||
        (status = devid_der_read_whole(outer, DER_SEQUENCE,
                                       &crl->extensions)) != DEVID_OK)
        return status;
    cursor = crl->extensions;
    while (cursor.len != 0) {
        status = devid_extension_next_unique(&cursor, &extension);
        if (status == DEVID_OK)
            status = read_extension(&extension, crl);
        if (status != DEVID_OK)
            return status;
    }
    if (crl->number.len == 0)
        return DEVID_E_CRL_NUMBER;
    return crl->key_id.len != 0 ? DEVID_OK : DEVID_E_KEY_IDENTIFIER;
}

static enum devid_status read_times(struct devid_slice *in,
                                    struct devid_crl *crl)
{
    enum devid_status status;

    if ((status = devid_der_read_time(in, &crl->this_update)) != DEVID_OK ||
        (status = devid_der_read_time(in, &crl->next_update)) != DEVID_OK)
        return status;
    return devid_time_compare(crl->this_update, crl->next_update) <= 0
               ? DEVID_OK
               : DEVID_E_VALIDITY;
}

/* RFC 5280 5.1.2.6: absent when nothing is revoked. */
static enum devid_status read_entries(struct devid_slice *in,
                                      struct devid_crl *crl)
{
    enum devid_status status;

    if (devid_der_peek(in) != DER_SEQUENCE)
        return DEVID_OK;
    status = devid_der_read(in, DER_SEQUENCE, &crl->entries);
    if (status == DEVID_OK && crl->entries.len == 0)
        status = DEVID_E_EMPTY;
    return status;
}

/* in: content of TBSCertList */
static enum devid_status
read_list(struct devid_slice in, enum devid_curve curve, struct devid_crl *crl)
{
    enum devid_status status;

    if ((status = read_version(&in)) != DEVID_OK ||
        (status = devid_inner_algorithm_read(&in, curve)) != DEVID_OK ||
        (status = devid_name_read(&in, &crl->issuer)) != DEVID_OK ||
        (status = read_times(&in, crl)) != DEVID_OK ||
        (status = read_entries(&in, crl)) != DEVID_OK)
        return status;
    if (devid_name_is_empty(crl->issuer))
        return DEVID_E_NAME;
    return read_extensions(in, crl);
}

enum devid_status devid_crl_read_part(struct devid_slice der,
                                      struct devid_crl *crl)
{
    struct devid_signed outer;
    enum devid_status status = devid_signed_read(der, &outer);

    if (status != DEVID_OK)
        return status;
    *crl = (struct devid_crl){
        .der = der, .tbs = outer.tbs, .signature = outer.signature};
    crl->curve = (uint8_t)outer.curve;
    return read_list(outer.content, outer.curve, crl);
}

enum devid_status devid_crl_read(struct devid_slice der, struct devid_crl *crl)
{
    enum devid_status status = devid_crl_read_part(der, crl);

    if (status == DEVID_OK && crl->point.len != 0)
        status = DEVID_E_EXTENSION_CRITICAL;
    return status;
}

/* RFC 5280 5.3: reasonCode and invalidityDate, neither critical. */
static enum devid_status
read_entry_extension(const struct devid_extension *extension,
                     struct devid_crl_entry *entry)
{
    struct devid_slice value = extension->value;
    uint32_t reason;
    enum devid_status status;

    if (extension->critical)
        return DEVID_E_EXTENSION_CRITICAL;
    if (devid_slice_same(&extension->oid, &OID_SLICE(OID_CRL_REASON))) {
        status = devid_der_read_small(&value, DER_ENUMERATED, &reason);
        if (status != DEVID_OK)
            return status;
        if (reason > REASON_LAST || reason == REASON_UNUSED)
            return DEVID_E_CRL_ENTRY;
        entry->reason = (uint8_t)reason;
        return devid_der_end(&value);
    }
    if (devid_slice_same(&extension->oid, &OID_SLICE(OID_INVALIDITY_DATE))) {
        status =
            devid_der_read_generalized_time(&value, &entry->invalidity_date);
        return status == DEVID_OK ? devid_der_end(&value) : status;
    }
    return DEVID_OK;
}

enum devid_status devid_crl_next(struct devid_slice *entries,
                                 struct devid_crl_entry *entry)
{
    struct devid_extension extension;
    struct devid_slice content;
    struct devid_slice extensions;
    struct devid_slice cursor;
    enum devid_status status;

    if (entries->len == 0)
        return DEVID_E_EMPTY;
    *entry = (struct devid_crl_entry){.reason = 0};
    if ((status = devid_der_read(entries, DER_SEQUENCE, &content)) !=
            DEVID_OK ||
        (status = devid_serial_read(&content, &entry->serial)) != DEVID_OK ||
        (status = devid_der_read_time(&content, &entry->revoked_at)) !=
            DEVID_OK)
        return status;
    if (content.len == 0)
        return DEVID_OK;
    status = devid_der_read_whole(content, DER_SEQUENCE, &extensions);
    if (status == DEVID_OK && extensions.len == 0)
        status = DEVID_E_CRL_ENTRY;
    cursor = extensions;
    while (status == DEVID_OK && cursor.len != 0) {
        status = devid_extension_next_unique(&cursor, &extension);
        if (status == DEVID_OK)
            status = read_entry_extension(&extension, entry);
    }
    return status;
}

enum devid_status devid_crl_find(const struct devid_crl *crl,
                                 struct devid_slice serial,
                                 struct devid_crl_entry *entry)
{
    struct devid_slice entries = crl->entries;
    enum devid_status verdict = DEVID_OK;

    if (devid_serial_check(&serial) != DEVID_OK)
        return DEVID_E_ARGUMENT;
    while (entries.len != 0) {
        struct devid_crl_entry at;
        enum devid_status status = devid_crl_next(&entries, &at);

        if (status != DEVID_OK)
            return status;
        if (!devid_slice_same(&at.serial, &serial) ||
            at.reason == REASON_REMOVE_FROM_CRL)
            continue;
        verdict = DEVID_E_REVOKED;
        if (entry != NULL)
            *entry = at;
    }
    return verdict;
}
