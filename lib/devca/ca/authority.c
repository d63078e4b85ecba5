#include "devca/ca/authority.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/text.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"
#include "devid/codec/der.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static enum devca_code make_key(struct devca *devca,
                                const struct authority_key_request *request,
                                enum devid_curve curve,
                                struct authority_key *key,
                                struct devca_error *error)
{
    struct handle_key_request wanted = {request->uri, curve,
                                        request->rehearsal};
    enum devca_code code;

    code = handle_create_key(devca, &wanted, &key->signer, &key->uri, error);
    key->on_token = code == DEVCA_OK;
    return code;
}

/* One that was made before, by a ceremony of its own. */
static enum devca_code take_key(struct devca *devca,
                                const struct authority_key_request *request,
                                struct authority_key *key,
                                struct devca_error *error)
{
    enum devid_curve curve;
    enum devca_code code;

    if (!bytes_append_text(&key->uri, request->uri))
        return fail_memory(error);
    code = handle_open_key(devca, request->uri, &key->signer, error);
    if (code == DEVCA_OK && request->type)
        code = input_key_type(request->type, &curve, error);
    if (code == DEVCA_OK && request->type &&
        signer_public_key(key->signer)->curve != curve)
        code = fail(error, DEVCA_E_KEY, "--key-type", NULL, "key",
                    "the key on the token is %s",
                    input_key_type_name(signer_public_key(key->signer)->curve));
    return code;
}

enum devca_code authority_key_make(struct devca *devca,
                                   const struct authority_key_request *request,
                                   struct authority_key *key,
                                   struct devca_error *error)
{
    enum devid_curve curve;
    enum devca_code code = input_key_type(request->type, &curve, error);

    if (code != DEVCA_OK)
        return code;
    if (!request->uri && request->existing)
        return fail(error, DEVCA_E_USAGE, "--existing-key", NULL, NULL,
                    "needs --key-uri to say which key");
    if (!request->uri)
        return signer_generate(&key->signer, curve, error);
    return request->existing ? take_key(devca, request, key, error)
                             : make_key(devca, request, curve, key, error);
}

/* "keys/STEM-0a1b2c3d.pem": a second try never meets the file of a first one
 * that a power cut left behind. */
static enum devca_code name_file(struct devca *devca,
                                 const struct authority_key_request *request,
                                 struct authority_key *key,
                                 struct devca_error *error)
{
    uint8_t digest[32];
    char name[128], tag[9];

    key_digest(signer_public_key(key->signer), digest);
    hex_write((struct devid_slice){digest, 4}, tag);
    snprintf(name, sizeof name, "keys/%s-%s.pem", request->stem, tag);
    if (!bytes_append_text(&key->uri, "file:") ||
        !bytes_append_text(&key->uri, name))
        return fail_memory(error);
    return handle_path(devca->folder, name, &key->path, error);
}

static enum devca_code new_passphrase(struct devca *devca,
                                      const struct bytes **secret,
                                      struct devca_error *error)
{
    enum devca_code code;

    code = handle_secret(&devca->passphrase, "new passphrase for the key", true,
                         secret, error);
    if (code == DEVCA_OK && !*secret && devca->settings.encrypted_keys) {
        fail(error, DEVCA_E_PASSPHRASE, devca->folder, NULL, "--passphrase",
             "this store keeps its keys encrypted and no passphrase was given");
        code = fail_hint(error, DEVCA_E_PASSPHRASE,
                         "--passphrase file:PATH, env:NAME, fd:N, stdin or "
                         "prompt");
    }
    return code;
}

enum devca_code authority_key_save(struct devca *devca,
                                   const struct authority_key_request *request,
                                   struct authority_key *key,
                                   struct devca_error *error)
{
    const struct bytes *secret;
    struct file_target target = {.mode = 0600, .own = true};
    struct bytes pem = {0};
    enum devca_code code;

