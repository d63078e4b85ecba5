/* CertificationRequestInfo, written. */
#include "request.h"

#include "../codec/oid.h"

static void write_extension_request(struct devid_writer *w,
                                    struct devid_slice extensions)
{
    size_t attribute = devid_der_open(w, DER_SEQUENCE);
    size_t values;

    devid_der_write(w, DER_OID, OID_SLICE(OID_EXTENSION_REQUEST));
    values = devid_der_open(w, DER_SET);
    devid_der_write(w, DER_SEQUENCE, extensions);
    devid_der_close(w, values);
    devid_der_close(w, attribute);
}

void devid_request_info_write(struct devid_writer *w,
                              const struct devid_request_info *info)
{
    size_t whole = devid_der_open(w, DER_SEQUENCE);
    size_t attributes;

    devid_der_write_small(w, DER_INTEGER, 0);
    devid_write_raw(w, info->subject);
    devid_write_raw(w, info->spki);
    /* RFC 2986 4.1: [0] stands there even when it is empty. */
    attributes = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(0));
    if (info->extensions.len != 0)
        write_extension_request(w, info->extensions);
    devid_der_close(w, attributes);
    devid_der_close(w, whole);
}
