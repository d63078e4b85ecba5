/* One attempt at a step: what it read, told and made, and how it ended. */
#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ceremony/file_hash.h"
#include "devca/ceremony/transcript.h"
#include "devca/json/document.h"

#include <devca/version.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define RECORDS_MAX 100

static enum devca_code put_time(json_t *object, const char *name,
                                struct devca_error *error)
{
    char text[DEVCA_TIME_TEXT];
    devca_seconds now;

    if (!devca_now(&now))
        return fail(error, DEVCA_E_CLOCK, "DEVCA_CLOCK", "RFC 3339 5.6", NULL,
                    "is not a point in time");
    devca_time_write(now, text);
    return json_object_set_new(object, name, json_string(text)) == 0
               ? DEVCA_OK
               : fail_memory(error);
}

/* What runs, whenever it is not what ran last: a ceremony may be taken up with
 * another version. */
static enum devca_code put_software(struct devca_transcript *transcript,
                                    struct devca_error *error)
{
    json_t *list = json_object_get(transcript->top, "software");
    json_t *own =
        json_pack("{s:s, s:s, s:s, s:s}", "devca", devca_version(), "wolfssl",
                  devca_wolfcrypt_version(), "wolfssl_build",
                  devca_wolfcrypt_flavour(), "sqlite", devca_sqlite_version());
    size_t count = json_array_size(list);
    bool same = own && count > 0 &&
                json_equal(own, json_array_get(list, count - 1)) == 1;
    int failed = !own || (!same && json_array_append(list, own) != 0);

    json_decref(own);
    return failed ? fail_memory(error) : DEVCA_OK;
}

/* ---- the command line ---- */

/* As a shell would want it, so that what is printed can be typed. */
static bool put_word(struct bytes *text, const char *word)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
                                "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_./:=,+@%";
    bool good = bytes_append_text(text, " ");

    if (word[0] && strspn(word, plain) == strlen(word))
        return good && bytes_append_text(text, word);
    good = good && bytes_append_text(text, "'");
    for (; good && *word; word++)
        good = *word == '\'' ? bytes_append_text(text, "'\\''")
                             : bytes_append(text, word, 1);
    return good && bytes_append_text(text, "'");
}

static bool put_option(struct bytes *text, const struct devca_plan_pair *option)
{
    return bytes_append_text(text, " --") &&
           bytes_append_text(text, option->name) &&
           (option->value[0] == '\0' || put_word(text, option->value));
}

static bool put_words(struct bytes *text, const struct devca_plan_step *step)
{
    bool good = bytes_append_text(text, "devca ") &&
                bytes_append_text(text, step->command);
    size_t i;

    for (i = 0; good && i < step->argument_count; i++)
        good = put_word(text, step->arguments[i]);
    for (i = 0; good && i < step->option_count; i++)
        good = put_option(text, &step->options[i]);
    return good;
}

enum devca_code devca_plan_words(const struct devca_plan_step *step,
                                 const struct devca_sink *sink)
{
    struct bytes text = {0};
    enum devca_code code = DEVCA_E_NO_MEMORY;

    if (put_words(&text, step))
        code = sink->write(sink->context, text.data, text.len);
    bytes_clear(&text);
    return code;
}

static json_t *words_json(const struct devca_plan_step *step)
{
    struct bytes text = {0};
    json_t *words = NULL;

    if (put_words(&text, step))
        words = json_stringn((const char *)text.data, text.len);
    bytes_clear(&text);
    return words;
}

/* ---- beginning ---- */

/* What an attempt told that was cut off, or failed later. */
static int take_over(json_t *now, const json_t *last)
{
    json_t *records = json_object_get(last, "records");

    return json_object_set_new(now, "found", json_true()) != 0 ||
           (records && json_object_set(now, "records", records) != 0);
}

enum devca_code devca_transcript_begin(struct devca_transcript *transcript,
                                       const struct devca_plan_step *step,
                                       int64_t journal, bool found,
                                       struct devca_error *error)
{
    const json_t *last = transcript_last(transcript, step->id);
    enum devca_code code = put_software(transcript, error);
    json_t *now;

    if (code != DEVCA_OK)
        return code;
    now = json_pack("{s:s, s:o, s:s?, s:s, s:I, s:[], s:[], s:[]}", "id",
                    step->id, "command", words_json(step), "note", step->note,
                    "state", "begun", "journal_rows", (json_int_t)journal,
                    "inputs", "outputs", "records");
    if (!now || json_array_append_new(transcript->steps, now) != 0)
        return fail_memory(error);
    if (found && take_over(now, last) != 0)
        return fail_memory(error);
    transcript->now = now;
    code = put_time(now, "begun_at", error);
    return code == DEVCA_OK ? transcript_save(transcript, error) : code;
}

/* ---- what it told ---- */

static enum devca_code gather(void *context, const void *data, size_t len)
{
    return bytes_append(context, data, len) ? DEVCA_OK : DEVCA_E_NO_MEMORY;
}

