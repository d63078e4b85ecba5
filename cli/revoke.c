#include "print.h"

#include <devca/revoke.h>

static const struct cli_option options[] = {
    {"uid", "UID", "every certificate in force of this device", false},
    {"serial", "HEX", "this certificate", false},
    {"product", "P",
     "alone: the product's CA; with another: only of this product", false},
    {"batch", "FILE", "a list of UIDs or serials, all or none", false},
    {"reason", "R",
     "a reason of RFC 5280 5.3.1: keyCompromise, "
     "certificateHold, ...",
     false},
    {"invalidity-date", "TIME", "since when the key is not to be trusted",
     false},
    {"release", NULL, "end a certificateHold", false},
    CLI_DRY_RUN,
    CLI_END};

static const char *const columns[] = {"outcome", "serial", "reason", NULL};

static enum devca_code run_batch(struct cli *cli, struct devca *devca,
                                 const struct devca_revoke_request *each,
                                 struct print_stream *stream)
{
    struct devca_revoke_batch_request request = {.each = *each};
    struct devca_content content = {{NULL, 0}, NULL};
    enum devca_code code;

    request.object = cli_text(cli, "batch");
    /* A list of a million serials has 41 megabytes. */
    code = devca_file_read(request.object, (size_t)256 * 1024 * 1024, &content,
                           &cli->error);
    request.list = content.octets;
    if (code == DEVCA_OK)
        code =
            devca_revoke_batch(devca, &request, print_row, stream, &cli->error);
    devca_content_clear(&content);
    return code;
}

static enum devca_code check(struct cli *cli)
{
    int targets =
        cli_flag(cli, "uid") + cli_flag(cli, "serial") + cli_flag(cli, "batch");

    if (targets > 1 || (targets == 0 && !cli_flag(cli, "product")))
        return cli_fail(cli, DEVCA_E_USAGE, "revoke",
                        "needs one of --uid, --serial, --product and --batch");
    if (!cli_flag(cli, "reason") && !cli_flag(cli, "release"))
        return cli_fail(cli, DEVCA_E_USAGE, "revoke",
                        "needs --reason or --release");
    return DEVCA_OK;
}

static enum devca_code run(struct cli *cli)
{
    struct devca_revoke_request request = {.product = cli_text(cli, "product"),
                                           .uid = cli_text(cli, "uid"),
                                           .serial = cli_text(cli, "serial"),
                                           .reason = cli_text(cli, "reason"),
                                           .release = cli_flag(cli, "release"),
                                           .dry_run = cli_flag(cli, "dry-run")};
    struct print_stream stream;
    struct devca *devca = NULL;
    enum devca_code ended, code = check(cli);

    print_stream_begin(&stream, cli, columns);
    if (code == DEVCA_OK)
        code = cli_time(cli, "invalidity-date", &request.invalid_at);
    if (code == DEVCA_OK && cli_flag(cli, "invalidity-date") &&
        request.invalid_at == 0)
        code = cli_fail(cli, DEVCA_E_USAGE, "--invalidity-date",
                        "is how a clock says it that was never set");
    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK && cli_flag(cli, "batch"))
        code = run_batch(cli, devca, &request, &stream);
    else if (code == DEVCA_OK)
        code = devca_revoke(devca, &request, print_row, &stream, &cli->error);
    ended = print_stream_end(&stream); /* what was told before a fault too */
    code = code == DEVCA_OK ? ended : code;
    devca_close(devca);
    return code;
}

const struct cli_command cli_revoke = {
    "revoke",
    NULL,
    "revoke, hold or release certificates",
    "[--uid U | --serial HEX | --batch FILE] [--product P] "
    "(--reason R | --release)",
    0,
    0,
    options,
    run};
