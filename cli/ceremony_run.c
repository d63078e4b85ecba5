/* One step of a ceremony: what became of it before, its secrets, its files, its
 * command. */
#include "ceremony.h"
#include "output.h"

#include <devca/audit.h>
#include <devca/secret.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- secrets ---- */

static const char *const secret_options[] = {"passphrase", "pin",
                                             "key-passphrase"};
#define SECRET_OPTIONS (sizeof secret_options / sizeof secret_options[0])

/* Descriptors that one run of a step reads its secrets from. */
struct offers {
    int fds[SECRET_OPTIONS];
    char texts[SECRET_OPTIONS][16];
};

static bool makes_a_secret(const struct devca_plan *plan)
{
    size_t i;

    for (i = 0; i < plan->step_count; i++)
        if (strcmp(plan->steps[i].command, "init") == 0 ||
            strcmp(plan->steps[i].command, "key combine") == 0)
            return true;
    return false;
}

static enum devca_code keep_secret(struct ceremony *ceremony,
                                   const char *option, const char *source,
                                   struct devca_secret **secret)
{
    struct devca_secret_request request = {
        source, strcmp(option, "pin") == 0 ? "PIN" : "passphrase",
        makes_a_secret(&ceremony->plan)};
    struct ceremony_secret *kept = ceremony->secrets;
    enum devca_code code;

    for (; kept < ceremony->secrets + CEREMONY_SECRETS && kept->source; kept++)
        if (strcmp(kept->source, source) == 0) {
            *secret = kept->secret;
            return DEVCA_OK;
        }
    if (kept == ceremony->secrets + CEREMONY_SECRETS)
        return cli_fail(ceremony->cli, DEVCA_E_MALFORMED, ceremony->plan.name,
                        "names more than 16 secrets");
    code = devca_secret_open(secret, &request, &ceremony->cli->error);
    if (code == DEVCA_OK)
        *kept = (struct ceremony_secret){source, *secret};
    return code;
}

/* What the step says, else what the plan says for all steps. */
static const char *secret_source(const struct ceremony *ceremony,
                                 const struct ceremony_step *step,
                                 const char *option)
{
    const char *own = cli_text(&step->cli, option);

    if (own || (ceremony_takes(step->kind, "no-passphrase") &&
                cli_flag(&step->cli, "no-passphrase")))
        return own;
    if (strcmp(option, "pin") == 0)
        return ceremony->plan.pin;
    return strcmp(option, "passphrase") == 0 ? ceremony->plan.passphrase : NULL;
}

static void withdraw(struct offers *offers)
{
    size_t i;

    for (i = 0; i < SECRET_OPTIONS; i++)
        if (offers->fds[i] >= 0)
            (void)close(offers->fds[i]);
}

static enum devca_code offer(struct ceremony *ceremony,
                             struct ceremony_step *step, struct offers *offers)
{
    struct devca_secret *secret = NULL;
    const char *source;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; i < SECRET_OPTIONS; i++)
        offers->fds[i] = -1;
    for (i = 0; code == DEVCA_OK && i < SECRET_OPTIONS; i++) {
        if (!ceremony_takes(step->kind, secret_options[i]))
            continue;
        source = secret_source(ceremony, step, secret_options[i]);
        if (!source)
            continue;
        code = keep_secret(ceremony, secret_options[i], source, &secret);
        if (code == DEVCA_OK)
            code = devca_secret_offer(secret, &offers->fds[i],
                                      &ceremony->cli->error);
        snprintf(offers->texts[i], sizeof offers->texts[i], "fd:%d",
                 offers->fds[i]);
        ceremony_set(step, secret_options[i], offers->texts[i]);
    }
    return code;
}

/* ---- the journal ---- */

enum devca_code ceremony_open(struct ceremony *ceremony, bool read_only,
                              struct devca **devca)
{
    struct ceremony_step step;
    enum devca_code code;

    ceremony_prepare(ceremony->cli, &ceremony->plan, 0, &step);
    step.cli.command = ceremony->cli->command;
    code = cli_open(&step.cli, read_only, devca);
    ceremony->cli->error = step.cli.error;
    return code;
}

static enum devca_code count_rows(struct ceremony *ceremony, int64_t *rows)
{
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = ceremony_open(ceremony, true, &devca);
    size_t i;

