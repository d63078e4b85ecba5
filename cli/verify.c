#include "print.h"

#include <devca/verify.h>

#include <stdlib.h>
#include <string.h>

#define FILES_MAX 16

static const struct cli_option verify_options[] = {
    {"anchor", "FILE", "the trusted root (that of the store)", false},
    {"crl", "FILE", "a revocation list; once for each issuer", true},
    {"at", "TIME", "verify as of this time (now)", false},
    {"no-clock", NULL,
     "leave validity periods out, as a device without a "
     "clock does",
     false},
    CLI_END};

/* Everything read, to be freed together. */
struct files {
    struct devca_content contents[2 * FILES_MAX + 1];
    size_t count;
    struct devca_input inputs[FILES_MAX];
    size_t input_count;
    struct devca_input crls[FILES_MAX];
    size_t crl_count;
    struct devca_input anchor;
    char store[4096];
};

/* A list of a million entries has some fifty megabytes. */
#define CRL_MAX ((size_t)512 * 1024 * 1024)

static enum devca_code read_one(struct cli *cli, const char *path, size_t limit,
                                struct files *files, struct devca_input *input)
{
    struct devca_content *content = &files->contents[files->count];
    enum devca_code code = devca_file_read(path, limit, content, &cli->error);

    if (code == DEVCA_OK)
        files->count++;
    input->name = cli_name(cli, path);
    input->octets = content->octets;
    return code;
}

static enum devca_code read_all(struct cli *cli, struct files *files)
{
    const struct cli_value *crls = cli_values(cli, "crl");
    const char *anchor = cli_text(cli, "anchor");
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < (size_t)cli->argument_count; i++) {
        if (i == FILES_MAX)
            return cli_fail(cli, DEVCA_E_USAGE, cli->arguments[i],
                            "is one file too many");
        code = read_one(cli, cli->arguments[i], DEVCA_INPUT_MAX, files,
                        &files->inputs[files->input_count++]);
    }
    for (i = 0; code == DEVCA_OK && i < crls->count; i++)
        code = read_one(cli, crls->texts[i], CRL_MAX, files,
                        &files->crls[files->crl_count++]);
    if (code == DEVCA_OK && anchor)
        code = read_one(cli, anchor, DEVCA_INPUT_MAX, files, &files->anchor);
    return code;
}

/* One chain gives one record, told as such. */
static enum devca_code tell(const struct devca_record *record, void *context)
{
    return print_record(context, record);
}

static enum devca_code verify_files(struct cli *cli, struct files *files)
{
    struct devca_verify_request request = {.inputs = files->inputs,
                                           .input_count = files->input_count,
                                           .anchor = files->anchor,
                                           .crls = files->crls,
                                           .crl_count = files->crl_count,
                                           .timed = cli_flag(cli, "at"),
                                           .no_clock =
                                               cli_flag(cli, "no-clock")};
    enum devca_code code = cli_time(cli, "at", &request.at);

    if (code == DEVCA_OK && request.timed && request.no_clock)
        code = cli_fail(cli, DEVCA_E_USAGE, "verify",
                        "--at and --no-clock exclude each other");
    if (code == DEVCA_OK && !request.anchor.octets.data) {
        code = devca_find(cli->store, files->store, sizeof files->store,
                          &cli->error);
        request.store = files->store;
    }
    if (code == DEVCA_OK)
        code = devca_verify(&request, tell, cli, &cli->error);
    return code;
}

static enum devca_code verify(struct cli *cli)
{
    struct files *files = calloc(1, sizeof *files);
    enum devca_code code;
    size_t i;

    if (!files)
        return cli_fail(cli, DEVCA_E_NO_MEMORY, "verify", "not enough memory");
    code = read_all(cli, files);
    if (code == DEVCA_OK)
        code = verify_files(cli, files);
    for (i = 0; i < files->count; i++)
        devca_content_clear(&files->contents[i]);
    free(files);
    return code;
}

const struct cli_command cli_verify = {
    "verify",
    NULL,
    "verify a chain with the device's own verifier",
    "FILE... [--anchor F] [--crl F]... [--at TIME | --no-clock]",
    1,
    -1,
    verify_options,
    verify};

static enum devca_code lint(struct cli *cli)
{
    struct devca_content content = {{NULL, 0}, NULL};
    struct devca_input input = {cli_name(cli, cli->arguments[0]), {NULL, 0}};
    struct print_stream stream;
    enum devca_code code, ended;

    code = devca_file_read(cli->arguments[0], CRL_MAX, &content, &cli->error);
    input.octets = content.octets;
    print_stream_begin(&stream, cli, NULL);
    if (code == DEVCA_OK) {
        code = devca_lint(&input, print_row, &stream, &cli->error);
        ended = print_stream_end(&stream);
        code = code == DEVCA_OK ? ended : code;
    }
    devca_content_clear(&content);
    return code;
}

const struct cli_command cli_lint = {
    "lint", NULL, "the rules a certificate or CRL breaks", "FILE", 1, 1,
    NULL,   lint};
