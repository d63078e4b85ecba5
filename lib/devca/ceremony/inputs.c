/* Inputs: are they what was reviewed, and do they stay that? */
#include "devca/base/fail.h"
#include "devca/ceremony/file_hash.h"

#include <devca/ceremony.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum devca_code compare(const struct devca_plan *plan, size_t index,
                               const uint8_t digest[32],
                               struct devca_error *error)
{
    char pointer[48];

    if (memcmp(digest, plan->inputs[index].sha256, 32) == 0)
        return DEVCA_OK;
    snprintf(pointer, sizeof pointer, "/inputs/%zu/sha256", index);
    return fail(error, DEVCA_E_MISMATCH, plan->inputs[index].path,
                "ceremony plan", pointer,
                "is not the file that the plan was made for");
}

enum devca_code devca_plan_inputs(const struct devca_plan *plan,
                                  struct devca_error *error)
{
    uint8_t digest[32];
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < plan->input_count; i++) {
        code = file_hash(plan->inputs[i].path, digest, error);
        if (code == DEVCA_OK)
            code = compare(plan, i, digest, error);
    }
    return code;
}

/* The transcript is written there, so a copy can be. */
static char *transcript_folder(const struct devca_plan *plan)
{
    const char *slash = strrchr(plan->transcript, '/');

    if (!slash)
        return strdup(".");
    return strndup(plan->transcript, slash == plan->transcript
                                         ? 1
                                         : (size_t)(slash - plan->transcript));
}

enum devca_code devca_plan_hold(const struct devca_plan *plan, const char *path,
                                struct devca_held *held,
                                struct devca_error *error)
{
    char *folder = transcript_folder(plan);
    struct file_copy copy = {path, folder, held->sha256};
    enum devca_code code;
    size_t i;

    held->fd = -1;
    code = folder ? file_copy(&copy, &held->fd, error) : fail_memory(error);
    free(folder);
    for (i = 0; code == DEVCA_OK && i < plan->input_count; i++)
        if (strcmp(path, plan->inputs[i].path) == 0)
            code = compare(plan, i, held->sha256, error);
    if (code != DEVCA_OK)
        devca_held_close(held);
    return code;
}

void devca_held_close(struct devca_held *held)
{
    if (held->fd >= 0)
        (void)close(held->fd);
    held->fd = -1;
}
