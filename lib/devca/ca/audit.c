/* The journal: its rows, its newest head, proofs of a row. */
#include "devca/ca/audit.h"
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"

#include <string.h>

void audit_entry(const struct store_journal_row *row, uint8_t *digest,
                 struct journal_entry *entry)
{
    memset(entry, 0, sizeof *entry);
    entry->seq = row->seq;
    entry->at = row->at;
    entry->actor = row->actor;
    entry->act = row->act;
    entry->object = row->object;
    entry->details = row->details;
    if (row->certificate_id == 0)
        return;
    digest_sha256(row->subject.der, digest);
    entry->subject.fingerprint = (struct devid_slice){digest, 32};
    entry->subject.serial = row->subject.serial;
    entry->subject.uid = row->subject.uid;
    entry->subject.issuer = row->subject.issuer;
    entry->subject.profile = row->subject.profile;
}

enum devca_code audit_leaf(const struct store_journal_row *row, bool *holds,
                           struct devca_error *error)
{
    struct journal_entry entry;
    uint8_t digest[32], leaf[MERKLE_HASH];

    *holds = false;
    audit_entry(row, digest, &entry);
    if (!journal_entry_leaf(&entry, leaf))
        return fail_memory(error);
    *holds = row->leaf.len == MERKLE_HASH &&
             memcmp(leaf, row->leaf.data, MERKLE_HASH) == 0;
    return DEVCA_OK;
}

static enum devca_code tell_none(const struct devca *devca,
                                 struct devca_error *error)
{
    enum devca_code code = act_check_gone(devca, devca->store, error);

    if (code != DEVCA_OK)
        return code;
    fail(error, DEVCA_E_NOT_FOUND, devca->folder, NULL, "journal",
         "nothing was ever written to it");
    return fail_hint(error, DEVCA_E_NOT_FOUND,
                     "it begins with the next command that changes the store");
}

static enum devca_code look_first(const struct store_journal_row *row,
                                  void *context)
{
    bool *adopted = context;

    *adopted = row->seq == 1 && row->act == JOURNAL_ADOPT;
    return DEVCA_E_NOT_FOUND; /* no further row */
}

enum devca_code audit_begun_anew(const struct devca *devca, bool *anew,
                                 struct devca_error *error)
{
    struct store_journal_query query = {0};
    bool adopts = false;
    enum devca_code code = store_journal_adopts(devca->store, &adopts, error);

    *anew = false;
    if (code == DEVCA_OK && !adopts)
        code =
            store_journal_list(devca->store, &query, look_first, anew, error);
    return code == DEVCA_E_NOT_FOUND ? DEVCA_OK : code;
}

enum devca_code audit_head(struct devca *devca, struct audit_head *head,
                           struct devca_error *error)
{
    struct store_journal_head row;
    enum devca_code code;

    memset(head, 0, sizeof *head);
    code = store_journal_head_get(devca->store, &row, error);
    if (code == DEVCA_E_NOT_FOUND) {
        code = tell_none(devca, error);
    } else if (code == DEVCA_OK && row.public_key.len != JOURNAL_KEY_LEN) {
        code = fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, NULL,
                    "journal", "its key is damaged");
    } else if (code == DEVCA_OK) {
        head->size = row.size;
        memcpy(head->public_key, row.public_key.data, JOURNAL_KEY_LEN);
        if (row.size < 0 ||
            !merkle_load(&head->tree, (uint64_t)row.size, row.edge))
            memset(&head->tree, 0, sizeof head->tree);
    }
    store_row_clear(&row.memory);
    return code;
}

bool audit_checkpoint(const struct store_checkpoint *row,
                      struct checkpoint *checkpoint)
{
    memset(checkpoint, 0, sizeof *checkpoint);
    if (row->size <= 0 || row->root.len != MERKLE_HASH ||
        row->signature.len != JOURNAL_SIGNATURE_LEN)
        return false;
    checkpoint->size = (uint64_t)row->size;
    memcpy(checkpoint->root, row->root.data, MERKLE_HASH);
    memcpy(checkpoint->signature, row->signature.data, JOURNAL_SIGNATURE_LEN);
    return true;
}

/* ---- log ---- */

