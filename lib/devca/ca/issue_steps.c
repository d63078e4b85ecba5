#include "devca/ca/issue.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/owner.h"

#include <string.h>

void issue_context_clear(struct issue_context *context)
{
    store_row_clear(&context->product.memory);
    issuer_clear(&context->issuer);
    policy_clear(&context->policy);
}

/* The CA's certificate counts as well as the profile it was asked for by:
 * another store's root has made it. */
static enum devca_code check_fit(const struct issue_context *context,
                                 struct devca_error *error)
{
    const struct profile *profile = context->policy.profile;
    size_t octets;
    enum devca_code code;

    code = input_uid_format(context->product.uid_format, &octets, error);
    if (code == DEVCA_OK)
        code = profile_fits(profile, context->issuer.policy.profile, octets,
                            error);
    if (code == DEVCA_OK)
        code = policy_agrees_alone(&context->policy, context->devca,
                                   context->product.name, error);
    return code == DEVCA_OK
               ? profile_fits_issuer(profile, &context->issuer.certificate,
                                     context->issuer.authority.name, error)
               : code;
}

/* The product's own, or one that fits it as well as its own does. */
static enum devca_code load_policy(struct issue_context *context,
                                   const char *profile,
                                   struct devca_error *error)
{
    enum devca_code code;

    if (profile)
        code = policy_of_product(&context->policy, context->devca,
                                 &context->product, profile, error);
    else
        code = policy_recorded(&context->policy, context->devca->store,
                               context->product.device_profile_id, error);
    if (code == DEVCA_OK)
        code = policy_expect(&context->policy, PROFILE_DEVICE, error);
    return code == DEVCA_OK ? check_fit(context, error) : code;
}

enum devca_code issue_context_load(struct devca *devca, const char *product,
                                   const char *profile,
                                   struct issue_context *context,
                                   struct devca_error *error)
{
    enum devca_code code;

    context->devca = devca;
    code = product_find(devca, product, &context->product, error);
    if (code == DEVCA_OK)
        code = issuer_load(devca, context->product.authority_id,
                           &context->issuer, error);
    if (code == DEVCA_OK)
        code = load_policy(context, profile, error);
    return code;
}

void issue_work_clear(struct issue_work *work)
{
    bytes_clear(&work->uid);
    possessed_clear(&work->possessed);
    certified_clear(&work->certified);
    store_row_clear(&work->existing.memory);
}

void issue_work_reset(struct issue_work *work)
{
    struct bytes uid = work->uid, request = work->possessed.der,
                 certificate = work->certified.der;

    store_row_clear(&work->existing.memory);
    memset(work, 0, sizeof *work);
    bytes_reset(&uid);
    bytes_reset(&request);
    bytes_reset(&certificate);
    work->uid = uid;
    work->possessed.der = request;
    work->certified.der = certificate;
}

enum devca_code issue_read(struct issue_work *work,
                           const struct issue_input *input,
                           struct devca_error *error)
{
    enum devca_code code;

    code = input_uid(input->uid, work->context->product.uid_format, &work->uid,
                     error);
    if (code == DEVCA_OK && input->generated) {
        work->key = *input->generated;
    } else if (code == DEVCA_OK && input->csr.data) {
        code = request_read(input->csr, work->object, &work->possessed, error);
    } else if (code == DEVCA_OK) {
        code = public_key_parse(&work->key, input->public_key, work->object,
                                error);
    }
    return code;
}

enum devca_code issue_prove(struct issue_work *work, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (work->possessed.der.len > 0) {
        code = request_prove(&work->possessed, work->object, error);
        work->key = work->possessed.key;
    }
    if (code != DEVCA_OK)
        return code;
    key_digest(&work->key, work->key_digest);
    work->proved = true;
    return DEVCA_OK;
}

static struct devid_slice digest_slice(const struct issue_work *work)
{
    return (struct devid_slice){work->key_digest, sizeof work->key_digest};
}

