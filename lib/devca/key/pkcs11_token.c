#include "devca/key/pkcs11_token.h"

#include "devca/base/fail.h"
#include "devca/key/secret.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IDLE_MAX 64
#define PIN_MAX 1024

/* In locked memory. */
struct pin {
    size_t len;
    CK_UTF8CHAR octets[PIN_MAX];
};

/* pkcs11_lock() guards all of it. */
struct pkcs11_token {
    struct pkcs11_token *next;
    struct pkcs11_module *module;
    struct pkcs11_uri uri;
    struct pkcs11_slot slot;
    size_t users;
    struct pin *pin; /* NULL: none was given */
    pid_t pid;       /* of the process that is connected */
    bool connected;
    uint64_t generation;
    CK_SESSION_HANDLE
    anchor; /* logged in; with the last session it would end */
    bool anchor_lent;
    CK_SESSION_HANDLE idle[IDLE_MAX];
    size_t idle_count;
    size_t lent;
    enum devca_code refused; /* how the last login ended, unless well */
    struct devca_error refusal;
};

static struct pkcs11_token *tokens;

/* ---- the login ---- */

static enum devca_code need_pin(const char *object, struct devca_error *error)
{
    (void)fail(error, DEVCA_E_PIN, object, "PKCS #11", "PIN",
               "the token wants its PIN and none was given");
    return fail_hint(error, DEVCA_E_PIN,
                     "--pin file:PATH, env:NAME, fd:N, stdin or prompt");
}

static enum devca_code enter(struct pkcs11_token *token,
                             struct pkcs11_session *session, CK_USER_TYPE user,
                             struct devca_error *error)
{
    struct pin *pin = token->pin;
    CK_RV answer;

    if (!pin && !(token->slot.token.flags & CKF_PROTECTED_AUTHENTICATION_PATH))
        return need_pin(session->object, error);
    answer = session->functions->C_Login(
        session->handle, user, pin ? pin->octets : NULL, pin ? pin->len : 0);
    if (answer == CKR_USER_ALREADY_LOGGED_IN)
        return DEVCA_OK;
    return pkcs11_check(session, "C_Login", answer, error);
}

enum devca_code pkcs11_login_again(struct pkcs11_session *session,
                                   struct devca_error *error)
{
    return enter(session->token, session, CKU_CONTEXT_SPECIFIC, error);
}

/* A PIN that was refused once is not shown to the token again: ten threads of a
 * batch would lock it. */
static void remember(struct pkcs11_token *token, enum devca_code code,
                     const struct devca_error *refusal)
{
    if (code != DEVCA_E_PIN && code != DEVCA_E_PIN_LOCKED)
        return;
    token->refused = code;
    token->refusal = *refusal;
}

static enum devca_code warn_of_lock(struct pkcs11_token *token,
                                    const char *object,
                                    struct devca_error *error)
{
    if (!(token->slot.token.flags & CKF_USER_PIN_LOCKED))
        return DEVCA_OK;
    return pkcs11_fail(error, object, "C_GetTokenInfo", CKR_PIN_LOCKED);
}

static enum devca_code login(struct pkcs11_token *token,
                             struct pkcs11_session *session,
                             struct devca_error *error)
{
    struct devca_error own = {0};
    enum devca_code code;

    if (!(token->slot.token.flags & CKF_LOGIN_REQUIRED))
        return DEVCA_OK;
    code = warn_of_lock(token, session->object, &own);
    if (code == DEVCA_OK)
        code = enter(token, session, CKU_USER, &own);
    remember(token, code, &own);
    if (code == DEVCA_E_PIN &&
        (token->slot.token.flags & CKF_USER_PIN_FINAL_TRY))
        (void)fail_hint(&own, code, "the next wrong PIN locks the token");
    if (code != DEVCA_OK && error)
        *error = own;
    return code;
}

/* ---- sessions ---- */

enum devca_code pkcs11_check(struct pkcs11_session *session, const char *doing,
                             CK_RV answer, struct devca_error *error)
{
    if (answer == CKR_OK)
        return DEVCA_OK;
    session->answer = answer;
    return pkcs11_fail(error, session->object, doing, answer);
}

static enum devca_code open_session(struct pkcs11_token *token,
                                    struct pkcs11_session *session,
                                    bool writing, struct devca_error *error)
{
    CK_FLAGS flags = CKF_SERIAL_SESSION | (writing ? CKF_RW_SESSION : 0);
    CK_RV answer;

    session->functions = token->module->functions;
    answer = session->functions->C_OpenSession(token->slot.id, flags, NULL,
                                               NULL, &session->handle);
    return pkcs11_check(session, "C_OpenSession", answer, error);
}

static void close_session(struct pkcs11_token *token, CK_SESSION_HANDLE handle)
{
    (void)token->module->functions->C_CloseSession(handle);
}

/* After a fork the sessions are the parent's: they are not closed. */
static void disconnect(struct pkcs11_token *token)
{
    bool ours = token->pid == getpid();

    while (token->idle_count > 0) {
        token->idle_count--;
        if (ours)
            close_session(token, token->idle[token->idle_count]);
    }
    if (ours && token->connected)
        close_session(token, token->anchor);
    token->connected = false;
}