struct log_stream {
    const struct devca_audit_log_request *request;
    devca_record_each *each;
    void *context;
    struct devca_error *error;
    int64_t rows;
    bool full;
};

static enum devca_code tell_row(const struct store_journal_row *row,
                                struct log_stream *stream)
{
    struct devca_result result = {0};
    struct journal_entry entry;
    struct bytes text = {0};
    uint8_t digest[32];
    enum devca_code code = DEVCA_OK;

    audit_entry(row, digest, &entry);
    if (!journal_entry_write(&entry, &text))
        code = fail_memory(stream->error);
    result_integer(&result, "seq", row->seq);
    result_time(&result, "at", row->at);
    result_slice_text(&result, "actor", row->actor);
    result_text(&result, "act", journal_act_name(row->act));
    if (row->object.len > 0)
        result_slice_text(&result, "object", row->object);
    else
        result_hex(&result, "object", row->subject.uid);
    result_slice_text(&result, "details", row->details);
    result_hex(&result, "leaf", row->leaf);
    result_slice_text(&result, "entry", bytes_slice(&text));
    if (code == DEVCA_OK)
        code = result_done(&result, stream->error);
    if (code == DEVCA_OK)
        code = stream->each(&result.record, stream->context);
    devca_result_clear(&result);
    bytes_clear(&text);
    return code;
}

static enum devca_code take_row(const struct store_journal_row *row,
                                void *context)
{
    struct log_stream *stream = context;
    int64_t limit = stream->request->limit;
    enum devca_code code = tell_row(row, stream);

    stream->rows++;
    if (code != DEVCA_OK || limit == 0 || stream->rows < limit)
        return code;
    stream->full = true;
    return DEVCA_E_FINDINGS; /* only to stop */
}

enum devca_code devca_audit_log(struct devca *devca,
                                const struct devca_audit_log_request *request,
                                devca_record_each *each, void *context,
                                struct devca_error *error)
{
    struct log_stream stream = {request, each, context, error, 0, false};
    struct store_journal_query query = {.after = request->after,
                                        .actor = request->actor,
                                        .since = request->since,
                                        .ends = request->ends,
                                        .until = request->until,
                                        .object = request->object};
    enum devca_code code;

    if (request->act != NULL)
        query.act = journal_act_read(request->act);
    if (request->act != NULL && query.act == 0)
        return fail(error, DEVCA_E_USAGE, "--act", NULL, NULL,
                    "%s is not an act of the journal", request->act);
    code = store_journal_list(devca->store, &query, take_row, &stream, error);
    if (stream.full)
        code = DEVCA_OK;
    if (code == DEVCA_OK && stream.rows == 0)
        code = fail(error, DEVCA_E_NOT_FOUND, "audit log", NULL, NULL,
                    "nothing matches");
    return code;
}

/* ---- the newest checkpoint ---- */

struct newest {
    struct checkpoint checkpoint;
    bool whole;
};

static enum devca_code take_newest(const struct store_checkpoint *row,
                                   void *context)
{
    struct newest *newest = context;

    newest->whole = audit_checkpoint(row, &newest->checkpoint);
    return DEVCA_OK;
}

/* What others would refuse is not given out. */
static enum devca_code refuse_damaged(const struct devca *devca,
                                      const char *field, const char *fault,
                                      struct devca_error *error)
{
    fail(error, DEVCA_E_STORE_CORRUPT, devca->folder, "RFC 9162 2.1", field,
         "%s", fault);
    return fail_hint(error, DEVCA_E_STORE_CORRUPT,
                     "devca audit verify says more");
}

static enum devca_code find_newest(struct devca *devca, struct audit_head *head,
                                   struct checkpoint *checkpoint,
                                   struct devca_error *error)
{
    struct newest newest = {.whole = false};
    enum devca_code code = audit_head(devca, head, error);

    if (code == DEVCA_OK)
        code = store_checkpoint_last(devca->store, take_newest, &newest, error);
    if (code == DEVCA_OK &&
        !(newest.whole && note_holds(&newest.checkpoint, head->public_key)))
        code = refuse_damaged(devca, "checkpoint",
                              "the newest is not signed by the journal's key",
                              error);
    *checkpoint = newest.checkpoint;
    return code;
}

