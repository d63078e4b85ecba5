/* issue: one device certificate. */
#include "devca/ca/issue.h"

#include "devca/ca/act.h"

#include "devca/base/fail.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include <stdlib.h>
#include <string.h>

static enum devca_code check_request(const struct devca_issue_request *request,
                                     struct devca_error *error)
{
    int keys = (request->csr.data ? 1 : 0) +
               (request->public_key.data ? 1 : 0) + (request->generate ? 1 : 0);

    if (!request->product || !request->uid)
        return fail(error, DEVCA_E_USAGE, "issue", NULL, NULL,
                    "needs a product and a UID");
    if (request->generate && !request->key)
        return fail(error, DEVCA_E_USAGE, request->uid, NULL, NULL,
                    "a generated key needs a place to go");
    if (keys != 1)
        return fail(error, DEVCA_E_USAGE, request->uid, NULL, NULL,
                    "needs exactly one of a CSR, a public key and a key to "
                    "generate");
    return DEVCA_OK;
}

/* The device's own key is kept encrypted, whatever the store does with its
 * CAs'. */
static enum devca_code key_secret(struct devca *devca, struct held_secret *own,
                                  const struct devca_issue_request *request,
                                  const struct bytes **secret,
                                  struct devca_error *error)
{
    static const char what[] = "passphrase for the device's key";
    enum devca_code code;

    code = handle_secret(own->source ? own : &devca->passphrase, what, true,
                         secret, error);
    if (code != DEVCA_OK || *secret)
        return code;
    fail(error, DEVCA_E_PASSPHRASE, request->uid, NULL, "--key-passphrase",
         "a generated key is kept encrypted and no passphrase was given");
    return fail_hint(error, DEVCA_E_PASSPHRASE,
                     "--key-passphrase file:PATH, env:NAME, fd:N, stdin or "
                     "prompt");
}

static enum devca_code hand_over(const struct devca_issue_request *request,
                                 const struct bytes *pem,
                                 struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (!request->dry_run)
        code = request->key->write(request->key->context, pem->data, pem->len);
    if (code == DEVCA_OK)
        return DEVCA_OK;
    return fail(error, code, request->uid, NULL, "key",
                "the generated key could not be kept; nothing was issued");
}

static enum devca_code keep_generated(struct devca *devca,
                                      const struct devca_issue_request *request,
                                      const struct signer *signer,
                                      struct devca_error *error)
{
    struct held_secret own = {0};
    const struct bytes *secret = NULL;
    struct bytes pem = {0};
    enum devca_code code = DEVCA_OK;

    if (request->key_passphrase) {
        own.source = strdup(request->key_passphrase);
        code = own.source ? DEVCA_OK : fail_memory(error);
    }
    if (code == DEVCA_OK)
        code = key_secret(devca, &own, request, &secret, error);
    if (code == DEVCA_OK)
        code = signer_export(signer, secret, &pem, error);
    if (code == DEVCA_OK)
        code = hand_over(request, &pem, error);
    bytes_clear(&pem);
    handle_forget(&own);
    return code;
}

static enum devca_code tell(const struct devca_issue_request *request,
                            const struct issue_work *work,
                            struct devca_result *result,
                            struct devca_error *error)
{
    bool already = work->outcome == ISSUE_ALREADY;
    struct devid_slice der =
        already ? work->existing.der : bytes_slice(&work->certified.der);
    struct devid_cert view;
    enum devca_code code;

    code = input_certificate(der, work->object, &view, error);
    if (code != DEVCA_OK)
        return code;
    result_text(result, "outcome", already ? "already" : "issued");
    result_text(result, "product", request->product);
    result_hex(result, "uid", bytes_slice(&work->uid));
    result_certificate(result, &view);
    result_text(result, "profile", profile_name(work->context->policy.profile));
    result_boolean(result, "rekeyed", !already && work->supersedes != 0);
    result_boolean(result, "dry_run", request->dry_run);
    result->der = result_keep(result, der);
    issuer_chain(&work->context->issuer, result);
    return result_done(result, error);
}

