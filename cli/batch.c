/* issue --batch: a list of devices through <devca/batch.h>. */
#include "batch.h"

#include "batch_output.h"
#include "batch_progress.h"
#include "print.h"

#include <devca/rows.h>

#include <pthread.h>
#include <stdio.h>
#include <string.h>

struct run {
    struct cli *cli;
    struct devca_rows *rows;
    struct devca_batch *batch;
    struct batch_output output;
    struct batch_progress progress;
    bool dry_run;
    bool stopped; /* by a signal */
};

static enum devca_code told(const struct devca_batch_outcome *outcome,
                            void *context)
{
    struct run *run = context;
    enum devca_code code = batch_output_tell(&run->output, outcome);

    batch_progress_told(&run->progress, outcome->status);
    return code;
}

static enum devca_code feed_all(struct run *run)
{
    struct devca_error *error = &run->cli->error;
    struct devca_batch_row row;
    enum devca_code code = DEVCA_OK;

    while (code == DEVCA_OK) {
        code = devca_rows_next(run->rows, &row, error);
        if (code == DEVCA_OK)
            code = devca_batch_add(run->batch, &row, error);
        if (code == DEVCA_OK)
            batch_progress_fed(&run->progress, run->rows);
    }
    run->stopped = code == DEVCA_E_INTERRUPTED;
    return code == DEVCA_E_NOT_FOUND || run->stopped ? DEVCA_OK : code;
}

static enum devca_code verdict(struct run *run)
{
    const struct devca_batch_summary *summary = &run->progress.summary;
    struct cli *cli = run->cli;
    const char *list = cli_text(cli, "batch");

    if (summary->refused > 0)
        return cli_fail(cli, DEVCA_E_PROFILE, list,
                        "some rows were refused; --results tells which");
    if (summary->malformed > 0)
        return cli_fail(cli, DEVCA_E_MALFORMED, list,
                        "some rows are malformed; --results tells which");
    return DEVCA_OK;
}

static enum devca_code interrupted(struct run *run)
{
    struct cli *cli = run->cli;

    (void)cli_fail(cli, DEVCA_E_INTERRUPTED, cli_text(cli, "batch"),
                   "stopped; what is issued so far is in the store");
    snprintf(cli->error.hint, sizeof cli->error.hint,
             "run the same command again to go on");
    return DEVCA_E_INTERRUPTED;
}

static enum devca_code close_batch(struct run *run, enum devca_code code)
{
    struct cli *cli = run->cli;
    struct devca_error ended = {0};
    enum devca_code closed = devca_batch_close(run->batch, NULL, &ended);

    if (closed == DEVCA_OK)
        return code;
    if (closed == DEVCA_E_INTERRUPTED)
        return interrupted(run);
    cli->error = run->output.error.code != DEVCA_OK ? run->output.error : ended;
    if (devca_code_exit(closed) >= 5 && cli->error.hint[0] == '\0')
        snprintf(cli->error.hint, sizeof cli->error.hint,
                 "what was issued is in the store: see to this, then run the "
                 "same command again");
    return closed;
}

static void *close_store(void *devca)
{
    devca_close(devca);
    return NULL;
}

/* The store and the outputs are flushed at the same time: neither waits for
 * the other, and what a disk takes for one it takes for both. */
static enum devca_code commit_outputs(struct run *run, struct devca **devca)
{
    pthread_t closer;
    bool apart = pthread_create(&closer, NULL, close_store, *devca) == 0;
    enum devca_code code = batch_output_commit(&run->output, &run->cli->error);

    if (!apart)
        return code;
    (void)pthread_join(closer, NULL);
    *devca = NULL;
    return code;
}

static enum devca_code run_batch(struct run *run, struct devca **devca,
                                 int64_t jobs)
{
    struct cli *cli = run->cli;
    struct devca_batch_request request = {.product = cli_text(cli, "product"),
                                          .profile = cli_text(cli, "profile"),
                                          .jobs = (int)jobs,
                                          .each = told,
                                          .context = run,
                                          .dry_run = run->dry_run,
                                          .stop_on_error =
                                              cli_flag(cli, "stop-on-error"),
                                          .list = cli_text(cli, "batch")};
    enum devca_code code;

    code = devca_batch_open(*devca, &request, &run->batch, &cli->error);
    if (code != DEVCA_OK)
        return code;
    batch_progress_begin(&run->progress, cli, run->dry_run);
    code = close_batch(run, feed_all(run));
    batch_progress_end(&run->progress);
    if (code == DEVCA_OK && run->stopped)
        return interrupted(run);
    if (code == DEVCA_OK)
        code = commit_outputs(run, devca);
    return code == DEVCA_OK ? verdict(run) : code;
}

static enum devca_code check(struct cli *cli, int64_t *jobs)
{
    static const char *const single[] = {
        "uid",     "csr",      "public-key",     "generate-key",
        "key-out", "key-type", "key-passphrase", "rekey",
        NULL};
    enum devca_code code = cli_need(cli, "product");

    if (code == DEVCA_OK)
        code = cli_refuse(cli, single, "does not go with --batch");
    if (code == DEVCA_OK)
        code = cli_number(cli, "jobs", jobs);
    if (code == DEVCA_OK && *jobs > 64)
        code = cli_fail(cli, DEVCA_E_USAGE, "--jobs", "is more than 64");
    if (code == DEVCA_OK)
        code = cli_check_input(cli, cli_text(cli, "batch"));
    return code;
}

static enum devca_code open_list(struct run *run)
{
    struct cli *cli = run->cli;
    struct devca_rows_request list = {cli_text(cli, "batch"), cli->wake};
    enum devca_code code = devca_rows_open(&run->rows, &list, &cli->error);

    return code == DEVCA_E_INTERRUPTED ? interrupted(run) : code;
}

enum devca_code cli_issue_batch(struct cli *cli)
{
    struct run run = {.cli = cli, .dry_run = cli_flag(cli, "dry-run")};
    struct devca *devca = NULL;
    int64_t jobs = 0;
    enum devca_code code = check(cli, &jobs);

    /* The running group is finished and told of; then the run ends. A second
     * signal loses nothing either. */
    if (code == DEVCA_OK)
        code = cli_stop_gently(cli);
    if (code == DEVCA_OK)
        code = open_list(&run);
    if (code == DEVCA_OK)
        code = cli_open(cli, run.dry_run, &devca);
    if (code == DEVCA_OK)
        code = batch_output_open(&run.output, cli, run.dry_run);
    if (code == DEVCA_OK)
        code = run_batch(&run, &devca, jobs);
    batch_output_clear(&run.output);
    devca_rows_close(run.rows);
    devca_close(devca);
    return code;
}
