#include "print.h"

#include <devca/profile.h>

static enum devca_code list(struct cli *cli)
{
    struct print_stream stream;
    enum devca_code code;

    print_stream_begin(&stream, cli, NULL);
    code = devca_profile_list(print_row, &stream, &cli->error);
    return code == DEVCA_OK ? print_stream_end(&stream) : code;
}

const struct cli_command cli_profile_list = {
    "profile", "list", "the shipped profiles", "", 0, 0, NULL, list};

static enum devca_code show(struct cli *cli)
{
    struct devid_slice json;
    struct devca_sink sink = print_sink();
    enum devca_code code;

    code = devca_profile_show(cli->arguments[0], &json, &cli->error);
    return code == DEVCA_OK ? sink.write(sink.context, json.data, json.len)
                            : code;
}

const struct cli_command cli_profile_show = {
    "profile", "show", "a shipped profile's document", "NAME", 1, 1,
    NULL,      show};

static enum devca_code check(struct cli *cli)
{
    struct devca_content content = {{NULL, 0}, NULL};
    struct devca_input input = {cli->arguments[0], {NULL, 0}};
    struct devca_field field = {"verdict",
                                DEVCA_TEXT,
                                0,
                                {(const uint8_t *)"sound", sizeof "sound" - 1}};
    struct devca_record record = {&field, 1};
    enum devca_code code = cli_read(cli, cli->arguments[0], &content);

    input.octets = content.octets;
    if (code == DEVCA_OK)
        code = devca_profile_check(&input, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &record);
    devca_content_clear(&content);
    return code;
}

const struct cli_command cli_profile_check = {
    "profile", "check", "could a profile make an invalid certificate?",
    "FILE",    1,       1,
    NULL,      check};
