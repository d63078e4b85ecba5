/* Keys on tokens, for the two files that find and make them. */
#ifndef DEVCA_KEY_PKCS11_KEY_H
#define DEVCA_KEY_PKCS11_KEY_H

#include "devca/key/backend.h"
#include "devca/key/crypto.h"
#include "devca/key/pkcs11_token.h"

#include <pthread.h>

/* Where it is in one connection to the token. */
struct token_key_place {
    uint64_t generation; /* of that connection */
    CK_OBJECT_HANDLE private;
    bool each_time; /* CKA_ALWAYS_AUTHENTICATE */
};

struct token_key {
    struct signer head;
    struct pkcs11_token *token;
    struct pkcs11_uri uri;
    struct bytes object; /* uri in short, for errors */
    bool lasting;        /* outlives this process */
    pthread_mutex_t mutex;
    struct token_key_place place; /* guarded by mutex */
};

/* Named curves as CKA_EC_PARAMS has them (RFC 5480, 2.1.1), by enum
 * devid_curve's order: P-256, P-384. */
struct token_key_params {
    enum devid_curve curve;
    CK_ULONG len;
    uint8_t der[10];
};
extern const struct token_key_params token_key_params[2];

/* Templates are not const in the standard's header; nothing is written through
 * those that search and make. */
CK_ATTRIBUTE token_key_attribute(CK_ATTRIBUTE_TYPE type, void *value,
                                 size_t len);

#define TOKEN_KEY_OBJECTS_MAX 16
struct token_key_found {
    CK_OBJECT_HANDLE handles[TOKEN_KEY_OBJECTS_MAX];
    CK_ULONG count;
};
enum devca_code token_key_search(struct pkcs11_session *session,
                                 CK_ATTRIBUTE *template, CK_ULONG len,
                                 struct token_key_found *found,
                                 struct devca_error *error);
/* Objects of a class by the URI's object and id. */
enum devca_code token_key_search_class(struct token_key *key,
                                       struct pkcs11_session *session,
                                       CK_OBJECT_CLASS class,
                                       struct token_key_found *found,
                                       struct devca_error *error);

/* Is a boolean attribute there and true? */
bool token_key_is(struct pkcs11_session *session, CK_OBJECT_HANDLE object,
                  CK_ATTRIBUTE_TYPE type);

/* Fills key->head.key from CKA_EC_PARAMS and CKA_EC_POINT of object. */
enum devca_code token_key_read_point(struct token_key *key,
                                     struct pkcs11_session *session,
                                     CK_OBJECT_HANDLE object,
                                     struct devca_error *error);

/*
 * Makes the pair that key->uri names (it gets an id when it has none) and
 * fills key->head.key. CKA_SENSITIVE, not CKA_EXTRACTABLE; on the token for
 * good when key->lasting. DEVCA_E_EXISTS when its label or id is taken.
 */
enum devca_code token_key_make(struct token_key *key, enum devid_curve curve,
                               struct devca_error *error);
/* Takes the pair that was made off the token again, as far as it can. */
void token_key_unmake(struct token_key *key);

#endif
