#include "doctor.h"
#include "print.h"
#include "progress.h"

#include <devca/backup.h>

#include <string.h>

static const struct cli_option backup_options[] = {
    {"with-keys", NULL, "the key files too, encrypted", false},
    CLI_FORCE,
    {"passphrase", "SRC", "encrypts, in the backup, keys kept in the clear",
     false},
    CLI_END};

static enum devca_code backup(struct cli *cli)
{
    struct devca_backup_request request = {.path = cli->arguments[0],
                                           .with_keys =
                                               cli_flag(cli, "with-keys"),
                                           .replace = cli_flag(cli, "force"),
                                           .progress = progress_report};
    struct devca_result result = {0};
    struct devca *devca = NULL;
    struct progress progress;
    enum devca_code code = cli_open_any(cli, &devca);

    progress_begin(&progress, cli, "pages");
    request.progress_context = &progress;
    if (code == DEVCA_OK)
        code = devca_backup(devca, &request, &result, &cli->error);
    progress_end(&progress);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_backup = {
    "backup",
    NULL,
    "the store in one file, while work goes on",
    "FILE [--with-keys [--passphrase SRC]]",
    1,
    1,
    backup_options,
    backup};

static const struct cli_option restore_options[] = {
    {"dry-run", NULL, "prove the backup, make nothing", false}, CLI_END};

/* The whole store: it was just made, and nobody waits for it yet. */
static enum devca_code visit(struct cli *cli, const char *folder, bool keys)
{
    struct devca_doctor_request request = {
        .folder = folder, .full = true, .without_keys = !keys};

    return cli_visit(cli, &request);
}

static bool has_keys(const struct devca_result *result)
{
    const struct devca_field *field =
        devca_record_find(&result->record, "key_files");

    return field && field->integer > 0;
}

/* What a signal stops leaves nothing. */
static enum devca_code make(struct cli *cli,
                            struct devca_restore_request *request,
                            struct devca_result *result)
{
    enum devca_code code = cli_stop_gently(cli);

    request->wake = cli->wake;
    if (code == DEVCA_OK)
        code = devca_restore(request, result, &cli->error);
    return cli_stop_at_once(cli) && code == DEVCA_OK
               ? cli_fail(cli, DEVCA_E_INTERRUPTED, request->folder,
                          "stopped; the store is there")
               : code;
}

static enum devca_code restore(struct cli *cli)
{
    struct devca_restore_request request = {
        .path = cli->arguments[0],
        .folder = cli_new_folder(cli),
        .actor = cli->actor,
        .dry_run = cli_flag(cli, "dry-run"),
        .name = cli_name(cli, cli->arguments[0])};
    struct devca_result result = {0};
    enum devca_code code = make(cli, &request, &result);

    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    if (code == DEVCA_OK && !request.dry_run)
        code = visit(cli, request.folder, has_keys(&result));
    devca_result_clear(&result);
    return code;
}

const struct cli_command cli_restore = {
    "restore",
    NULL,
    "a store out of a backup, where there is none",
    "FILE [--store DIR]",
    1,
    1,
    restore_options,
    restore};
