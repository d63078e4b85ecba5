#include "devca/ca/handle.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/text.h"
#include "devca/key/secret.h"

#include <devca/file.h>

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ACTOR_MAX 128
#define SETTINGS_MAX ((size_t)64 * 1024)

enum devca_code handle_secret(struct held_secret *secret, const char *what,
                              bool confirm, const struct bytes **value,
                              struct devca_error *error)
{
    struct secret_request request = {secret->source, what, confirm,
                                     secret->wake};
    struct bytes read = {0};
    enum devca_code code = DEVCA_OK;

    *value = NULL;
    if (!secret->source)
        return DEVCA_OK;
    if (!secret->value) {
        code = secret_read(&request, &read, error);
        if (code == DEVCA_OK && !(secret->value = secret_keep(&read)))
            code = fail_memory(error);
        bytes_clear(&read);
    }
    *value = secret->value;
    return code;
}

enum devca_code handle_path(const char *folder, const char *name,
                            struct bytes *path, struct devca_error *error)
{
    if (!bytes_append_text(path, folder) || !bytes_append_text(path, "/") ||
        !bytes_append_text(path, name))
        return fail_memory(error);
    return DEVCA_OK;
}

enum devca_code handle_sync(const char *folder, const char *name,
                            struct devca_error *error)
{
    struct bytes path = {0};
    enum devca_code code = handle_path(folder, name, &path, error);

    if (code == DEVCA_OK)
        code = devca_folder_sync((const char *)path.data, error);
    bytes_clear(&path);
    return code;
}

bool handle_is_token(const char *uri)
{
    return strncmp(uri, "pkcs11:", 7) == 0;
}

/* A key's place with the secret that opens it. */
static enum devca_code locate(struct devca *devca,
                              struct signer_location *location,
                              struct devca_error *error)
{
    bool needed = false;
    enum devca_code code = signer_needs_secret(location, &needed, error);

    if (code != DEVCA_OK || !needed)
        return code;
    return handle_is_token(location->uri)
               ? handle_secret(&devca->pin, "PIN of the token", false,
                               &location->secret, error)
               : handle_secret(&devca->passphrase,
                               "passphrase of the store's keys", false,
                               &location->secret, error);
}

/* A PIN that a token refused is not tried on the next key: doctor has many, and
 * the third would lock the token. */
static enum devca_code remember(struct devca *devca, enum devca_code code,
                                const struct devca_error *own,
                                struct devca_error *error)
{
    if (code == DEVCA_E_PIN || code == DEVCA_E_PIN_LOCKED)
        devca->pin.refusal = *own;
    if (code != DEVCA_OK && error)
        *error = *own;
    return code;
}

static enum devca_code check_refused(const struct devca *devca, const char *uri,
                                     struct devca_error *error)
{
    const struct devca_error *refusal = &devca->pin.refusal;

    if (!handle_is_token(uri) || refusal->code == DEVCA_OK)
        return DEVCA_OK;
    if (error)
        *error = *refusal;
    return refusal->code;
}

enum devca_code handle_create_key(struct devca *devca,
                                  const struct handle_key_request *request,
                                  struct signer **signer, struct bytes *uri,
                                  struct devca_error *error)
{
    struct signer_location location = {request->uri, devca->folder, NULL};
    struct signer_creation creation = {&location, request->curve,
                                       !request->rehearsal, uri};
    struct devca_error own = {0};
    enum devca_code code = check_refused(devca, request->uri, error);

    if (code != DEVCA_OK)
        return code;
    code = locate(devca, &location, &own);
    if (code == DEVCA_OK)
        code = signer_create(signer, &creation, &own);
    return remember(devca, code, &own, error);
}

enum devca_code handle_open_key(struct devca *devca, const char *uri,
                                struct signer **signer,
                                struct devca_error *error)
{
    struct signer_location location = {uri, devca->folder, NULL};
    struct devca_error own = {0};
    enum devca_code code = check_refused(devca, uri, error);

