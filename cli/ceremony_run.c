/* One step of a ceremony: what became of it before, its secrets, its files, its
 * command. */
#include "ceremony.h"
#include "output.h"
#include "share.h"

#include <devca/secret.h>
#include <devca/shares.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- secrets ---- */

static const struct secret_option {
    const char *name;
    const char *what; /* in a prompt */
} secret_options[] = {{"passphrase", "passphrase"},
                      {"pin", "PIN"},
                      {"key-passphrase", "passphrase of the device's key"}};
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

/* A variable has one value; whoever is asked, or writes lines, gives each
 * secret by itself. */
static bool is_kept(const struct ceremony_secret *kept, const char *option,
                    const char *source)
{
    return strcmp(kept->source, source) == 0 &&
           (strcmp(kept->option, option) == 0 ||
            strncmp(source, "env:", 4) == 0);
}

static enum devca_code keep_secret(struct ceremony *ceremony,
                                   const struct secret_option *option,
                                   const char *source,
                                   struct devca_secret **secret)
{
    struct devca_secret_request request = {source, option->what,
                                           strcmp(option->name, "pin") != 0 &&
                                               makes_a_secret(&ceremony->plan)};
    struct ceremony_secret *kept = ceremony->secrets;
    enum devca_code code;

    for (; kept < ceremony->secrets + CEREMONY_SECRETS && kept->source; kept++)
        if (is_kept(kept, option->name, source)) {
            *secret = kept->secret;
            return DEVCA_OK;
        }
    if (kept == ceremony->secrets + CEREMONY_SECRETS)
        return cli_fail(ceremony->cli, DEVCA_E_MALFORMED, ceremony->plan.name,
                        "names more than 16 secrets");
    code = devca_secret_open(secret, &request, &ceremony->cli->error);
    if (code == DEVCA_OK)
        *kept = (struct ceremony_secret){option->name, source, *secret};
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
    const char *source, *name;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; i < SECRET_OPTIONS; i++)
        offers->fds[i] = -1;
    for (i = 0; code == DEVCA_OK && i < SECRET_OPTIONS; i++) {
        name = secret_options[i].name;
        if (!ceremony_takes(step->kind, name))
            continue;
        source = secret_source(ceremony, step, name);
        if (!source)
            continue;
        code = keep_secret(ceremony, &secret_options[i], source, &secret);
        if (code == DEVCA_OK)
            code = devca_secret_offer(secret, &offers->fds[i],
                                      &ceremony->cli->error);
        snprintf(offers->texts[i], sizeof offers->texts[i], "fd:%d",
                 offers->fds[i]);
        ceremony_set(step, name, offers->texts[i]);
    }
    return code;
}

/* ---- files ---- */

struct presence {
    struct cli *cli;
    size_t there;
    size_t missing;
    const char *path; /* of one that is missing */
};

/* A set of shares is there when all of them are. */
static bool is_set(const struct ceremony_step *step, int *shares)
{
    struct cli cli = step->cli;
    int64_t count = 0;

    *shares = 0;
    if (step->kind->command != &cli_key_split ||
        cli_number(&cli, "shares", &count) != DEVCA_OK ||
        count > DEVCA_SHARES_MAX)
        return false;
    *shares = (int)count;
    return true;
}

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

static enum devca_code look_for(struct ceremony *ceremony,
                                const struct ceremony_step *step,
                                struct presence *presence)
{
    const char *folder = cli_text(&step->cli, "out");
    int shares, there;

