/* PEM, RFC 7468: certificates one after the other, each before its chain. */
#include "devca/base/text.h"
#include "devca/export/format.h"

static enum devca_code put_block(struct export_run *run, struct devid_slice der)
{
    struct bytes pem = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    if (pem_append(&pem, "CERTIFICATE", der))
        code = export_put(run, bytes_slice(&pem));
    bytes_clear(&pem);
    return code;
}

static enum devca_code begin(struct export_run *run)
{
    (void)run;
    return DEVCA_OK;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    enum devca_code code = put_block(run, item->der);
    size_t i;

    for (i = 0; run->chain && code == DEVCA_OK && i < item->chain_count; i++)
        code = put_block(run, item->chain[i]);
    return code;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    (void)run;
    (void)failed;
    return DEVCA_OK;
}

const struct export_format export_pem = {
    "pem", "PEM, certificates one after the other", false, begin, item, end};
