/* The transcript as a document: taken up, written on, saved. */
#include "devca/ceremony/transcript.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/text.h"
#include "devca/json/document.h"
#include "devca/profile/place.h"

#include <devca/version.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define TRANSCRIPT_MAX ((size_t)4 * 1024 * 1024)

/* ---- opening ---- */

static json_t *people_json(const struct devca_plan *plan)
{
    json_t *list = json_array();
    size_t i;

    for (i = 0; list && i < plan->person_count; i++)
        if (json_array_append_new(list, json_pack("{s:s, s:s}", "name",
                                                  plan->people[i].name, "role",
                                                  plan->people[i].role)) != 0) {
            json_decref(list);
            return NULL;
        }
    return list;
}

static json_t *inputs_json(const struct devca_plan *plan)
{
    json_t *list = json_array();
    char hex[65];
    size_t i;

    for (i = 0; list && i < plan->input_count; i++) {
        hex_write((struct devid_slice){plan->inputs[i].sha256, 32}, hex);
        if (json_array_append_new(list, json_pack("{s:s, s:s}", "path",
                                                  plan->inputs[i].path,
                                                  "sha256", hex)) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static json_t *new_document(const struct devca_plan *plan, const char *actor)
{
    char hex[65];

    hex_write((struct devid_slice){plan->sha256, 32}, hex);
    return json_pack("{s:s, s:s, s:s?, s:{s:s, s:s}, s:s?, s:[], s:o, s:o, "
                     "s:[]}",
                     "schema", "devca/1", "ceremony", plan->title,
                     "description", plan->description, "plan", "file",
                     plan->name, "sha256", hex, "actor", actor, "software",
                     "attends", people_json(plan), "inputs", inputs_json(plan),
                     "steps");
}

static enum devca_code refuse_other(const struct devca_transcript *transcript,
                                    struct devca_error *error)
{
    fail(error, DEVCA_E_FILE_EXISTS, transcript->json_path, NULL, NULL,
         "is there already, and not the transcript of this plan; nothing was "
         "done");
    return fail_hint(error, DEVCA_E_FILE_EXISTS,
                     "a plan that was changed is another plan: it needs a "
                     "transcript of its own");
}

static bool is_attempt(const json_t *step)
{
    static const char *const states[] = {"begun", "failed", "done"};
    const char *state = json_string_value(json_object_get(step, "state"));
    size_t i;

    if (!state || !json_is_string(json_object_get(step, "id")) ||
        !json_is_integer(json_object_get(step, "journal_rows")))
        return false;
    for (i = 0; i < sizeof states / sizeof states[0]; i++)
        if (strcmp(state, states[i]) == 0)
            return true;
    return false;
}

enum devca_code transcript_load(struct devca_transcript *transcript,
                                struct devid_slice json,
                                struct devca_error *error)
{
    struct reading reading = {transcript->json_path, DEVCA_E_MALFORMED, error,
                              "ceremony transcript"};
    struct place top;
    const char *digest;
    char hex[65];
    json_t *step;
    size_t i;
    enum devca_code code = place_load(&reading, json, TRANSCRIPT_MAX, &top);

    if (code != DEVCA_OK)
        return code;
    transcript->top = top.value;
    digest = json_string_value(
        json_object_get(json_object_get(transcript->top, "plan"), "sha256"));
    hex_write((struct devid_slice){transcript->plan->sha256, 32}, hex);
    if (!digest || strcmp(digest, hex) != 0)
        return refuse_other(transcript, error);
    transcript->steps = json_object_get(transcript->top, "steps");
    if (!json_is_array(transcript->steps) ||
        !json_is_array(json_object_get(transcript->top, "software")))
        return place_refuse(&reading, &top, "steps", reading.clause,
                            "is missing: the transcript is damaged");
    json_array_foreach(transcript->steps, i, step)
    {
        if (!is_attempt(step))
            return place_refuse(&reading, &top, "steps", reading.clause,
                                "item %zu is no attempt at a step: the "
                                "transcript is damaged",
                                i);
    }
    return DEVCA_OK;
}

static char *with_ending(const char *base, const char *ending)
{
    size_t len = strlen(base), more = strlen(ending) + 1;
    char *path = malloc(len + more);

    if (path) {
        /* The ending brings the NUL. */
        /* NOLINTNEXTLINE(bugprone-not-null-terminated-result) */
        memcpy(path, base, len);
        memcpy(path + len, ending, more);
    }
    return path;
}

static enum devca_code look(const char *path, bool *is_there,
                            struct devca_error *error)
{
    struct stat info;

    *is_there = lstat(path, &info) == 0;
    return *is_there || errno == ENOENT || errno == ENOTDIR
               ? DEVCA_OK
               : fail(error, DEVCA_E_FILE, path, NULL, NULL,
                      "cannot be looked at: %s", strerror(errno));
}

static enum devca_code take_up(struct devca_transcript *transcript,
                               const char *actor, struct devca_error *error)
{
    struct bytes json = {0};
    bool is_there;
    enum devca_code code = look(transcript->json_path, &is_there, error);

    if (code == DEVCA_OK && is_there) {
        code = file_read_regular(transcript->json_path, TRANSCRIPT_MAX, &json,
                                 error);
        if (code == DEVCA_OK)
            code = transcript_load(transcript, bytes_slice(&json), error);
        bytes_clear(&json);
        return code;
    }
    if (code == DEVCA_OK)
        code = look(transcript->text_path, &is_there, error);
    if (code != DEVCA_OK)
        return code;
    if (is_there)
        return fail(error, DEVCA_E_FILE_EXISTS, transcript->text_path, NULL,
                    NULL, "is there already; nothing was done");
    transcript->top = new_document(transcript->plan, actor);
    transcript->steps = json_object_get(transcript->top, "steps");
    return transcript->top ? DEVCA_OK : fail_memory(error);
}

enum devca_code devca_transcript_open(struct devca_transcript **transcript,
                                      const struct devca_plan *plan,
                                      const char *actor,
                                      struct devca_error *error)
{
    struct devca_transcript *new = calloc(1, sizeof *new);
    enum devca_code code;

    *transcript = NULL;
    if (!new)
        return fail_memory(error);
    new->plan = plan;
    new->json_path = with_ending(plan->transcript, ".json");
    new->text_path = with_ending(plan->transcript, ".txt");
    if (new->json_path &&new->text_path)
        code = take_up(new, actor, error);
    else
        code = fail_memory(error);
    if (code == DEVCA_OK)
        *transcript = new;
    else
        devca_transcript_close(new);
    return code;
}

void devca_transcript_close(struct devca_transcript *transcript)
{
    if (!transcript)
        return;
    json_decref(transcript->top);
    free(transcript->json_path);
    free(transcript->text_path);
    free(transcript);
}

/* ---- saving ---- */

static enum devca_code save(const char *path, struct devid_slice octets,
                            struct devca_error *error)
{
    struct file_target target = {.path = path, .mode = 0644, .replace = true};

    return file_write(&target, octets, error);
}

enum devca_code transcript_save(const struct devca_transcript *transcript,
                                struct devca_error *error)
{
    struct bytes text = {0};
    enum devca_code code = DEVCA_OK;

    if (!document_write(transcript->top, 2, &text) ||
        !bytes_append_text(&text, "\n"))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = save(transcript->json_path, bytes_slice(&text), error);
    text.len = 0;
    if (code == DEVCA_OK && !transcript_text(transcript, &text))
        code = fail_memory(error);
    if (code == DEVCA_OK)
        code = save(transcript->text_path, bytes_slice(&text), error);
    bytes_clear(&text);
    return code;
}

enum devca_code transcript_seal(struct devca_transcript *transcript,
                                const struct transcript_seal *seal,
                                struct devca_error *error)
{
    json_t *journal =
        json_pack("{s:s, s:s, s:s}", "text_sha256", seal->body, "checkpoint",
                  seal->checkpoint, "key", seal->key);

    if (json_object_set_new(transcript->top, "journal", journal) != 0)
        return fail_memory(error);
    return transcript_save(transcript, error);
}

/* ---- where it stands ---- */

json_t *transcript_last(const struct devca_transcript *transcript,
                        const char *id)
{
    size_t i = json_array_size(transcript->steps);
    json_t *step;

    while (i-- > 0) {
        step = json_array_get(transcript->steps, i);
        if (strcmp(json_string_value(json_object_get(step, "id")), id) == 0)
            return step;
    }
    return NULL;
}

void devca_transcript_step(const struct devca_transcript *transcript,
                           const char *id, struct devca_step_status *status)
{
    const json_t *step = transcript_last(transcript, id);
    const char *state;

    *status = (struct devca_step_status){DEVCA_STEP_PENDING, false, 0};
    if (!step)
        return;
    state = json_string_value(json_object_get(step, "state"));
    status->state = strcmp(state, "done") == 0     ? DEVCA_STEP_DONE
                    : strcmp(state, "failed") == 0 ? DEVCA_STEP_FAILED
                                                   : DEVCA_STEP_BEGUN;
    status->recorded = status->state == DEVCA_STEP_FAILED &&
                       json_is_true(json_object_get(step, "recorded"));
    status->journal = json_integer_value(json_object_get(step, "journal_rows"));
}

bool devca_transcript_ended(const struct devca_transcript *transcript)
{
    return json_object_get(transcript->top, "journal") != NULL;
}
