/*
 * How every function of libdevca says that something went wrong: an enum as its
 * result and, when the caller gave one, a struct devca_error filled in.
 */
#ifndef DEVCA_ERROR_H
#define DEVCA_ERROR_H

#include <devca/api.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Enumerator, stable text code, exit status of the command line. */
#define DEVCA_CODE_TABLE(X)                                                    \
    X(DEVCA_OK, "ok", 0)                                                       \
    /* a negative answer */                                                    \
    X(DEVCA_E_NOT_FOUND, "not-found", 1)                                       \
    X(DEVCA_E_REFUSED, "verify-refused", 1)                                    \
    X(DEVCA_E_FINDINGS, "findings", 1)                                         \
    /* usage */                                                                \
    X(DEVCA_E_USAGE, "usage", 2)                                               \
    /* refused by policy */                                                    \
    X(DEVCA_E_PROFILE, "profile-refused", 3)                                   \
    X(DEVCA_E_ALGORITHM, "algorithm-refused", 3)                               \
    X(DEVCA_E_UID_IN_USE, "uid-in-use", 3)                                     \
    X(DEVCA_E_KEY_IN_USE, "key-in-use", 3)                                     \
    X(DEVCA_E_EXISTS, "exists", 3)                                             \
    X(DEVCA_E_REVOKED, "revoked", 3)                                           \
    X(DEVCA_E_ISSUER_EXPIRED, "issuer-expired", 3)                             \
    X(DEVCA_E_CLOCK, "clock", 3)                                               \
    X(DEVCA_E_LINT, "lint-refused", 3)                                         \
    X(DEVCA_E_STATE, "state-refused", 3)                                       \
    X(DEVCA_E_QUOTA, "quota", 3)                                               \
    /* malformed input */                                                      \
    X(DEVCA_E_MALFORMED, "malformed", 4)                                       \
    X(DEVCA_E_UID, "uid-malformed", 4)                                         \
    X(DEVCA_E_POSSESSION, "possession", 4)                                     \
    X(DEVCA_E_KEY_POINT, "key-point", 4)                                       \
    X(DEVCA_E_PROFILE_INVALID, "profile-invalid", 4)                           \
    X(DEVCA_E_TOO_LARGE, "too-large", 4)                                       \
    X(DEVCA_E_MISMATCH, "mismatch", 4)                                         \
    /* store or file system */                                                 \
    X(DEVCA_E_STORE_MISSING, "store-missing", 5)                               \
    X(DEVCA_E_STORE_FOREIGN, "store-foreign", 5)                               \
    X(DEVCA_E_STORE_UNTRUSTED, "store-untrusted", 5)                           \
    X(DEVCA_E_STORE_NEWER, "store-newer", 5)                                   \
    X(DEVCA_E_STORE_CORRUPT, "store-corrupt", 5)                               \
    X(DEVCA_E_STORE_BUSY, "store-busy", 5)                                     \
    X(DEVCA_E_STORE_READ_ONLY, "store-read-only", 5)                           \
    X(DEVCA_E_STORE_FULL, "store-full", 5)                                     \
    X(DEVCA_E_STORE, "store", 5)                                               \
    X(DEVCA_E_FILE, "file", 5)                                                 \
    X(DEVCA_E_FILE_EXISTS, "file-exists", 5)                                   \
    X(DEVCA_E_NO_MEMORY, "no-memory", 5)                                       \
    X(DEVCA_E_INTERNAL, "internal", 5)                                         \
    /* key or token */                                                         \
    X(DEVCA_E_PASSPHRASE, "passphrase", 6)                                     \
    X(DEVCA_E_SECRET, "secret", 6)                                             \
    X(DEVCA_E_KEY, "key", 6)                                                   \
    X(DEVCA_E_KEY_MISSING, "key-missing", 6)                                   \
    X(DEVCA_E_RANDOM, "random", 6)                                             \
    X(DEVCA_E_TOKEN, "token", 6)                                               \
    X(DEVCA_E_TOKEN_MISSING, "token-missing", 6)                               \
    X(DEVCA_E_TOKEN_FULL, "token-full", 6)                                     \
    X(DEVCA_E_PIN, "pin", 6)                                                   \
    X(DEVCA_E_PIN_LOCKED, "pin-locked", 6)                                     \
    /* stopped by a signal between two steps, nothing lost */                  \
    X(DEVCA_E_INTERRUPTED, "interrupted", 7)

enum devca_code {
#define DEVCA_CODE_ENUM(name, text, exit) name,
    DEVCA_CODE_TABLE(DEVCA_CODE_ENUM)
#undef DEVCA_CODE_ENUM
};

/*
 * What went wrong, in the order in which the command line prints it:
 * object: clause: field: fault, and what to do on a second line. Strings are
 * NUL-terminated UTF-8, cut to fit, empty where there is nothing to say. No
 * secret ever stands in one.
 */
struct devca_error {
    enum devca_code code;
    char object[192]; /* the file, UID, product or store concerned */
    char clause[64];  /* "RFC 2986 4.1" */
    char field[128];  /* "subjectPKInfo", "/subject/0/value" */
    char fault[320];  /* "point is not on the curve" */
    char hint[320];   /* what to do next */
};

/* The stable code ("uid-in-use") and the exit status of a code. */
DEVCA_API const char *devca_code_text(enum devca_code code);
DEVCA_API int devca_code_exit(enum devca_code code);

#ifdef __cplusplus
}
#endif
#endif
