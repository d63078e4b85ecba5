/* CertificationRequest, RFC 2986, read in place. */
#include "request.h"

#include "../codec/oid.h"
#include "extension.h"
#include "signed.h"

/* The requested Extensions: none twice, each well formed by itself. */
static enum devid_status read_extension_request(struct devid_slice values,
                                                struct devid_request *request)
{
    struct devid_extension extension;
    struct devid_slice cursor;
    enum devid_status status =
        devid_der_read_whole(values, DER_SEQUENCE, &request->extensions);

    if (status != DEVID_OK)
        return status;
    if (request->extensions.len == 0)
        return DEVID_E_EXTENSIONS;
    cursor = request->extensions;
    while (status == DEVID_OK && cursor.len != 0)
        status = devid_extension_next_unique(&cursor, &extension);
    return status;
}

/* Attribute: its type and the content of its non-empty SET of values. */
static enum devid_status read_attribute(struct devid_slice *in,
                                        struct devid_slice *type,
                                        struct devid_slice *values)
{
    struct devid_slice content;
    struct devid_slice cursor;
    struct devid_slice value;
    struct devid_slice before = {NULL, 0};
    enum devid_status status;
    uint8_t tag;

    if ((status = devid_der_read(in, DER_SEQUENCE, &content)) != DEVID_OK ||
        (status = devid_der_read_oid(&content, DER_OID, type)) != DEVID_OK ||
        (status = devid_der_read_whole(content, DER_SET, values)) != DEVID_OK)
        return status;
    if (values->len == 0)
        return DEVID_E_ATTRIBUTE;
    cursor = *values;
    while (cursor.len != 0) {
        struct devid_slice element = cursor;

        status = devid_der_read_any(&cursor, &tag, &value);
        if (status != DEVID_OK)
            return status;
        element.len -= cursor.len;
        if (!devid_der_ascends(before, element))
            return DEVID_E_SET_ORDER;
        before = element;
    }
    return DEVID_OK;
}

/* Has an attribute of this type stood in `earlier`? */
static bool repeats(struct devid_slice earlier, struct devid_slice type)
{
    struct devid_slice other;
    struct devid_slice values;

    while (earlier.len != 0) {
        if (read_attribute(&earlier, &other, &values) != DEVID_OK ||
            devid_slice_same(&type, &other))
            return true;
    }
    return false;
}

static enum devid_status read_attributes(struct devid_request *request)
{
    struct devid_slice cursor = request->attributes;
    struct devid_slice before = {NULL, 0};

    while (cursor.len != 0) {
        struct devid_slice earlier = request->attributes;
        struct devid_slice element = cursor;
        struct devid_slice type;
        struct devid_slice values;
        enum devid_status status;

        earlier.len -= cursor.len;
        status = read_attribute(&cursor, &type, &values);
        if (status != DEVID_OK)
            return status;
        if (repeats(earlier, type))
            return DEVID_E_ATTRIBUTE;
        element.len -= cursor.len;
        if (!devid_der_ascends(before, element))
            return DEVID_E_SET_ORDER;
        before = element;
        if (!devid_slice_same(&type, &OID_SLICE(OID_EXTENSION_REQUEST)))
            continue;
        status = read_extension_request(values, request);
        if (status != DEVID_OK)
            return status;
    }
    return DEVID_OK;
}

/* version INTEGER v1(0), RFC 2986 4.1. */
static enum devid_status read_version(struct devid_slice *in)
{
    uint32_t version;
    enum devid_status status = devid_der_read_small(in, DER_INTEGER, &version);

    if (status == DEVID_OK && version != 0)
        status = DEVID_E_VERSION;
    return status;
}

/* SubjectPublicKeyInfo, with its header and by its point. */
static enum devid_status read_key(struct devid_slice *in,
                                  struct devid_request *request)
{
    struct devid_slice before = *in;
    enum devid_curve curve;
    enum devid_status status =
        devid_spki_read(in, &curve, &request->public_key);

    if (status != DEVID_OK)
        return status;
    before.len -= in->len;
    request->spki = before;
    request->key_curve = (uint8_t)curve;
    return DEVID_OK;
}

/* in: content of CertificationRequestInfo */
static enum devid_status read_info(struct devid_slice in,
                                   struct devid_request *request)
{
    enum devid_status status;

    if ((status = read_version(&in)) != DEVID_OK ||
        (status = devid_name_read(&in, &request->subject)) != DEVID_OK ||
        (status = read_key(&in, request)) != DEVID_OK ||
        (status = devid_der_read_whole(in, DER_CONTEXT_CONSTRUCTED(0),
                                       &request->attributes)) != DEVID_OK)
        return status;
    return read_attributes(request);
}

enum devid_status devid_request_read(struct devid_slice der,
                                     struct devid_request *request)
{
    struct devid_signed outer;
    enum devid_status status = devid_signed_read(der, &outer);

    if (status != DEVID_OK)
        return status;
    *request = (struct devid_request){.der = der,
                                      .info = outer.tbs,
                                      .signature = outer.signature,
                                      .signature_curve = (uint8_t)outer.curve};
    return read_info(outer.content, request);
}
