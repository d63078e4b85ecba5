/* An open store as the acts see it: database, settings, secrets. */
#ifndef DEVCA_CA_HANDLE_H
#define DEVCA_CA_HANDLE_H

#include "devca/journal/merkle.h"
#include "devca/key/crypto.h"
#include "devca/key/journal_key.h"
#include "devca/profile/settings.h"
#include "devca/store/store.h"

#include <devca/store.h>

/* A secret that is read from its source when it is first needed. */
struct held_secret {
    char *source;               /* NULL: none was given */
    int wake;                   /* as in struct devca_open_request */
    struct bytes *value;        /* secret_keep()'s; NULL: not read yet */
    struct devca_error refusal; /* by a token; code DEVCA_OK: by none yet */
};

/* The journal while a transaction is open; see devca/ca/act.h. */
struct act_log {
    struct store *store; /* NULL: none is open */
    struct merkle tree;
    int64_t actor_id;
    int rows;
};

struct devca {
    char *folder;
    struct store *store;
    int busy_ms; /* as in struct devca_open_request */
    int wake;
    struct settings settings;
    struct held_secret passphrase;
    struct held_secret pin;
    char *actor; /* NULL: user@host, found when it is first needed */
    struct journal_key *journal_key; /* secret_alloc()'s; NULL: not read yet */
    struct act_log log;
};

/* Closes the store, wipes the secrets, frees what the handle points at. */
void handle_clear(struct devca *devca);

/* Opens the store in the handle's folder. A database that is damaged from its
 * beginning on and looks like none, or like nobody's, is DEVCA_E_STORE_CORRUPT
 * where the other files of a store are; else what store_open() has. */
enum devca_code handle_store(struct devca *devca,
                             const struct store_options *options,
                             struct devca_error *error);
/* Is something in FOLDER/keys, or is it no folder that can be looked into? */
bool handle_has_keys(const char *folder);
/* The same, that of the journal aside. */
bool handle_has_authority_keys(const char *folder);
/* Are the keys and settings of a store there, whatever became of its database?
 * Then no new one is to be made there: handle_fail_left() says what to do
 * instead, and gives back code. */
bool handle_is_left(const char *folder);
enum devca_code handle_fail_left(enum devca_code code,
                                 struct devca_error *error);
/* Another connection to the same folder, which waits as the first does. */
enum devca_code handle_connect(const struct devca *devca, bool read_only,
                               struct store **store, struct devca_error *error);

/* Makes durable what was named in FOLDER/name: ".." for a folder that was made.
 * DEVCA_E_FILE. */
enum devca_code handle_sync(const char *folder, const char *name,
                            struct devca_error *error);

/* settings.json of a store's folder; settings_clear it. */
enum devca_code handle_settings(const char *folder, struct settings *settings,
                                struct devca_error *error);

/* *value is NULL when no source was given. confirm: asked twice at a prompt,
 * for a secret that a new key will be kept under. */
enum devca_code handle_secret(struct held_secret *secret, const char *what,
                              bool confirm, const struct bytes **value,
                              struct devca_error *error);

/* Wipes it, and frees its source; wake stays. */
void handle_forget(struct held_secret *secret);

/* "FOLDER/name" in *path; bytes_clear it. */
enum devca_code handle_path(const char *folder, const char *name,
                            struct bytes *path, struct devca_error *error);

/* Opens the key behind an authority's URI with this store's secrets. */
enum devca_code handle_open_key(struct devca *devca, const char *uri,
                                struct signer **signer,
                                struct devca_error *error);

/* Makes a key on the token that a pkcs11: URI names, for good unless it is for
 * a rehearsal. */
struct handle_key_request {
    const char *uri;
    enum devid_curve curve;
    bool rehearsal;
};
enum devca_code handle_create_key(struct devca *devca,
                                  const struct handle_key_request *request,
                                  struct signer **signer, struct bytes *uri,
                                  struct devca_error *error);
bool handle_is_token(const char *uri);

/* Now, or DEVCA_E_CLOCK when DEVCA_CLOCK is not a time. */
enum devca_code handle_now(devca_seconds *now, struct devca_error *error);

#endif
