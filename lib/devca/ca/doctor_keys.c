/* The private keys: there, kept to their owner, and those of their CAs. */
#include "devca/ca/doctor.h"

#include "devca/base/fail.h"
#include "devca/key/secret.h"
#include "devca/store/journal.h"
#include "devid/codec/der.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define JOURNAL_FILE "journal.pem"

static bool is_file(const struct store_authority *authority)
{
    return strncmp(authority->key_uri, "file:", 5) == 0;
}

/* Finds the file and reads its form; *needed: a passphrase. */
static enum devca_code probe(const struct doctor *doctor,
                             const struct store_authority *authority,
                             bool *needed, struct devca_error *failure)
{
    struct signer_location location = {authority->key_uri, doctor->devca.folder,
                                       NULL};

    return signer_needs_secret(&location, needed, failure);
}

static enum devca_code look_present(const struct store_authority *authority,
                                    void *context)
{
    struct doctor *doctor = context;
    struct devca_error failure = {0};
    bool needed;

    if (!is_file(authority) ||
        probe(doctor, authority, &needed, &failure) != DEVCA_E_KEY_MISSING)
        return DEVCA_OK;
    return doctor_find(doctor, authority->name, "%s: %s", authority->key_uri,
                       failure.fault);
}

static enum devca_code look_kept(const struct store_authority *authority,
                                 void *context)
{
    struct doctor *doctor = context;
    struct devca_error failure = {0};
    bool needed;
    enum devca_code code;

    if (!is_file(authority))
        return DEVCA_OK;
    code = probe(doctor, authority, &needed, &failure);
    if (code == DEVCA_E_KEY_MISSING)
        return DEVCA_OK;
    return doctor_bear(doctor, authority->key_uri, code, &failure);
}

static enum devca_code look_sealed(const struct store_authority *authority,
                                   void *context)
{
    struct doctor *doctor = context;
    bool needed = true;

    if (!is_file(authority) || !doctor->devca.settings.encrypted_keys ||
        probe(doctor, authority, &needed, NULL) != DEVCA_OK || needed)
        return DEVCA_OK;
    return doctor_find(doctor, authority->key_uri,
                       "stands in the clear, in a store that keeps its keys "
                       "encrypted");
}

/* Can the key be opened with what this visit was given? */
static bool may_open(const struct doctor *doctor,
                     const struct store_authority *authority)
{
    bool needed;

    if (authority->key_uri[0] == '\0')
        return false;
    /* Of a sample, what was asked for is compared with no row. */
    if (!is_file(authority))
        return doctor->devca.pin.source != NULL && !doctor->distrusts &&
               (doctor->full || authority->certificate_id != 0);
    if (probe(doctor, authority, &needed, NULL) != DEVCA_OK)
        return false;
    return !needed || doctor->devca.passphrase.source != NULL;
}

/* Opens a key; a finding of the check under way when that fails and `told`. */
static enum devca_code open_key(struct doctor *doctor,
                                const struct store_authority *authority,
                                bool told, struct signer **signer)
{
    struct devca_error failure = {0};
    enum devca_code code =
        handle_open_key(&doctor->devca, authority->key_uri, signer, &failure);

    if (code == DEVCA_E_SECRET) {
        if (doctor->error)
            *doctor->error = failure;
        return code;
    }
    return told ? doctor_bear(doctor, authority->key_uri, code, &failure)
                : DEVCA_OK;
}

/* A PIN that a token refuses is tried once: the handle remembers. */
static enum devca_code look_token(const struct store_authority *authority,
                                  void *context)
{
    struct doctor *doctor = context;
    struct signer *signer = NULL;
    enum devca_code code;

    if (is_file(authority) || !may_open(doctor, authority))
        return DEVCA_OK;
    code = open_key(doctor, authority, true, &signer);
    signer_close(signer);
    return code;
}

static enum devca_code look_match(const struct store_authority *authority,
                                  void *context)
{
    struct doctor *doctor = context;
    struct signer *signer = NULL;
    enum devca_code code;

    if (!may_open(doctor, authority))
        return DEVCA_OK;
    code = open_key(doctor, authority, is_file(authority), &signer);
    if (code == DEVCA_OK && signer &&
        !devid_slice_equal(public_key_slice(signer_public_key(signer)),
                           authority->public_key))
        code = doctor_find(doctor, authority->key_uri,
                           "is not the key of the CA %s", authority->name);
    signer_close(signer);
    return code;
}

static enum devca_code list(struct doctor *doctor, store_authority_each *each)
{
    struct devca_error failure = {0};
    enum devca_code code =
        store_authority_list(doctor->devca.store, each, doctor, &failure);

    if (code == DEVCA_E_SECRET)
        return code;
    return doctor_bear(doctor, "identity.db", code, &failure);
}

static enum devca_code check_present(struct doctor *doctor)
{
    return doctor->request->without_keys ? DEVCA_OK
                                         : list(doctor, look_present);
}

static enum devca_code check_kept(struct doctor *doctor)
{
    return list(doctor, look_kept);
}

static enum devca_code check_sealed(struct doctor *doctor)
{
    return list(doctor, look_sealed);
}

static enum devca_code check_token(struct doctor *doctor)
{
    return list(doctor, look_token);
}

