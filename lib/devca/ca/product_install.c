/* product install: the offline root's answer comes home. */
#include "devca/ca/act.h"
#include "devca/ca/dn.h"
#include "devca/ca/input.h"
#include "devca/ca/judge.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <string.h>

struct install_work {
    const struct devca_product_install_request *request;
    struct store_product product;
    struct store_authority authority;
    struct policy policy; /* of the CA */
    struct policy device; /* of the product's devices */
    struct bytes der;     /* the CA's certificate */
    struct devid_cert view;
    struct bytes root_der;
    struct devid_cert root;
    struct issuer known_root; /* the store's, when it has one */
    bool root_known;
    devca_seconds now;
};

static void install_clear(struct install_work *work)
{
    store_row_clear(&work->product.memory);
    store_row_clear(&work->authority.memory);
    policy_clear(&work->policy);
    policy_clear(&work->device);
    bytes_clear(&work->der);
    bytes_clear(&work->root_der);
    issuer_clear(&work->known_root);
}

static enum devca_code load_product(struct devca *devca,
                                    struct install_work *work,
                                    struct devca_error *error)
{
    enum devca_code code;

    code = product_find(devca, work->request->name, &work->product, error);
    if (code == DEVCA_OK)
        code = store_authority_get(devca->store, work->product.authority_id,
                                   &work->authority, error);
    if (code == DEVCA_OK)
        code = policy_recorded(&work->policy, devca->store,
                               work->authority.profile_id, error);
    if (code == DEVCA_OK)
        code = policy_recorded(&work->device, devca->store,
                               work->product.device_profile_id, error);
    return code;
}

static enum devca_code read_answer(struct install_work *work,
                                   struct devca_error *error)
{
    struct input input = {work->request->certificate, work->request->object,
                          INPUT_CERTIFICATE};
    struct devid_slice rest = input.octets;
    enum devca_code code;

    code = input_next(&input, &rest, &work->der, error);
    if (code == DEVCA_E_NOT_FOUND)
        return fail(error, DEVCA_E_MALFORMED, input.object, "RFC 7468 2", NULL,
                    "holds no certificate");
    if (code == DEVCA_OK)
        code = input_certificate(bytes_slice(&work->der), input.object,
                                 &work->view, error);
    if (code != DEVCA_OK)
        return code;
    code = input_next(&input, &rest, &work->root_der, NULL);
    if (code == DEVCA_E_NOT_FOUND) {
        bytes_clear(&work->root_der);
        return DEVCA_OK;
    }
    if (code == DEVCA_E_NO_MEMORY)
        return fail_memory(error);
    if (code != DEVCA_OK)
        return fail(error, DEVCA_E_MALFORMED, input.object, "RFC 7468 2", "PEM",
                    "the second block is not a certificate");
    return DEVCA_OK;
}

/* A certificate that is one of ours already, or an answer to another
 * request. */
static enum devca_code check_answer(struct devca *devca,
                                    const struct install_work *work,
                                    struct devca_error *error)
{
    const char *object = work->request->object;
    struct store_certificate row = {0};
    enum devca_code code = DEVCA_OK;

    if (work->authority.certificate_id != 0) {
        code = store_certificate_get(
            devca->store, work->authority.certificate_id, &row, error);
        if (code == DEVCA_OK)
            code =
                fail(error, DEVCA_E_EXISTS, object, NULL, "certificate", "%s",
                     devid_slice_equal(row.der, bytes_slice(&work->der))
                         ? "this certificate is installed already"
                         : "the product's CA has another certificate");
        store_row_clear(&row.memory);
        return code;
    }
    if (!devid_slice_equal(work->view.public_key, work->authority.public_key))
        return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.1.2.7",
                    "subjectPublicKeyInfo",
                    "is not the key that product %s requested for",
                    work->request->name);
    if (!devid_slice_equal(work->view.subject, work->authority.subject))
        return fail(error, DEVCA_E_MISMATCH, object, "RFC 5280 4.1.2.6",
                    "subject", "is not the one that product %s requested",
                    work->request->name);
    return DEVCA_OK;
}

