/* issue --batch: a list of devices through <devca/batch.h>. */
#include "batch.h"

#include "output.h"
#include "print.h"

#include <devca/rows.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define FAN_OUT 10000
#define REPORT_SECONDS 10

struct run {
    struct cli *cli;
    struct devca_rows *rows;
    const char *folder; /* of --out, when it is one */
    struct devca_output *bundle;
    struct devca_output *results;
    struct devca_batch *batch;
    struct devca_batch_summary summary;
    struct devca_error error; /* of an output */
    int64_t told;

    bool chain;
    struct timespec started;
    time_t reported;
};

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* The running group is finished and told of; then the run ends. */
static void stop_gently(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

/* ---- results ---- */

static struct devca_field text_field(const char *name, const char *text)
{
    return (struct devca_field){
        name, DEVCA_TEXT, 0, {(const uint8_t *)text, strlen(text)}};
}

/* Clause, field and fault, as an error is printed. */
static void message_of(const struct devca_error *error, char *text, size_t size)
{
    text[0] = '\0';
    if (error)
        snprintf(text, size, "%s%s%s%s%s", error->clause,
                 error->clause[0] ? ": " : "", error->field,
                 error->field[0] ? ": " : "", error->fault);
}

static enum devca_code write_result(struct run *run, int64_t line,
                                    const char *uid, const char *status,
                                    struct devid_slice serial,
                                    const struct devca_error *error)
{
    char message[sizeof *error];
    struct devca_field fields[] = {
        {"line", DEVCA_INTEGER, line, {NULL, 0}},
        text_field("uid", uid),
        {"serial", DEVCA_HEX, 0, serial},
        text_field("status", status),
        text_field("code", error ? devca_code_text(error->code) : ""),
        {"message", DEVCA_TEXT, 0, {NULL, 0}}};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};
    struct devca_sink sink;

    if (!run->results)
        return DEVCA_OK;
    message_of(error, message, sizeof message);
    fields[5] = text_field("message", message);
    sink = devca_output_sink(run->results);
    return devca_record_write(&record, DEVCA_FORMAT_CSV, &sink);
}

static enum devca_code write_header(struct run *run)
{
    static const char header[] = "line,uid,serial,status,code,message\r\n";
    struct devca_sink sink;

    if (!run->results)
        return DEVCA_OK;
    sink = devca_output_sink(run->results);
    return sink.write(sink.context, header, sizeof header - 1);
}

/* ---- certificates ---- */

static enum devca_code put_pem(struct run *run,
                               const struct devca_batch_outcome *outcome,
                               const struct devca_sink *sink)
{
    struct devca_result result = {.der = outcome->der};
    size_t i;

    for (i = 0; i < outcome->chain_count; i++)
        result.chain[i] = outcome->chain[i];
    result.chain_count = outcome->chain_count;
    return devca_result_write_pem(&result, run->chain, sink);
}

/* Row 10,000 and after go into numbered subfolders, so that no folder holds
 * more files than a file system likes. */
static enum devca_code file_path(struct run *run, const char *uid, char *path,
                                 size_t size)
{
    int64_t part = run->told / FAN_OUT;
    int len;

    if (part == 0) {
        len = snprintf(path, size, "%s/%s.pem", run->folder, uid);
    } else {
        len = snprintf(path, size, "%s/%06lld", run->folder, (long long)part);
        if (len > 0 && (size_t)len < size && mkdir(path, 0777) != 0 &&
            errno != EEXIST)
            return DEVCA_E_FILE;
        len = snprintf(path, size, "%s/%06lld/%s.pem", run->folder,
                       (long long)part, uid);
    }
    return len > 0 && (size_t)len < size ? DEVCA_OK : DEVCA_E_FILE;
}