/* Certificates stand in the files that were made. */
static enum devca_code record_json(const struct devca_record *record,
                                   json_t **object)
{
    struct devca_field *fields =
        calloc(record->count + 1, sizeof *record->fields);
    struct devca_record told = {fields, 0};
    struct bytes text = {0};
    struct devca_sink sink = {gather, &text};
    struct document_fault fault;
    enum devca_code code = fields ? DEVCA_OK : DEVCA_E_NO_MEMORY;
    size_t i;

    *object = NULL;
    for (i = 0; fields && i < record->count; i++)
        if (record->fields[i].type != DEVCA_BASE64)
            fields[told.count++] = record->fields[i];
    if (code == DEVCA_OK)
        code = devca_record_write(&told, DEVCA_FORMAT_JSONL, &sink);
    if (code == DEVCA_OK)
        code = document_read(bytes_slice(&text), object, &fault);
    bytes_clear(&text);
    free(fields);
    return code;
}

enum devca_code devca_transcript_record(const struct devca_record *record,
                                        void *context)
{
    struct devca_transcript *transcript = context;
    json_t *records = json_object_get(transcript->now, "records");
    json_t *object = NULL;
    json_int_t more;
    enum devca_code code;

    if (json_array_size(records) == RECORDS_MAX) {
        more = json_integer_value(
            json_object_get(transcript->now, "more_records"));
        return json_object_set_new(transcript->now, "more_records",
                                   json_integer(more + 1)) == 0
                   ? DEVCA_OK
                   : DEVCA_E_NO_MEMORY;
    }
    code = record_json(record, &object);
    if (code == DEVCA_OK && json_array_append_new(records, object) != 0)
        code = DEVCA_E_NO_MEMORY;
    return code;
}

void devca_transcript_forget(struct devca_transcript *transcript)
{
    (void)json_array_clear(json_object_get(transcript->now, "records"));
    (void)json_object_del(transcript->now, "more_records");
}

/* ---- what it should have told ---- */

/* A flag of the plan, true, is kept as an empty text. false when memory is
 * short. */
static bool compare(const json_t *value, const char *wanted, bool *same)
{
    struct bytes text = {0};
    bool good;

    if (json_is_string(value)) {
        *same = strcmp(json_string_value(value), wanted) == 0;
        return true;
    }
    good = document_write(value, 0, &text);
    *same = good &&
            strcmp((const char *)text.data, wanted[0] ? wanted : "true") == 0;
    bytes_clear(&text);
    return good;
}

static enum devca_code refuse_told(const struct devca_plan_step *step,
                                   const struct devca_plan_pair *pair,
                                   const json_t *told,
                                   struct devca_error *error)
{
    struct bytes text = {0};
    enum devca_code code;

    if (!told)
        return fail(error, DEVCA_E_MISMATCH, step->id, "ceremony plan",
                    pair->name, "is expected, and not told by %s",
                    step->command);
    if (document_write(told, 0, &text))
        code = fail(error, DEVCA_E_MISMATCH, step->id, "ceremony plan",
                    pair->name, "is %s, where the plan expects \"%s\"",
                    (const char *)text.data, pair->value);
    else
        code = fail_memory(error);
    bytes_clear(&text);
    return code;
}

static enum devca_code expect_one(const json_t *records,
                                  const struct devca_plan_step *step,
                                  const struct devca_plan_pair *pair,
                                  struct devca_error *error)
{
    const json_t *record, *value, *told = NULL;
    bool found = false;
    size_t i;

    json_array_foreach(records, i, record)
    {
        value = json_object_get(record, pair->name);
        if (value && !compare(value, pair->value, &found))
            return fail_memory(error);
        if (found)
            return DEVCA_OK;
        told = value ? value : told;
    }
    return refuse_told(step, pair, told, error);
}

/* What a run told that was cut off before it could write it down is gone: the
 * act stands, and people see what nobody compared. */
static enum devca_code note_untold(json_t *now,
                                   const struct devca_plan_step *step,
                                   struct devca_error *error)
{
    json_t *untold = json_object();
    int failed = json_object_set_new(now, "untold", untold);
    size_t i;

    for (i = 0; failed == 0 && i < step->expect_count; i++)
        failed = json_object_set_new(untold, step->expect[i].name,
                                     json_string(step->expect[i].value));
    return failed == 0 ? DEVCA_OK : fail_memory(error);
}

/* Did an attempt before this one come to its act, or may it have? */
static bool was_cut_off(const struct devca_transcript *transcript,
                        const char *id)
{
    const json_t *attempt;
    size_t i;

    json_array_foreach(transcript->steps, i, attempt)
    {
        if (attempt == transcript->now ||
            strcmp(json_string_value(json_object_get(attempt, "id")), id) != 0)
            continue;
        if (strcmp(json_string_value(json_object_get(attempt, "state")),
                   "begun") == 0 ||
            json_is_true(json_object_get(attempt, "recorded")))
            return true;
    }
    return false;
}

