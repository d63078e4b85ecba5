/* The transcript as people print, read and sign it. */
#include "devca/ceremony/transcript.h"
#include "devca/json/document.h"

#include <stdio.h>
#include <string.h>

#define PAPER 76

/* Text on its way; what did not fit into memory is told at the end. */
struct page {
    struct bytes *text;
    bool good;
};

static void put(struct page *page, const char *text)
{
    page->good = page->good && bytes_append_text(page->text, text);
}

static const char *text_of(const json_t *object, const char *name)
{
    const char *text = json_string_value(json_object_get(object, name));

    return text ? text : "";
}

/* "    label     value"; nothing where there is no value. */
static void put_pair(struct page *page, const char *label, const char *value)
{
    char cell[32];

    if (value[0] == '\0')
        return;
    snprintf(cell, sizeof cell, "  %-18s", label);
    put(page, cell);
    put(page, value);
    put(page, "\n");
}

static void put_rule(struct page *page)
{
    int i;

    for (i = 0; i < PAPER; i++)
        put(page, "-");
    put(page, "\n");
}

/* ---- the head ---- */

static void put_software(struct page *page, const json_t *top)
{
    const json_t *software;
    size_t i;

    json_array_foreach(json_object_get(top, "software"), i, software)
    {
        put(page, i == 0 ? "  made by           devca "
                         : "  and then          devca ");
        put(page, text_of(software, "devca"));
        put(page, ", wolfSSL ");
        put(page, text_of(software, "wolfssl"));
        put(page, " (");
        put(page, text_of(software, "wolfssl_build"));
        put(page, "), SQLite ");
        put(page, text_of(software, "sqlite"));
        put(page, "\n");
    }
}

static void put_people(struct page *page, const json_t *top)
{
    const json_t *person;
    size_t i;

    put(page, "\nPresent\n\n");
    json_array_foreach(json_object_get(top, "attends"), i, person)
    {
        put(page, "  ");
        put(page, text_of(person, "name"));
        put(page, ", ");
        put(page, text_of(person, "role"));
        put(page, "\n");
    }
}

static void put_files(struct page *page, const char *label, const json_t *files)
{
    const json_t *file;
    size_t i;

    json_array_foreach(files, i, file)
    {
        put_pair(page, label, text_of(file, "path"));
        put_pair(page, "  SHA-256",
                 json_is_true(json_object_get(file, "secret"))
                     ? "not told: it is a secret"
                     : text_of(file, "sha256"));
    }
}

static void put_head(struct page *page, const json_t *top)
{
    const json_t *plan = json_object_get(top, "plan");

    put(page, "TRANSCRIPT OF A CEREMONY\n\n  ");
    put(page, text_of(top, "ceremony"));
    put(page, "\n");
    if (text_of(top, "description")[0]) {
        put(page, "  ");
        put(page, text_of(top, "description"));
        put(page, "\n");
    }
    put(page, "\n");
    put_pair(page, "plan", text_of(plan, "file"));
    put_pair(page, "  SHA-256", text_of(plan, "sha256"));
    put_software(page, top);
    put_pair(page, "actor", text_of(top, "actor"));
    put_people(page, top);
    if (json_array_size(json_object_get(top, "inputs")) > 0)
        put(page, "\nWhat the plan was made for\n\n");
    put_files(page, "file", json_object_get(top, "inputs"));
}

/* ---- steps ---- */

static void put_value(struct page *page, const char *name, const json_t *value)
{
    struct bytes text = {0};

    if (json_is_null(value))
        return;
    if (json_is_string(value)) {
        put_pair(page, name, json_string_value(value));
        return;
    }
    page->good = page->good && document_write(value, 0, &text);
    if (page->good)
        put_pair(page, name, (const char *)text.data);
    bytes_clear(&text);
}