static enum devca_code write_out(const struct devca_sink *sink,
                                 const struct bytes *text)
{
    if (sink == NULL || sink->write == NULL)
        return DEVCA_OK;
    return sink->write(sink->context, text->data, text->len);
}

/* What every result about a head says. */
static enum devca_code tell_head(const struct checkpoint *checkpoint,
                                 const uint8_t *public_key,
                                 struct devca_result *result,
                                 struct devca_error *error)
{
    char origin[NOTE_ORIGIN_TEXT];
    struct bytes key = {0};
    enum devca_code code = DEVCA_OK;

    note_origin(public_key, origin);
    if (!note_key_write(public_key, &key))
        code = fail_memory(error);
    result_text(result, "origin", origin);
    result_integer(result, "size", (int64_t)checkpoint->size);
    result_hex(result, "root",
               (struct devid_slice){checkpoint->root, MERKLE_HASH});
    result_slice_text(result, "key", bytes_slice(&key));
    if (code == DEVCA_OK)
        code = result_done(result, error);
    bytes_clear(&key);
    return code;
}

enum devca_code devca_audit_checkpoint(struct devca *devca,
                                       const struct devca_sink *sink,
                                       struct devca_result *result,
                                       struct devca_error *error)
{
    struct checkpoint checkpoint;
    struct audit_head head;
    struct bytes text = {0};
    enum devca_code code = find_newest(devca, &head, &checkpoint, error);

    if (code == DEVCA_OK && !note_write(&checkpoint, head.public_key, &text))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = write_out(sink, &text);
    if (code == DEVCA_OK)
        code = tell_head(&checkpoint, head.public_key, result, error);
    bytes_clear(&text);
    return code;
}

/* ---- proofs ---- */

static enum devca_code add_leaf(int64_t seq, struct devid_slice leaf,
                                void *context)
{
    struct merkle *tree = context;

    (void)seq;
    if (leaf.len == MERKLE_HASH)
        merkle_append(tree, leaf.data);
    return DEVCA_OK;
}

/* The head of leaves [from, to). */
static enum devca_code head_of(struct devca *devca,
                               const struct merkle_range *range, uint8_t *head,
                               struct devca_error *error)
{
    struct merkle tree = {0};
    enum devca_code code;

    code = store_journal_leaves(devca->store, (int64_t)range->from,
                                (int64_t)range->to, add_leaf, &tree, error);
    if (code == DEVCA_OK && tree.size != range->to - range->from)
        code = refuse_damaged(devca, "journal", "rows are missing", error);
    merkle_root(&tree, head);
    return code;
}

static enum devca_code fill_path(struct devca *devca, struct note_proof *proof,
                                 struct devca_error *error)
{
    struct merkle_range ranges[MERKLE_LEVELS];
    enum devca_code code = DEVCA_OK;
    unsigned i;

    proof->count = merkle_path(proof->index, proof->checkpoint.size, ranges);
    for (i = 0; code == DEVCA_OK && i < proof->count; i++)
        code = head_of(devca, &ranges[i], proof->path[i], error);
    return code;
}

/* Whoever was at the database must not get a proof of it that looks like one.
 */
static enum devca_code check_path(struct devca *devca,
                                  const struct note_proof *proof,
                                  struct devca_error *error)
{
    enum devca_code code = note_proof_check(proof, devca->folder, error);

    if (code != DEVCA_E_REFUSED)
        return code;
    return refuse_damaged(devca, "journal",
                          "the row is not one that the newest checkpoint was "
                          "signed over",
                          error);
}

struct wanted {
    int64_t id;
    int64_t seq;
    struct bytes text;
    bool short_of_memory;
};

static enum devca_code take_entry(const struct store_journal_row *row,
                                  void *context)
{
    struct wanted *wanted = context;
    struct journal_entry entry;
    uint8_t digest[32];

    audit_entry(row, digest, &entry);
    if (row->seq == wanted->seq)
        wanted->short_of_memory = !journal_entry_write(&entry, &wanted->text);
    return DEVCA_E_FINDINGS; /* the first is the one */
}

static enum devca_code take_id(const struct store_query_row *row, void *context)
{
    ((struct wanted *)context)->id = row->id;
    return DEVCA_OK;
}