    if (request->uri)
        return DEVCA_OK;
    code = new_passphrase(devca, &secret, error);
    if (code == DEVCA_OK)
        code = signer_export(key->signer, secret, &pem, error);
    if (code == DEVCA_OK)
        code = name_file(devca, request, key, error);
    if (code == DEVCA_OK) {
        target.path = (const char *)key->path.data;
        code = file_write(&target, bytes_slice(&pem), error);
        if (code != DEVCA_OK)
            bytes_clear(&key->path);
    }
    bytes_clear(&pem);
    return code;
}

void authority_key_keep(struct authority_key *key)
{
    bytes_clear(&key->path);
    key->on_token = false;
}

void authority_key_clear(struct authority_key *key)
{
    if (key->path.len > 0)
        (void)unlink((const char *)key->path.data);
    if (key->on_token)
        signer_discard(key->signer);
    else
        signer_close(key->signer);
    bytes_clear(&key->uri);
    bytes_clear(&key->path);
    memset(key, 0, sizeof *key);
}

enum devca_code authority_certify(struct store *store, int64_t id,
                                  const struct store_certificate *certificate,
                                  struct devca_error *error)
{
    int64_t certificate_id;
    enum devca_code code;

    code = store_certificate_put(store, certificate, &certificate_id, error);
    if (code == DEVCA_OK)
        code = store_authority_install(store, id, certificate_id, error);
    return code;
}

struct sharing {
    struct devid_slice public_key;
    const char *name;
    struct devca_error *error;
};

static enum devca_code refuse_same(const struct store_authority *other,
                                   void *context)
{
    const struct sharing *sharing = context;

    if (!devid_slice_equal(other->public_key, sharing->public_key))
        return DEVCA_OK;
    fail(sharing->error, DEVCA_E_KEY_IN_USE, sharing->name, "RFC 5280 4.2.1.2",
         "subjectKeyIdentifier", "its key is the key of %s already",
         other->name);
    return fail_hint(sharing->error, DEVCA_E_KEY_IN_USE,
                     "every CA has a key of its own");
}

/* Two CAs of one key could sign in each other's name. */
static enum devca_code refuse_shared(struct store *store,
                                     const struct authority_rows *rows,
                                     struct devca_error *error)
{
    struct sharing sharing = {rows->public_key, rows->name, error};

    return store_authority_list(store, refuse_same, &sharing, error);
}

enum devca_code authority_record(struct store *store,
                                 const struct authority_rows *rows, int64_t *id,
                                 struct devca_error *error)
{
    struct store_authority row = {0};
    struct store_certificate certificate;
    enum devca_code code = refuse_shared(store, rows, error);

    if (code == DEVCA_OK && rows->policy)
        code = policy_record(rows->policy, store, 0, error);
    row.kind = rows->kind;
    row.name = rows->name;
    row.key_uri = rows->key_uri;
    row.profile_id = rows->policy ? rows->policy->id : 0;
    row.subject = rows->subject;
    row.public_key = rows->public_key;
    row.key_id = rows->key_id;
    row.request = rows->request;
    row.created_at = rows->now;
    if (code == DEVCA_OK)
        code = store_authority_put(store, &row, id, error);
    if (code == DEVCA_OK && rows->certificate) {
        certificate = *rows->certificate;
        certificate.issuer_id = rows->issuer_id ? rows->issuer_id : *id;
        certificate.profile_id = row.profile_id;
        code = authority_certify(store, *id, &certificate, error);
    }
    return code;
}

void result_certificate(struct devca_result *result,
                        const struct devid_cert *certificate)
{
    uint8_t digest[32];

    digest_sha256(certificate->der, digest);
    result_name(result, "subject", certificate->subject);
    result_name(result, "issuer", certificate->issuer);
    result_hex(result, "serial", certificate->serial);
    result_time(result, "not_before",
                devca_time_unpack(certificate->not_before));
    result_time(result, "not_after", devca_time_unpack(certificate->not_after));
    result_text(result, "key_type",
                input_key_type_name((enum devid_curve)certificate->key_curve));
    result_hex(result, "fingerprint",
               (struct devid_slice){digest, sizeof digest});
}