static void put_records(struct page *page, const json_t *step)
{
    json_t *record;
    json_t *value;
    const char *name;
    size_t i;

    json_array_foreach(json_object_get(step, "records"), i, record)
    {
        put(page, "\n");
        json_object_foreach(record, name, value)
        {
            put_value(page, name, value);
        }
    }
    if (json_object_get(step, "more_records"))
        put_value(page, "and more", json_object_get(step, "more_records"));
}

static void put_untold(struct page *page, json_t *untold)
{
    const char *name;
    const json_t *value;

    if (json_object_size(untold) > 0)
        put(page, "\nExpected, and NOT COMPARED, for the run that told it was "
                  "cut off:\n");
    json_object_foreach(untold, name, value)
    {
        put_pair(page, name, json_string_value(value));
    }
}

static void put_outcome(struct page *page, const json_t *step)
{
    const json_t *fault = json_object_get(step, "error");
    const char *state = text_of(step, "state");

    put_pair(page, "begun", text_of(step, "begun_at"));
    put_pair(page, "ended", text_of(step, "ended_at"));
    if (strcmp(state, "begun") == 0)
        state = "under way, or cut off";
    else if (json_is_true(json_object_get(step, "found")))
        state = "done, as the journal shows, by a run that was cut off";
    put_pair(page, "outcome", state);
    put_pair(page, "  what", text_of(fault, "object"));
    put_pair(page, "  clause", text_of(fault, "clause"));
    put_pair(page, "  field", text_of(fault, "field"));
    put_pair(page, "  fault", text_of(fault, "fault"));
    put_pair(page, "  to do", text_of(fault, "hint"));
}

static void put_step(struct page *page, size_t number, const json_t *step)
{
    char head[32];

    put(page, "\n");
    put_rule(page);
    snprintf(head, sizeof head, "%zu. ", number);
    put(page, head);
    put(page, text_of(step, "id"));
    put(page, "\n\n");
    put_pair(page, "note", text_of(step, "note"));
    put_pair(page, "command", text_of(step, "command"));
    put_outcome(page, step);
    put_files(page, "read", json_object_get(step, "inputs"));
    put_files(page, "made", json_object_get(step, "outputs"));
    put_untold(page, json_object_get(step, "untold"));
    put_records(page, step);
}

bool transcript_body(const struct devca_transcript *transcript,
                     struct bytes *text)
{
    struct page page = {text, true};
    const json_t *step;
    size_t i;

    put_head(&page, transcript->top);
    json_array_foreach(transcript->steps, i, step)
    {
        put_step(&page, i + 1, step);
    }
    put(&page, "\n");
    put_rule(&page);
    return page.good;
}

/* ---- the foot ---- */

static void put_seal(struct page *page, const json_t *journal)
{
    put(page, "Every step is done.\n\nThe lines above this one's paragraph "
              "have the SHA-256\n\n  ");
    put(page, text_of(journal, "text_sha256"));
    put(page, "\n\nwhich stands in the journal's row \"ceremony\" with the "
              "plan's. The journal's\nkey and the checkpoint over that row; "
              "keep them where this store is not:\n\n  ");
    put(page, text_of(journal, "key"));
    put(page, "\n\n");
    put(page, text_of(journal, "checkpoint"));
}

static void put_places_to_sign(struct page *page, const json_t *top)
{
    const json_t *person;
    size_t i;

    put(page, "\nI was present, and this is what I saw.\n");
    json_array_foreach(json_object_get(top, "attends"), i, person)
    {
        put(page, "\n\n  ______________________________________  "
                  "date ________________\n  ");
        put(page, text_of(person, "name"));
        put(page, ", ");
        put(page, text_of(person, "role"));
        put(page, "\n");
    }
}

bool transcript_text(const struct devca_transcript *transcript,
                     struct bytes *text)
{
    const json_t *journal = json_object_get(transcript->top, "journal");
    struct page page = {text, transcript_body(transcript, text)};

    if (journal)
        put_seal(&page, journal);
    else
        put(&page, "The ceremony has not come to its end.\n");
    put_places_to_sign(&page, transcript->top);
    return page.good;
}
