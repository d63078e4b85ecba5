/* TBSCertificate, Extension and the signed whole, written. */
#include "certificate.h"

/* RFC 5280 4.1: the field is left out when there is none. */
static void write_extensions(struct devid_writer *w,
                             struct devid_slice extensions)
{
    size_t outer;

    if (extensions.len == 0)
        return;
    outer = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(3));
    devid_der_write(w, DER_SEQUENCE, extensions);
    devid_der_close(w, outer);
}

void devid_tbs_write(struct devid_writer *w, const struct devid_tbs *tbs)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);
    size_t part = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(0));

    devid_der_write_small(w, DER_INTEGER, 2); /* v3 */
    devid_der_close(w, part);
    devid_der_write_unsigned(w, DER_INTEGER, tbs->serial);
    devid_signature_algorithm_write(w, tbs->signature_curve);
    devid_write_raw(w, tbs->issuer);
    part = devid_der_open(w, DER_SEQUENCE);
    devid_der_write_time(w, tbs->not_before);
    devid_der_write_time(w, tbs->not_after);
    devid_der_close(w, part);
    devid_write_raw(w, tbs->subject);
    devid_write_raw(w, tbs->spki);
    write_extensions(w, tbs->extensions);
    devid_der_close(w, whole);
}

void devid_signed_write(struct devid_writer *w, struct devid_slice tbs,
                        enum devid_curve curve, struct devid_slice signature)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);

    devid_write_raw(w, tbs);
    devid_signature_algorithm_write(w, curve);
    devid_der_write_bit_octets(w, signature);
    devid_der_close(w, whole);
}

void devid_extension_write(struct devid_writer *w,
                           const struct devid_extension *extension)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);

    devid_der_write(w, DER_OID, extension->oid);
    if (extension->critical)
        devid_der_write_true(w);
    devid_der_write(w, DER_OCTET_STRING, extension->value);
    devid_der_close(w, whole);
}
