#include "output.h"
#include "print.h"

#include <devca/export.h>

static const struct cli_option options[] = {
    {"uid", "U", "a device's certificates", false},
    {"serial", "S", "one certificate", false},
    {"product", "P", "a product's devices, or its CA where one is wanted",
     false},
    {"root", NULL, "the root", false},
    {"all", NULL, "every device", false},
    {"format", "FMT", "pem der json jsonl csv c-header pkcs7 revocation-set",
     false},
    {"chain", NULL, "each with its issuers", false},
    {"days", "N", "until the next revocation-set (30)", false},
    CLI_OUT,
    CLI_FORCE,
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code check(struct cli *cli,
                             struct devca_export_request *request)
{
    int64_t days;
    enum devca_code code = cli_need(cli, "format");

    if (code == DEVCA_OK)
        code = cli_number(cli, "days", &days);
    if (code != DEVCA_OK)
        return code;
    if (cli_flag(cli, "days") && (days < 1 || days > 3650))
        return cli_fail(cli, DEVCA_E_USAGE, "--days", "must be 1 to 3650");
    if ((cli_flag(cli, "days") || cli_flag(cli, "dry-run")) &&
        !devca_export_format_signs(request->format))
        return cli_fail(cli, DEVCA_E_USAGE, request->format,
                        "is not signed: --days and --dry-run are for "
                        "revocation-set");
    request->days = (int)days;
    request->dry_run = cli_flag(cli, "dry-run");
    return DEVCA_OK;
}

/* What the CA signs is a list, made and delivered in one. */
static enum devca_code export_signed(struct cli *cli, struct devca *devca,
                                     const struct devca_export_request *chosen)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_export_request request = *chosen;
    struct devca_result result = {0};
    enum devca_code code = DEVCA_OK;

    request.result = &result;
    if (!request.dry_run && !cli_output_is_member(cli))
        code = cli_output(cli, &to, &request.output);
    if (code == DEVCA_OK)
        code = devca_export(devca, &request, NULL, &cli->error);
    if (code == DEVCA_OK)
        code = cli_tell_list(cli, "set", &result);
    devca_result_clear(&result);
    return code;
}

static enum devca_code export_items(struct cli *cli, struct devca *devca,
                                    const struct devca_export_request *request)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_output *output = NULL;
    struct devca_sink sink;
    enum devca_code code = cli_output(cli, &to, &output);

    if (code != DEVCA_OK)
        return code;
    sink = devca_output_sink(output);
    code = devca_export(devca, request, &sink, &cli->error);
    if (code == DEVCA_OK)
        return devca_output_commit(output, &cli->error);
    code = cli_output_fault(cli, output, code);
    devca_output_abandon(output);
    return code;
}

static enum devca_code run(struct cli *cli)
{
    struct devca_export_request request = {.product = cli_text(cli, "product"),
                                           .uid = cli_text(cli, "uid"),
                                           .serial = cli_text(cli, "serial"),
                                           .format = cli_text(cli, "format"),
                                           .root = cli_flag(cli, "root"),
                                           .all = cli_flag(cli, "all"),
                                           .chain = cli_flag(cli, "chain")};
    bool signs = devca_export_format_signs(request.format);
    struct devca *devca = NULL;
    enum devca_code code = check(cli, &request);

    if (code == DEVCA_OK)
        code = cli_open(cli, !signs, &devca);
    if (code == DEVCA_OK)
        code = signs ? export_signed(cli, devca, &request)
                     : export_items(cli, devca, &request);
    devca_close(devca);
    return code;
}

const struct cli_command cli_export = {
    "export",
    NULL,
    "certificates, anchors and revocation sets in other forms",
    "(--uid U | --serial S | --product P | --root | --all) --format FMT",
    0,
    0,
    options,
    run};