    *rows = 0;
    if (code == DEVCA_OK)
        code =
            devca_audit_checkpoint(devca, NULL, &result, &ceremony->cli->error);
    for (i = 0; code == DEVCA_OK && i < result.record.count; i++)
        if (strcmp(result.record.fields[i].name, "size") == 0)
            *rows = result.record.fields[i].integer;
    devca_result_clear(&result);
    devca_close(devca);
    return code == DEVCA_E_STORE_MISSING || code == DEVCA_E_NOT_FOUND ? DEVCA_OK
                                                                      : code;
}

static enum devca_code ignore(const struct devca_record *record, void *context)
{
    (void)record;
    (void)context;
    return DEVCA_OK;
}

/* Has the journal a row of the step's act since the attempt began? */
static enum devca_code is_on_record(struct ceremony *ceremony,
                                    const struct ceremony_step *step,
                                    int64_t since, bool *is)
{
    struct devca_audit_log_request request = {
        .act = step->kind->act, .after = since, .limit = 1};
    struct devca *devca = NULL;
    enum devca_code code = ceremony_open(ceremony, true, &devca);

    if (ceremony_takes(step->kind, "release") &&
        cli_flag(&step->cli, "release"))
        request.act = "release";
    if (code == DEVCA_OK)
        code = devca_audit_log(devca, &request, ignore, NULL,
                               &ceremony->cli->error);
    devca_close(devca);
    *is = code == DEVCA_OK;
    return code == DEVCA_E_NOT_FOUND || code == DEVCA_E_STORE_MISSING ? DEVCA_OK
                                                                      : code;
}

/* ---- files ---- */

struct presence {
    struct cli *cli;
    size_t there;
    size_t missing;
    const char *path; /* of one that is missing */
};

static enum devca_code look(const struct ceremony_file *file, void *context)
{
    struct presence *presence = context;
    struct stat info;

    if (lstat(file->path, &info) == 0) {
        presence->there++;
    } else if (errno != ENOENT && errno != ENOTDIR) {
        return cli_fail(presence->cli, DEVCA_E_FILE, file->path,
                        strerror(errno));
    } else {
        presence->missing++;
        presence->path = file->path;
    }
    return DEVCA_OK;
}

static enum devca_code note_made(const struct ceremony_file *file,
                                 void *context)
{
    struct ceremony *ceremony = context;

    return devca_transcript_output(ceremony->transcript, file->path,
                                   file->secret, &ceremony->cli->error);
}

/* ---- one step ---- */

static enum devca_code execute(struct ceremony *ceremony,
                               const struct ceremony_step *ready, bool dry_run)
{
    struct ceremony_step step = *ready;
    struct offers offers;
    enum devca_code code = offer(ceremony, &step, &offers);

    step.cli.each = devca_transcript_record;
    step.cli.each_context = ceremony->transcript;
    if (dry_run)
        ceremony_set(&step, "dry-run", "");
    if (code == DEVCA_OK) {
        code = step.cli.command->run(&step.cli);
        ceremony_name_held(ceremony, &step.cli.error);
        ceremony->cli->error = step.cli.error;
    }
    withdraw(&offers);
    if (code == DEVCA_OK)
        code = devca_transcript_expect(ceremony->transcript, step.plan,
                                       &ceremony->cli->error);
    return code;
}

/* What the plan expects is compared before anything is changed, and after. */
static enum devca_code rehearse(struct ceremony *ceremony,
                                const struct ceremony_step *step)
{
    enum devca_code code;

    if (step->plan->expect_count == 0 || !ceremony_takes(step->kind, "dry-run"))
        return DEVCA_OK;
    code = execute(ceremony, step, true);
    devca_transcript_forget(ceremony->transcript);
    return code;
}

static enum devca_code act(struct ceremony *ceremony,
                           struct ceremony_step *step, bool found)
{
    enum devca_code code = ceremony_hold(ceremony, step);

    if (code == DEVCA_OK)
        code = ceremony_note_held(ceremony);
    if (code == DEVCA_OK && found)
        code = devca_transcript_expect(ceremony->transcript, step->plan,
                                       &ceremony->cli->error);
    if (code == DEVCA_OK && !found)
        code = rehearse(ceremony, step);
    if (code == DEVCA_OK && !found)
        code = execute(ceremony, step, false);
    if (code == DEVCA_OK)
        code = ceremony_files(step, true, note_made, ceremony);
    ceremony_release(ceremony);
    return code;
}

