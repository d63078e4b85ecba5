/* DER: one certificate, bare; written once it is known that no other comes. */
#include "devca/base/bytes.h"
#include "devca/export/format.h"

#include <stdlib.h>

static enum devca_code begin(struct export_run *run)
{
    run->state = calloc(1, sizeof(struct bytes));
    return run->state ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    return bytes_append_slice(run->state, item->der) ? DEVCA_OK
                                                     : DEVCA_E_NO_MEMORY;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    struct bytes *certificate = run->state;
    enum devca_code code = DEVCA_OK;

    if (!failed)
        code = export_put(run, bytes_slice(certificate));
    if (certificate)
        bytes_clear(certificate);
    free(certificate);
    run->state = NULL;
    return code;
}

const struct export_format export_der = {
    "der", "DER, one certificate", true, begin, item, end};
