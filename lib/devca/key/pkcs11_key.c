/* EC keys on tokens: found and used. */
#include "devca/key/pkcs11_key.h"

#include "devca/base/fail.h"

#include <stdlib.h>
#include <string.h>

const struct token_key_params token_key_params[2] = {
    {DEVID_P256,
     10,
     {0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07}},
    {DEVID_P384, 7, {0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22}},
};

static size_t field_len(enum devid_curve curve)
{
    return curve == DEVID_P256 ? 32 : 48;
}

CK_ATTRIBUTE token_key_attribute(CK_ATTRIBUTE_TYPE type, void *value,
                                 size_t len)
{
    return (CK_ATTRIBUTE){type, value, len};
}

/* ---- finding ---- */

enum devca_code token_key_search(struct pkcs11_session *session,
                                 CK_ATTRIBUTE *template, CK_ULONG len,
                                 struct token_key_found *found,
                                 struct devca_error *error)
{
    CK_FUNCTION_LIST *functions = session->functions;
    CK_RV answer;

    found->count = 0;
    answer = functions->C_FindObjectsInit(session->handle, template, len);
    if (answer != CKR_OK)
        return pkcs11_check(session, "C_FindObjectsInit", answer, error);
    answer = functions->C_FindObjects(session->handle, found->handles,
                                      TOKEN_KEY_OBJECTS_MAX, &found->count);
    (void)functions->C_FindObjectsFinal(session->handle);
    return pkcs11_check(session, "C_FindObjects", answer, error);
}

enum devca_code token_key_search_class(struct token_key *key,
                                       struct pkcs11_session *session,
                                       CK_OBJECT_CLASS class,
                                       struct token_key_found *found,
                                       struct devca_error *error)
{
    struct pkcs11_value *label = &key->uri.values[PKCS11_OBJECT];
    struct pkcs11_value *id = &key->uri.values[PKCS11_ID];
    CK_ATTRIBUTE template[3];
    CK_ULONG len = 0;

    template[len++] = token_key_attribute(CKA_CLASS, &class, sizeof class);
    if (label->given)
        template[len++] =
            token_key_attribute(CKA_LABEL, label->octets, label->len);
    if (id->given)
        template[len++] = token_key_attribute(CKA_ID, id->octets, id->len);
    return token_key_search(session, template, len, found, error);
}

static enum devca_code exactly_one(const struct token_key *key,
                                   const struct token_key_found *found,
                                   struct devca_error *error)
{
    const char *object = (const char *)key->object.data;

    if (found->count == 1)
        return DEVCA_OK;
    if (found->count == 0) {
        (void)fail(error, DEVCA_E_KEY_MISSING, object, "RFC 7512 2.5", "object",
                   "no private key on the token is this one");
        return fail_hint(error, DEVCA_E_KEY_MISSING,
                         "pkcs11-tool --module PATH --login --list-objects "
                         "names those that are there");
    }
    (void)fail(error, DEVCA_E_KEY, object, "RFC 7512 2.5", "object",
               "%lu private keys on the token match", found->count);
    return fail_hint(error, DEVCA_E_KEY, "add id=%%XX... to the URI");
}

bool token_key_is(struct pkcs11_session *session, CK_OBJECT_HANDLE object,
                  CK_ATTRIBUTE_TYPE type)
{
    CK_BBOOL value = CK_FALSE;
    CK_ATTRIBUTE one = token_key_attribute(type, &value, sizeof value);

    return session->functions->C_GetAttributeValue(session->handle, object,
                                                   &one, 1) == CKR_OK &&
           value == CK_TRUE;
}

/* The handle that is good in this session. */
static enum devca_code locate(struct token_key *key,
                              struct pkcs11_session *session,
                              struct token_key_place *place,
                              struct devca_error *error)
{
    struct token_key_found found;
    enum devca_code code = DEVCA_OK;

    (void)pthread_mutex_lock(&key->mutex);
    if (key->place.generation != session->generation) {
        code = token_key_search_class(key, session, CKO_PRIVATE_KEY, &found,
                                      error);
        if (code == DEVCA_OK)
            code = exactly_one(key, &found, error);
        if (code == DEVCA_OK) {
            key->place.private = found.handles[0];
            key->place.each_time = token_key_is(session, found.handles[0],
                                                CKA_ALWAYS_AUTHENTICATE);
            key->place.generation = session->generation;
        }
    }
    *place = key->place;
    (void)pthread_mutex_unlock(&key->mutex);
    return code;
}

/* ---- the public key ---- */

static enum devca_code read_curve(struct token_key *key,
                                  struct pkcs11_session *session,
                                  CK_OBJECT_HANDLE object,
                                  enum devid_curve *curve,
                                  struct devca_error *error)
{
    uint8_t value[64];
    CK_ATTRIBUTE one = token_key_attribute(CKA_EC_PARAMS, value, sizeof value);
    CK_RV answer;
    size_t i;

