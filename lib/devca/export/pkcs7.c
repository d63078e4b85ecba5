/*
 * PKCS#7: certificates-only SignedData, RFC 5652 5.1 and RFC 8551 3.8. Its
 * length stands before its content, so the certificates are gathered first. It
 * is a set: an issuer stands in it once, behind those that it issued.
 */
#include "devca/base/bytes.h"
#include "devca/export/format.h"
#include "devid/codec/der.h"
#include "devid/codec/writer.h"

#include <stdlib.h>

#define OID_SIGNED_DATA "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
#define OID_DATA "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
#define SLICE(literal) \
    ((struct devid_slice){(const uint8_t *)(literal), sizeof(literal) - 1})

struct gathered {
    struct bytes items;
    struct bytes issuers;
};

static enum devca_code begin(struct export_run *run)
{
    run->state = calloc(1, sizeof(struct gathered));
    return run->state ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static bool stands_in(struct devid_slice certificates, struct devid_slice der)
{
    struct devid_slice element;

    while (devid_der_read_element(&certificates, DER_SEQUENCE, &element) ==
           DEVID_OK)
        if (devid_slice_equal(element, der))
            return true;
    return false;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    struct gathered *gathered = run->state;
    bool done = bytes_append_slice(&gathered->items, item->der);
    size_t i;

    for (i = 0; run->chain && done && i < item->chain_count; i++)
        if (!stands_in(bytes_slice(&gathered->issuers), item->chain[i]))
            done = bytes_append_slice(&gathered->issuers, item->chain[i]);
    return done ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static void write_signed_data(struct devid_writer *w, const void *context)
{
    const struct devid_slice *certificates = context;
    size_t outer = devid_der_open(w, DER_SEQUENCE);
    size_t content, data, part;

    devid_der_write(w, DER_OID, SLICE(OID_SIGNED_DATA));
    content = devid_der_open(w, DER_CONTEXT_CONSTRUCTED(0));
    data = devid_der_open(w, DER_SEQUENCE);
    devid_der_write_small(w, DER_INTEGER, 1);
    devid_der_write(w, DER_SET, (struct devid_slice){NULL, 0});
    part = devid_der_open(w, DER_SEQUENCE);
    devid_der_write(w, DER_OID, SLICE(OID_DATA));
    devid_der_close(w, part);
    devid_der_write(w, DER_CONTEXT_CONSTRUCTED(0), *certificates);
    devid_der_write(w, DER_SET, (struct devid_slice){NULL, 0});
    devid_der_close(w, data);
    devid_der_close(w, content);
    devid_der_close(w, outer);
}

static enum devca_code put(struct export_run *run, struct gathered *gathered)
{
    struct devid_slice certificates;
    struct bytes der = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;
    bool done =
        bytes_append_slice(&gathered->items, bytes_slice(&gathered->issuers));

    certificates = bytes_slice(&gathered->items);
    if (done && bytes_write(&der, write_signed_data, &certificates))
        code = export_put(run, bytes_slice(&der));
    bytes_clear(&der);
    return code;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    struct gathered *gathered = run->state;
    enum devca_code code = DEVCA_OK;

    if (!failed)
        code = put(run, gathered);
    if (gathered) {
        bytes_clear(&gathered->items);
        bytes_clear(&gathered->issuers);
    }
    free(gathered);
    run->state = NULL;
    return code;
}

const struct export_format export_pkcs7 = {
    "pkcs7", "PKCS#7 certificates-only (RFC 5652), DER", false, begin, item,
    end};
