#include "output.h"
#include "print.h"

#include <devca/authority.h>

#define PRODUCT_OPTIONS                                                       \
    {"profile", "P", "profile of its CA (intermediate)", false},              \
        {"device-profile", "P", "profile of its devices (ieee8021ar-idevid)", \
         false},                                                              \
        {"uid-format", "F", "hex, or hex:N for N octets (hex)", false},       \
        {"key-type", "TYPE", "p256 or p384 (p256)", false}, CLI_KEY_URI,      \
        CLI_EXISTING_KEY, CLI_OUT, CLI_FORCE, CLI_PASSPHRASE, CLI_PIN,        \
        CLI_DRY_RUN, CLI_END

static const struct cli_option add_options[] = {PRODUCT_OPTIONS};

typedef enum devca_code act(struct devca *devca,
                            const struct devca_product_request *request,
                            struct devca_result *result,
                            struct devca_error *error);

static enum devca_code make(struct cli *cli, act *make_it, bool standard)
{
    struct cli_output_request to = {"out", standard, false};
    struct devca_product_request request = {cli->arguments[0],
                                            cli_text(cli, "profile"),
                                            cli_text(cli, "device-profile"),
                                            cli_text(cli, "uid-format"),
                                            cli_text(cli, "key-type"),
                                            cli_text(cli, "key-uri"),
                                            cli_flag(cli, "existing-key"),
                                            cli_flag(cli, "dry-run")};
    struct devca_result result = {0};
    struct cli_outcome outcome = {NULL, &result, true, request.dry_run};
    struct devca *devca = NULL;
    enum devca_code code = cli_open(cli, false, &devca);

    if (code == DEVCA_OK)
        code = cli_output(cli, &to, &outcome.output);
    if (code == DEVCA_OK)
        code = make_it(devca, &request, &result, &cli->error);
    code = cli_finish(cli, code, &outcome);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

static enum devca_code add(struct cli *cli)
{
    return make(cli, devca_product_add, false);
}

static enum devca_code request(struct cli *cli)
{
    return make(cli, devca_product_request, true);
}

const struct cli_command cli_product_add = {
    "product",
    "add",
    "a product and its CA, signed by this store's root",
    "NAME [--device-profile P] [--uid-format F]",
    1,
    1,
    add_options,
    add};

const struct cli_command cli_product_request = {
    "product",        "request", "a product, and a request for an offline root",
    "NAME --out REQ", 1,         1,
    add_options,      request};

static const struct cli_option install_options[] = {
    {"anchor", "FILE", "the root's certificate, from elsewhere", false},
    CLI_DRY_RUN,
    CLI_END};

static enum devca_code install(struct cli *cli)
{
    struct devca_product_install_request request = {
        .name = cli->arguments[0],
        .object = cli->arguments[1],
        .dry_run = cli_flag(cli, "dry-run")};
    struct devca_content certificate = {{NULL, 0}, NULL};
    struct devca_content anchor = {{NULL, 0}, NULL};
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = cli_read(cli, cli->arguments[1], &certificate);

    if (code == DEVCA_OK && cli_text(cli, "anchor"))
        code = cli_read(cli, cli_text(cli, "anchor"), &anchor);
    request.certificate = certificate.octets;
    request.anchor = anchor.octets;
    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK)
        code = devca_product_install(devca, &request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_content_clear(&certificate);
    devca_content_clear(&anchor);
    devca_close(devca);
    return code;
}

const struct cli_command cli_product_install = {
    "product",
    "install",
    "the certificate that `root sign` made",
    "NAME CERT [--anchor FILE]",
    2,
    2,
    install_options,
    install};

static const char *const columns[] = {
    "product", "state", "device_profile", "uid_format", "not_after", NULL};

static enum devca_code list(struct cli *cli)
{
    return print_list(cli, columns, devca_product_list);
}

const struct cli_command cli_product_list = {
    "product", "list", "all products", "", 0, 0, NULL, list};

static enum devca_code show(struct cli *cli)
{
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = cli_open(cli, true, &devca);

    if (code == DEVCA_OK)
        code =
            devca_product_show(devca, cli->arguments[0], &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_product_show = {
    "product", "show", "one product and its CA", "NAME", 1, 1, NULL, show};
