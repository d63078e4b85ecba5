#include "devca/export/format.h"

#include <string.h>

static const struct export_format *const formats[] = {
    &export_pem, &export_der,      &export_json,  &export_jsonl,
    &export_csv, &export_c_header, &export_pkcs7, &export_revocation_set};

const struct export_format export_revocation_set = {
    .name = "revocation-set",
    .text = "the revoked serials, compact and signed, for devices"};

#define FORMAT_COUNT (sizeof formats / sizeof formats[0])

const struct export_format *export_format_at(size_t index)
{
    return index < FORMAT_COUNT ? formats[index] : NULL;
}

const struct export_format *export_format_find(const char *name)
{
    size_t i;

    for (i = 0; i < FORMAT_COUNT; i++)
        if (strcmp(formats[i]->name, name) == 0)
            return formats[i];
    return NULL;
}

enum devca_code export_put(struct export_run *run, struct devid_slice octets)
{
    return run->sink->write(run->sink->context, octets.data, octets.len);
}

enum devca_code export_put_text(struct export_run *run, const char *text)
{
    return run->sink->write(run->sink->context, text, strlen(text));
}