    answer = session->functions->C_GetAttributeValue(session->handle, object,
                                                     &one, 1);
    for (i = 0; answer == CKR_OK && i < 2; i++)
        if (one.ulValueLen == token_key_params[i].len &&
            memcmp(value, token_key_params[i].der, token_key_params[i].len) ==
                0) {
            *curve = token_key_params[i].curve;
            return DEVCA_OK;
        }
    if (answer != CKR_OK)
        return pkcs11_check(session, "CKA_EC_PARAMS", answer, error);
    return fail(error, DEVCA_E_KEY, (const char *)key->object.data, "RFC 5480",
                "CKA_EC_PARAMS", "is no P-256 or P-384 key");
}

/* CKA_EC_POINT is an OCTET STRING around the point; some modules leave the
 * wrapping away. Their lengths tell them apart. */
static struct devid_slice unwrap(enum devid_curve curve, const uint8_t *value,
                                 size_t len)
{
    size_t point = 1 + 2 * field_len(curve);

    if (len == point + 2 && value[0] == 0x04 && value[1] == point)
        return (struct devid_slice){value + 2, point};
    return (struct devid_slice){value, len};
}

enum devca_code token_key_read_point(struct token_key *key,
                                     struct pkcs11_session *session,
                                     CK_OBJECT_HANDLE object,
                                     struct devca_error *error)
{
    uint8_t value[DEVID_MAX_POINT + 16];
    CK_ATTRIBUTE one = token_key_attribute(CKA_EC_POINT, value, sizeof value);
    enum devid_curve curve = DEVID_P256;
    enum devca_code code = read_curve(key, session, object, &curve, error);
    CK_RV answer;

    if (code != DEVCA_OK)
        return code;
    answer = session->functions->C_GetAttributeValue(session->handle, object,
                                                     &one, 1);
    if (answer != CKR_OK)
        return pkcs11_check(session, "CKA_EC_POINT", answer, error);
    return public_key_read(&key->head.key, curve,
                           unwrap(curve, value, one.ulValueLen),
                           (const char *)key->object.data, error);
}

/* Beside the private key under the same CKA_ID, which the URI need not name;
 * else the private key may have the point itself. */
static enum devca_code find_point(struct token_key *key,
                                  struct pkcs11_session *session,
                                  CK_OBJECT_HANDLE private,
                                  struct devca_error *error)
{
    CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
    uint8_t id[PKCS11_VALUE_MAX];
    CK_ATTRIBUTE template[2] = {
        token_key_attribute(CKA_CLASS, &class, sizeof class),
        token_key_attribute(CKA_ID, id, sizeof id)};
    struct token_key_found found = {.count = 0};
    enum devca_code code = DEVCA_OK;

    if (session->functions->C_GetAttributeValue(session->handle, private,
                                                &template[1], 1) == CKR_OK &&
        template[1].ulValueLen > 0 && template[1].ulValueLen <= sizeof id)
        code = token_key_search(session, template, 2, &found, error);
    if (code == DEVCA_OK && found.count == 0)
        code =
            token_key_search_class(key, session, CKO_PUBLIC_KEY, &found, error);
    if (code != DEVCA_OK)
        return code;
    return token_key_read_point(
        key, session, found.count ? found.handles[0] : private, error);
}

static enum devca_code inspect(struct pkcs11_session *session, void *context,
                               struct devca_error *error)
{
    struct token_key *key = context;
    struct token_key_place place;
    enum devca_code code = locate(key, session, &place, error);

    return code == DEVCA_OK ? find_point(key, session, place.private, error)
                            : code;
}

/* ---- signing ---- */

struct signing {
    struct token_key *key;
    const uint8_t *hash;
    uint8_t *raw;
};

/* Both halves right-aligned, should a token have dropped leading zeros. */
static enum devca_code take_raw(const struct signing *signing,
                                const uint8_t *value, CK_ULONG len,
                                struct devca_error *error)
{
    size_t field = field_len(signing->key->head.key.curve);
    size_t half = len / 2;

    if (len % 2 != 0 || half == 0 || half > field)
        return fail(error, DEVCA_E_TOKEN,
                    (const char *)signing->key->object.data, "PKCS #11",
                    "C_Sign", "gives a signature of %lu octets", len);
    memset(signing->raw, 0, 2 * field);
    memcpy(signing->raw + field - half, value, half);
    memcpy(signing->raw + 2 * field - half, value + half, half);
    return DEVCA_OK;
}

static enum devca_code sign(struct pkcs11_session *session, void *context,
                            struct devca_error *error)
{
    const struct signing *signing = context;
    CK_FUNCTION_LIST *functions = session->functions;
    CK_ULONG field = field_len(signing->key->head.key.curve);
    CK_MECHANISM mechanism = {CKM_ECDSA, NULL, 0};
    uint8_t hash[DEVID_MAX_HASH], value[2 * DEVID_MAX_FIELD];
    CK_ULONG len = sizeof value;
    struct token_key_place place;
    enum devca_code code = locate(signing->key, session, &place, error);

