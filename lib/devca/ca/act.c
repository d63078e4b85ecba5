#include "devca/ca/act.h"

#include "devca/base/fail.h"
#include "devca/journal/note.h"
#include "devca/key/secret.h"
#include "devca/store/journal.h"
#include "devid/codec/der.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_FILE "keys/journal.pem"
#define HOST_MAX 256

void act_detail(struct act *act, const char *name, const char *text)
{
    if (text != NULL && act->detail_count < ACT_DETAILS)
        act->details[act->detail_count++] = canonical_text(name, text);
}

void act_detail_number(struct act *act, const char *name, int64_t number)
{
    if (act->detail_count < ACT_DETAILS)
        act->details[act->detail_count++] = canonical_number(name, number);
}

/* ---- who acts ---- */

/* user@host, when nobody said who. */
static char *default_actor(void)
{
    char host[HOST_MAX] = "", buffer[4096], text[2 * HOST_MAX];
    struct passwd entry, *found = NULL;

    if (gethostname(host, sizeof host - 1) != 0)
        host[0] = '\0';
    if (getpwuid_r(geteuid(), &entry, buffer, sizeof buffer, &found) == 0 &&
        found != NULL)
        snprintf(text, sizeof text, "%.200s@%s", found->pw_name, host);
    else
        snprintf(text, sizeof text, "uid-%lu@%s", (unsigned long)geteuid(),
                 host);
    return strdup(text);
}

static enum devca_code find_actor(struct devca *devca,
                                  struct devca_error *error)
{
    struct act_log *log = &devca->log;

    if (devca->actor == NULL)
        devca->actor = default_actor();
    if (devca->actor == NULL)
        return fail_memory(error);
    return store_actor_put(log->store, devca->actor, &log->actor_id, error);
}

/* ---- the key ---- */

static enum devca_code read_key(struct devca *devca, bool make,
                                struct devca_error *error)
{
    struct journal_key *key;
    struct bytes path = {0};
    struct stat info;
    enum devca_code code;

    if (devca->journal_key)
        return DEVCA_OK;
    key = secret_alloc(sizeof *key);
    if (!key)
        return fail_memory(error);
    code = handle_path(devca->folder, KEY_FILE, &path, error);
    /* A key without a journal is what an interrupted first act leaves. */
    if (code == DEVCA_OK && make &&
        lstat((const char *)path.data, &info) != 0 && errno == ENOENT) {
        code = journal_key_generate(key, error);
        if (code == DEVCA_OK)
            code = journal_key_write(key, (const char *)path.data, error);
    } else if (code == DEVCA_OK) {
        code = journal_key_read(key, (const char *)path.data, error);
    }
    if (code == DEVCA_OK)
        devca->journal_key = key;
    else
        secret_free(key, sizeof *key);
    bytes_clear(&path);
    return code;
}

static struct devid_slice key_slice(const struct devca *devca)
{
    return (struct devid_slice){devca->journal_key->public_key,
                                JOURNAL_KEY_LEN};
}

static enum devca_code refuse_key(const struct devca *devca,
                                  struct devca_error *error)
{
    fail(error, DEVCA_E_KEY, devca->folder, NULL, KEY_FILE,
         "is not the key that this store's journal is signed with");
    return fail_hint(error, DEVCA_E_KEY,
                     "bring back the one that belongs to the store; devca "
                     "audit verify says what it signed");
}

/* ---- beginning ---- */

static enum devca_code count_all(struct store *store, int64_t *certificates,
                                 struct devca_error *error)
{
    struct store_query everything = {.authorities = true};

    return store_query_count(store, &everything, certificates, error);
}

enum devca_code act_check_gone(const struct devca *devca, struct store *store,
                               struct devca_error *error)
{
    bool adopts = false;
    int64_t certificates = 0;
    enum devca_code code = store_journal_adopts(store, &adopts, error);

    if (code == DEVCA_OK)
        code = count_all(store, &certificates, error);
    if (code != DEVCA_OK || adopts || certificates == 0)
        return code;
    fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, "RFC 9162 2.1", "journal",
         "was taken away: it has no row, and the store's %" PRId64
         " certificates were made under one",
         certificates);
    return fail_hint(error, DEVCA_E_STORE_CORRUPT,
                     "nothing was changed; restore a backup, and see with "
                     "devca audit verify --checkpoint what it lacks");
}