static enum devca_code refuse_used_key(const struct issue_work *work,
                                       struct devca_error *error)
{
    fail(error, DEVCA_E_KEY_IN_USE, work->object, NULL, "subjectPKInfo",
         "this key belongs to another device");
    return fail_hint(error, DEVCA_E_KEY_IN_USE,
                     "a key never serves two UIDs; look for a line that "
                     "programs one key twice");
}

/* What is known of one certificate's key is so of every other's. */
static enum devca_code refuse_compromised(const struct issue_work *work,
                                          struct store *store,
                                          struct devca_error *error)
{
    bool compromised = false;
    enum devca_code code = store_key_is_compromised(store, digest_slice(work),
                                                    &compromised, error);

    if (code != DEVCA_OK || !compromised)
        return code;
    fail(error, DEVCA_E_REVOKED, work->object, "RFC 5280 5.3.1",
         "subjectPKInfo", "this key was revoked as compromised");
    return fail_hint(error, DEVCA_E_REVOKED, "the device needs another key");
}

/* Whose key is it? A key never serves two devices, nor a device and a CA. */
static enum devca_code look_for_key(struct issue_work *work,
                                    struct store *store, int64_t device_id,
                                    struct devca_error *error)
{
    struct store_certificate row = {0};
    bool known;
    enum devca_code code =
        store_key_is_known(store, digest_slice(work), &known, error);

    if (code != DEVCA_OK || !known)
        return code;
    code = store_certificate_by_key(store, digest_slice(work), &row, error);
    if (code == DEVCA_OK && (device_id == 0 || row.device_id != device_id))
        code = refuse_used_key(work, error);
    if (code == DEVCA_OK)
        code = refuse_compromised(work, store, error);
    store_row_clear(&row.memory);
    return code;
}

static enum devca_code refuse_other_key(struct issue_work *work,
                                        const struct store_certificate *row,
                                        struct devca_error *error)
{
    char uid[2 * UID_MAX + 1];

    if (row->status == STORE_HELD)
        return fail(error, DEVCA_E_REVOKED, work->object, "RFC 5280 5.3.1",
                    "uid", "the device's certificate is on hold");
    if (work->rekey)
        return DEVCA_OK;
    hex_write(bytes_slice(&work->uid), uid);
    fail(error, DEVCA_E_UID_IN_USE, work->object, NULL, "uid",
         "%s has a certificate for another key", uid);
    return fail_hint(error, DEVCA_E_UID_IN_USE,
                     "--rekey supersedes it and keeps it on record");
}

/* The device's certificate under this profile: the same again, or another. */
static enum devca_code look_at_current(struct issue_work *work,
                                       struct store_certificate *row,
                                       struct devca_error *error)
{
    if (devid_slice_equal(row->key_digest, digest_slice(work))) {
        if (row->status == STORE_REVOKED || row->status == STORE_HELD)
            return fail(error, DEVCA_E_REVOKED, work->object, "RFC 5280 5.3",
                        "uid", "this device's certificate is %s",
                        row->status == STORE_HELD ? "on hold" : "revoked");
        /* One that has expired serves no device: there will be another. */
        if (row->not_after < work->now)
            return DEVCA_OK;
        work->outcome = ISSUE_ALREADY;
        store_row_clear(&work->existing.memory);
        work->existing = *row;
        row->memory = NULL;
        return DEVCA_OK;
    }
    if (row->status == STORE_ACTIVE)
        work->supersedes = row->id;
    return refuse_other_key(work, row, error);
}

enum devca_code issue_look(struct issue_work *work, struct store *store,
                           struct devca_error *error)
{
    const struct issue_context *context = work->context;
    struct store_certificate row = {0};
    int64_t device_id = 0;
    enum devca_code code;

    work->outcome = ISSUE_NEW;
    work->supersedes = 0;
    code = store_device_find(store, context->product.id,
                             bytes_slice(&work->uid), &device_id, error);
    work->device_id = device_id;
    if (code == DEVCA_OK) {
        code = store_certificate_current(store, device_id,
                                         profile_name(context->policy.profile),
                                         &row, error);
        if (code == DEVCA_OK)
            code = look_at_current(work, &row, error);
        store_row_clear(&row.memory);
    }
    if (code != DEVCA_OK && code != DEVCA_E_NOT_FOUND)
        return code;
    if (work->outcome == ISSUE_ALREADY)
        return DEVCA_OK;
    return look_for_key(work, store, device_id, error);
}

