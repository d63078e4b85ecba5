#include "devca/ca/product.h"
#include "devca/ca/act.h"

#include "devca/base/fail.h"
#include "devca/ca/input.h"
#include "devca/ca/owner.h"
#include "devca/ca/result.h"

#include <string.h>

enum devca_code product_find(struct devca *devca, const char *name,
                             struct store_product *product,
                             struct devca_error *error)
{
    enum devca_code code;

    code = store_product_find(devca->store, name, product, error);
    if (code != DEVCA_E_NOT_FOUND)
        return code;
    fail(error, code, name, NULL, "product", "no product of that name");
    return fail_hint(error, code, "devca product list names the products");
}

static enum devca_code refuse_second(struct devca *devca, const char *name,
                                     struct devca_error *error)
{
    struct store_product product = {0};
    enum devca_code code;

    code = store_product_find(devca->store, name, &product, error);
    store_row_clear(&product.memory);
    if (code == DEVCA_E_NOT_FOUND)
        return DEVCA_OK;
    if (code != DEVCA_OK)
        return code;
    return fail(error, DEVCA_E_EXISTS, name, NULL, "product",
                "exists already; nothing was changed");
}

static enum devca_code resolve(const char *name, const char *standard,
                               enum profile_kind kind, struct policy *policy,
                               struct devca_error *error)
{
    enum devca_code code;

    code = policy_resolve(policy, name ? name : standard, error);
    return code == DEVCA_OK ? policy_expect(policy, kind, error) : code;
}

static enum devca_code resolve_profiles(const struct devca *devca,
                                        const struct profile *root_profile,
                                        struct product_work *work,
                                        struct devca_error *error)
{
    const struct devca_product_request *request = work->request;
    size_t octets;
    enum devca_code code;

    code = input_uid_format(work->uid_format, &octets, error);
    if (code == DEVCA_OK)
        code = resolve(request->profile, "intermediate", PROFILE_INTERMEDIATE,
                       &work->ca, error);
    if (code == DEVCA_OK)
        code = resolve(request->device_profile, "ieee8021ar-idevid",
                       PROFILE_DEVICE, &work->device, error);
    if (code == DEVCA_OK && root_profile)
        code = profile_fits(work->ca.profile, root_profile, 0, error);
    if (code == DEVCA_OK)
        code =
            profile_fits(work->device.profile, work->ca.profile, octets, error);
    return code == DEVCA_OK
               ? policy_agrees_alone(&work->device, devca, request->name, error)
               : code;
}

enum devca_code product_prepare(struct devca *devca,
                                const struct profile *root_profile,
                                struct product_work *work,
                                struct devca_error *error)
{
    const struct devca_product_request *request = work->request;
    struct authority_key_request key = {NULL, request->key_type,
                                        request->key_uri, request->existing_key,
                                        request->dry_run};
    enum devca_code code;

    work->uid_format = request->uid_format ? request->uid_format : "hex";
    code = input_product_name(request->name, error);
    if (code == DEVCA_OK)
        code = handle_now(&work->now, error);
    if (code == DEVCA_OK)
        code = refuse_second(devca, request->name, error);
    if (code == DEVCA_OK)
        code = resolve_profiles(devca, root_profile, work, error);
    if (code == DEVCA_OK && (!bytes_append_text(&work->stem, "product-") ||
                             !bytes_append_text(&work->stem, request->name)))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = authority_key_make(devca, &key, &work->key, error);
    return code;
}

void product_clear(struct product_work *work)
{
    authority_key_clear(&work->key);
    policy_clear(&work->ca);
    policy_clear(&work->device);
    bytes_clear(&work->stem);
}

void product_subject(const struct devca *devca, const char *name,
                     struct profile_subject *subject)
{
    subject->product = name;
    subject->org = devca->settings.org;
    subject->country = devca->settings.country;
    subject->name = name;
}

static enum devca_code journal_product(struct devca *devca,
                                       const struct product_work *work,
                                       const struct authority_rows *rows,
                                       int64_t authority_id,
                                       struct devca_error *error)
{
    struct act act = {.act =
                          rows->certificate ? JOURNAL_PRODUCT : JOURNAL_REQUEST,
                      .at = work->now,
                      .object = work->request->name};

