/* Certificate, RFC 5280 4.1, read in place. */
#include "certificate.h"

#include "curves.h"
#include "extension.h"
#include "form.h"

#define AT(member) FORM_AT(struct devid_cert, issuer, member)

enum { SLICES = AT(key_algorithm) + 1 };

/* clang-format off */
static const uint8_t certificate_form[] = {
    FORM_FILLED | FORM_ENTER, DER_SEQUENCE,
        FORM_WHOLE | FORM_ENTER | FORM_SAVE, DER_SEQUENCE, AT(tbs),
            FORM_V3, FORM_ANY_TAG,
            FORM_SERIAL | FORM_SAVE, DER_INTEGER, AT(serial),
            FORM_WHOLE | FORM_SAVE, DER_SEQUENCE, AT(algorithm),
            FORM_WHOLE_NAME | FORM_SAVE, DER_SEQUENCE, AT(issuer),
            FORM_RAW | FORM_SAVE, DER_SEQUENCE, AT(validity),
            FORM_WHOLE_NAME | FORM_SAVE, DER_SEQUENCE, AT(subject),
            FORM_WHOLE | FORM_ENTER | FORM_SAVE, DER_SEQUENCE, AT(spki),
                FORM_WHOLE | FORM_SAVE, DER_SEQUENCE, AT(key_algorithm),
                FORM_OCTETS | FORM_SAVE, DER_BIT_STRING, AT(public_key),
            FORM_LEAVE,
            FORM_UNIQUE | FORM_OPTIONAL, DER_CONTEXT(1), 0,
            FORM_UNIQUE | FORM_OPTIONAL, DER_CONTEXT(2), 0,
            FORM_FILLED | FORM_ENTER | FORM_OPTIONAL,
                DER_CONTEXT_CONSTRUCTED(3), 4,
                FORM_FILLED | FORM_SAVE, DER_SEQUENCE, AT(extensions),
            FORM_LEAVE,
        FORM_LEAVE,
        FORM_WHOLE | FORM_SAVE, DER_SEQUENCE, AT(outer_algorithm),
        FORM_OCTETS | FORM_SAVE, DER_BIT_STRING, AT(signature),
    FORM_LEAVE,
    FORM_END,
};
/* clang-format on */

/* RFC 5280 4.1.1.2: the two are the same octets. */
static enum devid_status read_algorithm(struct devid_cert *cert)
{
    const struct devid_curve_data *data =
        devid_curve_of_algorithm(&cert->outer_algorithm, CURVE_SIGNATURE);

    if (data == NULL)
        return DEVID_E_ALGORITHM;
    cert->signature_curve = data->curve;
    return devid_slice_same(&cert->algorithm, &cert->outer_algorithm)
               ? DEVID_OK
               : DEVID_E_ALGORITHM_MISMATCH;
}

/* RFC 5280 4.1.2.5 */
static enum devid_status read_validity(struct devid_cert *cert)
{
    struct devid_slice pair = cert->validity;
    enum devid_status status;

    if ((status = devid_der_read_time(&pair, &cert->not_before)) != DEVID_OK ||
        (status = devid_der_read_time(&pair, &cert->not_after)) != DEVID_OK ||
        (status = devid_der_end(&pair)) != DEVID_OK)
        return status;
    return devid_time_compare(cert->not_before, cert->not_after) <= 0
               ? DEVID_OK
               : DEVID_E_VALIDITY;
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

/* Slice by slice, which can be proved, and in the order that takes the fewest
 * octets of code. */
static void clear(struct devid_cert *cert)
{
    struct devid_slice *slices = &cert->issuer;

    for (unsigned i = 0; i < SLICES; i++) {
        slices[i].data = NULL;
        slices[i].len = 0;
    }
    cert->padded_key_usage = false;
    cert->key_usage = 0;
    cert->path_len = DEVID_PATH_LEN_NONE;
    cert->key_curve = 0;
    cert->signature_curve = 0;
    cert->ca = false;
}

/* This and the next are functions of their own so that each is proved alone. */
static enum devid_status read_key(struct devid_cert *cert)
{
    return devid_key_find(&cert->key_algorithm, &cert->public_key,
                          &cert->key_curve);
}

static enum devid_status read_extensions(struct devid_cert *cert)
{
    return devid_extensions_read(cert);
}

/* What the form has saved of der. */
static enum devid_status read_saved(struct devid_slice der,
                                    struct devid_cert *cert)
{
    enum devid_status status;

    cert->der.data = der.data;
    cert->der.len = der.len;
    if ((status = read_algorithm(cert)) != DEVID_OK ||
        (status = read_validity(cert)) != DEVID_OK ||
        (status = read_key(cert)) != DEVID_OK ||
        (status = read_extensions(cert)) != DEVID_OK)
        return status;
    return check_fields(cert);
}

enum devid_status devid_cert_read(struct devid_slice der,
                                  struct devid_cert *cert)
{
    enum devid_status status;

    clear(cert);
    status = devid_form_read(der, certificate_form, &cert->issuer);
    return status == DEVID_OK ? read_saved(der, cert) : status;
}
