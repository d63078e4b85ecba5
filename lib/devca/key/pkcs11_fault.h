/* What a module's CKR_* codes mean to whoever has to do something about it. */
#ifndef DEVCA_KEY_PKCS11_FAULT_H
#define DEVCA_KEY_PKCS11_FAULT_H

#include <devca/error.h>

#include <stdbool.h>

#include <p11-kit/pkcs11.h>

/* Fills *error for an answer that is not CKR_OK: object is the key or token
 * concerned, doing what was tried ("signing"). Gives the code back. */
enum devca_code pkcs11_fail(struct devca_error *error, const char *object,
                            const char *doing, CK_RV answer);

/* Does the answer say that the connection to the token was lost, so that
 * logging in anew and trying once more may help? */
bool pkcs11_is_lost(CK_RV answer);

#endif
