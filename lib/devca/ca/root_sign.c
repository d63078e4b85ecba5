/* root sign: the offline root answers a product's request. */
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/owner.h"
#include "devca/ca/product.h"
#include "devca/ca/request.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devid/codec/oid.h"

#include <string.h>

struct sign_work {
    const struct devca_root_sign_request *request;
    struct issuer root;
    struct policy policy;
    struct possessed possessed;
    struct certified certified;
    char product[65];
    devca_seconds now;
};

/* A product's name stands in its CA's subject, where libdevid will look for
 * it. */
static enum devca_code name_product(struct sign_work *work,
                                    struct devca_error *error)
{
    struct devid_attribute attribute;
    enum devid_status status;

    status = devid_name_find(work->possessed.view.subject,
                             OID_SLICE(OID_ORGANIZATIONAL_UNIT), &attribute);
    if (status != DEVID_OK)
        status = devid_name_find(work->possessed.view.subject,
                                 OID_SLICE(OID_COMMON_NAME), &attribute);
    if (status != DEVID_OK || attribute.value.len >= sizeof work->product ||
        memchr(attribute.value.data, 0, attribute.value.len))
        return fail(error, DEVCA_E_MALFORMED, work->request->object,
                    "RFC 2986 4.1", "subject", "names no product");
    memcpy(work->product, attribute.value.data, attribute.value.len);
    work->product[attribute.value.len] = '\0';
    return input_product_name(work->product, error);
}

/* The same key again: *known, and the certificate it was given. Another key
 * under the same name is refused. */
static enum devca_code find_signed(struct devca *devca, struct sign_work *work,
                                   struct store_certificate *row, bool *known,
                                   struct devca_error *error)
{
    struct store_authority authority = {0};
    enum devca_code code;

    *known = false;
    code = store_authority_find(devca->store, STORE_PRODUCT, work->product,
                                &authority, error);
    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code == DEVCA_OK &&
        !devid_slice_equal(authority.public_key,
                           work->possessed.view.public_key)) {
        fail(error, DEVCA_E_EXISTS, work->product, NULL, "product",
             "has a CA with another key; the request was not signed");
        code = fail_hint(error, DEVCA_E_EXISTS,
                         "a request from elsewhere, or a product set up twice");
    }
    if (code == DEVCA_OK && authority.certificate_id != 0) {
        code = store_certificate_get(devca->store, authority.certificate_id,
                                     row, error);
        *known = code == DEVCA_OK;
    }
    store_row_clear(&authority.memory);
    return code;
}

/* What was signed is given again only while it is what is asked for. */
static enum devca_code check_known(struct devca *devca,
                                   const struct sign_work *work,
                                   const struct store_certificate *row,
                                   struct devca_error *error)
{
    struct policy recorded = {0};
    enum devca_code code = DEVCA_OK;

    if (row->status == STORE_REVOKED || row->status == STORE_HELD)
        return fail(error, DEVCA_E_REVOKED, work->product, "RFC 5280 5.3",
                    "certificate", "the product's CA is %s",
                    row->status == STORE_HELD ? "on hold" : "revoked");
    if (!work->request->profile || row->profile_id == 0)
        return DEVCA_OK;
    code = policy_recorded(&recorded, devca->store, row->profile_id, error);
    if (code == DEVCA_OK && strcmp(profile_name(recorded.profile),
                                   profile_name(work->policy.profile)) != 0) {
        fail(error, DEVCA_E_EXISTS, work->product, NULL, "profile",
             "was signed as profile %s says, not %s",
             profile_name(recorded.profile),
             profile_name(work->policy.profile));
        code = fail_hint(error, DEVCA_E_EXISTS,
                         "make the product's request anew, under another name");
    }
    policy_clear(&recorded);
    return code;
}

/* A product's key never is a device's or another product's. */
static enum devca_code refuse_used_key(struct devca *devca,
                                       const struct sign_work *work,
                                       struct devca_error *error)
{
    struct store_certificate row = {0};
    uint8_t digest[32];
    enum devca_code code;

    key_digest(&work->possessed.key, digest);
    code = store_certificate_by_key(
        devca->store, (struct devid_slice){digest, sizeof digest}, &row, error);
    store_row_clear(&row.memory);
    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code != DEVCA_OK)
        return code;
    return fail(error, DEVCA_E_KEY_IN_USE, work->request->object, NULL,
                "subjectPKInfo", "this key has a certificate already");
}

static enum devca_code certify_request_of(struct devca *devca,
                                          struct sign_work *work,
                                          struct devca_error *error)
{
    struct certify_request request = {0};
    enum devca_code code;

    request.policy = &work->policy;
    request.issuer = &work->root;
    request.signer = work->root.signer;
    request.key = &work->possessed.key;
    product_subject(devca, work->product, &request.subject);
    request.subject.request = &work->possessed.view;
    request.now = work->now;
    request.object = work->request->object;
    code = certify(&request, &work->certified, error);
    if (code == DEVCA_OK && !devid_slice_equal(work->certified.view.subject,
                                               work->possessed.view.subject)) {
        fail(error, DEVCA_E_MISMATCH, work->request->object, "RFC 2986 4.1",
             "subject", "is not what profile %s makes here for product %s",
             profile_name(work->policy.profile), work->product);
        code = fail_hint(error, DEVCA_E_MISMATCH,
                         "both stores must have the same --org and --country, "
                         "and the same profile");
    }
    return code;
}