void issue_foresee(const struct issue_work *work, struct store *store)
{
    int64_t id = 0;
    bool known = false;

    (void)store_key_is_known(store, digest_slice(work), &known, NULL);
    (void)store_device_find(store, work->context->product.id,
                            bytes_slice(&work->uid), &id, NULL);
}

enum devca_code issue_prepare(struct issue_work *work,
                              struct certifying *certifying,
                              struct devca_error *error)
{
    const struct issue_context *context = work->context;
    struct certify_request request = {0};

    request.policy = &context->policy;
    request.issuer = &context->issuer;
    request.signer = context->issuer.signer;
    request.key = &work->key;
    request.key_digest = work->key_digest;
    request.subject.uid = bytes_slice(&work->uid);
    memcpy(request.subject.own, work->own, sizeof work->own);
    product_subject(context->devca, context->product.name, &request.subject);
    request.subject.request =
        work->possessed.der.len > 0 ? &work->possessed.view : NULL;
    request.now = work->now;
    request.object = work->object;
    return certify_prepare(certifying, &request, error);
}

enum devca_code issue_certify(struct issue_work *work,
                              struct devca_error *error)
{
    struct certifying certifying = {0};
    enum devca_code code = issue_prepare(work, &certifying, error);

    if (code == DEVCA_OK)
        code = certify_sign(&certifying, &work->certified, error);
    if (code == DEVCA_OK)
        code = certify_check(&certifying, &work->certified, error);
    certifying_clear(&certifying);
    return code;
}

/* A superseded certificate stays on record and goes onto the CRL: its key must
 * not pass for the device any longer. */
static enum devca_code supersede(struct store *store,
                                 const struct issue_work *work,
                                 struct devca_error *error)
{
    struct store_revocation revocation = {0};
    struct act act = {.act = JOURNAL_REVOKE, .at = work->now};
    enum devca_code code;

    if (work->supersedes == 0)
        return DEVCA_OK;
    revocation.certificate_id = work->supersedes;
    revocation.reason = 4; /* superseded, RFC 5280 5.3.1 */
    revocation.revoked_at = work->now;
    code = store_revocation_put(store, &revocation, error);
    if (code == DEVCA_OK)
        code = store_certificate_set_status(store, work->supersedes,
                                            STORE_SUPERSEDED, error);
    act.certificate_id = work->supersedes;
    act_detail(&act, "reason", "superseded");
    if (code == DEVCA_OK)
        code = act_append(work->context->devca, &act, error);
    return code;
}

enum devca_code issue_check_again(const struct issue_context *context,
                                  struct devca_error *error)
{
    enum devca_code code =
        issuer_check_again(&context->issuer, context->devca->store, error);

    return code == DEVCA_OK ? owner_check_again(context->devca, error) : code;
}

static enum devca_code record_policy(const struct issue_context *context,
                                     struct policy *policy, struct store *store,
                                     devca_seconds at,
                                     struct devca_error *error)
{
    struct act act = {
        .act = JOURNAL_PROFILE, .at = at, .object = context->product.name};
    char digest[65];
    enum devca_code code =
        policy_agrees(policy, context->devca, store, &context->product, error);

    if (code == DEVCA_OK)
        code = policy_record(policy, store, context->product.id, error);
    hex_write((struct devid_slice){policy->digest, 32}, digest);
    act_detail(&act, "digest", digest);
    act_detail(&act, "profile", profile_name(policy->profile));
    return code == DEVCA_OK ? act_append(context->devca, &act, error) : code;
}

enum devca_code issue_record_policy(const struct issue_context *context,
                                    struct store *store, devca_seconds at,
                                    int64_t *id, struct devca_error *error)
{
    struct policy policy = context->policy; /* a view, but for its id */
    enum devca_code code = DEVCA_OK;

    if (policy.id == 0) {
        /* Somebody else may have recorded one of that name meanwhile. */
        code = policy_find(&policy, store, context->product.id,
                           profile_name(policy.profile), error);
        if (code == DEVCA_E_NOT_FOUND)
            code = record_policy(context, &policy, store, at, error);
    }
    *id = policy.id;
    return code;
}

