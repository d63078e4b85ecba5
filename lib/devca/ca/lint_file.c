/* lint: the rules that anybody's certificate or CRL breaks. */
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/lint/lint.h"
#include "devid/codec/pem.h"

#include <devca/verify.h>

#include <string.h>

static const char *severity_name(enum lint_severity severity)
{
    static const char *const names[] = {[LINT_NOTICE] = "notice",
                                        [LINT_WARNING] = "warning",
                                        [LINT_ERROR] = "error"};

    return names[severity];
}

static enum devca_code tell(const struct lint_finding *finding,
                            const char *file, devca_record_each *each,
                            void *context, struct devca_error *error)
{
    struct devca_result result = {0};
    enum devca_code code;

    result_text(&result, "file", file);
    result_text(&result, "severity", severity_name(finding->severity));
    result_integer(&result, "check", finding->check->number);
    result_text(&result, "id", finding->check->id);
    result_text(&result, "clause", finding->check->clause);
    result_text(&result, "field", finding->field);
    result_text(&result, "fault", finding->fault);
    code = result_done(&result, error);
    if (code == DEVCA_OK)
        code = each(&result.record, context);
    devca_result_clear(&result);
    return code;
}

/* A CertificateList's TBS has no [0] version and no serial: its second element
 * after an optional INTEGER 1 is an AlgorithmIdentifier, then a Name, then a
 * Time. Told apart by the first octets alone, for broken files too. */
static bool is_crl(struct devid_slice der)
{
    struct devid_slice whole = der, outer, tbs, value;
    uint8_t tag;

    if (devid_der_read(&whole, DER_SEQUENCE, &outer) != DEVID_OK ||
        devid_der_read(&outer, DER_SEQUENCE, &tbs) != DEVID_OK)
        return false;
    if (devid_der_peek(&tbs) == DER_CONTEXT_CONSTRUCTED(0))
        return false;
    if (devid_der_peek(&tbs) == DER_INTEGER)
        (void)devid_der_read_any(&tbs, &tag, &value);
    if (devid_der_read(&tbs, DER_SEQUENCE, &value) != DEVID_OK ||
        devid_der_read(&tbs, DER_SEQUENCE, &value) != DEVID_OK)
        return false;
    return devid_der_peek(&tbs) == DER_UTC_TIME ||
           devid_der_peek(&tbs) == DER_GENERALIZED_TIME;
}

struct lint_work {
    const struct devca_input *input;
    devca_record_each *each;
    void *context;
    struct devca_error *error;
    size_t errors;
    size_t warnings;
    size_t objects;
};

static enum devca_code lint_one(struct lint_work *work, struct devid_slice der)
{
    struct lint_subject subject = {.kind = LINT_CERTIFICATE, .der = der};
    struct lint_report report;
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (is_crl(der))
        subject.kind = LINT_CRL;
    lint_run(&subject, &report);
    for (i = 0; code == DEVCA_OK && i < report.count; i++)
        code = tell(&report.findings[i], work->input->name, work->each,
                    work->context, work->error);
    work->errors += report.errors;
    work->warnings += report.warnings;
    work->objects++;
    return code;
}

/* Every block of a PEM file, certificates and lists as they come. */
static enum devca_code lint_all(struct lint_work *work)
{
    struct input input = {work->input->octets, work->input->name,
                          INPUT_CERTIFICATE};
    struct devid_slice rest = input.octets, before;
    struct bytes der = {0};
    enum devca_code code;

    for (;;) {
        before = rest;
        input.kind = INPUT_CERTIFICATE;
        code = input_next(&input, &rest, &der, work->error);
        if (code == DEVCA_E_MALFORMED && devid_pem_detect(input.octets)) {
            rest = before;
            input.kind = INPUT_CRL;
            code = input_next(&input, &rest, &der, NULL);
        }
        if (code != DEVCA_OK)
            break;
        code = lint_one(work, bytes_slice(&der));
        if (code != DEVCA_OK)
            break;
    }
    bytes_clear(&der);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

enum devca_code devca_lint(const struct devca_input *input,
                           devca_record_each *each, void *context,
                           struct devca_error *error)
{
    struct lint_work work = {
        .input = input, .each = each, .context = context, .error = error};
    enum devca_code code = lint_all(&work);

    if (code == DEVCA_OK && work.objects == 0)
        code = fail(error, DEVCA_E_MALFORMED, input->name, NULL, NULL,
                    "holds no certificate and no CRL");
    if (code == DEVCA_OK && work.errors > 0)
        code = fail(error, DEVCA_E_FINDINGS, input->name, NULL, NULL,
                    "%zu errors and %zu warnings", work.errors, work.warnings);
    return code;
}
