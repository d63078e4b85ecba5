#include "devca/key/pkcs11_module.h"

#include "devca/base/fail.h"
#include "devid/codec/der.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SLOTS_MAX 256

/* The process is what a module takes for its application: two users of one
 * module must know of each other, or the first that leaves ends it for both. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t news = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static struct pkcs11_module *modules;
static int unguarded; /* an errno: a fork could not be guarded */

static void take(void)
{
    (void)pthread_mutex_lock(&lock);
}

static void give(void)
{
    (void)pthread_mutex_unlock(&lock);
}

/* A child must not inherit the lock taken by a thread that it has not, nor
 * sleepers. */
static void give_in_child(void)
{
    news = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    give();
}

static void guard_fork(void)
{
    unguarded = pthread_atfork(take, give, give_in_child);
}

void pkcs11_lock(void)
{
    (void)pthread_once(&once, guard_fork);
    take();
}

void pkcs11_unlock(void)
{
    give();
}

void pkcs11_wait(void)
{
    (void)pthread_cond_wait(&news, &lock);
}

void pkcs11_wake(void)
{
    (void)pthread_cond_broadcast(&news);
}

/* ---- loading ---- */

static enum devca_code load(struct pkcs11_module *module,
                            struct devca_error *error)
{
    void *library = dlopen(module->path, RTLD_NOW | RTLD_LOCAL);
    union {
        void *address;
        CK_C_GetFunctionList call;
    } entry = {NULL};
    const char *why;

    if (!library) {
        why = dlerror();
        (void)fail(error, DEVCA_E_TOKEN, module->path, "RFC 7512 2.3",
                   "module-path", "cannot be loaded: %s",
                   why ? why : "no reason given");
        return fail_hint(error, DEVCA_E_TOKEN,
                         "install the token's PKCS #11 module, or correct "
                         "?module-path=");
    }
    entry.address = dlsym(library, "C_GetFunctionList");
    if (!entry.address || entry.call(&module->functions) != CKR_OK ||
        !module->functions) {
        (void)dlclose(library);
        return fail(error, DEVCA_E_TOKEN, module->path, "PKCS #11",
                    "module-path", "is no PKCS #11 module");
    }
    /* cppcheck-suppress resourceLeak ; a module stays until the process ends */
    return DEVCA_OK;
}

static enum devca_code load_new(struct pkcs11_module **module, const char *path,
                                struct devca_error *error)
{
    struct pkcs11_module *new = calloc(1, sizeof *new);
    enum devca_code code;

    if (!new || !(new->path = strdup(path))) {
        free(new);
        return fail_memory(error);
    }
    code = load(new, error);
    if (code != DEVCA_OK) {
        free(new->path);
        free(new);
        return code;
    }
    new->next = modules;
    modules = new;
    *module = new;
    return DEVCA_OK;
}

enum devca_code pkcs11_module_open(struct pkcs11_module **module,
                                   const char *path, struct devca_error *error)
{
    struct pkcs11_module *found = modules;
    enum devca_code code = DEVCA_OK;

    *module = NULL;
    if (unguarded != 0)
        return fail_memory(error);
    while (found && strcmp(found->path, path) != 0)
        found = found->next;
    if (!found)
        code = load_new(&found, path, error);
    if (code == DEVCA_OK)
        code = pkcs11_module_start(found, error);
    if (code != DEVCA_OK)
        return code;
    found->users++;
    *module = found;
    return DEVCA_OK;
}

/* Not every module sees that it is in a child: one that says that it is
 * initialised there speaks of its parent. */
enum devca_code pkcs11_module_start(struct pkcs11_module *module,
                                    struct devca_error *error)
{
    CK_C_INITIALIZE_ARGS arguments = {.flags = CKF_OS_LOCKING_OK};
    bool forked = module->pid != 0 && module->pid != getpid();
    CK_RV answer;