    act_detail(&act, "device_profile", profile_name(work->device.profile));
    act_detail(&act, "key_uri", rows->key_uri);
    act_detail(&act, "uid_format", work->uid_format);
    return act_append_authority(devca, &act, authority_id, error);
}

static enum devca_code record_product(struct devca *devca,
                                      struct product_work *work,
                                      struct authority_rows *rows,
                                      struct devca_error *error)
{
    struct store_product product = {0};
    int64_t id = 0;
    enum devca_code code;

    code = refuse_second(devca, work->request->name, error);
    if (code == DEVCA_OK)
        code =
            authority_record(devca->store, rows, &product.authority_id, error);
    product.name = work->request->name;
    product.uid_format = work->uid_format;
    product.created_at = work->now;
    if (code == DEVCA_OK)
        code = store_product_put(devca->store, &product, &id, error);
    if (code == DEVCA_OK)
        code = policy_record(&work->device, devca->store, id, error);
    if (code == DEVCA_OK)
        code =
            store_product_set_profile(devca->store, id, work->device.id, error);
    return code == DEVCA_OK
               ? journal_product(devca, work, rows, product.authority_id, error)
               : code;
}

enum devca_code product_keep(struct devca *devca, struct product_work *work,
                             struct authority_rows *rows,
                             struct devca_error *error)
{
    struct authority_key_request key = {
        (const char *)work->stem.data, work->request->key_type,
        work->request->key_uri, work->request->existing_key,
        work->request->dry_run};
    enum devca_code code;

    code = authority_key_save(devca, &key, &work->key, error);
    rows->kind = STORE_PRODUCT;
    rows->name = work->request->name;
    rows->key_uri = (const char *)work->key.uri.data;
    rows->policy = &work->ca;
    rows->now = work->now;
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = owner_check_again(devca, error);
    if (code == DEVCA_OK)
        code = record_product(devca, work, rows, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    if (code == DEVCA_OK)
        authority_key_keep(&work->key);
    return code;
}

static enum devca_code certify_ca(struct devca *devca,
                                  const struct issuer *root,
                                  struct product_work *work,
                                  struct certified *certified,
                                  struct devca_error *error)
{
    struct certify_request request = {0};

    request.policy = &work->ca;
    request.issuer = root;
    request.signer = root->signer;
    request.key = signer_public_key(work->key.signer);
    product_subject(devca, work->request->name, &request.subject);
    request.now = work->now;
    request.object = work->request->name;
    return certify(&request, certified, error);
}

static enum devca_code keep_signed(struct devca *devca,
                                   const struct issuer *root,
                                   struct product_work *work,
                                   const struct certified *certified,
                                   struct devca_error *error)
{
    struct authority_rows rows = {0};
    struct store_certificate certificate;

    certified_row(certified, &certificate);
    rows.subject = certified->view.subject;
    rows.public_key = certified->view.public_key;
    rows.key_id = certified->view.subject_key_id;
    rows.certificate = &certificate;
    rows.issuer_id = root->authority.id;
    return product_keep(devca, work, &rows, error);
}

static enum devca_code tell_new(const struct product_work *work,
                                const struct issuer *root,
                                const struct certified *certified,
                                struct devca_result *result,
                                struct devca_error *error)
{
    result_text(result, "product", work->request->name);
    result_text(result, "state", "active");
    result_certificate(result, &certified->view);
    result_text(result, "profile", profile_name(work->ca.profile));
    result_text(result, "device_profile", profile_name(work->device.profile));
    result_text(result, "uid_format", work->uid_format);
    result_text(result, "key_uri", (const char *)work->key.uri.data);
    result_boolean(result, "dry_run", work->request->dry_run);
    result->der = result_keep(result, bytes_slice(&certified->der));
    issuer_chain(root, result);
    return result_done(result, error);
}

enum devca_code devca_product_add(struct devca *devca,
                                  const struct devca_product_request *request,
                                  struct devca_result *result,
                                  struct devca_error *error)
{
    struct product_work work = {.request = request};
    struct issuer root = {0};
    struct certified certified = {0};
    enum devca_code code;