    *presence = (struct presence){ceremony->cli, 0, 0, NULL};
    if (!folder || !is_set(step, &shares))
        return ceremony_files(step, true, look, presence);
    there = cli_shares_there(ceremony->cli, folder, shares, shares);
    presence->there = (size_t)there;
    presence->missing = (size_t)(shares - there);
    presence->path = folder;
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

static enum devca_code run_command(struct ceremony *ceremony,
                                   const struct ceremony_step *ready,
                                   bool dry_run)
{
    struct ceremony_step step = *ready;
    struct offers offers;
    enum devca_code code = offer(ceremony, &step, &offers);

    if (dry_run)
        ceremony_set(&step, "dry-run", "");
    if (code == DEVCA_OK) {
        code = step.cli.command->run(&step.cli);
        ceremony_name_held(ceremony, &step.cli.error);
        ceremony->cli->error = step.cli.error;
    }
    if (code == DEVCA_E_FILE_EXISTS)
        snprintf(ceremony->cli->error.hint, sizeof ceremony->cli->error.hint,
                 "no step replaces a file: move it away, and run the plan "
                 "again");
    withdraw(&offers);
    return code;
}

static enum devca_code execute(struct ceremony *ceremony,
                               const struct ceremony_step *ready, bool dry_run)
{
    struct ceremony_step step = *ready;
    enum devca_code code;

    step.cli.each = devca_transcript_record;
    step.cli.each_context = ceremony->transcript;
    code = run_command(ceremony, &step, dry_run);
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

/* What a step's own record says in one field. */
struct told {
    const char *field;
    char object[256];
};

static enum devca_code take_told(const struct devca_record *record,
                                 void *context)
{
    struct told *told = context;

    (void)ceremony_text(record, told->field, told->object, sizeof told->object);
    return DEVCA_OK;
}

/* What the step is about, where its own command alone can tell. */
static enum devca_code ask(struct ceremony *ceremony,
                           const struct ceremony_step *planned,
                           struct told *told)
{
    struct ceremony_step step = *planned;
    enum devca_code code = ceremony_hold(ceremony, &step);

    ceremony_set(&step, "force", ""); /* its file is there, and stays */
    step.cli.each = take_told;
    step.cli.each_context = told;
    if (code == DEVCA_OK)
        code = run_command(ceremony, &step, true);
    ceremony_release(ceremony);
    return code;
}

/* Did the attempt that was cut off come as far as the journal? */
static enum devca_code is_recorded(struct ceremony *ceremony,
                                   const struct ceremony_step *step,
                                   int64_t since, bool *is)
{
    struct told told = {step->kind->told, ""};
    enum devca_code code = DEVCA_OK;

    if (told.field)
        code = ask(ceremony, step, &told);
    if (code == DEVCA_OK)
        code = ceremony_on_record(
            ceremony, step, told.object[0] ? told.object : NULL, since, is);
    return code;
}

/* Has a step that failed done all the same what it was to do? A file of its own
 * that was not there before says so where the journal need not be asked. */
static bool was_done(struct ceremony *ceremony,
                     const struct ceremony_step *step, int64_t since,
                     const struct presence *before)
{
    struct presence after;
    bool is = false;

    if (look_for(ceremony, step, &after) != DEVCA_OK)
        return false;
    if (!step->kind->act || (step->kind->again && after.there > 0))
        return before->there == 0 && after.there > 0 && after.missing == 0;
    return is_recorded(ceremony, step, since, &is) == DEVCA_OK && is;
}

/* What became of a step before: found done, since that row of the journal. */
struct resumption {
    bool found;
    int64_t since;
};

static enum devca_code begin(struct ceremony *ceremony,
                             const struct ceremony_step *step,
                             struct resumption *resumption,
                             struct presence *before)
{
    enum devca_code code = look_for(ceremony, step, before);

    if (code == DEVCA_OK && !resumption->found)
        code = ceremony_count_rows(ceremony, &resumption->since);
    if (code == DEVCA_OK)
        code = devca_transcript_begin(ceremony->transcript, step->plan,
                                      resumption->since, resumption->found,
                                      &ceremony->cli->error);
    return code;
}

static enum devca_code attempt(struct ceremony *ceremony,
                               struct ceremony_step *step,
                               struct resumption *resumption)
{
    const bool found = resumption->found;
    struct presence before;
    struct devca_error failure;
    enum devca_code code = begin(ceremony, step, resumption, &before), ended;

    if (code != DEVCA_OK)
        return code;
    code = act(ceremony, step, found);
    failure = ceremony->cli->error;
    if (code != DEVCA_OK &&
        (found || was_done(ceremony, step, resumption->since, &before)))
        devca_transcript_recorded(ceremony->transcript);
    ceremony->cli->error = failure;
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

/* Nobody holds a whole set when some of its shares never got their names. */
static enum devca_code drop_shares(struct ceremony *ceremony,
                                   const struct ceremony_step *step,
                                   int64_t since)
{
    const char *folder = cli_text(&step->cli, "out");
    bool recorded = false;
    int shares;
    enum devca_code code = is_recorded(ceremony, step, since, &recorded);

    if (code != DEVCA_OK || !recorded || !folder || !is_set(step, &shares))
        return code;
    cli_shares_remove(ceremony->cli, folder, shares, shares);
    (void)rmdir(folder);
    return DEVCA_OK;
}

/* The last attempt was cut off, or failed behind its act: what became of it? */
static enum devca_code resume(struct ceremony *ceremony,
                              const struct ceremony_step *step,
                              const struct devca_step_status *status,
                              struct resumption *resumption)
{
    struct presence files;
    bool recorded = status->recorded;
    enum devca_code code = look_for(ceremony, step, &files);

    if (code == DEVCA_OK && files.missing > 0 && files.there > 0)
        code = drop_shares(ceremony, step, status->journal);
    if (code != DEVCA_OK || (files.missing > 0 && step->kind->again))
        return code;
    if (!recorded && step->kind->act)
        code = is_recorded(ceremony, step, status->journal, &recorded);
    else if (!recorded)
        recorded = files.there > 0;
    if (code == DEVCA_OK && recorded && files.missing > 0)
        code = refuse_loss(ceremony, step, files.path);
    resumption->found = recorded && files.missing == 0;
    resumption->since = status->journal;
    return code;
}

enum devca_code ceremony_run_step(struct ceremony *ceremony, size_t index)
{
    struct resumption resumption = {false, 0};
    struct devca_step_status status;
    struct ceremony_step step;
    enum devca_code code = DEVCA_OK;

    ceremony_prepare(ceremony->cli, &ceremony->plan, index, &step);
    devca_transcript_step(ceremony->transcript, step.plan->id, &status);
    if (status.state == DEVCA_STEP_DONE)
        return ceremony_tell(ceremony, &step, "done before");
    if (status.state == DEVCA_STEP_BEGUN || status.recorded)
        code = resume(ceremony, &step, &status, &resumption);
    return code == DEVCA_OK ? attempt(ceremony, &step, &resumption) : code;
}
