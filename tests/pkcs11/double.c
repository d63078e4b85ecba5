/*
 * A PKCS #11 module between the program and a real one, which fails when told.
 *
 *   DOUBLE_MODULE  path of the real module
 *   DOUBLE_FAULT   FUNCTION:N:ANSWER[:HOW], several by commas: the N-th call of
 *                  FUNCTION gives ANSWER (hex). HOW: once (default), always
 *                  (from the N-th on), reset (once, and the token forgets its
 *                  sessions and login)
 *   DOUBLE_LIE     point: CKA_EC_POINT without its wrapping; signature: one bit
 *                  of each is wrong; extractable: keys are; locked, final:
 * flags of the PIN DOUBLE_LOG     a file that gets one line for each login
 * tried
 */
#include <dlfcn.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

enum call {
    INITIALIZE,
    GET_SLOT_LIST,
    OPEN_SESSION,
    LOGIN,
    FIND_OBJECTS_INIT,
    GET_ATTRIBUTE_VALUE,
    SIGN_INIT,
    SIGN,
    GENERATE_KEY_PAIR,
    CALLS
};

static const char *const names[CALLS] = {
    "C_Initialize",      "C_GetSlotList",       "C_OpenSession", "C_Login",
    "C_FindObjectsInit", "C_GetAttributeValue", "C_SignInit",    "C_Sign",
    "C_GenerateKeyPair"};

static CK_FUNCTION_LIST *real;
static CK_FUNCTION_LIST mine;
static atomic_ulong counts[CALLS];
/* A reset takes all sessions from under whoever is at them, which SoftHSM does
 * not survive in the middle of a call: it waits for those to end. */
static pthread_rwlock_t at_work = PTHREAD_RWLOCK_INITIALIZER;

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list);

static void reset(void)
{
    CK_SLOT_ID slots[64];
    CK_ULONG count = 64, i;

    (void)pthread_rwlock_wrlock(&at_work);
    if (real->C_GetSlotList(CK_TRUE, slots, &count) != CKR_OK)
        count = 0;
    for (i = 0; i < count; i++)
        (void)real->C_CloseAllSessions(slots[i]);
    (void)pthread_rwlock_unlock(&at_work);
}

/* One FUNCTION:N:ANSWER[:HOW]; true when it is about this call. */
static bool applies(const char *fault, enum call call, unsigned long n,
                    CK_RV *answer)
{
    char name[32], how[16] = "once";
    unsigned long at, value;

    if (sscanf(fault, "%31[^:]:%lu:%lx:%15[^,]", name, &at, &value, how) < 3 ||
        strcmp(name, names[call]) != 0)
        return false;
    if (n != at && !(n > at && strcmp(how, "always") == 0))
        return false;
    if (strcmp(how, "reset") == 0)
        reset();
    *answer = value;
    return true;
}

static void begin(void)
{
    (void)pthread_rwlock_rdlock(&at_work);
}

static CK_RV end(CK_RV answer)
{
    (void)pthread_rwlock_unlock(&at_work);
    return answer;
}

/* Is this call to fail? */
static bool fails(enum call call, CK_RV *answer)
{
    unsigned long n = atomic_fetch_add(&counts[call], 1) + 1;
    const char *fault = getenv("DOUBLE_FAULT");

    while (fault && *fault) {
        if (applies(fault, call, n, answer))
            return true;
        fault = strchr(fault, ',');
        fault = fault ? fault + 1 : NULL;
    }
    return false;
}

static bool lies(const char *about)
{
    const char *lie = getenv("DOUBLE_LIE");

    return lie && strcmp(lie, about) == 0;
}

static CK_RV initialize(void *arguments)
{
    CK_RV answer;

    if (fails(INITIALIZE, &answer))
        return answer;
    begin();
    return end(real->C_Initialize(arguments));
}

static CK_RV get_slot_list(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *count)
{
    CK_RV answer;

    if (fails(GET_SLOT_LIST, &answer))
        return answer;
    begin();
    return end(real->C_GetSlotList(present, slots, count));
}

static CK_RV get_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
    CK_RV answer;

    begin();
    answer = end(real->C_GetTokenInfo(slot, info));
    if (answer == CKR_OK && lies("locked"))
        info->flags |= CKF_USER_PIN_LOCKED;
    if (answer == CKR_OK && lies("final"))
        info->flags |= CKF_USER_PIN_FINAL_TRY;
    return answer;
}

static CK_RV open_session(CK_SLOT_ID slot, CK_FLAGS flags, void *application,
                          CK_NOTIFY notify, CK_SESSION_HANDLE *session)
{
    CK_RV answer;

    if (fails(OPEN_SESSION, &answer))
        return answer;
    begin();
    return end(real->C_OpenSession(slot, flags, application, notify, session));
}

