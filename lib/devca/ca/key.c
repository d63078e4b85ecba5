/* key list, show, test: the keys that this store uses. */
#include "devca/ca/handle.h"
#include "devca/ca/input.h"
#include "devca/ca/product.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/key/pkcs11_uri.h"
#include "devid/codec/der.h"

#include <devca/key.h>

#include <string.h>

static const char *place_of(const struct store_authority *authority)
{
    if (authority->key_uri[0] == '\0')
        return "elsewhere";
    return handle_is_token(authority->key_uri) ? "token" : "file";
}

static void tell(const struct store_authority *authority,
                 struct devca_result *result)
{
    result_text(result, "authority",
                authority->kind == STORE_ROOT ? "root" : "product");
    result_text(result, "name", authority->name);
    result_text(result, "place", place_of(authority));
    result_text(result, "key_type",
                input_key_type_name(
                    authority->public_key.len == 65 ? DEVID_P256 : DEVID_P384));
    result_hex(result, "key_id", authority->key_id);
    result_text(result, "key_uri", authority->key_uri);
}

struct keys {
    struct devca *devca;
    devca_record_each *each;
    void *context;
    struct devca_error *error; /* the first failure */
    enum devca_code failed;
};

static enum devca_code hand_out(const struct keys *keys,
                                struct devca_result *result)
{
    enum devca_code code = result_done(result, keys->error);

    if (code == DEVCA_OK)
        code = keys->each(&result->record, keys->context);
    devca_result_clear(result);
    return code;
}

static enum devca_code list_one(const struct store_authority *authority,
                                void *context)
{
    struct devca_result result = {0};

    tell(authority, &result);
    return hand_out(context, &result);
}

enum devca_code devca_key_list(struct devca *devca, devca_record_each *each,
                               void *context, struct devca_error *error)
{
    struct keys keys = {devca, each, context, error, DEVCA_OK};

    return store_authority_list(devca->store, list_one, &keys, error);
}

/* ---- one ---- */

static enum devca_code find(struct devca *devca,
                            const struct devca_key_request *request,
                            struct store_authority *authority,
                            struct devca_error *error)
{
    struct store_product product = {0};
    enum devca_code code;

    if (!request->product) {
        code = store_authority_find(devca->store, STORE_ROOT, NULL, authority,
                                    error);
        return code == DEVCA_E_NOT_FOUND
                   ? fail(error, code, devca->folder, NULL, "root",
                          "the store has no root CA")
                   : code;
    }
    code = product_find(devca, request->product, &product, error);
    if (code == DEVCA_OK)
        code = store_authority_get(devca->store, product.authority_id,
                                   authority, error);
    store_row_clear(&product.memory);
    return code;
}

static enum devca_code tell_token(const char *text, struct devca_result *result,
                                  struct devca_error *error)
{
    static const struct {
        const char *name;
        enum pkcs11_attribute attribute;
    } texts[] = {{"token", PKCS11_TOKEN},
                 {"token_serial", PKCS11_SERIAL},
                 {"object", PKCS11_OBJECT},
                 {"module", PKCS11_MODULE_PATH}};
    struct pkcs11_uri uri;
    enum devca_code code = pkcs11_uri_read(&uri, text, error);
    size_t i;

    if (code != DEVCA_OK)
        return code;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++)
        result_text(result, texts[i].name,
                    uri.values[texts[i].attribute].given
                        ? (const char *)uri.values[texts[i].attribute].octets
                        : NULL);
    result_hex(result, "id", pkcs11_uri_get(&uri, PKCS11_ID));
    return DEVCA_OK;
}

static enum devca_code tell_file(struct devca *devca, const char *uri,
                                 struct devca_result *result,
                                 struct devca_error *error)
{
    struct signer_location location = {uri, devca->folder, NULL};
    bool encrypted = false;
    enum devca_code code = signer_needs_secret(&location, &encrypted, error);

    if (code == DEVCA_OK)
        result_boolean(result, "encrypted", encrypted);
    return code;
}

enum devca_code devca_key_show(struct devca *devca,
                               const struct devca_key_request *request,
                               struct devca_result *result,
                               struct devca_error *error)
{
    struct store_authority authority = {0};
    enum devca_code code = find(devca, request, &authority, error);