static enum devca_code put_file(struct run *run,
                                const struct devca_batch_outcome *outcome)
{
    struct devca_output_target target = {NULL, true, false, true};
    struct devca_output *output;
    struct devca_sink sink;
    char path[4096], uid[128];
    enum devca_code code;
    size_t i;

    /* As the store has it: lower case, and hex by now. */
    for (i = 0; outcome->uid[i] && i + 1 < sizeof uid; i++)
        uid[i] = outcome->uid[i] >= 'A' && outcome->uid[i] <= 'F'
                     ? (char)(outcome->uid[i] + 32)
                     : outcome->uid[i];
    uid[i] = '\0';
    code = file_path(run, uid, path, sizeof path);
    if (code != DEVCA_OK)
        return code;
    target.path = path;
    code = devca_output_open(&output, &target, &run->error);
    if (code != DEVCA_OK)
        return code;
    sink = devca_output_sink(output);
    (void)put_pem(run, outcome, &sink);
    return devca_output_commit(output, &run->error);
}

static enum devca_code
put_certificate(struct run *run, const struct devca_batch_outcome *outcome)
{
    struct devca_sink sink;

    if (outcome->der.len == 0)
        return DEVCA_OK;
    if (run->folder)
        return put_file(run, outcome);
    if (!run->bundle)
        return DEVCA_OK;
    sink = devca_output_sink(run->bundle);
    return put_pem(run, outcome, &sink);
}

/* ---- progress ---- */

static double seconds_since(const struct timespec *start)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) +
           (double)(now.tv_nsec - start->tv_nsec) / 1e9;
}

static void report(struct run *run, bool last)
{
    double seconds = seconds_since(&run->started);
    time_t now = (time_t)seconds;

    if (run->cli->quiet || (!last && now < run->reported + REPORT_SECONDS))
        return;
    run->reported = now;
    fprintf(stderr,
            "devca: issue: %lld rows, %lld issued, %lld already, "
            "%lld refused, %lld malformed, %.0f a second\n",
            (long long)run->told, (long long)run->summary.issued,
            (long long)run->summary.already, (long long)run->summary.refused,
            (long long)run->summary.malformed,
            seconds > 0 ? (double)run->told / seconds : 0.0);
}

static void count(struct run *run, enum devca_batch_status status)
{
    run->summary.issued += status == DEVCA_BATCH_ISSUED;
    run->summary.already += status == DEVCA_BATCH_ALREADY;
    run->summary.refused += status == DEVCA_BATCH_REFUSED;
    run->summary.malformed += status == DEVCA_BATCH_MALFORMED;
}

static enum devca_code told(const struct devca_batch_outcome *outcome,
                            void *context)
{
    struct run *run = context;
    enum devca_code code = put_certificate(run, outcome);

    if (code == DEVCA_OK)
        code = write_result(run, outcome->line, outcome->uid,
                            devca_batch_status_name(outcome->status),
                            outcome->serial, outcome->error);
    run->told++;
    count(run, outcome->status);
    report(run, false);
    return code;
}

/* ---- rows ---- */

static enum devca_code feed_all(struct run *run)
{
    struct devca_batch_row row;
    enum devca_code code = DEVCA_OK;

    while (code == DEVCA_OK && !stopped) {
        code = devca_rows_next(run->rows, &row, &run->cli->error);
        if (code == DEVCA_E_NOT_FOUND || code == DEVCA_E_INTERRUPTED)
            return DEVCA_OK;
        if (code == DEVCA_OK)
            code = devca_batch_add(run->batch, &row, &run->cli->error);
    }
    return code;
}

/* ---- the run ---- */

