#include "print.h"

#include <devca/key.h>
#include <devca/result.h>

static const char *const columns[] = {"authority", "name",    "place",
                                      "key_type",  "key_uri", NULL};

static enum devca_code list(struct cli *cli)
{
    return print_list(cli, columns, devca_key_list);
}

const struct cli_command cli_key_list = {
    "key", "list", "the keys that this store uses", "", 0, 0, NULL, list};

#define WHICH                                                \
    {"product", "P", "the key of this product's CA", false}, \
    {                                                        \
        "root", NULL, "the root's key", false                \
    }

static enum devca_code which(struct cli *cli, bool needed,
                             struct devca_key_request *request)
{
    bool product = cli_flag(cli, "product"), root = cli_flag(cli, "root");

    request->product = cli_text(cli, "product");
    request->all = !product && !root;
    if (product && root)
        return cli_fail(cli, DEVCA_E_USAGE, "key",
                        "takes one of --product and --root");
    if (needed && request->all)
        return cli_fail(cli, DEVCA_E_USAGE, "key", "needs --product or --root");
    return DEVCA_OK;
}

static const struct cli_option show_options[] = {WHICH, CLI_END};

static enum devca_code show(struct cli *cli)
{
    struct devca_key_request request;
    struct devca_result result = {0};
    struct devca *devca = NULL;
    enum devca_code code = which(cli, true, &request);

    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK)
        code = devca_key_show(devca, &request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_key_show = {
    "key", "show", "where a key is kept", "(--product P | --root)",
    0,     0,      show_options,          show};

static const struct cli_option test_options[] = {WHICH, CLI_PASSPHRASE, CLI_PIN,
                                                 CLI_END};

static const char *const test_columns[] = {
    "authority", "name", "place", "key_type", "outcome", "exportable", NULL};

static enum devca_code test(struct cli *cli)
{
    struct devca_key_request request;
    struct print_stream stream;
    struct devca *devca = NULL;
    enum devca_code code = which(cli, false, &request), ended;

    print_stream_begin(&stream, cli, test_columns);
    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK) {
        code = devca_key_test(devca, &request, print_row, &stream, &cli->error);
        ended = print_stream_end(&stream);
        code = code == DEVCA_OK ? ended : code;
    }
    devca_close(devca);
    return code;
}

const struct cli_command cli_key_test = {
    "key",
    "test",
    "sign with a key, or with each, and verify",
    "[--product P | --root]",
    0,
    0,
    test_options,
    test};
