/* EC keys on tokens: made there, never to leave. */
#include "devca/key/pkcs11_key.h"

#include "devca/base/fail.h"

#include <string.h>

#define ID_OCTETS 8

static const CK_OBJECT_CLASS classes[] = {CKO_PRIVATE_KEY, CKO_PUBLIC_KEY};

struct making {
    struct token_key *key;
    enum devid_curve curve;
};

static enum devca_code refuse_taken(const struct token_key *key,
                                    struct devca_error *error)
{
    (void)fail(error, DEVCA_E_EXISTS, (const char *)key->object.data,
               "RFC 7512 2.5", "object",
               "a key of this name is on the token already; nothing was "
               "changed");
    return fail_hint(error, DEVCA_E_EXISTS,
                     "another object= makes a new key; --existing-key uses "
                     "this one");
}

/* Neither the label nor the id may be another's. */
static enum devca_code refuse_second(struct token_key *key,
                                     struct pkcs11_session *session,
                                     CK_OBJECT_CLASS class,
                                     struct devca_error *error)
{
    static const CK_ATTRIBUTE_TYPE types[] = {CKA_LABEL, CKA_ID};
    static const enum pkcs11_attribute names[] = {PKCS11_OBJECT, PKCS11_ID};
    CK_ATTRIBUTE template[2];
    struct token_key_found found = {.count = 0};
    struct pkcs11_value *value;
    enum devca_code code = DEVCA_OK;
    size_t i;

    template[0] = token_key_attribute(CKA_CLASS, &class, sizeof class);
    for (i = 0; code == DEVCA_OK && found.count == 0 && i < 2; i++) {
        value = &key->uri.values[names[i]];
        template[1] = token_key_attribute(types[i], value->octets, value->len);
        code = token_key_search(session, template, 2, &found, error);
    }
    return code == DEVCA_OK && found.count > 0 ? refuse_taken(key, error)
                                               : code;
}

static enum devca_code look(struct pkcs11_session *session, void *context,
                            struct devca_error *error)
{
    const struct making *making = context;
    enum devca_code code =
        refuse_second(making->key, session, CKO_PRIVATE_KEY, error);

    return code == DEVCA_OK
               ? refuse_second(making->key, session, CKO_PUBLIC_KEY, error)
               : code;
}

static enum devca_code destroy(struct pkcs11_session *session, void *context,
                               struct devca_error *error)
{
    struct token_key *key = context;
    struct token_key_found found;
    enum devca_code code = DEVCA_OK;
    CK_ULONG i, j;

    for (i = 0; code == DEVCA_OK && i < 2; i++) {
        code = token_key_search_class(key, session, classes[i], &found, error);
        for (j = 0; code == DEVCA_OK && j < found.count; j++)
            code = pkcs11_check(session, "C_DestroyObject",
                                session->functions->C_DestroyObject(
                                    session->handle, found.handles[j]),
                                error);
    }
    return code;
}

/* A token that takes the template and does otherwise is no custody. */
static enum devca_code check_custody(struct token_key *key,
                                     struct pkcs11_session *session,
                                     CK_OBJECT_HANDLE private,
                                     struct devca_error *error)
{
    if (token_key_is(session, private, CKA_SENSITIVE) &&
        !token_key_is(session, private, CKA_EXTRACTABLE))
        return DEVCA_OK;
    return fail(error, DEVCA_E_TOKEN, (const char *)key->object.data,
                "PKCS #11", "CKA_EXTRACTABLE",
                "the token made a key that can leave it");
}

