/* export: certificates and anchors in other people's forms. */
#include "devca/ca/authority.h"
#include "devca/ca/input.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/export/format.h"

#include <devca/export.h>
#include <devca/query.h>
#include <devca/revoke.h>

#include <string.h>

const char *devca_export_format_name(size_t index)
{
    const struct export_format *format = export_format_at(index);

    return format ? format->name : NULL;
}

const char *devca_export_format_text(size_t index)
{
    const struct export_format *format = export_format_at(index);

    return format ? format->text : NULL;
}

bool devca_export_format_signs(const char *name)
{
    const struct export_format *format = name ? export_format_find(name) : NULL;

    return format && !format->begin;
}

struct export_work {
    struct devca *devca;
    const struct devca_export_request *request;
    const struct export_format *format;
    struct export_run run;
    struct devca_error *error;
    struct issuer issuer; /* of the last item, kept for the next */
};

static enum devca_code load_chain(struct export_work *work, int64_t issuer_id)
{
    if (work->issuer.authority.id == issuer_id)
        return DEVCA_OK;
    issuer_clear(&work->issuer);
    return issuer_load(work->devca, issuer_id, &work->issuer, work->error);
}

/* Whatever key an anchor has may issue certificates. */
static enum devca_code refuse_item(const struct export_work *work)
{
    fail(work->error, DEVCA_E_USAGE, work->format->name, "RFC 5280 6.1.1 (d)",
         "anchor",
         "the certificate is no CA's, or has no subjectKeyIdentifier");
    return fail_hint(work->error, DEVCA_E_USAGE,
                     "--root, or --product for its CA; pem and der take any");
}

/* What a sink answers is not of the form. */
static enum devca_code tell_unwritten(const struct export_work *work,
                                      enum devca_code code)
{
    if (code == DEVCA_E_NO_MEMORY)
        return fail_memory(work->error);
    if (code == DEVCA_E_MALFORMED)
        return refuse_item(work);
    if (code == DEVCA_E_INTERNAL)
        return fail(work->error, code, work->format->name, NULL, "--format",
                    "the certificate cannot be written in this form");
    return fail(work->error, code, work->format->name, NULL, "--out",
                "the export could not be written");
}

static enum devca_code send(struct export_work *work,
                            const struct export_item *item)
{
    enum devca_code code;

    if (work->format->single && work->run.items > 0) {
        fail(work->error, DEVCA_E_USAGE, work->format->name, NULL, "--format",
             "holds one certificate and more match");
        return fail_hint(work->error, DEVCA_E_USAGE,
                         "name one by --serial, or take pem or pkcs7");
    }
    code = work->format->item(&work->run, item);
    work->run.items++;
    return code == DEVCA_OK ? code : tell_unwritten(work, code);
}

static enum devca_code export_row(struct export_work *work, int64_t id,
                                  const struct devca_record *record,
                                  const char *name)
{
    struct store_certificate row = {0};
    struct devid_slice chain[2];
    struct export_item item = {record, {NULL, 0}, chain, 0, name};
    enum devca_code code;

    code = store_certificate_get(work->devca->store, id, &row, work->error);
    item.der = row.der;
    if (code == DEVCA_OK && work->request->chain) {
        code = load_chain(work, row.issuer_id);
        if (code == DEVCA_OK && work->issuer.row.id != row.id) {
            chain[item.chain_count++] = work->issuer.row.der;
            if (!issuer_is_root(&work->issuer))
                chain[item.chain_count++] = work->issuer.root_row.der;
        }
    }
    if (code == DEVCA_OK)
        code = send(work, &item);
    store_row_clear(&row.memory);
    return code;
}

/* "cursor" stands last in a query's record: the certificate's id. */
static enum devca_code export_record(const struct devca_record *record,
                                     void *context)
{
    struct export_work *work = context;
    struct devca_record columns = {record->fields, record->count - 1};

    return export_row(work, record->fields[record->count - 1].integer, &columns,
                      "device");
}

static enum devca_code export_devices(struct export_work *work)
{
    struct devca_query_request query = {.product = work->request->product,
                                        .uid = work->request->uid,
                                        .serial = work->request->serial};

    return devca_query(work->devca, &query, export_record, work, work->error);
}

