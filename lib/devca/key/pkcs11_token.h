/*
 * A token as its keys see it: logged in once for all of them, a session for
 * each thread that is at it, logged in anew and tried once more when the token
 * was reset, pulled out and put back, or the process forked.
 */
#ifndef DEVCA_KEY_PKCS11_TOKEN_H
#define DEVCA_KEY_PKCS11_TOKEN_H

#include "devca/key/pkcs11_module.h"

/* Shared by every key on it. Its members belong to pkcs11_token.c. */
struct pkcs11_token;

/*
 * The token that uri names, logged in by pin (NULL: none was given; a token
 * that asks for it on its own keypad is then let do so). The PIN is kept in
 * locked memory while the token is open, to log in again with. object: the key
 * concerned, for errors.
 * DEVCA_E_TOKEN_MISSING, DEVCA_E_PIN (needed, wrong), DEVCA_E_PIN_LOCKED,
 * DEVCA_E_TOKEN. After a PIN was refused it is not tried again by anybody who
 * shares the token, lest it be locked.
 */
struct pkcs11_place {
    const struct pkcs11_uri *uri;
    const struct bytes *pin;
    const char *object;
};
enum devca_code pkcs11_token_open(struct pkcs11_token **token,
                                  const struct pkcs11_place *place,
                                  struct devca_error *error);
/* With the last user the login ends and the PIN is wiped. */
void pkcs11_token_close(struct pkcs11_token *token);

/* Its label, without the padding, and a NUL. */
void pkcs11_token_label(const struct pkcs11_token *token, char label[33]);

/* What an act gets. generation changes whenever handles of objects are void. */
struct pkcs11_session {
    CK_FUNCTION_LIST *functions;
    CK_SESSION_HANDLE handle;
    uint64_t generation;
    const char *object;
    struct pkcs11_token *token;
    bool is_anchor; /* the one that keeps the login, lent for want of others */
    CK_RV answer;   /* the last that was not CKR_OK */
};

/* DEVCA_OK, or the error that answer is; doing: "C_Sign". */
enum devca_code pkcs11_check(struct pkcs11_session *session, const char *doing,
                             CK_RV answer, struct devca_error *error);

/* Logs in for one use of a key that wants it each time
 * (CKA_ALWAYS_AUTHENTICATE), after C_SignInit. */
enum devca_code pkcs11_login_again(struct pkcs11_session *session,
                                   struct devca_error *error);

/*
 * Runs act with a session that is its alone. When act fails by an answer that
 * says that the connection was lost, it is run a second time over a new one,
 * unless `once`. writing: in a session that may change the token.
 */
typedef enum devca_code pkcs11_act(struct pkcs11_session *session,
                                   void *context, struct devca_error *error);
struct pkcs11_step {
    pkcs11_act *act;
    void *context;
    const char *object;
    bool writing;
    bool once;
};
enum devca_code pkcs11_token_run(struct pkcs11_token *token,
                                 const struct pkcs11_step *step,
                                 struct devca_error *error);

#endif