/* What a store held before it had a journal. */
static enum devca_code append_first(struct devca *devca,
                                    struct devca_error *error)
{
    struct act act = {.act = JOURNAL_INIT, .object = devca->settings.org};
    int64_t certificates = 0;
    enum devca_code code = handle_now(&act.at, error);

    if (code == DEVCA_OK)
        code = count_all(devca->log.store, &certificates, error);
    if (certificates > 0)
        act.act = JOURNAL_ADOPT;
    act_detail_number(&act, "certificates", certificates);
    act_detail(&act, "country", devca->settings.country);
    act_detail(&act, "keys",
               devca->settings.encrypted_keys ? "encrypted" : "plain");
    if (code == DEVCA_OK)
        code = act_append(devca, &act, error);
    return code;
}

static enum devca_code take_head(struct devca *devca, struct devca_error *error)
{
    struct act_log *log = &devca->log;
    struct store_journal_head head;
    enum devca_code code = store_journal_head_get(log->store, &head, error);

    if (code == DEVCA_E_NOT_FOUND) {
        code = act_check_gone(devca, log->store, error);
        if (code == DEVCA_OK)
            code = read_key(devca, true, error);
        memset(&log->tree, 0, sizeof log->tree);
        if (code == DEVCA_OK)
            code = append_first(devca, error);
        return code;
    }
    if (code == DEVCA_OK &&
        !merkle_load(&log->tree, (uint64_t)head.size, head.edge))
        code = fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, "RFC 9162 2.1",
                    "journal", "its head is damaged");
    if (code == DEVCA_OK)
        code = read_key(devca, false, error);
    if (code == DEVCA_OK &&
        !devid_slice_equal(head.public_key, key_slice(devca)))
        code = refuse_key(devca, error);
    store_row_clear(&head.memory);
    return code;
}

enum devca_code act_begin(struct devca *devca, struct store *store,
                          struct devca_error *error)
{
    enum devca_code code = store_begin(store, error);

    if (code != DEVCA_OK)
        return code;
    devca->log.store = store;
    devca->log.rows = 0;
    code = store_check_version(store, error);
    if (code == DEVCA_OK)
        code = find_actor(devca, error);
    if (code == DEVCA_OK)
        code = take_head(devca, error);
    if (code != DEVCA_OK)
        act_rollback(devca);
    return code;
}

/* ---- rows ---- */

/* What *subject views, until row is cleared. */
struct found_subject {
    struct store_journal_subject row;
    uint8_t fingerprint[32];
};

static enum devca_code read_subject(struct devca *devca, const struct act *act,
                                    struct found_subject *found,
                                    struct journal_subject *subject,
                                    struct devca_error *error)
{
    const struct store_journal_subject *row = &found->row;
    enum devca_code code;

    if (act->subject != NULL)
        *subject = *act->subject;
    if (act->subject != NULL || act->certificate_id == 0)
        return DEVCA_OK;
    code = store_journal_subject(devca->log.store, act->certificate_id,
                                 &found->row, error);
    digest_sha256(row->der, found->fingerprint);
    subject->fingerprint = (struct devid_slice){found->fingerprint, 32};
    subject->serial = row->serial;
    subject->uid = row->uid;
    subject->issuer = row->issuer;
    subject->profile = row->profile;
    return code;
}

static struct devid_slice text_slice(const char *text)
{
    struct devid_slice slice = {(const uint8_t *)text, 0};

    slice.len = text != NULL ? strlen(text) : 0;
    return slice;
}

static enum devca_code put_row(struct devca *devca, const struct act *act,
                               struct journal_entry *entry,
                               struct devca_error *error)
{
    struct act_log *log = &devca->log;
    uint8_t leaf[MERKLE_HASH];
    struct store_journal_row row = {.at = act->at,
                                    .actor_id = log->actor_id,
                                    .act = act->act,
                                    .certificate_id = act->certificate_id,
                                    .object = entry->object,
                                    .details = entry->details,
                                    .leaf = {leaf, sizeof leaf}};
    enum devca_code code;