static enum devca_code record_signed(struct devca *devca,
                                     struct sign_work *work,
                                     struct devca_error *error)
{
    struct authority_rows rows = {0};
    struct store_certificate certificate, other = {0};
    struct act act = {.act = JOURNAL_SIGN, .at = work->now};
    bool known;
    int64_t id;
    enum devca_code code;

    certified_row(&work->certified, &certificate);
    rows.kind = STORE_PRODUCT;
    rows.name = work->product;
    rows.key_uri = "";
    rows.policy = &work->policy;
    rows.subject = work->certified.view.subject;
    rows.public_key = work->certified.view.public_key;
    rows.key_id = work->certified.view.subject_key_id;
    rows.request = bytes_slice(&work->possessed.der);
    rows.certificate = &certificate;
    rows.issuer_id = work->root.authority.id;
    rows.now = work->now;
    code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = owner_check_again(devca, error);
    if (code == DEVCA_OK)
        code = find_signed(devca, work, &other, &known, error);
    if (code == DEVCA_OK && known)
        code = fail(error, DEVCA_E_EXISTS, work->product, NULL, "product",
                    "was signed by somebody else at the same moment");
    if (code == DEVCA_OK)
        code = refuse_used_key(devca, work, error);
    if (code == DEVCA_OK)
        code = authority_record(devca->store, &rows, &id, error);
    if (code == DEVCA_OK)
        code = act_append_authority(devca, &act, id, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    store_row_clear(&other.memory);
    return code;
}

static enum devca_code tell_signed(const struct sign_work *work,
                                   struct devid_slice der, const char *outcome,
                                   struct devca_result *result,
                                   struct devca_error *error)
{
    struct devid_cert view;
    enum devca_code code;

    code = input_certificate(der, work->product, &view, error);
    if (code != DEVCA_OK)
        return code;
    result_text(result, "product", work->product);
    result_text(result, "outcome", outcome);
    result_certificate(result, &view);
    result_boolean(result, "dry_run", work->request->dry_run);
    result->der = result_keep(result, der);
    issuer_chain(&work->root, result);
    return result_done(result, error);
}

static enum devca_code sign_new(struct devca *devca, struct sign_work *work,
                                struct devca_result *result,
                                struct devca_error *error)
{
    enum devca_code code;

    code = refuse_used_key(devca, work, error);
    if (code == DEVCA_OK)
        code = issuer_check(&work->root, work->now, error);
    if (code == DEVCA_OK)
        code = issuer_unlock(devca, &work->root, error);
    if (code == DEVCA_OK)
        code = certify_request_of(devca, work, error);
    if (code == DEVCA_OK && !work->request->dry_run)
        code = record_signed(devca, work, error);
    if (code == DEVCA_OK)
        code = tell_signed(work, bytes_slice(&work->certified.der), "signed",
                           result, error);
    return code;
}

static enum devca_code prepare_sign(struct devca *devca, struct sign_work *work,
                                    struct devca_error *error)
{
    const char *profile = work->request->profile;
    enum devca_code code;

    code = handle_now(&work->now, error);
    if (code == DEVCA_OK)
        code = request_possess(work->request->request, work->request->object,
                               &work->possessed, error);
    if (code == DEVCA_OK)
        code = name_product(work, error);
    if (code == DEVCA_OK)
        code = issuer_load_root(devca, &work->root, error);
    if (code == DEVCA_OK)
        code = policy_resolve(&work->policy, profile ? profile : "intermediate",
                              error);
    if (code == DEVCA_OK)
        code = policy_expect(&work->policy, PROFILE_INTERMEDIATE, error);
    if (code == DEVCA_OK && work->root.policy.profile)
        code = profile_fits(work->policy.profile, work->root.policy.profile, 0,
                            error);
    return code;
}

enum devca_code devca_root_sign(struct devca *devca,
                                const struct devca_root_sign_request *request,
                                struct devca_result *result,
                                struct devca_error *error)
{
    struct sign_work work = {.request = request};
    struct store_certificate row = {0};
    bool known = false;
    enum devca_code code;

    code = prepare_sign(devca, &work, error);
    if (code == DEVCA_OK)
        code = find_signed(devca, &work, &row, &known, error);
    if (code == DEVCA_OK && known)
        code = check_known(devca, &work, &row, error);
    if (code == DEVCA_OK && known)
        code = tell_signed(&work, row.der, "already", result, error);
    else if (code == DEVCA_OK)
        code = sign_new(devca, &work, result, error);
    store_row_clear(&row.memory);
    certified_clear(&work.certified);
    possessed_clear(&work.possessed);
    policy_clear(&work.policy);
    issuer_clear(&work.root);
    return code;
}
