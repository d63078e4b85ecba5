/* verify: what the device's own verifier says of files. */
#include "devca/ca/handle.h"
#include "devca/ca/input.h"
#include "devca/ca/issuer.h"
#include "devca/ca/judge.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <devca/verify.h>
#include <devid/revocation_set.h>

#include <stdlib.h>
#include <string.h>

/* One more than libdevid takes, so that it is libdevid that refuses. */
#define CERTIFICATES_MAX (DEVID_MAX_DEPTH + 2)
#define CRLS_MAX 16

struct verify_work {
    const struct devca_verify_request *request;
    struct bytes ders[CERTIFICATES_MAX + 1]; /* the last is one too many */
    struct devid_slice certificates[CERTIFICATES_MAX];
    size_t certificate_count;
    struct bytes crl_ders[CRLS_MAX];
    struct devid_slice crls[CRLS_MAX];
    size_t crl_count;
    struct bytes anchor_der;
    struct devid_anchor anchor;
    struct devid_policy policy;
    struct devid_identity identity;
    enum devid_status status;
};

static void verify_clear(struct verify_work *work)
{
    size_t i;

    for (i = 0; i <= CERTIFICATES_MAX; i++)
        bytes_clear(&work->ders[i]);
    for (i = 0; i < CRLS_MAX; i++)
        bytes_clear(&work->crl_ders[i]);
    bytes_clear(&work->anchor_der);
}

static enum devca_code collect_input(struct verify_work *work,
                                     const struct devca_input *file,
                                     struct devca_error *error)
{
    struct input input = {file->octets, file->name, INPUT_CERTIFICATE};
    struct devid_slice rest = file->octets;
    size_t before = work->certificate_count;
    struct bytes *der;
    enum devca_code code;

    for (;;) {
        der = &work->ders[work->certificate_count];
        code = input_next(&input, &rest, der, error);
        if (code == DEVCA_E_NOT_FOUND)
            break;
        if (code != DEVCA_OK)
            return code;
        if (work->certificate_count == CERTIFICATES_MAX)
            return fail(error, DEVCA_E_MALFORMED, file->name, "RFC 5280 6.1",
                        "chain", "has more than %d certificates",
                        CERTIFICATES_MAX);
        work->certificates[work->certificate_count++] = bytes_slice(der);
    }
    if (work->certificate_count == before)
        return fail(error, DEVCA_E_MALFORMED, file->name, NULL, NULL,
                    "holds no certificate");
    return DEVCA_OK;
}

/* Of any version, whole or not: it is libdevid that refuses. */
static bool is_set(struct devid_slice octets)
{
    return octets.len >= 8 && memcmp(octets.data, "DEVIDSET", 8) == 0;
}

static enum devca_code collect(struct verify_work *work,
                               struct devca_error *error)
{
    const struct devca_verify_request *request = work->request;
    struct input input = {.kind = INPUT_CRL};
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < request->input_count; i++)
        code = collect_input(work, &request->inputs[i], error);
    if (code == DEVCA_OK && request->crl_count > CRLS_MAX)
        code = fail(error, DEVCA_E_USAGE, "--crl", NULL, NULL,
                    "more than %d lists", CRLS_MAX);
    for (i = 0; code == DEVCA_OK && i < request->crl_count; i++) {
        input.octets = request->crls[i].octets;
        input.object = request->crls[i].name;
        if (is_set(input.octets)) {
            work->crls[i] = input.octets;
        } else {
            code = input_read(&input, &work->crl_ders[i], error);
            work->crls[i] = bytes_slice(&work->crl_ders[i]);
        }
        work->crl_count++;
    }
    return code;
}

static enum devca_code anchor_of_store(struct verify_work *work,
                                       struct devca_error *error)
{
    const struct devca_open_request open = {.folder = work->request->store,
                                            .read_only = true};
    struct issuer root = {0};
    struct devca *devca = NULL;
    enum devca_code code;

    if (!work->request->store) {
        fail(error, DEVCA_E_USAGE, "verify", "RFC 5280 6.1.1 (d)", "anchor",
             "no trust anchor: no --anchor was given and no store is here");
        return fail_hint(error, DEVCA_E_USAGE,
                         "--anchor ROOT, or --store DIR for a store's root");
    }
    code = devca_open(&devca, &open, error);
    if (code == DEVCA_OK)
        code = issuer_load_root(devca, &root, error);
    if (code == DEVCA_OK &&
        !bytes_append_slice(&work->anchor_der, root.row.der))
        code = fail_memory(error);
    issuer_clear(&root);
    devca_close(devca);
    return code;
}