    if (code != DEVCA_OK)
        return code;
    code = locate(devca, &location, &own);
    if (code == DEVCA_OK)
        code = signer_open(signer, &location, &own);
    return remember(devca, code, &own, error);
}

enum devca_code handle_now(devca_seconds *now, struct devca_error *error)
{
    if (!devca_now(now))
        return fail(error, DEVCA_E_CLOCK, "DEVCA_CLOCK", "RFC 3339 5.6", NULL,
                    "is not a point in time");
    return DEVCA_OK;
}

enum devca_code handle_settings(const char *folder, struct settings *settings,
                                struct devca_error *error)
{
    struct bytes path = {0}, json = {0};
    enum devca_code code;

    code = handle_path(folder, "settings.json", &path, error);
    if (code == DEVCA_OK)
        code = file_read_regular((const char *)path.data, SETTINGS_MAX, &json,
                                 error);
    if (code == DEVCA_OK)
        code = settings_read(settings, bytes_slice(&json),
                             (const char *)path.data, error);
    bytes_clear(&path);
    bytes_clear(&json);
    return code;
}

/* ---- a store whose database is none any more ---- */

/* What nobody can tell is not gone. */
static bool is_there(const char *folder, const char *name)
{
    struct bytes path = {0};
    struct stat info;
    bool gone = handle_path(folder, name, &path, NULL) == DEVCA_OK &&
                stat((const char *)path.data, &info) != 0 &&
                (errno == ENOENT || errno == ENOTDIR);

    bytes_clear(&path);
    return !gone;
}

static bool has_keys(const char *folder, const char *except)
{
    struct bytes path = {0};
    const struct dirent *entry;
    bool found = false;
    DIR *keys = NULL;

    if (handle_path(folder, "keys", &path, NULL) == DEVCA_OK)
        keys = opendir((const char *)path.data);
    if (!keys)
        found = is_there(folder, "keys");
    while (keys && !found && (entry = readdir(keys)))
        found = strcmp(entry->d_name, ".") != 0 &&
                strcmp(entry->d_name, "..") != 0 &&
                strcmp(entry->d_name, except) != 0;
    if (keys)
        closedir(keys);
    bytes_clear(&path);
    return found;
}

bool handle_has_keys(const char *folder)
{
    return has_keys(folder, "");
}

bool handle_has_authority_keys(const char *folder)
{
    return has_keys(folder, "journal.pem");
}

bool handle_is_left(const char *folder)
{
    return handle_has_keys(folder) && is_there(folder, "settings.json");
}

enum devca_code handle_fail_left(enum devca_code code,
                                 struct devca_error *error)
{
    if (error)
        error->code = code;
    return fail_hint(error, code,
                     "the keys and settings of a store are there: stop "
                     "issuing, keep a copy of the folder, and restore a backup "
                     "to another");
}

/* Does identity.db begin as the database of another program does? */
static bool is_foreign(const char *folder)
{
    static const uint8_t magic[16] = "SQLite format 3";
    static const uint8_t own[4] = "DVCA"; /* PRAGMA application_id */
    uint8_t header[72];
    struct bytes path = {0};
    const char *fault;
    bool foreign = false;
    int fd = -1;

    if (handle_path(folder, "identity.db", &path, NULL) == DEVCA_OK)
        fd = file_open_regular((const char *)path.data, &fault);
    /* What is no file was not a database before, either. */
    if (fd < 0)
        foreign = true;
    else if (read(fd, header, sizeof header) == (ssize_t)sizeof header)
        foreign = memcmp(header, magic, sizeof magic) == 0 &&
                  memcmp(header + 68, own, sizeof own) != 0;
    if (fd >= 0)
        (void)close(fd);
    bytes_clear(&path);
    return foreign;
}

enum devca_code handle_store(struct devca *devca,
                             const struct store_options *options,
                             struct devca_error *error)
{
    enum devca_code code =
        store_open(&devca->store, devca->folder, options, error);

