#include "output.h"
#include "print.h"

#include <devca/revoke.h>

static const struct cli_option options[] = {
    {"product", "P", "the list of this product's CA", false},
    {"root", NULL, "the list of the root", false},
    {"shard", "N", "the list of one partition, as the profile has them", false},
    {"profile", "X", "the profile that says so (the product's default)", false},
    {"delta", NULL, "what changed since the last complete list", false},
    {"days", "N", "until the next list (30)", false},
    {"pem", NULL, "PEM instead of DER", false},
    CLI_OUT,
    CLI_FORCE,
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code check(struct cli *cli, struct devca_crl_request *request)
{
    int64_t days = 0, shard = 0;
    enum devca_code code = cli_number(cli, "days", &days);

    if (code == DEVCA_OK)
        code = cli_number(cli, "shard", &shard);
    if (code == DEVCA_OK && cli_flag(cli, "product") == cli_flag(cli, "root"))
        code = cli_fail(cli, DEVCA_E_USAGE, "crl",
                        "needs one of --product and --root");
    if (code == DEVCA_OK && cli_flag(cli, "days") && (days < 1 || days > 3650))
        code = cli_fail(cli, DEVCA_E_USAGE, "--days", "must be 1 to 3650");
    if (code == DEVCA_OK && cli_flag(cli, "shard") &&
        (shard < 1 || shard > 65536))
        code = cli_fail(cli, DEVCA_E_USAGE, "--shard", "must be 1 to 65536");
    if (code != DEVCA_OK)
        return code;
    request->days = (int)days;
    request->shard = (int)shard;
    request->profile = cli_text(cli, "profile");
    request->delta = cli_flag(cli, "delta");
    request->product = cli_text(cli, "product");
    request->pem = cli_flag(cli, "pem");
    request->dry_run = cli_flag(cli, "dry-run");
    return code;
}

static enum devca_code run(struct cli *cli)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_crl_request request = {0};
    struct devca_result result = {0};
    struct devca_output *output = NULL;
    struct devca *devca = NULL;
    enum devca_code code = check(cli, &request);

    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK && !request.dry_run && !cli_output_is_member(cli))
        code = cli_output(cli, &to, &output);
    if (code == DEVCA_OK)
        code = devca_crl(devca, &request, output, &result, &cli->error);
    if (code == DEVCA_OK)
        code = cli_tell_list(cli, "der", &result);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_crl = {
    "crl",
    NULL,
    "a signed certificate revocation list",
    "(--product P [--shard N] | --root) [--delta] [--out FILE]",
    0,
    0,
    options,
    run};