static struct devid_slice text_slice(const char *text)
{
    return (struct devid_slice){(const uint8_t *)text, strlen(text)};
}

/* From memory, since a batch does this a million times; what the store gives
 * back for the row must be the same. */
static enum devca_code journal_issue(const struct issue_work *work,
                                     const struct store_certificate *row,
                                     int64_t id, struct devca_error *error)
{
    const struct issue_context *context = work->context;
    const struct journal_subject subject = {
        .fingerprint = {work->certified.fingerprint, 32},
        .serial = row->serial,
        .uid = bytes_slice(&work->uid),
        .issuer = text_slice(context->issuer.authority.name),
        .profile = text_slice(profile_name(context->policy.profile))};
    struct act act = {.act = JOURNAL_ISSUE,
                      .at = work->now,
                      .certificate_id = id,
                      .subject = &subject};

    return act_append(context->devca, &act, error);
}

/* issue_look() and a device to record under. Neither key nor UID is known of
 * most devices, which two statements tell. */
static enum devca_code find_place(struct issue_work *work, struct store *store,
                                  int64_t *device_id, struct devca_error *error)
{
    const struct issue_context *context = work->context;
    const struct store_device device = {context->product.id,
                                        bytes_slice(&work->uid), work->now};
    bool known;
    enum devca_code code;

    work->outcome = ISSUE_NEW;
    work->supersedes = 0;
    code = store_key_is_known(store, digest_slice(work), &known, error);
    if (code == DEVCA_OK && !known)
        code = store_device_add(store, &device, device_id, error);
    if (code != DEVCA_OK || (!known && *device_id != 0))
        return code;
    code = issue_look(work, store, error);
    *device_id = work->device_id;
    if (code != DEVCA_OK || work->outcome == ISSUE_ALREADY || *device_id != 0)
        return code;
    return store_device_add(store, &device, device_id, error);
}

enum devca_code issue_record(struct issue_work *work, struct store *store,
                             struct devca_error *error)
{
    const struct issue_context *context = work->context;
    struct store_certificate row;
    int64_t id, device_id = 0;
    enum devca_code code = find_place(work, store, &device_id, error);

    if (code != DEVCA_OK || work->outcome == ISSUE_ALREADY)
        return code;
    certified_row(&work->certified, &row);
    row.issuer_id = context->issuer.authority.id;
    row.device_id = device_id;
    code =
        issue_record_policy(context, store, work->now, &row.profile_id, error);
    if (code == DEVCA_OK)
        code = supersede(store, work, error);
    if (code == DEVCA_OK)
        code = store_certificate_put(store, &row, &id, error);
    return code == DEVCA_OK ? journal_issue(work, &row, id, error) : code;
}

enum devca_code issue_look_tried(struct issue_work *work, struct store *store,
                                 struct devca_error *error)
{
    static const struct store_certificate other = {.status = STORE_ACTIVE};
    struct store_trial trial = {.uid = bytes_slice(&work->uid),
                                .key_digest = digest_slice(work)};
    enum devca_code code = issue_look(work, store, error);

    if (code != DEVCA_OK || work->outcome == ISSUE_ALREADY)
        return code;
    code = store_trial_find(store, &trial, error);
    if (code != DEVCA_OK)
        return code;
    if (trial.same)
        work->outcome = ISSUE_ALREADY;
    else if (trial.uid_is_known)
        return refuse_other_key(work, &other, error);
    else if (trial.key_is_known)
        return refuse_used_key(work, error);
    return DEVCA_OK;
}

enum devca_code issue_try(struct issue_work *work, struct store *store,
                          struct devca_error *error)
{
    const struct store_trial trial = {.uid = bytes_slice(&work->uid),
                                      .key_digest = digest_slice(work)};
    enum devca_code code = issue_look_tried(work, store, error);

    if (code != DEVCA_OK || work->outcome == ISSUE_ALREADY)
        return code;
    return store_trial_put(store, &trial, error);
}
