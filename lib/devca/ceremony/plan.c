/* Reading a plan: the whole of it, before anything is done. */
#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/key/crypto.h"
#include "devca/key/secret.h"
#include "devca/profile/arena.h"
#include "devca/profile/place.h"

#include <devca/ceremony.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CLAUSE "ceremony plan"
#define TEXT_MAX 1024
#define ID_MAX 32

struct plan_reading {
    struct reading reading;
    struct arena *arena;
    struct devca_plan *plan;
};

static enum devca_code refuse(const struct plan_reading *work,
                              const struct place *place, const char *fault)
{
    return place_refuse(&work->reading, place, NULL, CLAUSE, "%s", fault);
}

/* What is printed and signed by hand: one line each. */
static bool is_line(const char *text)
{
    struct devid_slice line = {(const uint8_t *)text, strlen(text)};

    return line.len <= TEXT_MAX && utf8_is_line(line);
}

static enum devca_code keep_text(const struct plan_reading *work,
                                 const struct place *place, const char *text,
                                 const char **kept)
{
    if (!is_line(text))
        return refuse(work, place,
                      "is longer than 1,024 octets or holds a control "
                      "character");
    *kept = arena_copy(work->arena, text, strlen(text));
    return *kept ? DEVCA_OK : fail_memory(work->reading.error);
}

static enum devca_code keep(const struct plan_reading *work,
                            const struct place *place, const char **kept)
{
    const char *text = NULL;
    enum devca_code code = place_string(&work->reading, place, &text);

    return code == DEVCA_OK ? keep_text(work, place, text, kept) : code;
}

static enum devca_code keep_member(const struct plan_reading *work,
                                   const struct place *place, const char *key,
                                   const char **kept)
{
    struct place member;

    if (!place_member(place, key, &member))
        return DEVCA_OK;
    return keep(work, &member, kept);
}

static enum devca_code no_memory(const struct plan_reading *work)
{
    return fail_memory(work->reading.error);
}

/* ---- secrets ---- */

