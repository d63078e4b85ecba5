#include "output.h"
#include "print.h"

#include <devca/authority.h>

static const struct cli_option create_options[] = {
    {"name", "CN", "the root's common name", false},
    {"profile", "P", "a shipped profile or a file (root)", false},
    {"key-type", "TYPE", "p256 or p384 (p256)", false},
    CLI_KEY_URI,
    CLI_EXISTING_KEY,
    CLI_OUT,
    CLI_FORCE,
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code create(struct cli *cli)
{
    struct cli_output_request to = {"out", false, false};
    struct devca_root_request request = {
        cli_text(cli, "name"),         cli_text(cli, "profile"),
        cli_text(cli, "key-type"),     cli_text(cli, "key-uri"),
        cli_flag(cli, "existing-key"), cli_flag(cli, "dry-run")};
    struct devca_result result = {0};
    struct cli_outcome outcome = {NULL, &result, false, request.dry_run};
    struct devca *devca = NULL;
    enum devca_code code = cli_need(cli, "name");

    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK)
        code = cli_output(cli, &to, &outcome.output);
    if (code == DEVCA_OK)
        code = devca_root_create(devca, &request, &result, &cli->error);
    code = cli_finish(cli, code, &outcome);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_root_create = {
    "root", "create", "make the OEM's root CA", "--name CN [--out FILE]",
    0,      0,        create_options,           create};

static const struct cli_option sign_options[] = {
    {"out", "CERT", "the certificate, the root after it (standard output)",
     false},
    {"profile", "P", "a shipped profile or a file (intermediate)", false},
    CLI_FORCE,
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code sign(struct cli *cli)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_root_sign_request request = {{NULL, 0},
                                              cli->arguments[0],
                                              cli_text(cli, "profile"),
                                              cli_flag(cli, "dry-run")};
    struct devca_result result = {0};
    struct devca_content content = {{NULL, 0}, NULL};
    struct cli_outcome outcome = {NULL, &result, true, request.dry_run};
    struct devca *devca = NULL;
    enum devca_code code = cli_read(cli, cli->arguments[0], &content);

    request.request = content.octets;
    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK)
        code = cli_output(cli, &to, &outcome.output);
    if (code == DEVCA_OK)
        code = devca_root_sign(devca, &request, &result, &cli->error);
    code = cli_finish(cli, code, &outcome);
    devca_result_clear(&result);
    devca_content_clear(&content);
    devca_close(devca);
    return code;
}

const struct cli_command cli_root_sign = {
    "root",           "sign", "sign a product's request from another store",
    "REQ --out CERT", 1,      1,
    sign_options,     sign};
