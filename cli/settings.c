#include "command.h"
#include "print.h"

static enum devca_code change(struct cli *cli,
                              const struct devca_settings_request *request,
                              bool read_only)
{
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = cli_open(cli, read_only, &devca);

    if (code == DEVCA_OK)
        code = devca_settings_set(devca, request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

/* What would be if nothing were changed. */
static enum devca_code show(struct cli *cli)
{
    const struct devca_settings_request request = {NULL, NULL, true};

    return change(cli, &request, true);
}

const struct cli_command cli_settings_show = {
    "settings", "show", "who the owner is, how keys are kept", "", 0, 0,
    NULL,       show};

static const struct cli_option set_options[] = {
    {"org", "NAME", "the owner's organization, as it stands in names", false},
    {"country", "CC", "two capital letters (ISO 3166), or empty for none",
     false},
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code set(struct cli *cli)
{
    const struct devca_settings_request request = {cli_text(cli, "org"),
                                                   cli_text(cli, "country"),
                                                   cli_flag(cli, "dry-run")};

    if (!request.org && !request.country)
        return cli_fail(cli, DEVCA_E_USAGE, "settings set",
                        "needs --org or --country");
    return change(cli, &request, false);
}

const struct cli_command cli_settings_set = {
    "settings",
    "set",
    "another name or country for certificates to come",
    "[--org NAME] [--country CC]",
    0,
    0,
    set_options,
    set};
