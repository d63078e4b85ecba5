#include "devca/ca/policy.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/ca/product.h"
#include "devca/profile/shipped.h"

#include <string.h>

#define PROFILE_DOCUMENT_MAX ((size_t)256 * 1024)

void policy_clear(struct policy *policy)
{
    profile_free(policy->profile);
    bytes_clear(&policy->document);
    memset(policy, 0, sizeof *policy);
}

static enum devca_code keep_document(struct policy *policy,
                                     struct devid_slice json,
                                     struct devca_error *error)
{
    if (policy->document.len == 0 &&
        !bytes_append_slice(&policy->document, json))
        return fail_memory(error);
    digest_sha256(bytes_slice(&policy->document), policy->digest);
    return DEVCA_OK;
}

static enum devca_code take_document(struct policy *policy,
                                     struct devid_slice json,
                                     const char *object,
                                     struct devca_error *error)
{
    enum devca_code code = keep_document(policy, json, error);

    return code == DEVCA_OK
               ? profile_read(&policy->profile, bytes_slice(&policy->document),
                              object, error)
               : code;
}

static bool is_path(const char *name)
{
    size_t len = strlen(name);

    return strchr(name, '/') ||
           (len > 5 && strcmp(name + len - 5, ".json") == 0);
}

enum devca_code policy_resolve(struct policy *policy, const char *name,
                               struct devca_error *error)
{
    struct devid_slice json;
    enum devca_code code;

    if (is_path(name)) {
        code = file_read(name, PROFILE_DOCUMENT_MAX, &policy->document, error);
        if (code == DEVCA_OK)
            code = take_document(policy, bytes_slice(&policy->document), name,
                                 error);
        return code;
    }
    if (!profile_shipped(name, &json)) {
        fail(error, DEVCA_E_USAGE, name, NULL, "profile",
             "no profile of that name is shipped");
        return fail_hint(error, DEVCA_E_USAGE,
                         "devca profile list names them; a file of your own "
                         "is named with its .json");
    }
    return take_document(policy, json, name, error);
}

enum devca_code policy_recorded(struct policy *policy, struct store *store,
                                int64_t id, struct devca_error *error)
{
    struct store_profile row = {0};
    enum devca_code code;

    code = store_profile_get(store, id, &row, error);
    if (code == DEVCA_OK)
        code = keep_document(policy, row.document, error);
    if (code == DEVCA_OK)
        code = profile_read_recorded(
            &policy->profile, bytes_slice(&policy->document), row.name, error);
    policy->id = id;
    store_row_clear(&row.memory);
    return code;
}

enum devca_code policy_record(struct policy *policy, struct store *store,
                              int64_t product_id, struct devca_error *error)
{
    struct store_profile row = {0};

    row.product_id = product_id;
    row.name = profile_name(policy->profile);
    row.digest = (struct devid_slice){policy->digest, sizeof policy->digest};
    row.document = bytes_slice(&policy->document);
    return store_profile_put(store, &row, &policy->id, error);
}

enum devca_code policy_agrees_alone(const struct policy *policy,
                                    const struct devca *devca,
                                    const char *product,
                                    struct devca_error *error)
{
    struct profile_subject subject = {0};

    product_subject(devca, product, &subject);
    return profile_lists_agree(policy->profile, policy->profile, &subject,
                               error);
}

static enum devca_code refuse_changed(const struct policy *policy,
                                      const char *name,
                                      struct devca_error *error)
{
    const char *own = profile_name(policy->profile);

    fail(error, DEVCA_E_PROFILE, name, NULL, "name",
         "the product has recorded another profile as \"%s\"", own);
    return fail_hint(error, DEVCA_E_PROFILE,
                     "a product keeps its profiles as they were; give the "
                     "changed one another name");
}

typedef enum devca_code agreeing(const struct profile *profile,
                                 const struct profile *other,
                                 const struct profile_subject *subject,
                                 struct devca_error *error);

struct agreement {
    agreeing *agrees;
    const struct policy *policy;
    int64_t product_id;
    struct profile_subject subject;
    struct devca_error *error;
};