static enum devca_code export_authority(struct export_work *work,
                                        enum store_authority_kind kind,
                                        const char *name)
{
    struct store_authority authority = {0};
    struct devca_result result = {0};
    struct store_certificate row = {0};
    struct devid_cert view;
    enum devca_code code;

    code = store_authority_find(work->devca->store, kind, name, &authority,
                                work->error);
    if (code == DEVCA_E_NOT_FOUND)
        code = fail(work->error, code, name ? name : "root", NULL, NULL,
                    "the store has no such CA");
    if (code == DEVCA_OK && authority.certificate_id == 0)
        code = fail(work->error, DEVCA_E_STATE, name, NULL, "certificate",
                    "the CA waits for its certificate");
    if (code == DEVCA_OK)
        code = store_certificate_get(
            work->devca->store, authority.certificate_id, &row, work->error);
    if (code == DEVCA_OK)
        code = input_certificate(row.der, authority.name, &view, work->error);
    if (code == DEVCA_OK) {
        result_text(&result, "authority", authority.name);
        result_certificate(&result, &view);
        code = result_done(&result, work->error);
    }
    if (code == DEVCA_OK)
        code = export_row(work, row.id, &result.record,
                          kind == STORE_ROOT ? "root" : authority.name);
    devca_result_clear(&result);
    store_row_clear(&row.memory);
    store_row_clear(&authority.memory);
    return code;
}

/* A product: its devices where many fit and there are some, else its CA. */
static enum devca_code export_product(struct export_work *work)
{
    enum devca_code code;

    if (work->format->single)
        return export_authority(work, STORE_PRODUCT, work->request->product);
    code = export_devices(work);
    if (code == DEVCA_E_NOT_FOUND && work->run.items == 0)
        code = export_authority(work, STORE_PRODUCT, work->request->product);
    return code;
}

static enum devca_code export_chosen(struct export_work *work)
{
    const struct devca_export_request *request = work->request;
    int chosen = (request->root ? 1 : 0) + (request->all ? 1 : 0) +
                 (request->serial ? 1 : 0) +
                 (request->uid || request->product ? 1 : 0);

    if (chosen != 1)
        return fail(work->error, DEVCA_E_USAGE, "export", NULL, NULL,
                    "needs one of a UID, a serial, a product, the root and "
                    "all");
    if (request->root)
        return export_authority(work, STORE_ROOT, NULL);
    if (request->product && !request->uid)
        return export_product(work);
    return export_devices(work);
}

/* What the CA makes whole and signs: the revocation set. */
static enum devca_code export_signed(struct export_work *work)
{
    const struct devca_export_request *request = work->request;
    struct devca_revocation_set_request wanted = {
        request->product, request->days, request->dry_run};

    if (!request->uid && !request->serial && !request->all && !request->chain &&
        request->root != (request->product != NULL))
        return devca_revocation_set(work->devca, &wanted, request->output,
                                    request->result, work->error);
    devca_output_abandon(request->output);
    return fail(work->error, DEVCA_E_USAGE, work->format->name, NULL, "export",
                "is of one CA: needs a product or the root");
}

static enum devca_code find_format(struct export_work *work)
{
    const char *name = work->request->format;

    work->format = name ? export_format_find(name) : NULL;
    if (work->format)
        return DEVCA_OK;
    fail(work->error, DEVCA_E_USAGE, "--format", NULL, NULL,
         "\"%s\" is no format", name ? name : "(none)");
    return fail_hint(work->error, DEVCA_E_USAGE,
                     "pem der json jsonl csv c-header pkcs7 revocation-set");
}

static enum devca_code export_items(struct export_work *work)
{
    enum devca_code code = work->format->begin(&work->run), ended;

    if (code == DEVCA_OK)
        code = export_chosen(work);
    else
        fail_memory(work->error);
    ended = work->format->end(&work->run, code != DEVCA_OK);
    if (code == DEVCA_OK && ended != DEVCA_OK)
        code = tell_unwritten(work, ended);
    issuer_clear(&work->issuer);
    return code;
}

enum devca_code devca_export(struct devca *devca,
                             const struct devca_export_request *request,
                             const struct devca_sink *sink,
                             struct devca_error *error)
{
    struct export_work work = {.devca = devca,
                               .request = request,
                               .run = {sink, 0, request->chain, NULL},
                               .error = error};
    enum devca_code code = find_format(&work);

    if (code == DEVCA_OK && !work.format->begin)
        return export_signed(&work);
    devca_output_abandon(request->output);
    return code == DEVCA_OK ? export_items(&work) : code;
}