static enum devca_code connect(struct pkcs11_token *token,
                               struct pkcs11_session *session,
                               struct devca_error *error)
{
    enum devca_code code;

    disconnect(token);
    if (token->refused != DEVCA_OK) {
        if (error)
            *error = token->refusal;
        return token->refused;
    }
    code = pkcs11_module_start(token->module, error);
    if (code == DEVCA_OK)
        code = pkcs11_module_find(token->module, &token->uri, session->object,
                                  &token->slot, error);
    if (code == DEVCA_OK)
        code = open_session(token, session, false, error);
    if (code != DEVCA_OK)
        return code;
    code = login(token, session, error);
    if (code != DEVCA_OK) {
        close_session(token, session->handle);
        return code;
    }
    /* What a parent's threads had out does not come back to a child. */
    if (token->pid != getpid())
        token->lent = 0;
    token->anchor = session->handle;
    token->anchor_lent = false;
    token->pid = getpid();
    token->connected = true;
    token->generation++;
    return DEVCA_OK;
}

/* A token that was reset opens sessions as before, but nobody is logged in to
 * them, and they see no private key. */
static enum devca_code open_logged_in(struct pkcs11_token *token,
                                      struct pkcs11_session *session,
                                      bool writing, struct devca_error *error)
{
    CK_SESSION_INFO info;
    enum devca_code code = open_session(token, session, writing, error);

    if (code != DEVCA_OK || !(token->slot.token.flags & CKF_LOGIN_REQUIRED) ||
        session->functions->C_GetSessionInfo(session->handle, &info) !=
            CKR_OK ||
        info.state == CKS_RO_USER_FUNCTIONS ||
        info.state == CKS_RW_USER_FUNCTIONS)
        return code;
    close_session(token, session->handle);
    return pkcs11_check(session, "C_GetSessionInfo", CKR_USER_NOT_LOGGED_IN,
                        error);
}

/* A session for session->handle, connecting where nobody is. */
static enum devca_code find_session(struct pkcs11_token *token,
                                    struct pkcs11_session *session,
                                    bool writing, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (!token->connected || token->pid != getpid())
        code = connect(token, session, error);
    session->functions = token->module->functions;
    session->generation = token->generation;
    if (code != DEVCA_OK)
        return code;
    if (writing || token->idle_count == 0)
        return open_logged_in(token, session, writing, error);
    session->handle = token->idle[--token->idle_count];
    return DEVCA_OK;
}

/* Small tokens have few sessions: then those of ours that lie idle are closed,
 * the one that keeps the login is lent, or another thread's waited for. true:
 * to be tried again, unless session->answer is CKR_OK, which is a session had.
 */
static bool make_do(struct pkcs11_token *token, struct pkcs11_session *session,
                    bool writing)
{
    if (!token->connected)
        return false;
    session->answer = CKR_OK;
    if (token->idle_count > 0) {
        close_session(token, token->idle[--token->idle_count]);
    } else if (!writing && !token->anchor_lent) {
        session->handle = token->anchor;
        session->is_anchor = token->anchor_lent = true;
    } else if (token->lent > 0) {
        pkcs11_wait();
    } else {
        session->answer = CKR_SESSION_COUNT;
        return false;
    }
    return true;
}

static enum devca_code borrow(struct pkcs11_token *token,
                              const struct pkcs11_step *step,
                              struct pkcs11_session *session,
                              struct devca_error *error)
{
    enum devca_code code;

    memset(session, 0, sizeof *session);
    session->object = step->object;
    session->token = token;
    pkcs11_lock();
    do {
        code = find_session(token, session, step->writing, error);
    } while (session->answer == CKR_SESSION_COUNT &&
             make_do(token, session, step->writing) && !session->is_anchor);
    if (session->is_anchor)
        code = DEVCA_OK;
    if (code == DEVCA_OK)
        token->lent++;
    pkcs11_unlock();
    return code;
}

/* One that saw an error may be in the middle of an operation: it is not used
 * again. One of an earlier connection is not closed either: its number may be
 * another's by now. */
static void give_back(struct pkcs11_token *token,
                      const struct pkcs11_step *step,
                      const struct pkcs11_session *session)
{
    bool good = session->answer == CKR_OK;

    pkcs11_lock();
    token->lent--;
    if (session->generation == token->generation) {
        if (session->is_anchor)
            token->anchor_lent = false;
        if (session->is_anchor && !good && token->connected)
            disconnect(token);
        else if (!session->is_anchor && good && !step->writing &&
                 token->idle_count < IDLE_MAX)
            token->idle[token->idle_count++] = session->handle;
        else if (!session->is_anchor)
            close_session(token, session->handle);
    }
    pkcs11_wake();
    pkcs11_unlock();
}

/* Of several threads that see the same loss one connects anew. A module that
 * was stopped knows none of its sessions any more. */
