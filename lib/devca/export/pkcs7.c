/*
 * PKCS#7: certificates-only SignedData, RFC 5652 5.1 and RFC 8551 3.8. Its
 * length stands before its content, so the certificates are gathered first.
 */
#include "devca/base/bytes.h"
#include "devca/export/format.h"
#include "devid/codec/writer.h"

#include <stdlib.h>

#define OID_SIGNED_DATA "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02"
#define OID_DATA "\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"
#define SLICE(literal) \
    ((struct devid_slice){(const uint8_t *)(literal), sizeof(literal) - 1})

static enum devca_code begin(struct export_run *run)
{
    run->state = calloc(1, sizeof(struct bytes));
    return run->state ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    struct bytes *gathered = run->state;
    bool done = bytes_append_slice(gathered, item->der);
    size_t i;

    for (i = 0; run->chain && done && i < item->chain_count; i++)
        done = bytes_append_slice(gathered, item->chain[i]);
    return done ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static void write_signed_data(struct devid_writer *w, const void *context)
{
    const struct bytes *gathered = context;
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
    devid_der_write(w, DER_CONTEXT_CONSTRUCTED(0), bytes_slice(gathered));
    devid_der_write(w, DER_SET, (struct devid_slice){NULL, 0});
    devid_der_close(w, data);
    devid_der_close(w, content);
    devid_der_close(w, outer);
}

static enum devca_code end(struct export_run *run, bool failed)
{
    struct bytes *gathered = run->state;
    struct bytes der = {0};
    enum devca_code code = DEVCA_OK;

    if (!failed) {
        code = DEVCA_E_NO_MEMORY;
        if (bytes_write(&der, write_signed_data, gathered))
            code = export_put(run, bytes_slice(&der));
    }
    bytes_clear(&der);
    if (gathered)
        bytes_clear(gathered);
    free(gathered);
    run->state = NULL;
    return code;
}

const struct export_format export_pkcs7 = {
    "pkcs7", "PKCS#7 certificates-only (RFC 5652), DER", false, begin, item,
    end};