static bool is_folder(const char *path)
{
    struct stat info;

    return path && stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

static enum devca_code open_outputs(struct run *run)
{
    struct cli_output_request bundle = {"out", false, false};
    struct cli_output_request results = {"results", false, false};
    const char *out = cli_text(run->cli, "out");
    enum devca_code code = DEVCA_OK;

    if (is_folder(out))
        run->folder = out;
    else
        code = cli_output(run->cli, &bundle, &run->bundle);
    if (code == DEVCA_OK)
        code = cli_output(run->cli, &results, &run->results);
    return code == DEVCA_OK ? write_header(run) : code;
}

static enum devca_code put_in_place(struct run *run)
{
    enum devca_code code = DEVCA_OK;

    if (run->bundle)
        code = devca_output_commit(run->bundle, &run->cli->error);
    run->bundle = NULL;
    if (code == DEVCA_OK && run->results)
        code = devca_output_commit(run->results, &run->cli->error);
    else
        devca_output_abandon(run->results);
    run->results = NULL;
    return code;
}

static enum devca_code verdict(struct run *run)
{
    struct cli *cli = run->cli;

    if (stopped) {
        cli_fail(cli, DEVCA_E_INTERRUPTED, cli_text(cli, "batch"),
                 "stopped; what is issued so far is in the store");
        snprintf(cli->error.hint, sizeof cli->error.hint,
                 "run the same command again to go on");
        return DEVCA_E_INTERRUPTED;
    }
    if (run->summary.refused > 0)
        return cli_fail(cli, DEVCA_E_PROFILE, cli_text(cli, "batch"),
                        "some rows were refused; --results tells which");
    if (run->summary.malformed > 0)
        return cli_fail(cli, DEVCA_E_MALFORMED, cli_text(cli, "batch"),
                        "some rows are malformed; --results tells which");
    return DEVCA_OK;
}

static enum devca_code run_batch(struct run *run, struct devca *devca,
                                 int64_t jobs)
{
    struct cli *cli = run->cli;
    struct devca_batch_request request = {cli_text(cli, "product"),
                                          cli_text(cli, "profile"), (int)jobs,
                                          told, run};
    enum devca_code code, closed;

    code = devca_batch_open(devca, &request, &run->batch, &cli->error);
    if (code != DEVCA_OK)
        return code;
    (void)clock_gettime(CLOCK_MONOTONIC, &run->started);
    stop_gently();
    code = feed_all(run);
    closed = devca_batch_close(run->batch, NULL, &cli->error);
    code = code == DEVCA_OK ? closed : code;
    if (code != DEVCA_OK && run->error.code != DEVCA_OK)
        cli->error = run->error;
    report(run, true);
    if (code == DEVCA_OK)
        code = put_in_place(run);
    return code == DEVCA_OK ? verdict(run) : code;
}

static enum devca_code check(struct cli *cli, int64_t *jobs)
{
    static const char *const single[] = {"uid",          "csr",   "public-key",
                                         "generate-key", "rekey", "dry-run"};
    enum devca_code code = cli_need(cli, "product");
    size_t i;

    for (i = 0; code == DEVCA_OK && i < sizeof single / sizeof single[0]; i++)
        if (cli_flag(cli, single[i]))
            code = cli_fail(cli, DEVCA_E_USAGE, single[i],
                            "does not go with --batch");
    if (code == DEVCA_OK)
        code = cli_number(cli, "jobs", jobs);
    if (code == DEVCA_OK && *jobs > 64)
        code = cli_fail(cli, DEVCA_E_USAGE, "--jobs", "is more than 64");
    return code;
}

enum devca_code cli_issue_batch(struct cli *cli)
{
    struct run run = {.cli = cli, .chain = cli_flag(cli, "chain")};
    struct devca *devca = NULL;
    struct devca_rows_request list = {cli_text(cli, "batch"), -1};
    int64_t jobs = 0;
    enum devca_code code = check(cli, &jobs);

    if (code == DEVCA_OK)
        code = devca_rows_open(&run.rows, &list, &cli->error);
    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK)
        code = open_outputs(&run);
    if (code == DEVCA_OK)
        code = run_batch(&run, devca, jobs);
    devca_output_abandon(run.bundle);
    devca_output_abandon(run.results);
    devca_rows_close(run.rows);
    devca_close(devca);
    return code;
}
