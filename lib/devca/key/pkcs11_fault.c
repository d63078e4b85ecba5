#include "devca/key/pkcs11_fault.h"

#include "devca/base/fail.h"

#include <stddef.h>

struct row {
    CK_RV answer;
    bool lost;
    enum devca_code code;
    const char *name;
    const char *fault;
    const char *hint;
};

#define PLUG "plug it in or start its service, then run the same command again"
#define LOG "the token's or module's own log may say more"
#define PIN "give the PIN of this token's user: --pin file:PATH, env:NAME, ..."
#define CURVE_KEY "name a P-256 or P-384 key in object= or id="
#define CURVE "another --key-type, or another token"
#define UNLOCK                                                               \
    "its security officer unlocks it: softhsm2-util, pkcs11-tool --init-pin" \
    " or its maker's tool"

static const struct row rows[] = {
    {CKR_HOST_MEMORY, false, DEVCA_E_NO_MEMORY, "CKR_HOST_MEMORY",
     "the module has not enough memory",
     "end other programs, then run the same command again"},
    {CKR_SLOT_ID_INVALID, true, DEVCA_E_TOKEN_MISSING, "CKR_SLOT_ID_INVALID",
     "its slot is gone", PLUG},
    {CKR_GENERAL_ERROR, false, DEVCA_E_TOKEN, "CKR_GENERAL_ERROR",
     "the module gives up without saying why", LOG},
    {CKR_FUNCTION_FAILED, false, DEVCA_E_TOKEN, "CKR_FUNCTION_FAILED",
     "the token could not do it", LOG},
    {CKR_ARGUMENTS_BAD, false, DEVCA_E_TOKEN, "CKR_ARGUMENTS_BAD",
     "the module does not understand the call", LOG},
    {CKR_CANT_LOCK, false, DEVCA_E_TOKEN, "CKR_CANT_LOCK",
     "the module cannot serve several threads",
     "take a module that can, or put p11-kit's proxy before it"},
    {CKR_NEED_TO_CREATE_THREADS, false, DEVCA_E_TOKEN,
     "CKR_NEED_TO_CREATE_THREADS", "the module does not start", LOG},
    {CKR_ATTRIBUTE_READ_ONLY, false, DEVCA_E_TOKEN, "CKR_ATTRIBUTE_READ_ONLY",
     "makes no key with these attributes", LOG},
    {CKR_ATTRIBUTE_SENSITIVE, false, DEVCA_E_TOKEN, "CKR_ATTRIBUTE_SENSITIVE",
     "does not show its public key",
     "put the public key on the token beside the private one"},
    {CKR_ATTRIBUTE_TYPE_INVALID, false, DEVCA_E_TOKEN,
     "CKR_ATTRIBUTE_TYPE_INVALID", "has no such attribute",
     "put the public key on the token beside the private one"},
    {CKR_ATTRIBUTE_VALUE_INVALID, false, DEVCA_E_TOKEN,
     "CKR_ATTRIBUTE_VALUE_INVALID", "makes no key with these attributes",
     CURVE},
    {CKR_TEMPLATE_INCOMPLETE, false, DEVCA_E_TOKEN, "CKR_TEMPLATE_INCOMPLETE",
     "makes no key with these attributes", LOG},
    {CKR_TEMPLATE_INCONSISTENT, false, DEVCA_E_TOKEN,
     "CKR_TEMPLATE_INCONSISTENT", "makes no key with these attributes", LOG},
    {CKR_CURVE_NOT_SUPPORTED, false, DEVCA_E_TOKEN, "CKR_CURVE_NOT_SUPPORTED",
     "does not know this curve", CURVE},
    {CKR_DOMAIN_PARAMS_INVALID, false, DEVCA_E_TOKEN,
     "CKR_DOMAIN_PARAMS_INVALID", "does not know this curve", CURVE},
    {CKR_MECHANISM_INVALID, false, DEVCA_E_TOKEN, "CKR_MECHANISM_INVALID",
     "has no ECDSA", "take a token that makes and uses P-256 or P-384 keys"},
    {CKR_MECHANISM_PARAM_INVALID, false, DEVCA_E_TOKEN,
     "CKR_MECHANISM_PARAM_INVALID", "has no plain ECDSA",
     "take a token that makes and uses P-256 or P-384 keys"},
    {CKR_DEVICE_ERROR, true, DEVCA_E_TOKEN, "CKR_DEVICE_ERROR",
     "the token has a fault or does not answer", PLUG},
    {CKR_DEVICE_MEMORY, false, DEVCA_E_TOKEN_FULL, "CKR_DEVICE_MEMORY",
     "the token is full",
     "delete what is not needed from it (pkcs11-tool --list-objects), or take "
     "another token"},
    {CKR_DEVICE_REMOVED, true, DEVCA_E_TOKEN_MISSING, "CKR_DEVICE_REMOVED",
     "the token was pulled out", PLUG},
    {CKR_TOKEN_NOT_PRESENT, true, DEVCA_E_TOKEN_MISSING,
     "CKR_TOKEN_NOT_PRESENT", "there is no token in its slot", PLUG},
    {CKR_TOKEN_NOT_RECOGNIZED, true, DEVCA_E_TOKEN_MISSING,
     "CKR_TOKEN_NOT_RECOGNIZED", "the module does not know this token",
     "another ?module-path= may"},
    {CKR_TOKEN_WRITE_PROTECTED, false, DEVCA_E_TOKEN,
     "CKR_TOKEN_WRITE_PROTECTED", "the token cannot be written",
     "take its write protection off"},
    {CKR_SESSION_READ_ONLY, false, DEVCA_E_TOKEN, "CKR_SESSION_READ_ONLY",
     "the token cannot be written", "take its write protection off"},
    {CKR_SESSION_COUNT, false, DEVCA_E_TOKEN, "CKR_SESSION_COUNT",
     "the token has no session left for us",
     "end other programs that use it, or use fewer --jobs"},
    {CKR_SESSION_HANDLE_INVALID, true, DEVCA_E_TOKEN,
     "CKR_SESSION_HANDLE_INVALID", "the token was reset", PLUG},
    {CKR_SESSION_CLOSED, true, DEVCA_E_TOKEN, "CKR_SESSION_CLOSED",
     "the token was reset", PLUG},
    {CKR_CRYPTOKI_NOT_INITIALIZED, true, DEVCA_E_TOKEN,
     "CKR_CRYPTOKI_NOT_INITIALIZED", "the module was stopped",
     "run the same command again"},
    {CKR_USER_NOT_LOGGED_IN, true, DEVCA_E_PIN, "CKR_USER_NOT_LOGGED_IN",
     "the token wants its PIN", "--pin file:PATH, env:NAME, fd:N or prompt"},
    {CKR_KEY_HANDLE_INVALID, true, DEVCA_E_KEY_MISSING,
     "CKR_KEY_HANDLE_INVALID", "the key is not on the token any more", PLUG},
    {CKR_OBJECT_HANDLE_INVALID, true, DEVCA_E_KEY_MISSING,
     "CKR_OBJECT_HANDLE_INVALID", "the key is not on the token any more", PLUG},
    {CKR_PIN_INCORRECT, false, DEVCA_E_PIN, "CKR_PIN_INCORRECT",
     "the PIN is wrong", "was tried once; further wrong PINs lock the token"},
    {CKR_PIN_INVALID, false, DEVCA_E_PIN, "CKR_PIN_INVALID",
     "the PIN has characters that this token does not take", PIN},
    {CKR_PIN_LEN_RANGE, false, DEVCA_E_PIN, "CKR_PIN_LEN_RANGE",
     "the PIN is too short or too long for this token", PIN},
    {CKR_PIN_EXPIRED, false, DEVCA_E_PIN, "CKR_PIN_EXPIRED",
     "the PIN has expired", "set a new one: pkcs11-tool --change-pin"},
    {CKR_PIN_LOCKED, false, DEVCA_E_PIN_LOCKED, "CKR_PIN_LOCKED",
     "the PIN is locked after too many wrong ones", UNLOCK},
    {CKR_USER_PIN_NOT_INITIALIZED, false, DEVCA_E_PIN,
     "CKR_USER_PIN_NOT_INITIALIZED", "the token has no user PIN yet",
     "its security officer sets one: pkcs11-tool --init-pin"},
    {CKR_USER_ANOTHER_ALREADY_LOGGED_IN, false, DEVCA_E_TOKEN,
     "CKR_USER_ANOTHER_ALREADY_LOGGED_IN", "its security officer is logged in",
     "log the security officer out"},
    {CKR_USER_TOO_MANY_TYPES, false, DEVCA_E_TOKEN, "CKR_USER_TOO_MANY_TYPES",
     "others are logged in to it", "log them out"},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, false, DEVCA_E_KEY,
     "CKR_KEY_FUNCTION_NOT_PERMITTED", "the key may not sign",
     "CKA_SIGN must be true"},
    {CKR_KEY_TYPE_INCONSISTENT, false, DEVCA_E_KEY, "CKR_KEY_TYPE_INCONSISTENT",
     "the key is none for ECDSA", CURVE_KEY},
    {CKR_KEY_SIZE_RANGE, false, DEVCA_E_KEY, "CKR_KEY_SIZE_RANGE",
     "the token does not sign with keys of this size", CURVE},
    {CKR_DATA_LEN_RANGE, false, DEVCA_E_TOKEN, "CKR_DATA_LEN_RANGE",
     "the token does not take a hash of this length", CURVE},
    {CKR_FUNCTION_NOT_SUPPORTED, false, DEVCA_E_TOKEN,
     "CKR_FUNCTION_NOT_SUPPORTED", "the module cannot do this",
     "take a token that makes and uses P-256 or P-384 keys"},
    {CKR_FUNCTION_CANCELED, false, DEVCA_E_TOKEN, "CKR_FUNCTION_CANCELED",
     "it was cancelled at the token", "run the same command again"},
    {CKR_FUNCTION_REJECTED, false, DEVCA_E_TOKEN, "CKR_FUNCTION_REJECTED",
     "somebody refused it at the token",
     "run the same command again, and confirm it there"},
    {CKR_RANDOM_NO_RNG, false, DEVCA_E_RANDOM, "CKR_RANDOM_NO_RNG",
     "the token has no random generator", "take another token"},
};

static const struct row *find(CK_RV answer)
{
    size_t i;

    for (i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].answer == answer)
            return &rows[i];
    return NULL;
}

enum devca_code pkcs11_fail(struct devca_error *error, const char *object,
                            const char *doing, CK_RV answer)
{
    const struct row *row = find(answer);

    if (!row) {
        (void)fail(error, DEVCA_E_TOKEN, object, "PKCS #11", doing,
                   "the token answers with error 0x%08lx", answer);
        return fail_hint(error, DEVCA_E_TOKEN, "%s", LOG);
    }
    (void)fail(error, row->code, object, "PKCS #11", doing, "%s (%s)",
               row->fault, row->name);
    return fail_hint(error, row->code, "%s", row->hint);
}

bool pkcs11_is_lost(CK_RV answer)
{
    const struct row *row = find(answer);

    return row && row->lost;
}
