#include "share.h"
#include "output.h"
#include "print.h"

#include <devca/shares.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct cli_option split_options[] = {
    {"root", NULL, "the root's key", false},
    {"product", "P", "the key of this product's CA", false},
    {"threshold", "M", "how many shares give the key back", false},
    {"shares", "N", "how many are made, at most 16", false},
    {"out", "DIR", "a folder for the shares, one file each", false},
    CLI_PASSPHRASE,
    CLI_DRY_RUN,
    CLI_END};

/* ---- their files ---- */

enum devca_code cli_share_path(struct cli *cli, const char *folder, int index,
                               int count, char path[4096])
{
    int len =
        snprintf(path, 4096, "%s/share-%d-of-%d.txt", folder, index, count);

    return len < 0 || len >= 4096
               ? cli_fail(cli, DEVCA_E_USAGE, "--out", "is too long")
               : DEVCA_OK;
}

int cli_shares_there(struct cli *cli, const char *folder, int upto, int count)
{
    struct stat info;
    char path[4096];
    int there = 0, i;

    for (i = 1; i <= upto; i++)
        if (cli_share_path(cli, folder, i, count, path) == DEVCA_OK &&
            lstat(path, &info) == 0)
            there++;
    return there;
}

void cli_shares_remove(struct cli *cli, const char *folder, int upto, int count)
{
    char path[4096];
    int i;

    for (i = 1; i <= upto; i++)
        if (cli_share_path(cli, folder, i, count, path) == DEVCA_OK)
            (void)unlink(path);
}

/* ---- a split ---- */

/* Shares on their way into files: each is complete before any gets its name. */
struct handout {
    struct cli *cli;
    const char *folder;
    const char *made; /* the folder, where it was not there */
    int shares;
    int count; /* of outputs */
    struct devca_output *outputs[DEVCA_SHARES_MAX];
};

static enum devca_code open_outputs(struct handout *handout, const char *folder,
                                    int count)
{
    struct cli *cli = handout->cli;
    char path[4096];
    struct devca_output_target target = {
        .path = path, .secret = true, .store = cli->folder};
    bool made;
    enum devca_code code = cli_output_folder(cli, folder, 0700, &made);

    handout->folder = folder;
    handout->shares = count;
    handout->made = made ? folder : NULL;
    if (made && snprintf(path, sizeof path, "%s/..", folder) < (int)sizeof path)
        code = devca_folder_sync(path, &cli->error);
    for (; code == DEVCA_OK && handout->count < count; handout->count++) {
        code = cli_share_path(cli, folder, handout->count + 1, count, path);
        if (code != DEVCA_OK)
            return code;
        code = devca_output_open(&handout->outputs[handout->count], &target,
                                 &cli->error);
    }
    return code;
}

static enum devca_code take_share(int index, struct devid_slice text,
                                  void *context)
{
    struct handout *handout = context;
    struct devca_sink sink = devca_output_sink(handout->outputs[index - 1]);

    return sink.write(sink.context, text.data, text.len);
}

static void hint_at_what_is_there(const struct handout *handout)
{
    struct cli *cli = handout->cli;
    int there = cli_shares_there(cli, handout->folder, handout->shares,
                                 handout->shares);

    if (there > 0 && there < handout->shares)
        snprintf(cli->error.hint, sizeof cli->error.hint,
                 "%d of %d shares of one set are there: where a split that was "
                 "cut off has left them, and nobody holds the others, destroy "
                 "them (shred -u)",
                 there, handout->shares);
    else
        snprintf(cli->error.hint, sizeof cli->error.hint,
                 "every set of shares needs a folder of its own");
}

/* All get their names, or none keeps one: a part of a set is nobody's, and can
 * be enough to give the key back. */
static enum devca_code finish_outputs(struct handout *handout,
                                      enum devca_code code)
{
    struct devca_error *error = &handout->cli->error;
    int named = 0, i;

    for (i = 0; code == DEVCA_OK && i < handout->count; i++) {
        code = devca_output_place(handout->outputs[i], error);
        named += code == DEVCA_OK;
    }
    for (i = 0; i < handout->count; i++) {
        if (code == DEVCA_OK)
            code = devca_output_commit(handout->outputs[i], error);
        else
            devca_output_abandon(handout->outputs[i]);
    }
    if (code != DEVCA_OK)
        cli_shares_remove(handout->cli, handout->folder, named,
                          handout->shares);
    if (code != DEVCA_OK && handout->made)
        (void)rmdir(handout->made);
    if (code == DEVCA_E_FILE_EXISTS && handout->folder)
        hint_at_what_is_there(handout);
    return code;
}

static enum devca_code read_split(struct cli *cli,
                                  struct devca_split_request *request)
{
    int64_t threshold, shares;
    enum devca_code code = cli_number(cli, "threshold", &threshold);

