/* JSON: one document, or one object a line; the certificate as base64 DER. */
#include "devca/export/format.h"

#include <string.h>

#define FIELDS_MAX 64

/* The record with "certificate" (and "chain", each a field) after it. */
static enum devca_code put_object(struct export_run *run,
                                  const struct export_item *item)
{
    static const char *const chain_names[] = {"issuer_certificate",
                                              "root_certificate"};
    struct devca_field fields[FIELDS_MAX];
    struct devca_record record = {fields, item->record->count};
    size_t i;

    if (record.count > FIELDS_MAX - 3)
        return DEVCA_E_INTERNAL;
    memcpy(fields, item->record->fields, record.count * sizeof fields[0]);
    fields[record.count++] =
        (struct devca_field){"certificate", DEVCA_BASE64, 0, item->der};
    for (i = 0; run->chain && i < item->chain_count && i < 2; i++)
        fields[record.count++] =
            (struct devca_field){chain_names[item->chain_count == 1 ? 1 : i],
                                 DEVCA_BASE64, 0, item->chain[i]};
    return devca_record_write(&record, DEVCA_FORMAT_JSONL, run->sink);
}

/* With the first item: where nothing matches nothing is written. */
static enum devca_code item(struct export_run *run,
                            const struct export_item *item)
{
    enum devca_code code = export_put_text(
        run,
        run->items > 0 ? "," : "{\"schema\":\"devca/1\",\"certificates\":[\n");

    return code == DEVCA_OK ? put_object(run, item) : code;
}

static enum devca_code end(struct export_run *run, bool failed)
{
    return failed ? DEVCA_OK : export_put_text(run, "]}\n");
}

static enum devca_code begin_nothing(struct export_run *run)
{
    (void)run;
    return DEVCA_OK;
}

const struct export_format export_json = {
    "json", "one JSON document, certificates in base64",
    false,  begin_nothing,
    item,   end};

static enum devca_code end_lines(struct export_run *run, bool failed)
{
    (void)run;
    (void)failed;
    return DEVCA_OK;
}

const struct export_format export_jsonl = {
    "jsonl",    "JSON Lines, certificates in base64",
    false,      begin_nothing,
    put_object, end_lines};