static CK_RV login(CK_SESSION_HANDLE session, CK_USER_TYPE user,
                   CK_UTF8CHAR *pin, CK_ULONG len)
{
    const char *path = getenv("DOUBLE_LOG");
    FILE *log = path ? fopen(path, "a") : NULL;
    CK_RV answer;

    if (log) {
        fprintf(log, "login %lu\n", user);
        fclose(log);
    }
    if (fails(LOGIN, &answer))
        return answer;
    begin();
    return end(real->C_Login(session, user, pin, len));
}

static CK_RV find_objects_init(CK_SESSION_HANDLE session,
                               CK_ATTRIBUTE *template, CK_ULONG len)
{
    CK_RV answer;

    if (fails(FIND_OBJECTS_INIT, &answer))
        return answer;
    begin();
    return end(real->C_FindObjectsInit(session, template, len));
}

static CK_RV find_objects(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *objects,
                          CK_ULONG max, CK_ULONG *count)
{
    begin();
    return end(real->C_FindObjects(session, objects, max, count));
}

static CK_RV find_objects_final(CK_SESSION_HANDLE session)
{
    begin();
    return end(real->C_FindObjectsFinal(session));
}

static CK_RV close_session(CK_SESSION_HANDLE session)
{
    begin();
    return end(real->C_CloseSession(session));
}

static CK_RV get_session_info(CK_SESSION_HANDLE session, CK_SESSION_INFO *info)
{
    begin();
    return end(real->C_GetSessionInfo(session, info));
}

static void unwrap(CK_ATTRIBUTE *attribute)
{
    unsigned char *value = attribute->pValue;

    if (attribute->type != CKA_EC_POINT || attribute->ulValueLen < 3)
        return;
    attribute->ulValueLen -= 2;
    memmove(value, value + 2, attribute->ulValueLen);
}

static CK_RV get_attribute_value(CK_SESSION_HANDLE session,
                                 CK_OBJECT_HANDLE object,
                                 CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_BBOOL yes = CK_TRUE;
    CK_RV answer;

    if (fails(GET_ATTRIBUTE_VALUE, &answer))
        return answer;
    begin();
    answer = end(real->C_GetAttributeValue(session, object, attributes, count));
    if (answer == CKR_OK && lies("point"))
        unwrap(attributes);
    if (answer == CKR_OK && lies("extractable") &&
        attributes->type == CKA_EXTRACTABLE)
        memcpy(attributes->pValue, &yes, sizeof yes);
    return answer;
}

static CK_RV sign_init(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
                       CK_OBJECT_HANDLE key)
{
    CK_RV answer;

    if (fails(SIGN_INIT, &answer))
        return answer;
    begin();
    return end(real->C_SignInit(session, mechanism, key));
}

static CK_RV sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG data_len,
                  CK_BYTE *signature, CK_ULONG *len)
{
    CK_RV answer;

    if (fails(SIGN, &answer))
        return answer;
    begin();
    answer = end(real->C_Sign(session, data, data_len, signature, len));
    if (answer == CKR_OK && lies("signature"))
        signature[*len - 1] ^= 1;
    return answer;
}

static CK_RV generate(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism,
                      CK_ATTRIBUTE *public, CK_ULONG public_len,
                      CK_ATTRIBUTE *private, CK_ULONG private_len,
                      CK_OBJECT_HANDLE *public_key,
                      CK_OBJECT_HANDLE *private_key)
{
    CK_RV answer;

    if (fails(GENERATE_KEY_PAIR, &answer))
        return answer;
    begin();
    return end(real->C_GenerateKeyPair(session, mechanism, public, public_len,
                                       private, private_len, public_key,
                                       private_key));
}

static bool load(void)
{
    const char *path = getenv("DOUBLE_MODULE");
    void *library = path ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
    union {
        void *address;
        CK_C_GetFunctionList call;
    } entry = {NULL};

    if (library)
        entry.address = dlsym(library, "C_GetFunctionList");
    return entry.address && entry.call(&real) == CKR_OK;
}

__attribute__((visibility("default"))) CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    if (!real && !load())
        return CKR_GENERAL_ERROR;
    mine = *real;
    mine.C_GetFunctionList = C_GetFunctionList;
    mine.C_Initialize = initialize;
    mine.C_GetSlotList = get_slot_list;
    mine.C_GetTokenInfo = get_token_info;
    mine.C_OpenSession = open_session;
    mine.C_Login = login;
    mine.C_FindObjectsInit = find_objects_init;
    mine.C_FindObjects = find_objects;
    mine.C_FindObjectsFinal = find_objects_final;
    mine.C_CloseSession = close_session;
    mine.C_GetSessionInfo = get_session_info;
    mine.C_GetAttributeValue = get_attribute_value;
    mine.C_SignInit = sign_init;
    mine.C_Sign = sign;
    mine.C_GenerateKeyPair = generate;
    *list = &mine;
    return CKR_OK;
}
