/* DER: one certificate, bare. */
#include "devca/export/format.h"

static enum devca_code begin(struct export_run *run)
{
    (void)run;
    return DEVCA_OK;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    return export_put(run, item->der);
}

static enum devca_code end(struct export_run *run, bool failed)
{
    (void)run;
    (void)failed;
    return DEVCA_OK;
}

const struct export_format export_der = {
    "der", "DER, one certificate", true, begin, item, end};