    code = issuer_load_root(devca, &root, error);
    if (code == DEVCA_OK)
        code = product_prepare(devca, root.policy.profile, &work, error);
    if (code == DEVCA_OK)
        code = issuer_check(&root, work.now, error);
    if (code == DEVCA_OK)
        code = issuer_unlock(devca, &root, error);
    if (code == DEVCA_OK)
        code = certify_ca(devca, &root, &work, &certified, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = keep_signed(devca, &root, &work, &certified, error);
    if (code == DEVCA_OK)
        code = tell_new(&work, &root, &certified, result, error);
    certified_clear(&certified);
    product_clear(&work);
    issuer_clear(&root);
    return code;
}

static const char *state_of(const struct store_certificate *row)
{
    if (row->id == 0)
        return "requested";
    if (row->status == STORE_REVOKED)
        return "revoked";
    return row->status == STORE_HELD ? "held" : "active";
}

static enum devca_code tell_certificate(struct devca *devca,
                                        const struct store_authority *authority,
                                        struct devca_result *result,
                                        struct devca_error *error)
{
    struct store_certificate row = {0};
    struct devid_cert view;
    enum devca_code code = DEVCA_OK;

    if (authority->certificate_id != 0)
        code = store_certificate_get(devca->store, authority->certificate_id,
                                     &row, error);
    if (code == DEVCA_OK)
        result_text(result, "state", state_of(&row));
    if (code == DEVCA_OK && authority->certificate_id != 0) {
        code = input_certificate(row.der, authority->name, &view, error);
        if (code == DEVCA_OK)
            result_certificate(result, &view);
        result->der = result_keep(result, row.der);
    }
    store_row_clear(&row.memory);
    return code;
}

enum devca_code product_tell(struct devca *devca,
                             const struct store_product *product,
                             struct devca_result *result,
                             struct devca_error *error)
{
    struct store_authority authority = {0};
    struct store_profile ca = {0}, device = {0};
    enum devca_code code;

    code = store_authority_get(devca->store, product->authority_id, &authority,
                               error);
    if (code == DEVCA_OK)
        code =
            store_profile_get(devca->store, authority.profile_id, &ca, error);
    if (code == DEVCA_OK)
        code = store_profile_get(devca->store, product->device_profile_id,
                                 &device, error);
    if (code == DEVCA_OK) {
        result_text(result, "product", product->name);
        code = tell_certificate(devca, &authority, result, error);
    }
    if (code == DEVCA_OK) {
        result_text(result, "profile", ca.name);
        result_text(result, "device_profile", device.name);
        result_text(result, "uid_format", product->uid_format);
        result_text(result, "key_uri", authority.key_uri);
        result_time(result, "created_at", product->created_at);
        result_integer(result, "crl_number", authority.crl_number);
        code = result_done(result, error);
    }
    store_row_clear(&authority.memory);
    store_row_clear(&ca.memory);
    store_row_clear(&device.memory);
    return code;
}

enum devca_code devca_product_show(struct devca *devca, const char *name,
                                   struct devca_result *result,
                                   struct devca_error *error)
{
    struct store_product product = {0};
    struct issuer issuer = {0};
    enum devca_code code;

    code = product_find(devca, name, &product, error);
    if (code == DEVCA_OK)
        code = product_tell(devca, &product, result, error);
    if (code == DEVCA_OK && result->der.len > 0) {
        code = issuer_load(devca, product.authority_id, &issuer, error);
        if (code == DEVCA_OK && !issuer_is_root(&issuer)) {
            result_add_chain(result, issuer.root_row.der);
            code = result_done(result, error);
        }
    }
    issuer_clear(&issuer);
    store_row_clear(&product.memory);
    return code;
}

struct listing {
    struct devca *devca;
    devca_record_each *each;
    void *context;
    struct devca_error *error;
};

static enum devca_code list_one(const struct store_product *product,
                                void *context)
{
    const struct listing *listing = context;
    struct devca_result result = {0};
    enum devca_code code;

    code = product_tell(listing->devca, product, &result, listing->error);
    if (code == DEVCA_OK)
        code = listing->each(&result.record, listing->context);
    devca_result_clear(&result);
    return code;
}

enum devca_code devca_product_list(struct devca *devca, devca_record_each *each,
                                   void *context, struct devca_error *error)
{
    struct listing listing = {devca, each, context, error};

    return store_product_list(devca->store, list_one, &listing, error);
}
