/*
 * product request: a product and its CA's key in this store, and the request
 * that an offline root signs. Only files pass between the two stores.
 */
#include "devca/ca/product.h"
#include "devca/ca/request.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

/* Rendered under its own key as issuer: only the subject is used. */
static enum devca_code render_subject(struct devca *devca,
                                      const struct product_work *work,
                                      struct bytes *subject,
                                      struct devca_error *error)
{
    const struct public_key *key = signer_public_key(work->key.signer);
    struct profile_subject who = {0};
    struct profile_fields fields = {0};
    uint8_t sha1[20], sha256[32], serial[1] = {1};
    enum devca_code code;

    product_subject(devca, work->request->name, &who);
    digest_sha1(public_key_slice(key), sha1);
    digest_sha256(public_key_slice(key), sha256);
    who.serial = (struct devid_slice){serial, sizeof serial};
    who.key_curve = key->curve;
    who.public_key = public_key_slice(key);
    who.key_sha1 = (struct devid_slice){sha1, sizeof sha1};
    who.key_sha256 = (struct devid_slice){sha256, sizeof sha256};
    who.issuer_key_id = who.key_sha1;
    who.issuer_not_after = DEVCA_NEVER;
    who.now = work->now;
    code = profile_render(work->ca.profile, &who, &fields, error);
    if (code == DEVCA_OK &&
        !bytes_append_slice(subject, bytes_slice(&fields.subject)))
        code = fail_memory(error);
    profile_fields_clear(&fields);
    return code;
}

static enum devca_code keep_request(struct devca *devca,
                                    struct product_work *work,
                                    const struct bytes *subject,
                                    const struct bytes *der,
                                    struct devca_error *error)
{
    const struct public_key *key = signer_public_key(work->key.signer);
    struct authority_rows rows = {0};
    uint8_t key_id[20];

    /* The certificate says what its key identifier is; until then, what most
     * say (RFC 5280, 4.2.1.2 (1)). */
    digest_sha1(public_key_slice(key), key_id);
    rows.subject = bytes_slice(subject);
    rows.public_key = public_key_slice(key);
    rows.key_id = (struct devid_slice){key_id, sizeof key_id};
    rows.request = bytes_slice(der);
    return product_keep(devca, work, &rows, error);
}

static enum devca_code tell_request(const char *product, bool dry_run,
                                    struct devid_slice der,
                                    struct devca_result *result,
                                    struct devca_error *error)
{
    uint8_t digest[32];

    digest_sha256(der, digest);
    result_text(result, "product", product);
    result_text(result, "state", "requested");
    result_hex(result, "request_fingerprint",
               (struct devid_slice){digest, sizeof digest});
    result_boolean(result, "dry_run", dry_run);
    result->der = result_keep(result, der);
    return result_done(result, error);
}

/* The request of a product that still waits for its certificate. */
static enum devca_code again(struct devca *devca,
                             const struct devca_product_request *request,
                             struct devca_result *result,
                             struct devca_error *error)
{
    struct store_authority authority = {0};
    enum devca_code code;

    code = store_authority_find(devca->store, STORE_PRODUCT, request->name,
                                &authority, error);
    if (code == DEVCA_OK && authority.certificate_id != 0)
        code = fail(error, DEVCA_E_EXISTS, request->name, NULL, "product",
                    "has its certificate already; nothing was changed");
    if (code == DEVCA_OK)
        code = tell_request(request->name, request->dry_run, authority.request,
                            result, error);
    store_row_clear(&authority.memory);
    return code;
}

static enum devca_code make_request(struct devca *devca,
                                    const struct devca_product_request *request,
                                    struct devca_result *result,
                                    struct devca_error *error)
{
    struct product_work work = {.request = request};
    struct bytes subject = {0}, der = {0};
    enum devca_code code;

    code = product_prepare(devca, NULL, &work, error);
    if (code == DEVCA_OK)
        code = render_subject(devca, &work, &subject, error);
    if (code == DEVCA_OK)
        code =
            request_make(work.key.signer, bytes_slice(&subject), &der, error);
    if (code == DEVCA_OK && !request->dry_run)
        code = keep_request(devca, &work, &subject, &der, error);
    if (code == DEVCA_OK)
        code = tell_request(request->name, request->dry_run, bytes_slice(&der),
                            result, error);
    bytes_clear(&subject);
    bytes_clear(&der);
    product_clear(&work);
    return code;
}

enum devca_code
devca_product_request(struct devca *devca,
                      const struct devca_product_request *request,
                      struct devca_result *result, struct devca_error *error)
{
    enum devca_code code = again(devca, request, result, error);

    if (code == DEVCA_E_NOT_FOUND)
        code = make_request(devca, request, result, error);
    return code;
}