static enum devca_code check_match(struct doctor *doctor)
{
    return list(doctor, look_match);
}

/* ---- the journal's own ---- */

static enum devca_code compare_journal(struct doctor *doctor,
                                       const struct journal_key *key)
{
    struct devid_slice own = {key->public_key, JOURNAL_KEY_LEN};
    struct store_journal_head head = {0};
    struct devca_error failure = {0};
    enum devca_code code =
        store_journal_head_get(doctor->devca.store, &head, &failure);

    if (code == DEVCA_OK && !devid_slice_equal(head.public_key, own))
        code = doctor_find(doctor, JOURNAL_FILE,
                           "is not the key that the journal is signed with");
    else if (code != DEVCA_E_NOT_FOUND)
        code = doctor_bear(doctor, "identity.db", code, &failure);
    else
        code = DEVCA_OK;
    store_row_clear(&head.memory);
    return code;
}

/* A journal that was never begun has no key yet. */
static bool has_journal(const struct doctor *doctor)
{
    struct store_journal_head head = {0};
    bool begun = store_journal_head_get(doctor->devca.store, &head, NULL) !=
                 DEVCA_E_NOT_FOUND;

    store_row_clear(&head.memory);
    return begun;
}

static enum devca_code check_journal_key(struct doctor *doctor)
{
    struct journal_key *key;
    struct devca_error failure = {0};
    struct bytes path = {0};
    enum devca_code code;

    if (!has_journal(doctor))
        return DEVCA_OK;
    key = secret_alloc(sizeof *key);
    if (!key)
        return fail_memory(doctor->error);
    code = handle_path(doctor->devca.folder, "keys/" JOURNAL_FILE, &path,
                       doctor->error);
    if (code == DEVCA_OK) {
        code = journal_key_read(key, (const char *)path.data, &failure);
        if (code == DEVCA_OK)
            code = compare_journal(doctor, key);
        else if (code == DEVCA_E_KEY_MISSING && doctor->request->without_keys)
            code = DEVCA_OK;
        else
            code = doctor_bear(doctor, "keys/" JOURNAL_FILE, code, &failure);
    }
    secret_free(key, sizeof *key);
    bytes_clear(&path);
    return code;
}

/* ---- files that nobody names ---- */

struct naming {
    const char *name;
    bool named;
};

static enum devca_code compare(const struct store_authority *authority,
                               void *context)
{
    struct naming *naming = context;

    if (strncmp(authority->key_uri, "file:keys/", 10) == 0 &&
        strcmp(authority->key_uri + 10, naming->name) == 0)
        naming->named = true;
    return DEVCA_OK;
}

static enum devca_code look_named(struct doctor *doctor, const char *name)
{
    struct naming naming = {name, false};
    struct devca_error failure = {0};
    enum devca_code code;

    if (name[0] == '.' || strcmp(name, JOURNAL_FILE) == 0)
        return DEVCA_OK;
    code =
        store_authority_list(doctor->devca.store, compare, &naming, &failure);
    if (code != DEVCA_OK || naming.named)
        return doctor_bear(doctor, "identity.db", code, &failure);
    return doctor_find(doctor, name, "is in keys/ and no CA names it");
}

static enum devca_code check_named(struct doctor *doctor)
{
    struct bytes path = {0};
    const struct dirent *entry;
    enum devca_code code;
    DIR *folder;

    code = handle_path(doctor->devca.folder, "keys", &path, doctor->error);
    if (code != DEVCA_OK)
        return code;
    folder = opendir((const char *)path.data);
    if (!folder)
        code =
            doctor_find(doctor, "keys", "cannot be read: %s", strerror(errno));
    while (folder && code == DEVCA_OK && (entry = readdir(folder)))
        code = look_named(doctor, entry->d_name);
    if (folder)
        closedir(folder);
    bytes_clear(&path);
    return code;
}

const struct doctor_check doctor_key_checks[] = {
    {{"key-missing", DOCTOR_FAULT,
      "put the file back, from a backup made with --with-keys or from where it "
      "is kept; until then this CA signs nothing"},
     check_present},
    {{"key-file", DOCTOR_FAULT,
      "chmod 600 a file that others may read, and ask who has; put a damaged "
      "one back from a backup"},
     check_kept},
    {{"key-clear", DOCTOR_WARNING,
      "encrypt it: openssl pkcs8 -topk8 -v2 aes-256-cbc -v2prf hmacWithSHA256 "
      "-iter 600000"},
     check_sealed},
    {{"key-token", DOCTOR_FAULT,
      "plug the token in, and give its PIN with --pin; devca key test says "
      "more, and a PIN that is refused is not tried twice"},
     check_token},
    {{"key-match", DOCTOR_FAULT,
      "put the right file under the name, and find out how another came "
      "there"},
     check_match},
    {{"journal-key", DOCTOR_FAULT,
      "put keys/journal.pem back from a backup made with --with-keys: until "
      "then nothing can be changed"},
     check_journal_key},
    {{"key-unnamed", DOCTOR_NOTE,
      "left over from a CA that was never recorded, or put there by hand: "
      "look, then take it away"},
     check_named},
    {{0}, NULL}};