static enum devca_code generate(struct pkcs11_session *session, void *context,
                                struct devca_error *error)
{
    struct making *making = context;
    struct token_key *key = making->key;
    const struct token_key_params *row =
        &token_key_params[making->curve == DEVID_P256 ? 0 : 1];
    struct pkcs11_value *label = &key->uri.values[PKCS11_OBJECT];
    struct pkcs11_value *id = &key->uri.values[PKCS11_ID];
    CK_MECHANISM mechanism = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_BBOOL lasting = key->lasting ? CK_TRUE : CK_FALSE;
    uint8_t oid[sizeof row->der];
    CK_ATTRIBUTE public[] = {
        token_key_attribute(CKA_TOKEN, &lasting, sizeof lasting),
        token_key_attribute(CKA_VERIFY, &yes, sizeof yes),
        token_key_attribute(CKA_EC_PARAMS, oid, row->len),
        token_key_attribute(CKA_LABEL, label->octets, label->len),
        token_key_attribute(CKA_ID, id->octets, id->len)};
    CK_ATTRIBUTE private[] = {
        token_key_attribute(CKA_TOKEN, &lasting, sizeof lasting),
        token_key_attribute(CKA_PRIVATE, &yes, sizeof yes),
        token_key_attribute(CKA_SENSITIVE, &yes, sizeof yes),
        token_key_attribute(CKA_EXTRACTABLE, &no, sizeof no),
        token_key_attribute(CKA_SIGN, &yes, sizeof yes),
        token_key_attribute(CKA_DECRYPT, &no, sizeof no),
        token_key_attribute(CKA_UNWRAP, &no, sizeof no),
        token_key_attribute(CKA_DERIVE, &no, sizeof no),
        token_key_attribute(CKA_LABEL, label->octets, label->len),
        token_key_attribute(CKA_ID, id->octets, id->len)};
    CK_OBJECT_HANDLE handles[2];
    CK_RV answer;
    enum devca_code code;

    memcpy(oid, row->der, row->len);
    answer = session->functions->C_GenerateKeyPair(
        session->handle, &mechanism, public, sizeof public / sizeof public[0],
        private, sizeof private / sizeof private[0], &handles[0], &handles[1]);
    code = pkcs11_check(session, "C_GenerateKeyPair", answer, error);
    if (code != DEVCA_OK)
        return code;
    code = check_custody(key, session, handles[1], error);
    if (code == DEVCA_OK)
        code = token_key_read_point(key, session, handles[0], error);
    if (code != DEVCA_OK)
        (void)destroy(session, key, NULL);
    return code;
}

/* By its own id a key is found again whatever else gets its label later. */
static enum devca_code name_key(struct token_key *key,
                                struct devca_error *error)
{
    const char *object = (const char *)key->object.data;
    uint8_t id[ID_OCTETS];
    enum devca_code code;

    if (!key->uri.values[PKCS11_OBJECT].given) {
        (void)fail(error, DEVCA_E_USAGE, object, "RFC 7512 2.3", "object",
                   "a new key needs a label");
        return fail_hint(error, DEVCA_E_USAGE, "add object=NAME to the URI");
    }
    if (key->uri.values[PKCS11_ID].given)
        return DEVCA_OK;
    code = random_octets(id, sizeof id, error);
    if (code == DEVCA_OK)
        pkcs11_uri_set(&key->uri, PKCS11_ID,
                       (struct devid_slice){id, sizeof id});
    return code;
}

enum devca_code token_key_make(struct token_key *key, enum devid_curve curve,
                               struct devca_error *error)
{
    struct making making = {key, curve};
    struct pkcs11_step step = {look, &making, (const char *)key->object.data,
                               false, false};
    enum devca_code code = name_key(key, error);

    if (code == DEVCA_OK)
        code = pkcs11_token_run(key->token, &step, error);
    if (code != DEVCA_OK)
        return code;
    /* Not a second time: the first may have made one before it was cut off. */
    step.act = generate;
    step.writing = key->lasting;
    step.once = true;
    return pkcs11_token_run(key->token, &step, error);
}

void token_key_unmake(struct token_key *key)
{
    struct pkcs11_step step = {destroy, key, (const char *)key->object.data,
                               true, false};

    (void)pkcs11_token_run(key->token, &step, NULL);
}
