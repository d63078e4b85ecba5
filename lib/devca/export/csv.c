/* CSV, RFC 4180, with a header: the columns of the view `certificates`. */
#include "devca/export/format.h"

static enum devca_code begin(struct export_run *run)
{
    (void)run;
    return DEVCA_OK;
}

static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    enum devca_code code = DEVCA_OK;

    if (run->items == 0)
        code =
            devca_record_write_names(item->record, DEVCA_FORMAT_CSV, run->sink);
    if (code == DEVCA_OK)
        code = devca_record_write(item->record, DEVCA_FORMAT_CSV, run->sink);
    return code;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    (void)run;
    (void)failed;
    return DEVCA_OK;
}

const struct export_format export_csv = {
    "csv", "CSV with a header, columns without certificates",
    false, begin,
    item,  end};