enum devca_code ceremony_tell(struct ceremony *ceremony,
                              const struct ceremony_step *step,
                              const char *outcome)
{
    struct cli_memory words = {NULL, 0, 0};
    struct devca_sink sink = cli_memory_sink(&words);
    enum devca_code code = devca_plan_words(step->plan, &sink);
    const char *texts[] = {step->plan->id, outcome,
                           code == DEVCA_OK ? words.data : ""};
    static const char *const names[] = {"step", "outcome", "command"};
    struct devca_field fields[3];
    struct devca_record record = {fields, 3};
    size_t i;

    for (i = 0; i < 3; i++)
        fields[i] =
            (struct devca_field){names[i],
                                 DEVCA_TEXT,
                                 0,
                                 {(const uint8_t *)texts[i], strlen(texts[i])}};
    if (code == DEVCA_OK)
        code = print_row(&record, &ceremony->stream);
    free(words.data);
    return code;
}

static enum devca_code attempt(struct ceremony *ceremony,
                               struct ceremony_step *step, bool found)
{
    struct devca_error failure;
    int64_t rows = 0;
    enum devca_code code = count_rows(ceremony, &rows), ended;

    if (code == DEVCA_OK)
        code = devca_transcript_begin(ceremony->transcript, step->plan, rows,
                                      found, &ceremony->cli->error);
    if (code != DEVCA_OK)
        return code;
    code = act(ceremony, step, found);
    failure = ceremony->cli->error;
    ended = devca_transcript_end(
        ceremony->transcript, code == DEVCA_OK ? NULL : &failure,
        code == DEVCA_OK ? &ceremony->cli->error : NULL);
    if (code == DEVCA_OK)
        code = ended;
    ended = ceremony_tell(ceremony, step,
                          code != DEVCA_OK ? "failed"
                          : found          ? "found done"
                                           : "done");
    return code == DEVCA_OK ? ended : code;
}

static enum devca_code refuse_loss(struct ceremony *ceremony,
                                   const struct ceremony_step *step,
                                   const char *path)
{
    struct devca_error *error = &ceremony->cli->error;

    cli_fail(ceremony->cli, DEVCA_E_STATE, step->plan->id,
             "was done by the run that was cut off, as the journal shows, and "
             "is not done again; its file is missing");
    snprintf(error->field, sizeof error->field, "%s", path);
    snprintf(error->hint, sizeof error->hint,
             "devca export --format pem --out %s gives the certificate again; "
             "then run the plan again",
             path);
    return DEVCA_E_STATE;
}

/* The last attempt did not come to its end: what became of it? */
static enum devca_code resume(struct ceremony *ceremony,
                              const struct ceremony_step *step, int64_t since,
                              bool *found)
{
    struct presence files = {ceremony->cli, 0, 0, NULL};
    bool on_record = false;
    enum devca_code code = ceremony_files(step, true, look, &files);

    if (code == DEVCA_OK && step->kind->act)
        code = is_on_record(ceremony, step, since, &on_record);
    else if (code == DEVCA_OK)
        on_record = files.there > 0;
    if (code == DEVCA_OK && on_record && files.missing > 0 &&
        !step->kind->again)
        code = refuse_loss(ceremony, step, files.path);
    *found = on_record && files.missing == 0;
    return code;
}

enum devca_code ceremony_run_step(struct ceremony *ceremony, size_t index)
{
    struct devca_step_status status;
    struct ceremony_step step;
    bool found = false;
    enum devca_code code = DEVCA_OK;

    ceremony_prepare(ceremony->cli, &ceremony->plan, index, &step);
    devca_transcript_step(ceremony->transcript, step.plan->id, &status);
    if (status.state == DEVCA_STEP_DONE)
        return ceremony_tell(ceremony, &step, "done before");
    if (status.state != DEVCA_STEP_PENDING)
        code = resume(ceremony, &step, status.journal, &found);
    return code == DEVCA_OK ? attempt(ceremony, &step, found) : code;
}