    if (module->pid == getpid())
        return DEVCA_OK;
    answer = module->functions->C_Initialize(&arguments);
    if (answer == CKR_CRYPTOKI_ALREADY_INITIALIZED && forked && module->ours) {
        (void)module->functions->C_Finalize(NULL);
        answer = module->functions->C_Initialize(&arguments);
    }
    if (answer != CKR_OK && answer != CKR_CRYPTOKI_ALREADY_INITIALIZED)
        return pkcs11_fail(error, module->path, "C_Initialize", answer);
    module->ours = answer == CKR_OK;
    module->pid = getpid();
    return DEVCA_OK;
}

void pkcs11_module_close(struct pkcs11_module *module)
{
    if (--module->users > 0)
        return;
    if (module->ours && module->pid == getpid())
        (void)module->functions->C_Finalize(NULL);
    module->pid = 0;
}

/* ---- slots ---- */

/* Texts of CK_TOKEN_INFO are padded with spaces, not ended. */
static bool matches(const struct pkcs11_uri *uri,
                    enum pkcs11_attribute attribute, const unsigned char *field,
                    size_t size)
{
    struct devid_slice wanted = pkcs11_uri_get(uri, attribute);

    while (size > 0 && (field[size - 1] == ' ' || field[size - 1] == '\0'))
        size--;
    return !uri->values[attribute].given ||
           devid_slice_equal(wanted, (struct devid_slice){field, size});
}

static bool is_meant(const struct pkcs11_uri *uri,
                     const struct pkcs11_slot *slot)
{
    const CK_TOKEN_INFO *token = &slot->token;

    return (token->flags & CKF_TOKEN_INITIALIZED) &&
           (!uri->values[PKCS11_SLOT_ID].given || uri->slot_id == slot->id) &&
           matches(uri, PKCS11_TOKEN, token->label, sizeof token->label) &&
           matches(uri, PKCS11_SERIAL, token->serialNumber,
                   sizeof token->serialNumber) &&
           matches(uri, PKCS11_MODEL, token->model, sizeof token->model) &&
           matches(uri, PKCS11_MANUFACTURER, token->manufacturerID,
                   sizeof token->manufacturerID);
}

static enum devca_code report(size_t found, const char *object,
                              struct devca_error *error)
{
    if (found == 1)
        return DEVCA_OK;
    if (found == 0) {
        (void)fail(error, DEVCA_E_TOKEN_MISSING, object, "RFC 7512 2.5",
                   "token", "no token that is plugged in is this one");
        return fail_hint(error, DEVCA_E_TOKEN_MISSING,
                         "plug it in; pkcs11-tool --module PATH --list-slots "
                         "names those that are there");
    }
    (void)fail(error, DEVCA_E_TOKEN, object, "RFC 7512 2.5", "token",
               "%zu tokens match", found);
    return fail_hint(error, DEVCA_E_TOKEN,
                     "add serial=, model= or slot-id= to the URI");
}

enum devca_code pkcs11_module_find(struct pkcs11_module *module,
                                   const struct pkcs11_uri *uri,
                                   const char *object, struct pkcs11_slot *slot,
                                   struct devca_error *error)
{
    CK_FUNCTION_LIST *functions = module->functions;
    CK_SLOT_ID ids[SLOTS_MAX];
    CK_ULONG count = SLOTS_MAX, i;
    struct pkcs11_slot one;
    size_t found = 0;
    CK_RV answer = functions->C_GetSlotList(CK_TRUE, NULL, &count);

    /* Asked for the number first: some modules look for new tokens only then.
     */
    count = SLOTS_MAX;
    if (answer == CKR_OK)
        answer = functions->C_GetSlotList(CK_TRUE, ids, &count);
    if (answer != CKR_OK)
        return pkcs11_fail(error, object, "C_GetSlotList", answer);
    for (i = 0; i < count; i++) {
        one.id = ids[i];
        if (functions->C_GetTokenInfo(one.id, &one.token) == CKR_OK &&
            is_meant(uri, &one)) {
            *slot = one;
            found++;
        }
    }
    return report(found, object, error);
}
