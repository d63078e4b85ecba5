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
    {"format", "FMT", "pem der json jsonl csv c-header pkcs7", false},
    {"chain", NULL, "each with its issuers", false},
    CLI_OUT,
    CLI_FORCE,
    CLI_END};

static enum devca_code run(struct cli *cli)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_export_request request = {
        cli_text(cli, "product"), cli_text(cli, "uid"),
        cli_text(cli, "serial"),  cli_text(cli, "format"),
        cli_flag(cli, "root"),    cli_flag(cli, "all"),
        cli_flag(cli, "chain")};
    struct devca_output *output = NULL;
    struct devca_sink sink;
    struct devca *devca = NULL;
    enum devca_code code = cli_need(cli, "format");

    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK)
        code = cli_output(cli, &to, &output);
    if (code == DEVCA_OK) {
        sink = devca_output_sink(output);
        code = devca_export(devca, &request, &sink, &cli->error);
    }
    if (code == DEVCA_OK) {
        code = devca_output_commit(output, &cli->error);
        output = NULL;
    }
    devca_output_abandon(output);
    devca_close(devca);
    return code;
}

const struct cli_command cli_export = {
    "export",
    NULL,
    "certificates and anchors in other forms",
    "(--uid U | --serial S | --product P | --root | --all) --format FMT",
    0,
    0,
    options,
    run};
