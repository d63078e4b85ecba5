#include "doctor.h"
#include "print.h"
#include "progress.h"

#include <stdio.h>

static const struct cli_option options[] = {
    {"full", NULL, "everything, however many certificates there are", false},
    {"sample", "N",
     "look at N certificates drawn at random (all, or 10,000 of more than "
     "100,000)",
     false},
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_END};

/* Programs get the summary as the last line, people beside the findings. */
static enum devca_code print_summary(const struct cli *cli,
                                     const struct devca_doctor_summary *summary)
{
    const struct devca_field fields[] = {
        {"certificates", DEVCA_INTEGER, summary->certificates, {NULL, 0}},
        {"looked_at", DEVCA_INTEGER, summary->looked_at, {NULL, 0}},
        {"faults", DEVCA_INTEGER, summary->faults, {NULL, 0}},
        {"warnings", DEVCA_INTEGER, summary->warnings, {NULL, 0}},
        {"notes", DEVCA_INTEGER, summary->notes, {NULL, 0}}};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};

    if (cli->json)
        return print_record(cli, &record);
    if (!cli->quiet)
        fprintf(stderr,
                "devca: doctor: %lld of %lld certificates looked at: "
                "%lld faults, %lld warnings, %lld notes\n",
                (long long)summary->looked_at, (long long)summary->certificates,
                (long long)summary->faults, (long long)summary->warnings,
                (long long)summary->notes);
    return DEVCA_OK;
}

enum devca_code cli_visit(struct cli *cli,
                          const struct devca_doctor_request *request)
{
    struct devca_doctor_request own = *request;
    struct devca_doctor_summary summary;
    struct print_stream stream;
    struct progress progress;
    enum devca_code code, ended;

    progress_begin(&progress, cli, "certificates");
    own.progress = progress_report;
    own.progress_context = &progress;
    print_stream_begin(&stream, cli, NULL);
    code = devca_doctor(&own, print_row, &stream, &summary, &cli->error);
    progress_end(&progress);
    ended = print_stream_end(&stream);
    if (code == DEVCA_OK || code == DEVCA_E_FINDINGS) {
        if (ended == DEVCA_OK)
            ended = print_summary(cli, &summary);
        code = code == DEVCA_OK ? ended : code;
    }
    return code;
}

static enum devca_code doctor(struct cli *cli)
{
    struct devca_doctor_request request = {.full = cli_flag(cli, "full"),
                                           .passphrase =
                                               cli_text(cli, "passphrase"),
                                           .pin = cli_text(cli, "pin")};
    char folder[4096];
    enum devca_code code = cli_number(cli, "sample", &request.sample);

    if (code == DEVCA_OK && cli_flag(cli, "sample") && request.sample == 0)
        code = cli_fail(cli, DEVCA_E_USAGE, "--sample", "must be 1 or more");
    if (code == DEVCA_OK && request.full && request.sample > 0)
        code = cli_fail(cli, DEVCA_E_USAGE, "doctor",
                        "--full and --sample exclude each other");
    if (code == DEVCA_OK)
        code = devca_find(cli->store, folder, sizeof folder, &cli->error);
    request.folder = folder;
    return code == DEVCA_OK ? cli_visit(cli, &request) : code;
}

const struct cli_command cli_doctor = {
    "doctor",
    NULL,
    "what is wrong with a store, and what to do",
    "[--full | --sample N] [--passphrase SRC]",
    0,
    0,
    options,
    doctor};