static enum devca_code agree_with(const struct store_profile *row,
                                  void *context)
{
    const struct agreement *agreement = context;
    struct profile *other = NULL;
    enum devca_code code;

    if (row->product_id != agreement->product_id)
        return DEVCA_OK;
    if (row->id == agreement->policy->id)
        return agreement->agrees(agreement->policy->profile,
                                 agreement->policy->profile,
                                 &agreement->subject, agreement->error);
    code = profile_read_recorded(&other, row->document, row->name,
                                 agreement->error);
    if (code == DEVCA_OK)
        code = agreement->agrees(agreement->policy->profile, other,
                                 &agreement->subject, agreement->error);
    profile_free(other);
    return code;
}

enum devca_code policy_agrees(const struct policy *policy,
                              const struct devca *devca, struct store *store,
                              const struct store_product *product,
                              struct devca_error *error)
{
    struct agreement agreement = {.agrees = profile_agrees,
                                  .policy = policy,
                                  .product_id = product->id,
                                  .error = error};
    enum devca_code code =
        policy_agrees_alone(policy, devca, product->name, error);

    product_subject(devca, product->name, &agreement.subject);
    return code == DEVCA_OK
               ? store_profile_list(store, agree_with, &agreement, error)
               : code;
}

enum devca_code policy_lists_agree(const struct policy *policy,
                                   const struct devca *devca,
                                   const struct store_product *product,
                                   struct devca_error *error)
{
    struct agreement agreement = {.agrees = profile_lists_agree,
                                  .policy = policy,
                                  .product_id = product->id,
                                  .error = error};

    product_subject(devca, product->name, &agreement.subject);
    return store_profile_list(devca->store, agree_with, &agreement, error);
}

enum devca_code policy_find(struct policy *policy, struct store *store,
                            int64_t product_id, const char *name,
                            struct devca_error *error)
{
    struct store_profile row = {0};
    enum devca_code code = store_profile_find(
        store, product_id, profile_name(policy->profile), &row, error);

    if (code == DEVCA_OK && row.digest.len == sizeof policy->digest &&
        memcmp(row.digest.data, policy->digest, row.digest.len) == 0)
        policy->id = row.id;
    else if (code == DEVCA_OK)
        code = refuse_changed(policy, name, error);
    store_row_clear(&row.memory);
    return code;
}

static enum devca_code find_by_name(struct policy *policy, struct store *store,
                                    int64_t product_id, const char *name,
                                    struct devca_error *error)
{
    struct store_profile row = {0};
    enum devca_code code =
        store_profile_find(store, product_id, name, &row, error);

    if (code == DEVCA_OK)
        code = policy_recorded(policy, store, row.id, error);
    else if (code == DEVCA_E_NOT_FOUND)
        code = policy_resolve(policy, name, error);
    store_row_clear(&row.memory);
    return code;
}

enum devca_code policy_of_product(struct policy *policy, struct devca *devca,
                                  const struct store_product *product,
                                  const char *name, struct devca_error *error)
{
    struct store *store = devca->store;
    enum devca_code code;

    if (is_path(name)) {
        code = policy_resolve(policy, name, error);
        if (code == DEVCA_OK)
            code = policy_find(policy, store, product->id, name, error);
        if (code == DEVCA_E_NOT_FOUND && policy->profile)
            code = DEVCA_OK;
    } else {
        code = find_by_name(policy, store, product->id, name, error);
    }
    if (code == DEVCA_OK && policy->id == 0)
        code = policy_agrees(policy, devca, store, product, error);
    return code;
}

enum devca_code policy_expect(const struct policy *policy,
                              enum profile_kind kind, struct devca_error *error)
{
    enum profile_kind own = profile_kind(policy->profile);

    if (own == kind || (kind == PROFILE_DEVICE && own == PROFILE_SIGNER))
        return DEVCA_OK;
    return fail(error, DEVCA_E_PROFILE, profile_name(policy->profile), NULL,
                "/kind", "is a profile of kind %s, where %s is needed",
                profile_kind_name(own), profile_kind_name(kind));
}
