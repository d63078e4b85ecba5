/* Certificate, RFC 5280 4.1, read in place. */
#include "certificate.h"

#include "extension.h"
#include "signed.h"

#include <string.h>

/* [0] EXPLICIT INTEGER v3: one encoding, so octets are compared. */
static enum devid_status read_version(struct devid_slice *in)
{
    static const uint8_t v3[] = {0xA0, 0x03, 0x02, 0x01, 0x02};

    if (in->len < sizeof v3 || memcmp(in->data, v3, sizeof v3) != 0)
        return DEVID_E_VERSION;
    in->data += sizeof v3;
    in->len -= sizeof v3;
    return DEVID_OK;
}

static enum devid_status read_validity(struct devid_slice *in,
                                       struct devid_cert *cert)
{
    struct devid_slice pair;
    enum devid_status status;

    if ((status = devid_der_read(in, DER_SEQUENCE, &pair)) != DEVID_OK ||
        (status = devid_der_read_time(&pair, &cert->not_before)) != DEVID_OK ||
        (status = devid_der_read_time(&pair, &cert->not_after)) != DEVID_OK ||
        (status = devid_der_end(&pair)) != DEVID_OK)
        return status;
    return devid_time_compare(cert->not_before, cert->not_after) <= 0
               ? DEVID_OK
               : DEVID_E_VALIDITY;
}

static enum devid_status read_key(struct devid_slice *in,
                                  struct devid_cert *cert)
{
    enum devid_curve curve;
    enum devid_status status;

    cert->spki = *in;
    status = devid_spki_read(in, &curve, &cert->public_key);
    if (status != DEVID_OK)
        return status;
    cert->spki.len -= in->len;
    cert->key_curve = (uint8_t)curve;
    return DEVID_OK;
}

/* What follows the key: nothing, or [3] extensions and nothing else. */
static enum devid_status read_tail(struct devid_slice in,
                                   struct devid_cert *cert)
{
    struct devid_slice outer;
    enum devid_status status;
    int tag = devid_der_peek(&in);

    if (tag < 0)
        return DEVID_OK;
    if (tag == DER_CONTEXT(1) || tag == DER_CONTEXT(2))
        return DEVID_E_UNIQUE_ID;
    if ((status = devid_der_read_whole(in, DER_CONTEXT_CONSTRUCTED(3),
                                       &outer)) != DEVID_OK ||
        (status = devid_der_read_whole(outer, DER_SEQUENCE,
                                       &cert->extensions)) != DEVID_OK)
        return status;
    if (cert->extensions.len == 0)
        return DEVID_E_EXTENSIONS;
    return devid_extensions_read(cert);
}

/* The rules that tie one field to another. */
static enum devid_status check_fields(const struct devid_cert *cert)
{
    bool signs = (cert->key_usage & DEVID_KU_KEY_CERT_SIGN) != 0;
    bool nameless = devid_name_is_empty(cert->subject);

    if (devid_name_is_empty(cert->issuer) || (cert->ca && nameless))
        return DEVID_E_NAME;
    if (nameless && cert->subject_alt_name.len == 0)
        return DEVID_E_SUBJECT_ALT_NAME;
    if (cert->ca) {
        if (cert->subject_key_id.len == 0)
            return DEVID_E_KEY_IDENTIFIER;
        if (cert->path_len != DEVID_PATH_LEN_NONE && cert->key_usage != 0 &&
            !signs)
            return DEVID_E_PATH_LENGTH;
    } else {
        if (signs)
            return DEVID_E_KEY_USAGE;
        if (cert->name_constraints.len != 0)
            return DEVID_E_NAME_CONSTRAINTS;
    }
    return DEVID_OK;
}

enum devid_status devid_cert_read(struct devid_slice der,
                                  struct devid_cert *cert)
{
    struct devid_signed outer;
    struct devid_slice in;
    enum devid_status status = devid_signed_read(der, &outer);

    if (status != DEVID_OK)
        return status;
    memset(cert, 0, sizeof *cert);
    cert->der = der;
    cert->tbs = outer.tbs;
    cert->signature = outer.signature;
    cert->signature_curve = (uint8_t)outer.curve;
    cert->path_len = DEVID_PATH_LEN_NONE;
    in = outer.content;
    if ((status = read_version(&in)) != DEVID_OK ||
        (status = devid_serial_read(&in, &cert->serial)) != DEVID_OK ||
        (status = devid_inner_algorithm_read(&in, outer.curve)) != DEVID_OK ||
        (status = devid_name_read(&in, &cert->issuer)) != DEVID_OK ||
        (status = read_validity(&in, cert)) != DEVID_OK ||
        (status = devid_name_read(&in, &cert->subject)) != DEVID_OK ||
        (status = read_key(&in, cert)) != DEVID_OK ||
        (status = read_tail(in, cert)) != DEVID_OK)
        return status;
    return check_fields(cert);
}