    if (code != DEVCA_E_STORE_FOREIGN && code != DEVCA_E_STORE_MISSING)
        return code;
    if (!handle_is_left(devca->folder))
        return code;
    if (code == DEVCA_E_STORE_FOREIGN && !is_foreign(devca->folder))
        code = DEVCA_E_STORE_CORRUPT;
    return handle_fail_left(code, error);
}

/* It stands on record as it is, one line of text. */
static enum devca_code take_actor(struct devca *devca, const char *actor,
                                  struct devca_error *error)
{
    struct devid_slice rest = {(const uint8_t *)actor, 0};

    if (actor == NULL)
        return DEVCA_OK;
    rest.len = strlen(actor);
    if (rest.len == 0 || rest.len > ACTOR_MAX)
        return fail(error, DEVCA_E_USAGE, "--actor", NULL, NULL,
                    "must have 1 to %d octets", ACTOR_MAX);
    if (!utf8_is_line(rest))
        return fail(error, DEVCA_E_USAGE, "--actor", "RFC 3629 4", NULL,
                    "must be text without control characters");
    devca->actor = strdup(actor);
    return devca->actor != NULL ? DEVCA_OK : fail_memory(error);
}

void devca_own_process(void)
{
    store_own_process();
}

enum devca_code devca_open(struct devca **devca,
                           const struct devca_open_request *request,
                           struct devca_error *error)
{
    struct store_options options = {.sha256 = digest_sha256,
                                    .read_only = request->read_only,
                                    .any_version = request->any_version,
                                    .dry_run = request->dry_run,
                                    .busy_ms = request->busy_ms,
                                    .wake = request->wake};
    struct devca *new;
    enum devca_code code;

    *devca = NULL;
    code = crypto_init(error);
    if (code != DEVCA_OK)
        return code;
    new = calloc(1, sizeof *new);
    if (!new || !(new->folder = strdup(request->folder))) {
        free(new);
        return fail_memory(error);
    }
    new->busy_ms = request->busy_ms;
    new->wake = new->passphrase.wake = new->pin.wake = request->wake;
    code = take_actor(new, request->actor, error);
    if (code == DEVCA_OK)
        code = handle_store(new, &options, error);
    if (code == DEVCA_OK)
        code = handle_settings(new->folder, &new->settings, error);
    if (code != DEVCA_OK) {
        devca_close(new);
        return code;
    }
    *devca = new;
    return DEVCA_OK;
}

enum devca_code handle_connect(const struct devca *devca, bool read_only,
                               struct store **store, struct devca_error *error)
{
    struct store_options options = {
        .read_only = read_only, .busy_ms = devca->busy_ms, .wake = devca->wake};

    return store_open(store, devca->folder, &options, error);
}

void handle_forget(struct held_secret *secret)
{
    free(secret->source);
    secret_drop(secret->value);
    *secret = (struct held_secret){.wake = secret->wake};
}

void handle_clear(struct devca *devca)
{
    store_close(devca->store);
    settings_clear(&devca->settings);
    handle_forget(&devca->passphrase);
    handle_forget(&devca->pin);
    secret_free(devca->journal_key, sizeof *devca->journal_key);
    free(devca->actor);
    free(devca->folder);
    *devca = (struct devca){0};
}

void devca_close(struct devca *devca)
{
    if (!devca)
        return;
    handle_clear(devca);
    free(devca);
}

static enum devca_code hold(struct held_secret *secret, const char *source,
                            struct devca_error *error)
{
    enum devca_code code;

    handle_forget(secret);
    if (!source)
        return DEVCA_OK;
    code = secret_check(source, error);
    if (code != DEVCA_OK)
        return code;
    secret->source = strdup(source);
    return secret->source ? DEVCA_OK : fail_memory(error);
}

enum devca_code devca_unlock(struct devca *devca, const char *passphrase,
                             const char *pin, struct devca_error *error)
{
    enum devca_code code = hold(&devca->passphrase, passphrase, error);

    if (code == DEVCA_OK)
        code = hold(&devca->pin, pin, error);
    return code;
}
