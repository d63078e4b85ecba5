#include "devca/ca/issuer.h"

#include "devca/base/fail.h"
#include "devca/ca/judge.h"
#include "devca/ca/result.h"

#include <string.h>

void issuer_clear(struct issuer *issuer)
{
    store_row_clear(&issuer->authority.memory);
    store_row_clear(&issuer->row.memory);
    store_row_clear(&issuer->root_row.memory);
    policy_clear(&issuer->policy);
    signer_close(issuer->signer);
    memset(issuer, 0, sizeof *issuer);
}

bool issuer_is_root(const struct issuer *issuer)
{
    return issuer->authority.kind == STORE_ROOT;
}

static enum devca_code load_certificate(struct devca *devca, int64_t id,
                                        struct store_certificate *row,
                                        struct devid_cert *certificate,
                                        struct devca_error *error)
{
    enum devca_code code = store_certificate_get(devca->store, id, row, error);

    if (code == DEVCA_OK && devid_cert_read(row->der, certificate) != DEVID_OK)
        code = fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, NULL,
                    "certificate.der",
                    "the certificate of an authority cannot be read");
    return code;
}

static enum devca_code load_root_row(struct devca *devca, struct issuer *issuer,
                                     struct devca_error *error)
{
    struct store_authority root = {0};
    enum devca_code code;

    if (issuer_is_root(issuer))
        return DEVCA_OK;
    code =
        store_authority_get(devca->store, issuer->row.issuer_id, &root, error);
    if (code == DEVCA_OK)
        code = load_certificate(devca, root.certificate_id, &issuer->root_row,
                                &issuer->root, error);
    store_row_clear(&root.memory);
    return code;
}

static enum devca_code load_parts(struct devca *devca, struct issuer *issuer,
                                  struct devca_error *error)
{
    enum devca_code code;

    if (issuer->authority.certificate_id == 0) {
        fail(error, DEVCA_E_STATE, issuer->authority.name, NULL, "certificate",
             "the CA waits for its certificate");
        return fail_hint(error, DEVCA_E_STATE,
                         "have the root sign its request, then: devca product "
                         "install %s CERT",
                         issuer->authority.name);
    }
    code = load_certificate(devca, issuer->authority.certificate_id,
                            &issuer->row, &issuer->certificate, error);
    if (code == DEVCA_OK)
        code = load_root_row(devca, issuer, error);
    if (code == DEVCA_OK && issuer->authority.profile_id != 0)
        code = policy_recorded(&issuer->policy, devca->store,
                               issuer->authority.profile_id, error);
    return code;
}

enum devca_code issuer_load(struct devca *devca, int64_t authority_id,
                            struct issuer *issuer, struct devca_error *error)
{
    enum devca_code code;

    code = store_authority_get(devca->store, authority_id, &issuer->authority,
                               error);
    return code == DEVCA_OK ? load_parts(devca, issuer, error) : code;
}

enum devca_code issuer_load_root(struct devca *devca, struct issuer *issuer,
                                 struct devca_error *error)
{
    enum devca_code code;

    code = store_authority_find(devca->store, STORE_ROOT, NULL,
                                &issuer->authority, error);
    if (code == DEVCA_E_NOT_FOUND) {
        fail(error, code, devca->folder, NULL, "root",
             "the store has no root CA");
        return fail_hint(error, code,
                         "make one with: devca root create --name CN; or keep "
                         "it elsewhere and use: devca product request NAME");
    }
    return code == DEVCA_OK ? load_parts(devca, issuer, error) : code;
}

static enum devca_code check_status(const struct issuer *issuer,
                                    enum store_status status,
                                    struct devca_error *error)
{
    if (status != STORE_REVOKED && status != STORE_HELD)
        return DEVCA_OK;
    return fail(error, DEVCA_E_REVOKED, issuer->authority.name, "RFC 5280 5.3",
                "certificate", "the CA's certificate is %s",
                status == STORE_HELD ? "on hold" : "revoked");
}

enum devca_code issuer_check_again(const struct issuer *issuer,
                                   struct store *store,
                                   struct devca_error *error)
{
    struct store_certificate row = {0};
    enum devca_code code =
        store_certificate_get(store, issuer->row.id, &row, error);

    if (code == DEVCA_OK)
        code = check_status(issuer, row.status, error);
    store_row_clear(&row.memory);
    return code;
}

enum devca_code issuer_check(const struct issuer *issuer, devca_seconds now,
                             struct devca_error *error)
{
    const char *name = issuer->authority.name;
    char text[DEVCA_TIME_TEXT];
    enum devca_code code = check_status(issuer, issuer->row.status, error);

    if (code != DEVCA_OK)
        return code;
    if (now > issuer->row.not_after) {
        devca_time_write(issuer->row.not_after, text);
        return fail(error, DEVCA_E_ISSUER_EXPIRED, name, "RFC 5280 4.1.2.5",
                    "notAfter", "the CA's certificate expired at %s", text);
    }
    if (now < issuer->row.not_before) {
        devca_time_write(issuer->row.not_before, text);
        fail(error, DEVCA_E_CLOCK, name, "RFC 5280 4.1.2.5", "notBefore",
             "the CA's certificate begins at %s, after this machine's clock",
             text);
        return fail_hint(error, DEVCA_E_CLOCK, "set the clock");
    }
    return DEVCA_OK;
}

enum devca_code issuer_unlock(struct devca *devca, struct issuer *issuer,
                              struct devca_error *error)
{
    const char *name = issuer->authority.name;
    struct devid_slice own;
    enum devca_code code;

    if (issuer->authority.key_uri[0] == '\0')
        return fail(error, DEVCA_E_KEY_MISSING, name, NULL, "key",
                    "the private key of this CA is not in this store");
    code = handle_open_key(devca, issuer->authority.key_uri, &issuer->signer,
                           error);
    if (code != DEVCA_OK)
        return code;
    own = public_key_slice(signer_public_key(issuer->signer));
    if (!devid_slice_equal(own, issuer->certificate.public_key))
        return fail(error, DEVCA_E_KEY, name, NULL, "key",
                    "the key at %s is not the one of the CA's certificate",
                    issuer->authority.key_uri);
    return DEVCA_OK;
}

/* Without a clock: each certificate's own verification looks at the time. */
enum devca_code issuer_verify(struct issuer *issuer, struct devca_error *error)
{
    struct devid_chain chain = {&issuer->row.der, 1};
    struct devid_policy policy = {.clock = DEVID_CLOCK_NONE};
    struct devid_anchor anchor;
    struct devid_anchors anchors = {&anchor, 1};
    enum devid_status status;

    if (issuer_is_root(issuer))
        return DEVCA_OK;
    issuer_anchor(issuer, &anchor);
    status = devid_issuer_verify(&chain, &anchors, &policy, &issuer->verified);
    if (status == DEVID_OK)
        return DEVCA_OK;
    return fail_devid(error, DEVCA_E_STORE_CORRUPT, issuer->authority.name,
                      "certificate", status);
}

void issuer_anchor(const struct issuer *issuer, struct devid_anchor *anchor)
{
    judge_anchor(issuer_is_root(issuer) ? &issuer->certificate : &issuer->root,
                 anchor);
}

void issuer_chain(const struct issuer *issuer, struct devca_result *result)
{
    result_add_chain(result, issuer->row.der);
    if (!issuer_is_root(issuer))
        result_add_chain(result, issuer->root_row.der);
}