    if (code != DEVCA_OK)
        return code;
    memcpy(hash, signing->hash, field);
    code = pkcs11_check(
        session, "C_SignInit",
        functions->C_SignInit(session->handle, &mechanism, place.private),
        error);
    if (code == DEVCA_OK && place.each_time)
        code = pkcs11_login_again(session, error);
    if (code == DEVCA_OK)
        code = pkcs11_check(
            session, "C_Sign",
            functions->C_Sign(session->handle, hash, field, value, &len),
            error);
    return code == DEVCA_OK ? take_raw(signing, value, len, error) : code;
}

/* Finding the key again after a reset changes what is remembered of it. */
static struct token_key *own(const struct signer *signer)
{
    union {
        const struct signer *given;
        struct token_key *own;
    } key = {signer};

    return key.own;
}

static enum devca_code token_key_sign(const struct signer *signer,
                                      const uint8_t *hash, uint8_t *raw,
                                      struct devca_error *error)
{
    struct token_key *key = own(signer);
    struct signing signing = {key, hash, raw};
    struct pkcs11_step step = {sign, &signing, (const char *)key->object.data,
                               false, false};

    return pkcs11_token_run(key->token, &step, error);
}

/* ---- the backend ---- */

static void token_key_close(struct signer *signer)
{
    struct token_key *key = (struct token_key *)signer;

    if (key->token)
        pkcs11_token_close(key->token);
    bytes_clear(&key->object);
    (void)pthread_mutex_destroy(&key->mutex);
    free(key);
}

static void token_key_discard(struct signer *signer)
{
    struct token_key *key = (struct token_key *)signer;

    if (key->lasting)
        token_key_unmake(key);
    token_key_close(signer);
}

struct looking {
    struct token_key *key;
    struct signer_custody *custody;
};

static enum devca_code look(struct pkcs11_session *session, void *context,
                            struct devca_error *error)
{
    const struct looking *looking = context;
    struct token_key_place place;
    enum devca_code code = locate(looking->key, session, &place, error);

    if (code == DEVCA_OK)
        looking->custody->exportable =
            !token_key_is(session, place.private, CKA_SENSITIVE) ||
            token_key_is(session, place.private, CKA_EXTRACTABLE);
    return code;
}

static enum devca_code token_key_custody(const struct signer *signer,
                                         struct signer_custody *custody,
                                         struct devca_error *error)
{
    struct token_key *key = own(signer);
    struct looking looking = {key, custody};
    struct pkcs11_step step = {look, &looking, (const char *)key->object.data,
                               false, false};

    pkcs11_token_label(key->token, custody->token);
    return pkcs11_token_run(key->token, &step, error);
}

static const struct key_backend backend = {token_key_sign,  NULL,
                                           token_key_close, token_key_discard,
                                           false,           token_key_custody};

static enum devca_code key_new(struct token_key **key, const char *uri,
                               struct devca_error *error)
{
    struct token_key *new = calloc(1, sizeof *new);
    enum devca_code code;

    *key = NULL;
    if (!new)
        return fail_memory(error);
    new->head.backend = &backend;
    new->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    code = pkcs11_uri_read(&new->uri, uri, error);
    if (code == DEVCA_OK && !pkcs11_uri_write(&new->uri, false, &new->object))
        code = fail_memory(error);
    if (code != DEVCA_OK) {
        token_key_close(&new->head);
        return code;
    }
    *key = new;
    return DEVCA_OK;
}

static enum devca_code key_connect(struct token_key *key,
                                   const struct bytes *pin,
                                   struct devca_error *error)
{
    struct pkcs11_place place = {&key->uri, pin,
                                 (const char *)key->object.data};

    return pkcs11_token_open(&key->token, &place, error);
}

enum devca_code token_key_open(struct signer **signer,
                               const struct signer_location *location,
                               struct devca_error *error)
{
    struct pkcs11_step step = {inspect, NULL, NULL, false, false};
    struct token_key *key;
    enum devca_code code = key_new(&key, location->uri, error);

    if (code == DEVCA_OK)
        code = key_connect(key, location->secret, error);
    if (code == DEVCA_OK) {
        step.context = key;
        step.object = (const char *)key->object.data;
        code = pkcs11_token_run(key->token, &step, error);
    }
    if (code == DEVCA_OK)
        *signer = &key->head;
    else if (key)
        token_key_close(&key->head);
    return code;
}

enum devca_code token_key_create(struct signer **signer,
                                 const struct signer_creation *creation,
                                 struct devca_error *error)
{
    struct token_key *key;
    enum devca_code code = key_new(&key, creation->location->uri, error);

    if (code == DEVCA_OK) {
        key->lasting = creation->lasting;
        code = key_connect(key, creation->location->secret, error);
    }
    if (code == DEVCA_OK)
        code = token_key_make(key, creation->curve, error);
    if (code == DEVCA_OK && !pkcs11_uri_write(&key->uri, true, creation->uri))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        *signer = &key->head;
    else if (key)
        token_key_close(&key->head);
    return code;
}

enum devca_code token_key_needs_secret(const struct signer_location *location,
                                       bool *needed, struct devca_error *error)
{
    struct pkcs11_uri uri;

    *needed = true;
    return pkcs11_uri_read(&uri, location->uri, error);
}
