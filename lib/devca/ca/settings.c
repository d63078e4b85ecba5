/* settings set: who the owner of the store is. */
#include "devca/ca/act.h"
#include "devca/ca/input.h"
#include "devca/ca/result.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"

#include <stdlib.h>
#include <string.h>

struct settings_work {
    struct devca *devca;
    struct settings settings; /* as they are to be */
    struct bytes path;
    struct file_output *output; /* of the new file, not yet in place */
    bool changed;
};

static bool differ(const char *a, const char *b)
{
    return !a || !b ? a != b : strcmp(a, b) != 0;
}

static enum devca_code merge(struct settings_work *work,
                             const struct devca_settings_request *request,
                             struct devca_error *error)
{
    const struct settings *old = &work->devca->settings;
    const char *org = request->org ? request->org : old->org;
    const char *country = request->country ? request->country : old->country;
    enum devca_code code;

    if (country && country[0] == '\0')
        country = NULL;
    code = input_owner(org, country, error);
    if (code != DEVCA_OK)
        return code;
    work->settings.encrypted_keys = old->encrypted_keys;
    work->settings.org = strdup(org);
    work->settings.country = country ? strdup(country) : NULL;
    work->changed = differ(org, old->org) || differ(country, old->country);
    return work->settings.org && (work->settings.country || !country)
               ? DEVCA_OK
               : fail_memory(error);
}

/* Written and durable, but not yet under its name. */
static enum devca_code prepare(struct settings_work *work,
                               struct devca_error *error)
{
    struct file_target target = {.mode = 0600, .replace = true, .own = true};
    struct bytes json = {0};
    enum devca_code code = settings_write(&work->settings, &json, error);

    if (code == DEVCA_OK)
        code = handle_path(work->devca->folder, "settings.json", &work->path,
                           error);
    target.path = (const char *)work->path.data;
    if (code == DEVCA_OK)
        code = file_output_open(&work->output, &target, error);
    if (code == DEVCA_OK)
        code = file_output_write(work->output, bytes_slice(&json), error);
    bytes_clear(&json);
    return code;
}

static enum devca_code record(struct settings_work *work,
                              struct devca_error *error)
{
    struct devca *devca = work->devca;
    struct act act = {.act = JOURNAL_SETTINGS, .object = work->settings.org};
    enum devca_code code = handle_now(&act.at, error);

    act_detail(&act, "country", work->settings.country);
    act_detail(&act, "org", work->settings.org);
    act_detail(&act, "old_country", devca->settings.country);
    act_detail(&act, "old_org", devca->settings.org);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = act_append(devca, &act, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

/* The row first: a file without a row would be a change that nobody can see; a
 * row without its file is put right by the same command. */
static enum devca_code put(struct settings_work *work,
                           struct devca_error *error)
{
    enum devca_code code = prepare(work, error);

    if (code == DEVCA_OK)
        code = record(work, error);
    if (code == DEVCA_OK)
        code = file_output_commit(work->output, error);
    else
        file_output_abandon(work->output);
    work->output = NULL;
    return code;
}

enum devca_code devca_settings_set(struct devca *devca,
                                   const struct devca_settings_request *request,
                                   struct devca_result *result,
                                   struct devca_error *error)
{
    struct settings_work work = {.devca = devca};
    enum devca_code code = merge(&work, request, error);

    if (code == DEVCA_OK && work.changed && !request->dry_run)
        code = put(&work, error);
    if (code == DEVCA_OK) {
        result_text(result, "org", work.settings.org);
        result_text(result, "country", work.settings.country);
        result_text(result, "keys",
                    work.settings.encrypted_keys ? "encrypted" : "plain");
        result_boolean(result, "changed", work.changed);
        result_boolean(result, "dry_run", request->dry_run);
        code = result_done(result, error);
    }
    settings_clear(&work.settings);
    bytes_clear(&work.path);
    return code;
}