static enum devca_code missing_root(const struct install_work *work,
                                    struct devca_error *error)
{
    fail(error, DEVCA_E_MISMATCH, work->request->object, "RFC 5280 6.1.1 (d)",
         "root", "holds no root certificate and the store knows none");
    return fail_hint(error, DEVCA_E_MISMATCH,
                     "install the file that `devca root sign` wrote, or name "
                     "the root with --anchor");
}

static enum devca_code take_anchor(struct install_work *work,
                                   struct devca_error *error)
{
    struct input input = {work->request->anchor, "--anchor", INPUT_CERTIFICATE};
    struct bytes anchor = {0};
    enum devca_code code;

    /* An empty file is no anchor: it must not pass for none. */
    if (input.octets.data == NULL)
        return DEVCA_OK;
    code = input_read(&input, &anchor, error);
    if (code == DEVCA_OK && work->root_der.len > 0 &&
        !devid_slice_equal(bytes_slice(&anchor), bytes_slice(&work->root_der)))
        code = fail(error, DEVCA_E_MISMATCH, work->request->object,
                    "RFC 5280 6.1.1 (d)", "root",
                    "the root in the file is not the one given as anchor");
    if (code == DEVCA_OK && work->root_der.len == 0 &&
        !bytes_append_slice(&work->root_der, bytes_slice(&anchor)))
        code = fail_memory(error);
    bytes_clear(&anchor);
    return code;
}

/* From the file, the anchor or the store; all that are there must agree. */
static enum devca_code settle_root(struct devca *devca,
                                   struct install_work *work,
                                   struct devca_error *error)
{
    enum devca_code code = take_anchor(work, error);

    if (code != DEVCA_OK)
        return code;
    code = issuer_load_root(devca, &work->known_root, NULL);
    work->root_known = code == DEVCA_OK;
    if (code != DEVCA_OK && code != DEVCA_E_NOT_FOUND)
        return fail(error, code, devca->folder, NULL, "root",
                    "the store's root cannot be read");
    if (work->root_known && work->root_der.len == 0 &&
        !bytes_append_slice(&work->root_der, work->known_root.row.der))
        return fail_memory(error);
    if (work->root_der.len == 0)
        return missing_root(work, error);
    if (work->root_known && !devid_slice_equal(work->known_root.row.der,
                                               bytes_slice(&work->root_der)))
        return fail(error, DEVCA_E_MISMATCH, work->request->object,
                    "RFC 5280 6.1.1 (d)", "root",
                    "is not the root that this store knows");
    return input_certificate(bytes_slice(&work->root_der),
                             work->request->object, &work->root, error);
}

static enum devca_code check_chain(const struct install_work *work,
                                   struct devca_error *error)
{
    struct devid_slice der = bytes_slice(&work->der);
    struct devid_chain chain = {&der, 1};
    struct devid_anchor anchor;
    struct devid_anchors anchors = {&anchor, 1};
    struct devid_policy policy = {0};
    enum devid_status status;

    judge_anchor(&work->root, &anchor);
    policy.clock = DEVID_CLOCK_TIME;
    policy.time = devca_time_pack(work->now);
    policy.allow_ca_device = true;
    status = devid_verify_chain(&chain, &anchors, &policy, NULL);
    if (status != DEVID_OK)
        return fail_devid(error, DEVCA_E_MISMATCH, work->request->object,
                          "certificate", status);
    return profile_fits_issuer(work->device.profile, &work->view,
                               work->request->object, error);
}

static enum devca_code check_lints(const struct install_work *work,
                                   struct devca_error *error)
{
    struct lint_subject subject = {.kind = LINT_CERTIFICATE};
    struct profile_traits traits;

    profile_traits(work->policy.profile, &traits);
    subject.der = bytes_slice(&work->der);
    subject.traits = &traits;
    subject.issuer_subject = work->root.subject;
    subject.issuer_key_id = work->root.subject_key_id;
    subject.issuer_not_before = work->root.not_before;
    subject.issuer_not_after = work->root.not_after;
    return judge_lints(&subject, work->request->object, error);
}

