/* The end of a ceremony: its row in the journal, and the checkpoint over it. */
#include "devca/ca/act.h"
#include "devca/ca/result.h"
#include "devca/ceremony/transcript.h"
#include "devca/store/journal.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devid/codec/der.h"

#include <devca/audit.h>
#include <devca/ceremony.h>

#include <string.h>

struct ceremony_work {
    struct devca *devca;
    struct devca_transcript *transcript;
    char plan[65];
    char body[65];
    struct bytes details; /* of the row, canonical */
    int64_t seq;          /* of the row, 0: there is none yet */
};

static enum devca_code hash_body(struct ceremony_work *work,
                                 struct devca_error *error)
{
    struct bytes text = {0};
    uint8_t digest[32];
    bool good = transcript_body(work->transcript, &text);

    if (good)
        digest_sha256(bytes_slice(&text), digest);
    bytes_clear(&text);
    if (!good)
        return fail_memory(error);
    hex_write((struct devid_slice){digest, sizeof digest}, work->body);
    hex_write((struct devid_slice){work->transcript->plan->sha256, 32},
              work->plan);
    return DEVCA_OK;
}

static void describe(const struct ceremony_work *work, struct act *act)
{
    act->act = JOURNAL_CEREMONY;
    act->object = work->transcript->plan->title;
    act_detail(act, "plan_sha256", work->plan);
    act_detail_number(act, "present",
                      (int64_t)work->transcript->plan->person_count);
    act_detail_number(act, "steps",
                      (int64_t)work->transcript->plan->step_count);
    act_detail(act, "text_sha256", work->body);
}

static enum devca_code compare(const struct store_journal_row *row,
                               void *context)
{
    struct ceremony_work *work = context;

    if (devid_slice_equal(row->details, bytes_slice(&work->details)))
        work->seq = row->seq;
    return DEVCA_OK;
}

/* A run that was cut off may have left the row and not the files. */
static enum devca_code find_row(struct ceremony_work *work,
                                const struct act *act,
                                struct devca_error *error)
{
    struct store_journal_query query = {.act = JOURNAL_CEREMONY};

    if (!canonical_write(act->details, act->detail_count, &work->details))
        return fail_memory(error);
    return store_journal_list(work->devca->store, &query, compare, work, error);
}

static enum devca_code append_row(struct ceremony_work *work, struct act *act,
                                  struct devca_error *error)
{
    struct devca *devca = work->devca;
    enum devca_code code = handle_now(&act->at, error);

    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = act_append(devca, act, error);
    if (code == DEVCA_OK) {
        work->seq = (int64_t)devca->log.tree.size;
        code = act_commit(devca, error);
    }
    act_rollback(devca);
    return code;
}

static enum devca_code gather(void *context, const void *data, size_t len)
{
    return bytes_append(context, data, len) ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

static const char *field_text(const struct devca_result *result,
                              const char *name)
{
    const struct devca_field *field = devca_record_find(&result->record, name);

    return field && field->type == DEVCA_TEXT ? (const char *)field->octets.data
                                              : "";
}

static enum devca_code seal(struct ceremony_work *work,
                            struct devca_error *error)
{
    struct devca_result result = {0};
    struct bytes note = {0};
    struct devca_sink sink = {gather, &note};
    struct transcript_seal seal = {.body = work->body};
    enum devca_code code =
        devca_audit_checkpoint(work->devca, &sink, &result, error);

    if (code == DEVCA_OK) {
        seal.checkpoint = (const char *)note.data;
        seal.key = field_text(&result, "key");
        code = transcript_seal(work->transcript, &seal, error);
    }
    devca_result_clear(&result);
    bytes_clear(&note);
    return code;
}

static enum devca_code close_up(struct ceremony_work *work, struct act *act,
                                struct devca_error *error)
{
    enum devca_code code = work->seq ? DEVCA_OK : append_row(work, act, error);

    return code == DEVCA_OK ? seal(work, error) : code;
}

static enum devca_code refuse_gone(const struct ceremony_work *work,
                                   struct devca_error *error)
{
    fail(error, DEVCA_E_MISMATCH, work->transcript->json_path, NULL, "journal",
         "the ceremony came to its end, but this store's journal has no row of "
         "it");
    return fail_hint(error, DEVCA_E_MISMATCH,
                     "another store, or an older copy: devca audit verify "
                     "--checkpoint with the one in the transcript");
}

static enum devca_code tell(const struct ceremony_work *work,
                            struct devca_result *result,
                            struct devca_error *error)
{
    const struct devca_transcript *transcript = work->transcript;

    result_text(result, "ceremony", transcript->plan->title);
    result_integer(result, "steps", (int64_t)transcript->plan->step_count);
    result_text(result, "plan_sha256", work->plan);
    result_text(result, "transcript", transcript->json_path);
    result_text(result, "text", transcript->text_path);
    result_text(result, "text_sha256", work->body);
    result_integer(result, "journal_seq", work->seq);
    return result_done(result, error);
}

enum devca_code devca_ceremony_end(struct devca *devca,
                                   struct devca_transcript *transcript,
                                   struct devca_result *result,
                                   struct devca_error *error)
{
    struct ceremony_work work = {.devca = devca, .transcript = transcript};
    struct act act = {0};
    enum devca_code code = hash_body(&work, error);

    describe(&work, &act);
    if (code == DEVCA_OK)
        code = find_row(&work, &act, error);
    if (code == DEVCA_OK && devca_transcript_ended(transcript))
        code = work.seq ? DEVCA_OK : refuse_gone(&work, error);
    else if (code == DEVCA_OK)
        code = close_up(&work, &act, error);
    if (code == DEVCA_OK)
        code = tell(&work, result, error);
    bytes_clear(&work.details);
    return code;
}
