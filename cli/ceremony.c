/* A reviewed plan, step by step, each by the command that it names. */
#include "ceremony.h"
#include "print.h"

#include <devca/secret.h>

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

static const struct cli_option options[] = {
    {"dry-run", NULL,
     "look at the plan and its inputs, tell of every step, change nothing",
     false},
    CLI_END};

static enum devca_code only_one(struct cli *cli, const char *given,
                                const char *planned, const char *option)
{
    if (!given || !planned || strcmp(given, planned) == 0)
        return DEVCA_OK;
    return cli_fail(cli, DEVCA_E_USAGE, option,
                    "is not what the plan says, and a plan is not changed on "
                    "the command line");
}

static enum devca_code read_plan(struct ceremony *ceremony)
{
    struct cli *cli = ceremony->cli;
    struct devca_content content = {{NULL, 0}, NULL};
    enum devca_code code = cli_read(cli, cli->arguments[0], &content);

    if (code == DEVCA_OK)
        code = devca_plan_read(content.octets, cli->arguments[0],
                               &ceremony->plan, &cli->error);
    devca_content_clear(&content);
    if (code == DEVCA_OK)
        code = only_one(cli, cli->store, ceremony->plan.store, "--store");
    if (code == DEVCA_OK)
        code = only_one(cli, cli->actor, ceremony->plan.actor, "--actor");
    if (code == DEVCA_OK)
        code = ceremony_check(cli, &ceremony->plan);
    if (code == DEVCA_OK)
        code = devca_plan_inputs(&ceremony->plan, &cli->error);
    return code;
}

static enum devca_code refuse_existing(const struct ceremony_file *file,
                                       void *context)
{
    struct ceremony *ceremony = context;
    struct stat info;

    if (lstat(file->path, &info) != 0)
        return errno == ENOENT || errno == ENOTDIR
                   ? DEVCA_OK
                   : cli_fail(ceremony->cli, DEVCA_E_FILE, file->path,
                              strerror(errno));
    return cli_fail(ceremony->cli, DEVCA_E_FILE_EXISTS, file->path,
                    "exists already, and a step would make it; nothing was "
                    "done");
}

/* Everything that can be found out before the first step. */
static enum devca_code look_ahead(struct ceremony *ceremony)
{
    const struct devca_plan *plan = &ceremony->plan;
    struct devca_step_status status;
    struct ceremony_step step;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < plan->step_count; i++) {
        ceremony_prepare(ceremony->cli, plan, i, &step);
        devca_transcript_step(ceremony->transcript, step.plan->id, &status);
        if (status.state == DEVCA_STEP_PENDING)
            code = ceremony_files(&step, true, refuse_existing, ceremony);
        if (status.state == DEVCA_STEP_DONE)
            code = devca_transcript_unchanged(
                ceremony->transcript, step.plan->id, &ceremony->cli->error);
    }
    return code;
}

static enum devca_code foretell(struct ceremony *ceremony)
{
    static const char *const outcomes[] = {
        [DEVCA_STEP_PENDING] = "would be done",
        [DEVCA_STEP_BEGUN] = "was cut off, would be taken up",
        [DEVCA_STEP_FAILED] = "failed, would be tried again",
        [DEVCA_STEP_DONE] = "done before"};
    struct devca_step_status status;
    struct ceremony_step step;
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < ceremony->plan.step_count; i++) {
        ceremony_prepare(ceremony->cli, &ceremony->plan, i, &step);
        devca_transcript_step(ceremony->transcript, step.plan->id, &status);
        code = ceremony_tell(ceremony, &step, outcomes[status.state]);
    }
    return code;
}

static enum devca_code perform(struct ceremony *ceremony)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < ceremony->plan.step_count; i++)
        code = ceremony_run_step(ceremony, i);
    return code;
}

static enum devca_code conclude(struct ceremony *ceremony)
{
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = ceremony_open(ceremony, false, &devca);

    if (code == DEVCA_OK)
        code = devca_ceremony_end(devca, ceremony->transcript, &result,
                                  &ceremony->cli->error);
    if (code == DEVCA_OK)
        code = print_record(ceremony->cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

static void clear(struct ceremony *ceremony)
{
    size_t i;

    for (i = 0; i < CEREMONY_SECRETS; i++)
        devca_secret_close(ceremony->secrets[i].secret);
    devca_transcript_close(ceremony->transcript);
    devca_plan_clear(&ceremony->plan);
}

static enum devca_code run(struct cli *cli)
{
    struct ceremony ceremony = {.cli = cli};
    bool dry_run = cli_flag(cli, "dry-run");
    enum devca_code code, ended;

    print_stream_begin(&ceremony.stream, cli, NULL);
    code = read_plan(&ceremony);
    if (code == DEVCA_OK)
        code = devca_transcript_open(&ceremony.transcript, &ceremony.plan,
                                     ceremony.plan.actor ? ceremony.plan.actor
                                                         : cli->actor,
                                     &cli->error);
    if (code == DEVCA_OK)
        code = look_ahead(&ceremony);
    if (code == DEVCA_OK)
        code = dry_run ? foretell(&ceremony) : perform(&ceremony);
    ended = print_stream_end(&ceremony.stream);
    code = code == DEVCA_OK ? ended : code;
    if (code == DEVCA_OK && !dry_run)
        code = conclude(&ceremony);
    clear(&ceremony);
    return code;
}

const struct cli_command cli_ceremony_run = {
    "ceremony",
    "run",
    "a reviewed plan, step by step, with a transcript",
    "PLAN [--dry-run]",
    1,
    1,
    options,
    run};
