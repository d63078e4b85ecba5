/* What a step of a ceremony reads: copies, by the names of their files. */
#include "ceremony.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct holding {
    struct ceremony *ceremony;
    struct ceremony_step *step;
};

static void redirect(const struct holding *holding,
                     const struct ceremony_file *file, char *path)
{
    struct ceremony_held *held = &holding->ceremony->held;

    if (file->argument)
        held->arguments[strtoul(file->key, NULL, 10)] = path;
    else
        ceremony_set(holding->step, file->key, path);
}

static enum devca_code hold(const struct ceremony_file *file, void *context)
{
    const struct holding *holding = context;
    struct ceremony *ceremony = holding->ceremony;
    struct ceremony_held *held = &ceremony->held;
    struct devca_held *octets = &held->files[held->count];
    struct cli_copy *copy = &held->copies[held->count];
    enum devca_code code = devca_plan_hold(&ceremony->plan, file->path, octets,
                                           &ceremony->cli->error);

    if (code != DEVCA_OK)
        return code;
    held->count++;
    copy->name = file->path;
    snprintf(copy->path, sizeof copy->path, "/proc/self/fd/%d", octets->fd);
    redirect(holding, file, copy->path);
    return DEVCA_OK;
}

enum devca_code ceremony_hold(struct ceremony *ceremony,
                              struct ceremony_step *step)
{
    struct ceremony_held *held = &ceremony->held;
    const struct ceremony_step planned = *step;
    struct holding holding = {ceremony, step};
    enum devca_code code;
    size_t i;

    for (i = 0; i < step->plan->argument_count; i++)
        held->arguments[i] = step->plan->arguments[i];
    step->cli.arguments = held->arguments;
    code = ceremony_files(&planned, false, hold, &holding);
    step->cli.copies = held->copies;
    step->cli.copy_count = held->count;
    return code;
}

void ceremony_release(struct ceremony *ceremony)
{
    struct ceremony_held *held = &ceremony->held;

    while (held->count > 0)
        devca_held_close(&held->files[--held->count]);
}

enum devca_code ceremony_note_held(struct ceremony *ceremony)
{
    const struct ceremony_held *held = &ceremony->held;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < held->count; i++)
        code =
            devca_transcript_input(ceremony->transcript, held->copies[i].name,
                                   &held->files[i], &ceremony->cli->error);
    return code;
}

/* ---- names ---- */

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

static void name_in(char *text, size_t size, const struct cli_copy *copy)
{
    const size_t len = strlen(copy->path);
    char *at = strstr(text, copy->path), rest[512];

    while (at && is_digit(at[len]))
        at = strstr(at + len, copy->path);
    if (!at)
        return;
    snprintf(rest, sizeof rest, "%s", at + len);
    snprintf(at, size - (size_t)(at - text), "%s%s", copy->name, rest);
}

void ceremony_name_held(const struct ceremony *ceremony,
                        struct devca_error *error)
{
    const struct ceremony_held *held = &ceremony->held;
    size_t i;

    for (i = 0; i < held->count; i++) {
        name_in(error->object, sizeof error->object, &held->copies[i]);
        name_in(error->fault, sizeof error->fault, &held->copies[i]);
        name_in(error->hint, sizeof error->hint, &held->copies[i]);
    }
}