/* digest keeps the digest of the key. */
static void certificate_row(const struct devid_cert *view, devca_seconds now,
                            uint8_t digest[32], struct store_certificate *row)
{
    memset(row, 0, sizeof *row);
    digest_sha256(view->spki, digest);
    row->serial = view->serial;
    row->key_digest = (struct devid_slice){digest, 32};
    row->key_type = view->key_curve;
    row->der = view->der;
    row->not_before = devca_time_unpack(view->not_before);
    row->not_after = devca_time_unpack(view->not_after);
    row->issued_at = now;
}

/* A root whose key is elsewhere: its name is its commonName. */
static enum devca_code record_root(struct devca *devca,
                                   const struct install_work *work, int64_t *id,
                                   struct devca_error *error)
{
    struct authority_rows rows = {0};
    struct store_certificate row;
    struct bytes name = {0};
    uint8_t digest[32];
    enum devca_code code = DEVCA_E_NO_MEMORY;

    certificate_row(&work->root, work->now, digest, &row);
    if (!dn_write(work->root.subject, &name))
        return fail_memory(error);
    rows.kind = STORE_ROOT;
    rows.name = (const char *)name.data;
    rows.key_uri = "";
    rows.subject = work->root.subject;
    rows.public_key = work->root.public_key;
    rows.key_id = work->root.subject_key_id;
    rows.certificate = &row;
    rows.now = work->now;
    code = authority_record(devca->store, &rows, id, error);
    bytes_clear(&name);
    return code;
}

static enum devca_code record(struct devca *devca, struct install_work *work,
                              struct devca_error *error)
{
    struct store_certificate row;
    uint8_t digest[32];
    int64_t root_id = work->known_root.authority.id;
    struct act act = {.act = JOURNAL_INSTALL, .at = work->now};
    struct act root = {.act = JOURNAL_INSTALL, .at = work->now};
    enum devca_code code;

    certificate_row(&work->view, work->now, digest, &row);
    act.object = work->request->name;
    code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK && !work->root_known)
        code = record_root(devca, work, &root_id, error);
    if (code == DEVCA_OK && !work->root_known)
        code = act_append_authority(devca, &root, root_id, error);
    row.issuer_id = root_id;
    row.profile_id = work->authority.profile_id;
    if (code == DEVCA_OK)
        code = authority_certify(devca->store, work->authority.id, &row, error);
    if (code == DEVCA_OK)
        code = store_authority_identify(devca->store, work->authority.id,
                                        work->view.subject_key_id, error);
    if (code == DEVCA_OK)
        code = act_append_authority(devca, &act, work->authority.id, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static enum devca_code tell(const struct install_work *work,
                            struct devca_result *result,
                            struct devca_error *error)
{
    uint8_t digest[32];

    digest_sha256(bytes_slice(&work->root_der), digest);
    result_text(result, "product", work->request->name);
    result_text(result, "state", "active");
    result_certificate(result, &work->view);
    result_hex(result, "root_fingerprint",
               (struct devid_slice){digest, sizeof digest});
    result_boolean(result, "root_is_new", !work->root_known);
    result_boolean(result, "dry_run", work->request->dry_run);
    result->der = result_keep(result, bytes_slice(&work->der));
    result_add_chain(result, bytes_slice(&work->root_der));
    return result_done(result, error);
}

enum devca_code
devca_product_install(struct devca *devca,
                      const struct devca_product_install_request *request,
                      struct devca_result *result, struct devca_error *error)
{
    struct install_work work = {.request = request};
    enum devca_code code;

    code = handle_now(&work.now, error);
    if (code == DEVCA_OK)
        code = load_product(devca, &work, error);
    if (code == DEVCA_OK)
        code = read_answer(&work, error);
    if (code == DEVCA_OK)
        code = check_answer(devca, &work, error);
    if (code == DEVCA_OK)
        code = settle_root(devca, &work, error);
    if (code == DEVCA_OK)
        code = judge_root(&work.root, request->object, error);
    if (code == DEVCA_OK)
        code = check_chain(&work, error);
    if (code == DEVCA_OK)
        code = check_lints(&work, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = record(devca, &work, error);
    if (code == DEVCA_OK)
        code = tell(&work, result, error);
    install_clear(&work);
    return code;
}