    row.seq = entry->seq = (int64_t)log->tree.size + 1;
    if (!journal_entry_leaf(entry, leaf))
        return fail_memory(error);
    code = store_journal_put(log->store, &row, error);
    if (code == DEVCA_E_EXISTS) {
        fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, "RFC 9162 2.1",
             "journal", "the place of its next row is taken");
        return fail_hint(error, DEVCA_E_STORE_CORRUPT,
                         "nothing was changed; devca audit verify says more");
    }
    if (code == DEVCA_OK) {
        merkle_append(&log->tree, leaf);
        log->rows++;
    }
    return code;
}

enum devca_code act_append(struct devca *devca, const struct act *act,
                           struct devca_error *error)
{
    struct journal_entry entry = {.at = act->at, .act = act->act};
    struct found_subject found = {.row = {.memory = NULL}};
    struct bytes details = {0};
    enum devca_code code;

    code = read_subject(devca, act, &found, &entry.subject, error);
    if (code == DEVCA_OK && act->detail_count > 0 &&
        !canonical_write(act->details, act->detail_count, &details))
        code = fail_memory(error);
    entry.actor = text_slice(devca->actor);
    entry.object = text_slice(act->object);
    entry.details = bytes_slice(&details);
    if (code == DEVCA_OK)
        code = put_row(devca, act, &entry, error);
    bytes_clear(&details);
    store_row_clear(&found.row.memory);
    return code;
}

enum devca_code act_append_authority(struct devca *devca, struct act *act,
                                     int64_t authority_id,
                                     struct devca_error *error)
{
    struct store_authority authority = {0};
    enum devca_code code;

    code =
        store_authority_get(devca->log.store, authority_id, &authority, error);
    act->certificate_id = authority.certificate_id;
    if (act->object == NULL)
        act->object = authority.name;
    if (code == DEVCA_OK)
        code = act_append(devca, act, error);
    store_row_clear(&authority.memory);
    return code;
}

/* ---- the end ---- */

static enum devca_code seal(struct devca *devca, struct devca_error *error)
{
    struct act_log *log = &devca->log;
    struct checkpoint checkpoint = {.size = log->tree.size};
    struct store_checkpoint row = {
        .size = (int64_t)log->tree.size,
        .root = {checkpoint.root, MERKLE_HASH},
        .signature = {checkpoint.signature, JOURNAL_SIGNATURE_LEN}};
    struct store_journal_head head = {.size = (int64_t)log->tree.size,
                                      .edge = merkle_edge(&log->tree),
                                      .public_key = key_slice(devca)};
    enum devca_code code;

    merkle_root(&log->tree, checkpoint.root);
    code = note_sign(&checkpoint, devca->journal_key, error);
    if (code == DEVCA_OK)
        code = store_checkpoint_put(log->store, &row, error);
    if (code == DEVCA_OK)
        code = store_journal_head_put(log->store, &head, error);
    return code;
}

enum devca_code act_commit(struct devca *devca, struct devca_error *error)
{
    enum devca_code code;

    if (devca->log.rows == 0)
        return fail(error, DEVCA_E_INTERNAL, devca->folder, NULL, "journal",
                    "an act left no row, and is undone");
    code = seal(devca, error);
    if (code == DEVCA_OK)
        code = store_commit(devca->log.store, error);
    return code;
}

void act_rollback(struct devca *devca)
{
    if (devca->log.store != NULL)
        store_rollback(devca->log.store);
    devca->log.store = NULL;
}

/* ---- refusals ---- */

void act_refusal(struct act *act, const char *object,
                 const struct devca_error *error)
{
    act->act = JOURNAL_REFUSE;
    act->object = object;
    act_detail(act, "clause", error->clause[0] ? error->clause : NULL);
    act_detail(act, "code", devca_code_text(error->code));
    act_detail(act, "fault", error->fault);
    act_detail(act, "field", error->field[0] ? error->field : NULL);
}

void act_refuse(struct devca *devca, const char *object,
                const struct devca_error *error)
{
    struct devca_error ignored;
    struct act act = {0};
    enum devca_code code;

    if (devca_code_exit(error->code) != 3)
        return;
    act_refusal(&act, object, error);
    code = handle_now(&act.at, &ignored);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, &ignored);
    if (code == DEVCA_OK)
        code = act_append(devca, &act, &ignored);
    if (code == DEVCA_OK)
        (void)act_commit(devca, &ignored);
    act_rollback(devca);
}
