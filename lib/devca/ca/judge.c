#include "devca/ca/judge.h"

#include "devca/base/fail.h"

enum devca_code judge_lints(const struct lint_subject *subject,
                            const char *object, struct devca_error *error)
{
    const struct lint_finding *finding;
    struct lint_report report;
    size_t i;

    lint_run(subject, &report);
    for (i = 0; i < report.count; i++) {
        finding = &report.findings[i];
        if (finding->severity == LINT_ERROR)
            return fail(error, DEVCA_E_LINT, object, finding->check->clause,
                        finding->field, "%s", finding->fault);
    }
    if (report.errors > 0)
        return fail(error, DEVCA_E_LINT, object, NULL, NULL,
                    "%zu lints refuse it", report.errors);
    return DEVCA_OK;
}

enum devca_code judge_root(const struct devid_cert *root, const char *object,
                           struct devca_error *error)
{
    struct signed_octets octets = {root->tbs, root->signature, object};
    struct public_key key;
    enum devca_code code;

    if (!root->ca || !devid_slice_equal(root->subject, root->issuer))
        return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 3.2", "root",
                    "is not a self-signed CA");
    code = public_key_read(&key, (enum devid_curve)root->key_curve,
                           root->public_key, object, error);
    if (code == DEVCA_OK && public_key_verify(&key, &octets, NULL) != DEVCA_OK)
        code = fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 6.1.3 (a)(1)",
                    "root", "its own signature does not verify");
    return code;
}

void judge_anchor(const struct devid_cert *root, struct devid_anchor *anchor)
{
    anchor->subject = root->subject;
    anchor->public_key = root->public_key;
    anchor->key_id = root->subject_key_id;
    anchor->key_usage = root->key_usage;
}