    if (code == DEVCA_OK)
        code = cli_number(cli, "shares", &shares);
    if (code != DEVCA_OK)
        return code;
    if (cli_flag(cli, "product") == cli_flag(cli, "root"))
        return cli_fail(cli, DEVCA_E_USAGE, "key split",
                        "needs one of --product and --root");
    if (threshold < 2 || threshold > shares || shares > DEVCA_SHARES_MAX)
        return cli_fail(cli, DEVCA_E_USAGE, "--threshold",
                        "must be 2 to --shares, which is at most 16");
    request->product = cli_text(cli, "product");
    request->threshold = (int)threshold;
    request->shares = (int)shares;
    request->dry_run = cli_flag(cli, "dry-run");
    return request->dry_run ? DEVCA_OK : cli_need(cli, "out");
}

static enum devca_code split(struct cli *cli)
{
    struct devca_split_request request = {0};
    struct devca_result result = {0};
    struct handout handout = {.cli = cli};
    struct devca *devca = NULL;
    enum devca_code code = read_split(cli, &request);

    if (code == DEVCA_OK)
        code = cli_open(cli, false, &devca);
    if (code == DEVCA_OK && !request.dry_run)
        code = open_outputs(&handout, cli_text(cli, "out"), request.shares);
    if (code == DEVCA_OK)
        code = devca_key_split(devca, &request, take_share, &handout, &result,
                               &cli->error);
    code = finish_outputs(&handout, code);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_close(devca);
    return code;
}

const struct cli_command cli_key_split = {
    "key",
    "split",
    "a CA's key as shares on paper",
    "(--root | --product P) --threshold M --shares N --out DIR",
    0,
    0,
    split_options,
    split};

/* ---- and back ---- */

/* The files named on the command line. */
struct texts {
    struct devca_content contents[DEVCA_SHARES_MAX];
    struct devid_slice slices[DEVCA_SHARES_MAX];
    const char *names[DEVCA_SHARES_MAX];
    int count;
};

static enum devca_code read_texts(struct cli *cli, struct texts *texts)
{
    enum devca_code code = DEVCA_OK;
    int i;

    if (cli->argument_count > DEVCA_SHARES_MAX)
        return cli_fail(cli, DEVCA_E_USAGE, "shares", "more than 16");
    for (i = 0; code == DEVCA_OK && i < cli->argument_count; i++) {
        code = cli_read(cli, cli->arguments[i], &texts->contents[i]);
        texts->slices[i] = texts->contents[i].octets;
        texts->names[i] = cli->arguments[i];
        texts->count = i + 1;
    }
    return code;
}

static void clear_texts(struct texts *texts)
{
    int i;

    for (i = 0; i < texts->count; i++)
        devca_content_clear(&texts->contents[i]);
}

static enum devca_code combine_to(struct cli *cli, const struct devca_sink *key)
{
    struct devca_combine_request request = {
        .key = key, .passphrase = cli_text(cli, "passphrase")};
    struct devca_result result = {0};
    struct texts texts = {.count = 0};
    enum devca_code code = read_texts(cli, &texts);

    request.texts = texts.slices;
    request.names = texts.names;
    request.count = texts.count;
    if (code == DEVCA_OK)
        code = devca_key_combine(&request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    clear_texts(&texts);
    return code;
}

static const struct cli_option combine_options[] = {
    {"out", "FILE", "the key's file, PKCS#8 in PEM", false},
    CLI_FORCE,
    {"passphrase", "SRC", "the key is kept under: file:PATH, env:NAME, ...",
     false},
    {"no-passphrase", NULL, "the key is kept in the clear", false},
    CLI_END};

static enum devca_code combine(struct cli *cli)
{
    struct cli_output_request to = {"out", false, true};
    struct devca_output *output = NULL;
    struct devca_sink sink;
    enum devca_code code = cli_need(cli, "out");

    if (code == DEVCA_OK &&
        cli_flag(cli, "passphrase") == cli_flag(cli, "no-passphrase"))
        code = cli_fail(cli, DEVCA_E_USAGE, "key combine",
                        "needs one of --passphrase and --no-passphrase");
    if (code == DEVCA_OK)
        code = cli_output(cli, &to, &output);
    if (code != DEVCA_OK)
        return code;
    sink = devca_output_sink(output);
    code = combine_to(cli, &sink);
    if (code == DEVCA_OK)
        return devca_output_commit(output, &cli->error);
    devca_output_abandon(output);
    return code;
}

const struct cli_command cli_key_combine = {
    "key",
    "combine",
    "a key back from its shares",
    "SHARE... --out FILE (--passphrase SRC | --no-passphrase)",
    1,
    -1,
    combine_options,
    combine};

static enum devca_code check(struct cli *cli)
{
    return combine_to(cli, NULL);
}

const struct cli_command cli_key_check_shares = {
    "key",
    "check-shares",
    "are these shares whole, and of one set?",
    "SHARE...",
    1,
    -1,
    NULL,
    check};