/* The row of the newest certificate of a UID. */
static enum devca_code find_uid(struct devca *devca,
                                const struct devca_audit_prove_request *request,
                                struct wanted *wanted,
                                struct devca_error *error)
{
    struct store_query query = {.product = request->product};
    struct bytes uid = {0};
    enum devca_code code = input_uid(request->uid, NULL, &uid, error);

    query.uid = bytes_slice(&uid);
    if (code == DEVCA_OK)
        code = store_query_run(devca->store, &query, take_id, wanted, error);
    if (code == DEVCA_OK && wanted->id != 0)
        code = store_journal_of(devca->store, wanted->id, &wanted->seq, error);
    if (code == DEVCA_OK && wanted->seq == 0)
        code = fail(error, DEVCA_E_NOT_FOUND, request->uid, NULL, "uid",
                    wanted->id == 0 ? "no device of that UID"
                                    : "was issued before there was a journal");
    bytes_clear(&uid);
    return code;
}

static enum devca_code
find_entry(struct devca *devca, const struct devca_audit_prove_request *request,
           struct wanted *wanted, struct devca_error *error)
{
    struct store_journal_query query = {0};
    enum devca_code code = DEVCA_OK;

    if ((request->uid != NULL) == (request->seq != 0))
        return fail(error, DEVCA_E_USAGE, "audit prove", NULL, NULL,
                    "needs one of a UID and a sequence number");
    wanted->seq = request->seq;
    if (request->uid != NULL)
        code = find_uid(devca, request, wanted, error);
    if (code != DEVCA_OK)
        return code;
    query.after = wanted->seq - 1;
    code = store_journal_list(devca->store, &query, take_entry, wanted, error);
    if (code == DEVCA_E_FINDINGS)
        code = wanted->short_of_memory ? fail_memory(error) : DEVCA_OK;
    if (code == DEVCA_OK && wanted->text.len == 0)
        code = fail(error, DEVCA_E_NOT_FOUND, "--seq", NULL, "journal",
                    "has no row %lld", (long long)wanted->seq);
    return code;
}

enum devca_code
devca_audit_prove(struct devca *devca,
                  const struct devca_audit_prove_request *request,
                  const struct devca_sink *sink, struct devca_result *result,
                  struct devca_error *error)
{
    struct note_proof proof = {0};
    struct wanted wanted = {0};
    struct audit_head head;
    struct bytes text = {0};
    enum devca_code code;

    code = find_newest(devca, &head, &proof.checkpoint, error);
    if (code == DEVCA_OK)
        code = find_entry(devca, request, &wanted, error);
    proof.entry = bytes_slice(&wanted.text);
    proof.index = (uint64_t)wanted.seq - 1;
    if (code == DEVCA_OK)
        code = fill_path(devca, &proof, error);
    if (code == DEVCA_OK)
        code = check_path(devca, &proof, error);
    if (code == DEVCA_OK && !note_proof_write(&proof, head.public_key, &text))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = write_out(sink, &text);
    result_integer(result, "seq", wanted.seq);
    result_slice_text(result, "entry", proof.entry);
    if (code == DEVCA_OK)
        code = tell_head(&proof.checkpoint, head.public_key, result, error);
    bytes_clear(&text);
    bytes_clear(&wanted.text);
    return code;
}

enum devca_code
devca_audit_verify_proof(const struct devca_audit_proof_request *request,
                         struct devca_result *result, struct devca_error *error)
{
    uint8_t public_key[JOURNAL_KEY_LEN];
    struct note_source source = {request->proof, public_key, request->name};
    struct note_proof proof;
    struct bytes entry = {0};
    enum devca_code code = crypto_init(error);

    if (code == DEVCA_OK)
        code = note_key_read(request->key, public_key, error);
    if (code == DEVCA_OK)
        code = note_proof_read(&proof, &source, &entry, error);
    if (code == DEVCA_OK) {
        result_integer(result, "seq", (int64_t)proof.index + 1);
        result_slice_text(result, "entry", proof.entry);
        code = tell_head(&proof.checkpoint, public_key, result, error);
    }
    bytes_clear(&entry);
    return code;
}
