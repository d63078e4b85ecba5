/*
 * PKCS #11 modules in this process. A module knows one application, the
 * process: initialised once, whoever of us uses it, and again in a child of
 * fork (PKCS #11 2.40, 5.4). Hold pkcs11_lock() around every call here.
 */
#ifndef DEVCA_KEY_PKCS11_MODULE_H
#define DEVCA_KEY_PKCS11_MODULE_H

#include "devca/key/pkcs11_fault.h"
#include "devca/key/pkcs11_uri.h"

#include <sys/types.h>

/* One lock over modules, tokens and their logins; a fork waits for it. */
void pkcs11_lock(void);
void pkcs11_unlock(void);
/* Waits, the lock given away meanwhile, until somebody wakes all that wait. */
void pkcs11_wait(void);
void pkcs11_wake(void);

struct pkcs11_module {
    struct pkcs11_module *next;
    char *path;
    CK_FUNCTION_LIST *functions;
    pid_t pid; /* of the process it is initialised in; 0: in none */
    bool ours; /* by us, so that we end it too */
    size_t users;
};

/* The module of that path, loaded and initialised. DEVCA_E_TOKEN naming the
 * path and why. */
enum devca_code pkcs11_module_open(struct pkcs11_module **module,
                                   const char *path, struct devca_error *error);
/* Ends it with its last user. It stays loaded: modules start threads of their
 * own, and unloading their code under them ends the process. */
void pkcs11_module_close(struct pkcs11_module *module);

/* Initialises it where it is not, after a fork or a stop. */
enum devca_code pkcs11_module_start(struct pkcs11_module *module,
                                    struct devca_error *error);

/*
 * The slot with the one token that uri names. DEVCA_E_TOKEN_MISSING when none
 * does, DEVCA_E_TOKEN when several do. object: uri in short.
 */
struct pkcs11_slot {
    CK_SLOT_ID id;
    CK_TOKEN_INFO token;
};
enum devca_code pkcs11_module_find(struct pkcs11_module *module,
                                   const struct pkcs11_uri *uri,
                                   const char *object, struct pkcs11_slot *slot,
                                   struct devca_error *error);

#endif
