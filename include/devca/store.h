/*
 * An open store: a folder with identity.db, keys/ and settings.json. A handle
 * serves one thread at a time; any number of handles and processes may share a
 * store.
 */
#ifndef DEVCA_STORE_H
#define DEVCA_STORE_H

#include <devca/result.h>

#ifdef __cplusplus
extern "C" {
#endif

struct devca;

/* How far a long act is: done of total, in what the act counts. */
typedef void devca_progress(int64_t done, int64_t total, void *context);

/* A new store. folder is made (0700) when it is not there; a store in it is
 * DEVCA_E_EXISTS, another init or restore that is at work there
 * DEVCA_E_STORE_BUSY, a folder of another user or that others may write
 * DEVCA_E_FILE; on failure nothing is left behind. */
struct devca_init_request {
    const char *folder;
    const char *org;
    const char *country;    /* two capital letters, or NULL */
    const char *passphrase; /* secret source that file keys will open with, or
                               NULL: keys are kept in the clear */
    bool dry_run;
    const char *actor; /* as in struct devca_open_request */
};
DEVCA_API enum devca_code devca_init(const struct devca_init_request *request,
                                     struct devca_result *result,
                                     struct devca_error *error);

/* Which store? `given`, else $DEVCA_STORE, else the nearest .devca/ from the
 * working folder upward; path gets it. DEVCA_E_STORE_MISSING when there is
 * none, or the nearest has lost its database, DEVCA_E_FILE when that cannot be
 * told, DEVCA_E_NO_MEMORY. DEVCA_E_STORE_UNTRUSTED for one found by searching
 * that is not the effective user's alone: its folder, identity.db or
 * settings.json belongs to another, or group or others may write it. */
DEVCA_API enum devca_code devca_find(const char *given, char *path,
                                     size_t path_size,
                                     struct devca_error *error);

/*
 * For a program that has its process, and so SQLite, to itself: SQLite stops
 * counting the memory it has (SQLITE_CONFIG_MEMSTATUS), which a batch does not
 * wait for then. Called first of this library, before other threads; who asks
 * sqlite3_memory_used() in the same process does not call it. Where SQLite was
 * used before it does nothing. Thread-unsafe; no errors.
 */
DEVCA_API void devca_own_process(void);

struct devca_open_request {
    const char *folder;
    bool read_only;
    bool any_version; /* with read_only: an older store too; for a backup */
    bool dry_run;     /* for acts that change nothing: an older store is refused
                         as with read_only, and not migrated */
    int busy_ms;      /* how long to wait for another writer; 0: 10 s; less: not
                         at all */
    const char *actor; /* who acts, for the journal: 1 to 128 octets of UTF-8;
                          NULL: user@host */
    int wake; /* a descriptor: as soon as it can be read, neither another
                 writer nor a secret is waited for any more, and the act
                 ends with DEVCA_E_INTERRUPTED; 0 or less: there is
                 none */
};
/*
 * Opens a store; *devca is NULL unless it is DEVCA_OK, and is given back with
 * devca_close(), which wipes the secrets it holds (NULL is fine). An older
 * store is migrated unless read_only or dry_run. DEVCA_E_STORE_MISSING,
 * _FOREIGN, _NEWER, _CORRUPT, _BUSY, _READ_ONLY; DEVCA_E_INTERRUPTED,
 * DEVCA_E_NO_MEMORY.
 */
DEVCA_API enum devca_code devca_open(struct devca **devca,
                                     const struct devca_open_request *request,
                                     struct devca_error *error);
DEVCA_API void devca_close(struct devca *devca);

/*
 * Where the passphrase of file keys and the PIN of token keys come from
 * ("file:PATH", "env:NAME", "fd:N", "stdin", "prompt"), or NULL. Read when a
 * key is first needed, never before; kept in locked memory until devca_close.
 */
DEVCA_API enum devca_code devca_unlock(struct devca *devca,
                                       const char *passphrase, const char *pin,
                                       struct devca_error *error);

/*
 * What a store's settings say of its owner, for certificates made from then on;
 * NULL leaves as it is. One row of the journal (act "settings") and
 * settings.json change together; none when nothing changes and the journal's
 * last row says the same. The result's record has the settings as they are
 * then. DEVCA_E_STATE when certificates name the lists of their partition by
 * what is to be changed, or places of two profiles of a product, or of one,
 * would come together by it (RFC 5280 5.2.5).
 *
 * What another handle has made for the owner of before is not recorded:
 * DEVCA_E_STATE until it is opened again; so for every act that records a
 * certificate or a list.
 */
struct devca_settings_request {
    const char *org;
    const char *country; /* two capital letters; "" takes it away */
    bool dry_run;
};
DEVCA_API enum devca_code
devca_settings_set(struct devca *devca,
                   const struct devca_settings_request *request,
                   struct devca_result *result, struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