/* Does the record tell that there was nothing left to do? */
static bool tells_of_before(const json_t *records, const char *name)
{
    const json_t *record, *told;
    size_t i;

    json_array_foreach(records, i, record)
    {
        told = json_object_get(record, name);
        if ((strcmp(name, "changed") == 0 && json_is_false(told)) ||
            (strcmp(name, "outcome") == 0 && json_is_string(told) &&
             strcmp(json_string_value(told), "already") == 0))
            return true;
    }
    return false;
}

/* What an attempt that was cut off has done is no longer news. */
static enum devca_code expect_again(struct devca_transcript *transcript,
                                    const struct devca_plan_pair *pair,
                                    struct devca_error *error)
{
    json_t *untold = json_object_get(transcript->now, "untold");

    if (!untold) {
        untold = json_object();
        if (json_object_set_new(transcript->now, "untold", untold) != 0)
            return fail_memory(error);
    }
    return json_object_set_new(untold, pair->name, json_string(pair->value)) ==
                   0
               ? DEVCA_OK
               : fail_memory(error);
}

enum devca_code devca_transcript_expect(struct devca_transcript *transcript,
                                        const struct devca_plan_step *step,
                                        struct devca_error *error)
{
    const json_t *records = json_object_get(transcript->now, "records");
    enum devca_code code = DEVCA_OK;
    size_t i;

    if (step->expect_count > 0 && json_array_size(records) == 0 &&
        json_is_true(json_object_get(transcript->now, "found")))
        return note_untold(transcript->now, step, error);
    for (i = 0; code == DEVCA_OK && i < step->expect_count; i++) {
        code = expect_one(records, step, &step->expect[i], error);
        if (code == DEVCA_E_MISMATCH &&
            tells_of_before(records, step->expect[i].name) &&
            was_cut_off(transcript, step->id))
            code = expect_again(transcript, &step->expect[i], error);
    }
    return code;
}

/* ---- files ---- */

static enum devca_code note_file(struct devca_transcript *transcript,
                                 const char *list, json_t *file,
                                 struct devca_error *error)
{
    return json_array_append_new(json_object_get(transcript->now, list),
                                 file) == 0
               ? DEVCA_OK
               : fail_memory(error);
}

static json_t *file_json(const char *path, const uint8_t digest[32])
{
    char hex[65];

    hex_write((struct devid_slice){digest, 32}, hex);
    return json_pack("{s:s, s:s}", "path", path, "sha256", hex);
}

enum devca_code devca_transcript_input(struct devca_transcript *transcript,
                                       const char *path,
                                       const struct devca_held *held,
                                       struct devca_error *error)
{
    return note_file(transcript, "inputs", file_json(path, held->sha256),
                     error);
}

enum devca_code devca_transcript_output(struct devca_transcript *transcript,
                                        const char *path, bool secret,
                                        struct devca_error *error)
{
    uint8_t digest[32];
    enum devca_code code = DEVCA_OK;

    if (secret)
        return note_file(transcript, "outputs",
                         json_pack("{s:s, s:b}", "path", path, "secret", 1),
                         error);
    code = file_hash(path, digest, error);
    return code == DEVCA_OK ? note_file(transcript, "outputs",
                                        file_json(path, digest), error)
                            : code;
}

enum devca_code
devca_transcript_unchanged(const struct devca_transcript *transcript,
                           const char *id, struct devca_error *error)
{
    const json_t *file,
        *list = json_object_get(transcript_last(transcript, id), "outputs");
    const char *path, *wanted;
    uint8_t digest[32];
    struct stat info;
    char hex[65];
    size_t i;
    enum devca_code code;

    json_array_foreach(list, i, file)
    {
        path = json_string_value(json_object_get(file, "path"));
        wanted = json_string_value(json_object_get(file, "sha256"));
        if (!path || !wanted || (lstat(path, &info) != 0 && errno == ENOENT))
            continue;
        code = file_hash(path, digest, error);
        if (code != DEVCA_OK)
            return code;
        hex_write((struct devid_slice){digest, sizeof digest}, hex);
        if (strcmp(hex, wanted) != 0)
            return fail(error, DEVCA_E_MISMATCH, path, "ceremony transcript",
                        id, "is not what this step made any more");
    }
    return DEVCA_OK;
}

/* ---- the end ---- */

static json_t *fault_json(const struct devca_error *failure)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "code",
                     devca_code_text(failure->code), "object", failure->object,
                     "clause", failure->clause, "field", failure->field,
                     "fault", failure->fault, "hint", failure->hint);
}

void devca_transcript_recorded(struct devca_transcript *transcript)
{
    (void)json_object_set_new(transcript->now, "recorded", json_true());
}

enum devca_code devca_transcript_end(struct devca_transcript *transcript,
                                     const struct devca_error *failure,
                                     struct devca_error *error)
{
    json_t *now = transcript->now;
    enum devca_code code = put_time(now, "ended_at", error);

    if (code != DEVCA_OK)
        return code;
    if (json_object_set_new(now, "state",
                            json_string(failure ? "failed" : "done")) != 0 ||
        (failure &&
         json_object_set_new(now, "error", fault_json(failure)) != 0))
        return fail_memory(error);
    code = transcript_save(transcript, error);
    transcript->now = NULL;
    return code;
}
