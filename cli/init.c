#include "command.h"
#include "print.h"

static const struct cli_option options[] = {
    {"org", "NAME", "the owner's organization, as it stands in names", false},
    {"country", "CC", "two capital letters (ISO 3166)", false},
    CLI_PASSPHRASE,
    {"no-passphrase", NULL, "keep keys in the clear", false},
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code run(struct cli *cli)
{
    struct devca_init_request request = {.folder = cli_new_folder(cli),
                                         .actor = cli->actor};
    struct devca_result result = {0};
    enum devca_code code = cli_need(cli, "org");

    request.org = cli_text(cli, "org");
    request.country = cli_text(cli, "country");
    request.passphrase = cli_text(cli, "passphrase");
    request.dry_run = cli_flag(cli, "dry-run");
    if (code == DEVCA_OK &&
        (request.passphrase != NULL) == cli_flag(cli, "no-passphrase"))
        code = cli_fail(cli, DEVCA_E_USAGE, "init",
                        "needs one of --passphrase and --no-passphrase");
    if (code == DEVCA_OK)
        code = devca_init(&request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    return code;
}

const struct cli_command cli_init = {
    "init",
    NULL,
    "make a new store",
    "--org NAME [--country CC] (--passphrase SRC | --no-passphrase)",
    0,
    0,
    options,
    run};