static void lose(struct pkcs11_token *token,
                 const struct pkcs11_session *session)
{
    pkcs11_lock();
    if (session->answer == CKR_CRYPTOKI_NOT_INITIALIZED) {
        token->module->pid = 0;
        token->pid = 0;
    }
    if (token->connected && token->generation == session->generation)
        disconnect(token);
    pkcs11_unlock();
}

enum devca_code pkcs11_token_run(struct pkcs11_token *token,
                                 const struct pkcs11_step *step,
                                 struct devca_error *error)
{
    struct pkcs11_session session;
    enum devca_code code;
    int attempt;

    for (attempt = 0;; attempt++) {
        code = borrow(token, step, &session, error);
        if (code == DEVCA_OK) {
            code = step->act(&session, step->context, error);
            give_back(token, step, &session);
        }
        if (code == DEVCA_OK || !pkcs11_is_lost(session.answer))
            return code;
        lose(token, &session);
        if (attempt > 0 || step->once)
            return code;
    }
}

/* ---- opening ---- */

static enum devca_code keep_pin(struct pkcs11_token *token,
                                const struct bytes *pin,
                                struct devca_error *error)
{
    if (!pin)
        return DEVCA_OK;
    if (pin->len > PIN_MAX)
        return pkcs11_fail(error, NULL, "PIN", CKR_PIN_LEN_RANGE);
    token->pin = secret_alloc(sizeof *token->pin);
    if (!token->pin)
        return fail_memory(error);
    token->pin->len = pin->len;
    memcpy(token->pin->octets, pin->data, pin->len);
    return DEVCA_OK;
}

static void token_free(struct pkcs11_token *token)
{
    secret_free(token->pin, sizeof *token->pin);
    free(token);
}

static enum devca_code open_new(struct pkcs11_token **token,
                                struct pkcs11_module *module,
                                const struct pkcs11_place *place,
                                struct devca_error *error)
{
    struct pkcs11_session session = {.object = place->object};
    struct pkcs11_token *new = calloc(1, sizeof *new);
    enum devca_code code;

    if (!new)
        return fail_memory(error);
    new->module = module;
    new->uri = *place->uri;
    session.token = new;
    code = keep_pin(new, place->pin, error);
    if (code == DEVCA_OK)
        code = connect(new, &session, error);
    if (code != DEVCA_OK) {
        token_free(new);
        return code;
    }
    new->next = tokens;
    tokens = new;
    *token = new;
    return DEVCA_OK;
}

static enum devca_code share_or_open(struct pkcs11_token **token,
                                     struct pkcs11_module *module,
                                     const struct pkcs11_place *place,
                                     struct devca_error *error)
{
    struct pkcs11_token *one = tokens;
    struct pkcs11_slot slot;
    enum devca_code code;

    code = pkcs11_module_find(module, place->uri, place->object, &slot, error);
    if (code != DEVCA_OK)
        return code;
    while (one && (one->module != module || one->slot.id != slot.id ||
                   one->pid != getpid()))
        one = one->next;
    *token = one;
    return one ? DEVCA_OK : open_new(token, module, place, error);
}

enum devca_code pkcs11_token_open(struct pkcs11_token **token,
                                  const struct pkcs11_place *place,
                                  struct devca_error *error)
{
    const char *path =
        (const char *)place->uri->values[PKCS11_MODULE_PATH].octets;
    struct pkcs11_module *module;
    enum devca_code code;

    *token = NULL;
    if (!place->uri->values[PKCS11_MODULE_PATH].given) {
        (void)fail(error, DEVCA_E_USAGE, place->object, "RFC 7512 2.3",
                   "module-path", "the URI names no module");
        return fail_hint(error, DEVCA_E_USAGE,
                         "end it with ?module-path=/usr/lib/...so, the token's "
                         "PKCS #11 module");
    }
    pkcs11_lock();
    code = pkcs11_module_open(&module, path, error);
    if (code == DEVCA_OK) {
        code = share_or_open(token, module, place, error);
        if (code == DEVCA_OK)
            (*token)->users++;
        /* Each user of a token counts as one of its module. */
        else
            pkcs11_module_close(module);
    }
    pkcs11_unlock();
    return code;
}

void pkcs11_token_label(const struct pkcs11_token *token, char label[33])
{
    size_t len = sizeof token->slot.token.label;

    pkcs11_lock();
    memcpy(label, token->slot.token.label, len);
    pkcs11_unlock();
    while (len > 0 && label[len - 1] == ' ')
        len--;
    label[len] = '\0';
}

static void forget(struct pkcs11_token *token)
{
    struct pkcs11_token **link = &tokens;

    while (*link != token)
        link = &(*link)->next;
    *link = token->next;
}

void pkcs11_token_close(struct pkcs11_token *token)
{
    struct pkcs11_module *module = token->module;

    pkcs11_lock();
    if (--token->users == 0) {
        disconnect(token);
        forget(token);
        token_free(token);
    }
    pkcs11_module_close(module);
    pkcs11_unlock();
}