static bool is_secret(const char *name)
{
    static const char *const names[] = {"passphrase", "pin", "key-passphrase"};
    size_t i;

    for (i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

/* Whoever wrote the secret itself finds it neither repeated nor accepted. */
static enum devca_code check_secret(const struct plan_reading *work,
                                    const struct place *place, const char *name,
                                    const char *value)
{
    if (is_secret(name) && secret_check(value, NULL) != DEVCA_OK)
        return refuse(work, place,
                      "is not a source of a secret (file:PATH, env:NAME, fd:N, "
                      "stdin, prompt); a secret itself never stands in a plan");
    if (strstr(value, "pin-value="))
        return refuse(work, place, "holds a PIN, which never stands in a plan");
    return DEVCA_OK;
}

static enum devca_code read_secrets(const struct plan_reading *work,
                                    const struct place *top)
{
    struct place secrets, member;
    const char **sources[] = {&work->plan->passphrase, &work->plan->pin};
    static const char *const names[] = {"passphrase", "pin"};
    enum devca_code code;
    size_t i;

    if (!place_member(top, "secrets", &secrets))
        return DEVCA_OK;
    code = place_object(&work->reading, &secrets, SHAPE_PLAN_SECRETS);
    for (i = 0; code == DEVCA_OK && i < 2; i++) {
        if (!place_member(&secrets, names[i], &member))
            continue;
        code = keep(work, &member, sources[i]);
        if (code == DEVCA_OK)
            code = check_secret(work, &member, names[i], *sources[i]);
    }
    return code;
}

/* ---- people and inputs ---- */

static enum devca_code read_people(const struct plan_reading *work,
                                   const struct place *top)
{
    struct devca_plan_person *people;
    struct place list, item;
    enum devca_code code;

    place_member(top, "attends", &list);
    code = place_array(&work->reading, &list, 1, DEVCA_PLAN_PEOPLE);
    if (code != DEVCA_OK)
        return code;
    people =
        arena_take(work->arena, json_array_size(list.value) * sizeof *people);
    if (!people)
        return no_memory(work);
    work->plan->people = people;
    while (code == DEVCA_OK &&
           work->plan->person_count < json_array_size(list.value)) {
        place_item(&list, work->plan->person_count, &item);
        code = place_object(&work->reading, &item, SHAPE_PLAN_PERSON);
        if (code == DEVCA_OK)
            code = keep_member(work, &item, "name", &people->name);
        if (code == DEVCA_OK)
            code = keep_member(work, &item, "role", &people->role);
        people++;
        work->plan->person_count++;
    }
    return code;
}

static enum devca_code read_digest(const struct plan_reading *work,
                                   const struct place *item, uint8_t *digest)
{
    struct place member;
    struct bytes octets = {0};
    const char *text = NULL;
    enum devca_code code;

    place_member(item, "sha256", &member);
    code = place_string(&work->reading, &member, &text);
    if (code == DEVCA_OK &&
        (!hex_read(text, strlen(text), &octets) || octets.len != 32))
        code = refuse(work, &member, "is not 64 hex digits");
    else if (code == DEVCA_OK)
        memcpy(digest, octets.data, 32);
    bytes_clear(&octets);
    return code;
}

static enum devca_code read_inputs(const struct plan_reading *work,
                                   const struct place *top)
{
    struct devca_plan_input *inputs;
    struct place list, item;
    enum devca_code code;

    if (!place_member(top, "inputs", &list))
        return DEVCA_OK;
    code = place_array(&work->reading, &list, 0, DEVCA_PLAN_INPUTS);
    if (code != DEVCA_OK)
        return code;
    inputs =
        arena_take(work->arena, json_array_size(list.value) * sizeof *inputs);
    if (!inputs)
        return no_memory(work);
    work->plan->inputs = inputs;
    while (code == DEVCA_OK &&
           work->plan->input_count < json_array_size(list.value)) {
        place_item(&list, work->plan->input_count, &item);
        code = place_object(&work->reading, &item, SHAPE_PLAN_INPUT);
        if (code == DEVCA_OK)
            code = keep_member(work, &item, "path", &inputs->path);
        if (code == DEVCA_OK)
            code = read_digest(work, &item, inputs->sha256);
        inputs++;
        work->plan->input_count++;
    }
    return code;
}

/* ---- steps ---- */

/* A value of an option: text, a whole number, or true for a flag. */
static enum devca_code read_value(const struct plan_reading *work,
                                  const struct place *place, const char **value)
{
    char number[24];

    if (json_is_true(place->value)) {
        *value = "";
        return DEVCA_OK;
    }
    if (json_is_integer(place->value) &&
        json_integer_value(place->value) >= 0) {
        snprintf(number, sizeof number, "%" PRId64,
                 (int64_t)json_integer_value(place->value));
        return keep_text(work, place, number, value);
    }
    if (!json_is_string(place->value))
        return refuse(work, place, "is not text, a whole number or true");
    return keep(work, place, value);
}

static enum devca_code read_pairs(const struct plan_reading *work,
                                  const struct place *step, const char *key,
                                  const struct devca_plan_pair **pairs,
                                  size_t *count)
{
    struct place object, member;
    struct devca_plan_pair *list;
    enum devca_code code = DEVCA_OK;

    if (!place_member(step, key, &object))
        return DEVCA_OK;
    if (!json_is_object(object.value) ||
        json_object_size(object.value) > DEVCA_PLAN_WORDS)
        return refuse(work, &object, "is not an object of at most 24 members");
    list = arena_take(work->arena, DEVCA_PLAN_WORDS * sizeof *list);
    if (!list)
        return no_memory(work);
    *pairs = list;
    member = (struct place){&object, NULL, 0, NULL};
    json_object_foreach(object.value, member.key, member.value)
    {
        code = keep_text(work, &member, member.key, &list->name);
        if (code == DEVCA_OK)
            code = read_value(work, &member, &list->value);
        if (code == DEVCA_OK)
            code = check_secret(work, &member, list->name, list->value);
        if (code != DEVCA_OK)
            return code;
        list++;
        (*count)++;
    }
    return DEVCA_OK;
}

static enum devca_code read_arguments(const struct plan_reading *work,
                                      const struct place *place,
                                      struct devca_plan_step *step)
{
    struct place list, item;
    const char *text = NULL;
    enum devca_code code;

    step->arguments =
        arena_take(work->arena, (DEVCA_PLAN_WORDS + 1) * sizeof(char *));
    if (!step->arguments)
        return no_memory(work);
    if (!place_member(place, "arguments", &list))
        return DEVCA_OK;
    code = place_array(&work->reading, &list, 0, DEVCA_PLAN_WORDS);
    while (code == DEVCA_OK &&
           step->argument_count < json_array_size(list.value)) {
        place_item(&list, step->argument_count, &item);
        code = place_string(&work->reading, &item, &text);
        if (code == DEVCA_OK && !is_line(text))
            code = refuse(work, &item, "holds a control character");
        if (code == DEVCA_OK)
            code = check_secret(work, &item, "", text);
        if (code != DEVCA_OK)
            return code;
        step->arguments[step->argument_count] =
            arena_copy(work->arena, text, strlen(text));
        if (!step->arguments[step->argument_count++])
            return no_memory(work);
    }
    return code;
}

static enum devca_code read_id(const struct plan_reading *work,
                               const struct place *place,
                               struct devca_plan_step *step)
{
    struct place member;
    enum devca_code code = keep_member(work, place, "id", &step->id);
    size_t i;

    if (code != DEVCA_OK)
        return code;
    place_member(place, "id", &member);
    if (strlen(step->id) > ID_MAX ||
        strspn(step->id, "abcdefghijklmnopqrstuvwxyz0123456789-") !=
            strlen(step->id))
        return refuse(work, &member,
                      "is not 1 to 32 lower-case letters, digits and hyphens");
    for (i = 0; i < work->plan->step_count; i++)
        if (strcmp(work->plan->steps[i].id, step->id) == 0)
            return refuse(work, &member, "is the id of an earlier step");
    return DEVCA_OK;
}

static enum devca_code read_step(const struct plan_reading *work,
                                 const struct place *place,
                                 struct devca_plan_step *step)
{
    enum devca_code code = place_object(&work->reading, place, SHAPE_PLAN_STEP);

    if (code == DEVCA_OK)
        code = read_id(work, place, step);
    if (code == DEVCA_OK)
        code = keep_member(work, place, "run", &step->command);
    if (code == DEVCA_OK)
        code = keep_member(work, place, "note", &step->note);
    if (code == DEVCA_OK)
        code = read_arguments(work, place, step);
    if (code == DEVCA_OK)
        code = read_pairs(work, place, "options", &step->options,
                          &step->option_count);
    if (code == DEVCA_OK)
        code = read_pairs(work, place, "expect", &step->expect,
                          &step->expect_count);
    return code;
}

static enum devca_code read_steps(const struct plan_reading *work,
                                  const struct place *top)
{
    struct devca_plan_step *steps;
    struct place list, item;
    enum devca_code code;

    place_member(top, "steps", &list);
    code = place_array(&work->reading, &list, 1, DEVCA_PLAN_STEPS);
    if (code != DEVCA_OK)
        return code;
    steps =
        arena_take(work->arena, json_array_size(list.value) * sizeof *steps);
    if (!steps)
        return no_memory(work);
    work->plan->steps = steps;
    while (code == DEVCA_OK &&
           work->plan->step_count < json_array_size(list.value)) {
        place_item(&list, work->plan->step_count, &item);
        code = read_step(work, &item, &steps[work->plan->step_count]);
        work->plan->step_count++;
    }
    return code;
}

/* ---- the whole ---- */

static enum devca_code read_plan(const struct plan_reading *work,
                                 const struct place *top)
{
    struct devca_plan *plan = work->plan;
    const struct {
        const char *key;
        const char **kept;
    } texts[] = {{"ceremony", &plan->title},
                 {"description", &plan->description},
                 {"store", &plan->store},
                 {"actor", &plan->actor},
                 {"transcript", &plan->transcript}};
    enum devca_code code = place_object(&work->reading, top, SHAPE_PLAN);
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof texts / sizeof texts[0]; i++)
        code = keep_member(work, top, texts[i].key, texts[i].kept);
    if (code == DEVCA_OK)
        code = read_people(work, top);
    if (code == DEVCA_OK)
        code = read_inputs(work, top);
    if (code == DEVCA_OK)
        code = read_secrets(work, top);
    return code == DEVCA_OK ? read_steps(work, top) : code;
}

enum devca_code devca_plan_read(struct devid_slice json, const char *name,
                                struct devca_plan *plan,
                                struct devca_error *error)
{
    struct arena *arena = calloc(1, sizeof *arena);
    struct plan_reading work = {
        {name, DEVCA_E_MALFORMED, error, CLAUSE}, arena, plan};
    struct place top;
    enum devca_code code;

    memset(plan, 0, sizeof *plan);
    if (!arena)
        return fail_memory(error);
    plan->memory = arena;
    plan->name = arena_copy(arena, name, strlen(name));
    if (!plan->name)
        return fail_memory(error);
    digest_sha256(json, plan->sha256);
    code = place_load(&work.reading, json, DEVCA_PLAN_MAX, &top);
    if (code == DEVCA_OK)
        code = read_plan(&work, &top);
    json_decref(top.value);
    return code;
}

void devca_plan_clear(struct devca_plan *plan)
{
    struct arena *arena = plan->memory;

    if (arena)
        arena_clear(arena);
    free(arena);
    memset(plan, 0, sizeof *plan);
}

enum devca_code devca_plan_refuse(const struct devca_plan *plan,
                                  const struct devca_plan_place *place,
                                  const char *fault, struct devca_error *error)
{
    const struct reading reading = {plan->name, DEVCA_E_MALFORMED, error,
                                    CLAUSE};
    const struct place top = {NULL, NULL, 0, NULL};
    const struct place steps = {&top, "steps", 0, NULL};
    const struct place step = {&steps, NULL, place->step, NULL};
    const struct place member = {&step, place->member, 0, NULL};

    return place_refuse(&reading, &member, place->key, CLAUSE, "%s", fault);
}
