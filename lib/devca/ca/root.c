/* root create: a self-signed root CA in this store. */
#include "devca/ca/act.h"
#include "devca/ca/authority.h"
#include "devca/ca/input.h"
#include "devca/ca/owner.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <devca/authority.h>

#include <string.h>

#define NAME_MAX_OCTETS 64 /* RFC 5280 appendix A.1: ub-common-name */

struct root_work {
    struct policy policy;
    struct authority_key key;
    struct certified certified;
    devca_seconds now;
};

static enum devca_code refuse_second(struct devca *devca,
                                     struct devca_error *error)
{
    struct store_authority row = {0};
    enum devca_code code;

    code = store_authority_find(devca->store, STORE_ROOT, NULL, &row, error);
    if (code == DEVCA_OK) {
        fail(error, DEVCA_E_EXISTS, row.name, NULL, "root",
             "the store has a root CA already; nothing was changed");
        code = fail_hint(error, DEVCA_E_EXISTS,
                         "a second root belongs in a store of its own");
    } else if (code == DEVCA_E_NOT_FOUND) {
        code = DEVCA_OK;
    }
    store_row_clear(&row.memory);
    return code;
}

static enum devca_code
make_certificate(struct devca *devca, const struct devca_root_request *request,
                 struct root_work *work, struct devca_error *error)
{
    struct certify_request certify_request = {0};

    certify_request.policy = &work->policy;
    certify_request.signer = work->key.signer;
    certify_request.key = signer_public_key(work->key.signer);
    certify_request.subject.name = request->name;
    certify_request.subject.product = "";
    certify_request.subject.org = devca->settings.org;
    certify_request.subject.country = devca->settings.country;
    certify_request.now = work->now;
    certify_request.object = request->name;
    return certify(&certify_request, &work->certified, error);
}

static enum devca_code record(struct devca *devca,
                              const struct devca_root_request *request,
                              struct root_work *work, struct devca_error *error)
{
    struct authority_rows rows = {0};
    struct store_certificate certificate;
    const struct devid_cert *view = &work->certified.view;
    struct act act = {.act = JOURNAL_ROOT, .at = work->now};
    int64_t id;
    enum devca_code code;

    certified_row(&work->certified, &certificate);
    rows.kind = STORE_ROOT;
    rows.name = request->name;
    rows.key_uri = (const char *)work->key.uri.data;
    rows.policy = &work->policy;
    rows.subject = view->subject;
    rows.public_key = view->public_key;
    rows.key_id = view->subject_key_id;
    rows.certificate = &certificate;
    rows.now = work->now;
    code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = owner_check_again(devca, error);
    if (code == DEVCA_OK)
        code = refuse_second(devca, error);
    if (code == DEVCA_OK)
        code = authority_record(devca->store, &rows, &id, error);
    act_detail(&act, "key_uri", rows.key_uri);
    if (code == DEVCA_OK)
        code = act_append_authority(devca, &act, id, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static enum devca_code keep(struct devca *devca,
                            const struct devca_root_request *request,
                            struct root_work *work, struct devca_error *error)
{
    struct authority_key_request key = {"root", request->key_type,
                                        request->key_uri, request->existing_key,
                                        request->dry_run};
    enum devca_code code;

    code = authority_key_save(devca, &key, &work->key, error);
    if (code == DEVCA_OK)
        code = record(devca, request, work, error);
    if (code == DEVCA_OK)
        authority_key_keep(&work->key);
    return code;
}

static enum devca_code tell(const struct devca_root_request *request,
                            const struct root_work *work,
                            struct devca_result *result,
                            struct devca_error *error)
{
    uint8_t digest[32];

    key_digest(signer_public_key(work->key.signer), digest);
    result_text(result, "root", request->name);
    result_certificate(result, &work->certified.view);
    result_hex(result, "key_fingerprint",
               (struct devid_slice){digest, sizeof digest});
    result_text(result, "profile", profile_name(work->policy.profile));
    result_text(result, "key_uri", (const char *)work->key.uri.data);
    result_boolean(result, "dry_run", request->dry_run);
    result->der = result_keep(result, bytes_slice(&work->certified.der));
    return result_done(result, error);
}

static enum devca_code prepare(struct devca *devca,
                               const struct devca_root_request *request,
                               struct root_work *work,
                               struct devca_error *error)
{
    struct authority_key_request key = {"root", request->key_type,
                                        request->key_uri, request->existing_key,
                                        request->dry_run};
    enum devca_code code;

    if (!request->name || request->name[0] == '\0' ||
        strlen(request->name) > NAME_MAX_OCTETS)
        return fail(error, DEVCA_E_USAGE, "--name", "RFC 5280 A.1",
                    "commonName", "must have 1 to %d octets", NAME_MAX_OCTETS);
    code = handle_now(&work->now, error);
    if (code == DEVCA_OK)
        code = refuse_second(devca, error);
    if (code == DEVCA_OK)
        code = policy_resolve(
            &work->policy, request->profile ? request->profile : "root", error);
    if (code == DEVCA_OK)
        code = policy_expect(&work->policy, PROFILE_ROOT, error);
    if (code == DEVCA_OK)
        code = authority_key_make(devca, &key, &work->key, error);
    if (code == DEVCA_OK)
        code = make_certificate(devca, request, work, error);
    return code;
}

enum devca_code devca_root_create(struct devca *devca,
                                  const struct devca_root_request *request,
                                  struct devca_result *result,
                                  struct devca_error *error)
{
    struct root_work work = {0};
    enum devca_code code;

    code = prepare(devca, request, &work, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = keep(devca, request, &work, error);
    if (code == DEVCA_OK)
        code = tell(request, &work, result, error);
    authority_key_clear(&work.key);
    certified_clear(&work.certified);
    policy_clear(&work.policy);
    return code;
}