    if (code == DEVCA_OK) {
        tell(&authority, result);
        if (handle_is_token(authority.key_uri))
            code = tell_token(authority.key_uri, result, error);
        else if (authority.key_uri[0] != '\0')
            code = tell_file(devca, authority.key_uri, result, error);
    }
    if (code == DEVCA_OK)
        code = result_done(result, error);
    store_row_clear(&authority.memory);
    return code;
}

/* ---- a trial ---- */

static enum devca_code sign_once(const struct signer *signer, const char *name,
                                 struct devca_error *error)
{
    uint8_t octets[32];
    struct devid_slice message = {octets, sizeof octets};
    struct signature signature;
    struct signed_octets made = {message, {NULL, 0}, name};
    enum devca_code code = random_octets(octets, sizeof octets, error);

    if (code == DEVCA_OK)
        code = signer_sign(signer, message, &signature, error);
    if (code != DEVCA_OK)
        return code;
    made.signature = (struct devid_slice){signature.der, signature.len};
    code = public_key_verify(signer_public_key(signer), &made, error);
    return code == DEVCA_OK ? code
                            : fail(error, DEVCA_E_KEY, name, "FIPS 186-4 6.4",
                                   "signature", "does not verify");
}

static enum devca_code try_key(struct devca *devca,
                               const struct store_authority *authority,
                               struct signer_custody *custody,
                               struct devca_error *error)
{
    const char *name = authority->name;
    struct signer *signer = NULL;
    enum devca_code code;

    if (authority->key_uri[0] == '\0')
        return fail(error, DEVCA_E_KEY_MISSING, name, NULL, "key",
                    "the private key of this CA is not in this store");
    code = handle_open_key(devca, authority->key_uri, &signer, error);
    if (code == DEVCA_OK &&
        !devid_slice_equal(public_key_slice(signer_public_key(signer)),
                           authority->public_key))
        code = fail(error, DEVCA_E_KEY, name, NULL, "key",
                    "the key at %s is not the one of the CA's certificate",
                    authority->key_uri);
    if (code == DEVCA_OK)
        code = sign_once(signer, name, error);
    if (code == DEVCA_OK)
        code = signer_custody(signer, custody, error);
    signer_close(signer);
    return code;
}

static enum devca_code test_one(const struct store_authority *authority,
                                void *context)
{
    struct keys *keys = context;
    struct devca_result result = {0};
    struct devca_error own = {0};
    struct signer_custody custody = {0};
    enum devca_code tried = try_key(keys->devca, authority, &custody, &own);
    enum devca_code code;

    tell(authority, &result);
    result_text(&result, "outcome",
                tried == DEVCA_OK ? "works" : devca_code_text(tried));
    result_text(&result, "token",
                custody.token[0] == '\0' ? NULL : custody.token);
    if (tried == DEVCA_OK)
        result_boolean(&result, "exportable", custody.exportable);
    else
        result_text(&result, "exportable", NULL);
    code = hand_out(keys, &result);
    if (tried != DEVCA_OK && keys->failed == DEVCA_OK) {
        keys->failed = tried;
        if (keys->error)
            *keys->error = own;
    }
    return code == DEVCA_OK && tried == DEVCA_E_INTERRUPTED ? tried : code;
}

static enum devca_code test_each(const struct store_authority *authority,
                                 void *context)
{
    return authority->key_uri[0] == '\0' ? DEVCA_OK
                                         : test_one(authority, context);
}

enum devca_code devca_key_test(struct devca *devca,
                               const struct devca_key_request *request,
                               devca_record_each *each, void *context,
                               struct devca_error *error)
{
    struct keys keys = {devca, each, context, error, DEVCA_OK};
    struct store_authority authority = {0};
    enum devca_code code;

    if (request->all) {
        code = store_authority_list(devca->store, test_each, &keys, error);
    } else {
        code = find(devca, request, &authority, error);
        if (code == DEVCA_OK)
            code = test_one(&authority, &keys);
    }
    store_row_clear(&authority.memory);
    return code == DEVCA_OK ? keys.failed : code;
}