static enum devca_code commit_one(struct issue_work *work,
                                  struct devca_error *error)
{
    struct devca *devca = work->context->devca;
    enum devca_code code;

    code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = issue_check_again(work->context, error);
    if (code == DEVCA_OK)
        code = issue_record(work, devca->store, error);
    /* Somebody else may have issued the same meanwhile. */
    if (code == DEVCA_OK && work->outcome == ISSUE_NEW)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

/* Nothing that can fail stands behind the commit, unless somebody else issued
 * meanwhile: whoever hears of a failure throws the generated key away. */
static enum devca_code
tell_and_commit(const struct devca_issue_request *request,
                struct issue_work *work, struct devca_result *result,
                struct devca_error *error)
{
    bool is_new = work->outcome == ISSUE_NEW && !request->dry_run;
    int64_t supersedes = work->supersedes;
    enum devca_code code = tell(request, work, result, error);

    if (code == DEVCA_OK && is_new)
        code = commit_one(work, error);
    if (code == DEVCA_OK && is_new &&
        (work->outcome != ISSUE_NEW || work->supersedes != supersedes)) {
        devca_result_clear(result);
        code = tell(request, work, result, error);
    }
    return code;
}

static enum devca_code issue_new(struct issue_context *context,
                                 const struct devca_issue_request *request,
                                 struct issue_work *work,
                                 const struct signer *generated,
                                 struct devca_error *error)
{
    enum devca_code code;

    code = issuer_check(&context->issuer, work->now, error);
    if (code == DEVCA_OK)
        code = issuer_unlock(context->devca, &context->issuer, error);
    if (code == DEVCA_OK)
        code = issuer_verify(&context->issuer, error);
    if (code == DEVCA_OK)
        code = issue_certify(work, error);
    if (code == DEVCA_OK && generated)
        code = keep_generated(context->devca, request, generated, error);
    return code;
}

static enum devca_code generate(const struct devca_issue_request *request,
                                struct signer **signer,
                                struct issue_input *input,
                                struct devca_error *error)
{
    enum devid_curve curve;
    enum devca_code code;

    if (!request->generate)
        return DEVCA_OK;
    code = input_key_type(request->key_type, &curve, error);
    if (code == DEVCA_OK)
        code = signer_generate(signer, curve, error);
    if (code == DEVCA_OK)
        input->generated = signer_public_key(*signer);
    return code;
}

enum devca_code devca_issue(struct devca *devca,
                            const struct devca_issue_request *request,
                            struct devca_result *result,
                            struct devca_error *error)
{
    struct issue_context context = {0};
    struct issue_input input = {request->uid, request->csr, request->public_key,
                                NULL};
    struct issue_work work = {.context = &context, .rekey = request->rekey};
    struct signer *generated = NULL;
    enum devca_code code;

    work.object = request->object ? request->object : request->uid;
    code = check_request(request, error);
    if (code == DEVCA_OK)
        code = handle_now(&work.now, error);
    if (code == DEVCA_OK)
        code = issue_context_load(devca, request->product, request->profile,
                                  &context, error);
    if (code == DEVCA_OK)
        code = generate(request, &generated, &input, error);
    if (code == DEVCA_OK)
        code = issue_read(&work, &input, error);
    if (code == DEVCA_OK)
        code = issue_prove(&work, error);
    if (code == DEVCA_OK)
        code = issue_look(&work, devca->store, error);
    if (code == DEVCA_OK && work.outcome == ISSUE_NEW)
        code = issue_new(&context, request, &work, generated, error);
    if (code == DEVCA_OK)
        code = tell_and_commit(request, &work, result, error);
    if (code != DEVCA_OK)
        devca_result_clear(result);
    if (code != DEVCA_OK && !request->dry_run && error)
        act_refuse(devca, request->uid, error);
    signer_close(generated);
    issue_work_clear(&work);
    issue_context_clear(&context);
    return code;
}