static enum devca_code find_anchor(struct verify_work *work,
                                   struct devca_error *error)
{
    const struct devca_input *given = &work->request->anchor;
    struct input input = {given->octets, given->name, INPUT_CERTIFICATE};
    struct devid_cert root;
    enum devca_code code;

    code = given->octets.data ? input_read(&input, &work->anchor_der, error)
                              : anchor_of_store(work, error);
    if (code == DEVCA_OK)
        code = input_certificate(bytes_slice(&work->anchor_der),
                                 given->octets.data ? given->name : "root",
                                 &root, error);
    if (code == DEVCA_OK)
        judge_anchor(&root, &work->anchor);
    return code;
}

static enum devca_code set_policy(struct verify_work *work,
                                  struct devca_error *error)
{
    devca_seconds at = work->request->at;
    struct devid_cert first;
    enum devca_code code = DEVCA_OK;

    if (!work->request->timed && !work->request->no_clock)
        code = handle_now(&at, error);
    work->policy.clock =
        work->request->no_clock ? DEVID_CLOCK_NONE : DEVID_CLOCK_TIME;
    work->policy.time = devca_time_pack(at);
    /* Whether a CA may stand first is the template's choice (DICE): people who
     * verify one say so by giving it. */
    if (devid_cert_read(work->certificates[0], &first) == DEVID_OK)
        work->policy.allow_ca_device = first.ca;
    return code;
}

static void run(struct verify_work *work)
{
    struct devid_chain chain = {work->certificates, work->certificate_count};
    struct devid_anchors anchors = {&work->anchor, 1};
    struct devid_crls crls = {work->crls, work->crl_count, NULL};

    work->status =
        work->crl_count > 0
            ? devid_verify_chain_lists(&chain, &anchors, &work->policy, &crls,
                                       &work->identity)
            : devid_verify_chain(&chain, &anchors, &work->policy,
                                 &work->identity);
}

static void tell_identity(struct devca_result *result,
                          const struct devid_identity *identity)
{
    if (identity->uid_is_text)
        result_slice_text(result, "uid", identity->uid);
    else
        result_hex(result, "uid", identity->uid);
    result_slice_text(result, "product", identity->product);
    result_name(result, "subject", identity->subject);
    result_hex(result, "serial", identity->serial);
    result_time(result, "not_before", devca_time_unpack(identity->not_before));
    result_time(result, "not_after", devca_time_unpack(identity->not_after));
}

static enum devca_code tell(const struct verify_work *work,
                            devca_record_each *each, void *context,
                            struct devca_error *error)
{
    struct devca_result result = {0};
    bool accepted = work->status == DEVID_OK;
    enum devca_code code;

    result_text(&result, "file", work->request->inputs[0].name);
    result_text(&result, "verdict", accepted ? "accepted" : "refused");
    result_text(&result, "status", devid_status_id(work->status));
    result_boolean(&result, "revocation_checked", work->crl_count > 0);
    if (accepted)
        tell_identity(&result, &work->identity);
    code = result_done(&result, error);
    if (code == DEVCA_OK)
        code = each(&result.record, context);
    devca_result_clear(&result);
    return code;
}

static enum devca_code refuse(const struct verify_work *work,
                              struct devca_error *error)
{
    fail_devid(error, DEVCA_E_REFUSED, work->request->inputs[0].name, "chain",
               work->status);
    if (work->status == DEVID_E_CRL_MISSING)
        return fail_hint(error, DEVCA_E_REFUSED,
                         "every certificate is checked: give the CRL of each "
                         "issuer, the root's too");
    return DEVCA_E_REFUSED;
}

enum devca_code devca_verify(const struct devca_verify_request *request,
                             devca_record_each *each, void *context,
                             struct devca_error *error)
{
    struct verify_work work = {.request = request};
    enum devca_code code = crypto_init(error);

    if (code == DEVCA_OK && request->input_count == 0)
        code = fail(error, DEVCA_E_USAGE, "verify", NULL, NULL,
                    "needs a certificate");
    if (code == DEVCA_OK)
        code = collect(&work, error);
    if (code == DEVCA_OK)
        code = find_anchor(&work, error);
    if (code == DEVCA_OK)
        code = set_policy(&work, error);
    if (code == DEVCA_OK) {
        run(&work);
        code = tell(&work, each, context, error);
    }
    if (code == DEVCA_OK && work.status != DEVID_OK)
        code = refuse(&work, error);
    verify_clear(&work);
    return code;
}
