#include "batch.h"
#include "output.h"
#include "print.h"

#include <devca/issue.h>

#include <string.h>
#include <unistd.h>

static const struct cli_option options[] = {
    {"product", "P", "the product", false},
    {"uid", "UID", "the chip's unique ID in hex", false},
    {"csr", "FILE", "a certification request (PKCS#10), PEM or DER", false},
    {"public-key", "FILE", "a bare public key, PEM, DER or hex", false},
    {"generate-key", NULL, "make the device's key here", false},
    {"key-out", "FILE", "where the generated key goes, encrypted PKCS#8",
     false},
    {"key-type", "TYPE", "of a generated key: p256 or p384 (p256)", false},
    {"key-passphrase", "SRC",
     "passphrase of the generated key (that of --passphrase)", false},
    {"profile", "X", "another profile than the product's", false},
    {"batch", "LIST",
     "many: CSV (header uid,csr or uid,public_key), JSON Lines, or a folder of "
     "UID.csr",
     false},
    {"results", "FILE", "with --batch: what became of each row, CSV", false},
    {"jobs", "N", "with --batch: threads (the cores)", false},
    {"stop-on-error", NULL, "with --batch: end at the first row refused",
     false},
    CLI_WAIT,
    {"rekey", NULL, "another key for this UID: supersedes the old one", false},
    {"chain", NULL, "the issuers' certificates after the device's", false},
    CLI_OUT,
    CLI_FORCE,
    CLI_PASSPHRASE,
    CLI_PIN,
    CLI_DRY_RUN,
    CLI_END};

/* What one issue needs to be undone or given out. */
struct issue {
    struct devca_issue_request request;
    struct devca_content input;
    struct devca_output *key;
    struct devca_sink key_sink;
    struct devca_error key_error;
    bool key_kept;
    struct devca_result result;
    struct cli_outcome outcome;
    struct devca *devca;
};

static enum devca_code check_options(struct cli *cli)
{
    static const char *const of_list[] = {"results", "jobs", "stop-on-error",
                                          NULL};
    static const char *const of_key[] = {"key-out", "key-type",
                                         "key-passphrase", NULL};
    enum devca_code code = cli_refuse(cli, of_list, "goes with --batch alone");

    if (code == DEVCA_OK && !cli_flag(cli, "generate-key"))
        code = cli_refuse(cli, of_key, "goes with --generate-key alone");
    return code;
}

static enum devca_code check(struct cli *cli)
{
    enum devca_code code = check_options(cli);

    if (code == DEVCA_OK)
        code = cli_need(cli, "product");
    if (code == DEVCA_OK)
        code = cli_need(cli, "uid");
    if (code != DEVCA_OK)
        return code;
    if (cli_flag(cli, "csr") + cli_flag(cli, "public-key") +
            cli_flag(cli, "generate-key") !=
        1)
        return cli_fail(cli, DEVCA_E_USAGE, "issue",
                        "needs exactly one of --csr, --public-key and "
                        "--generate-key");
    if (cli_flag(cli, "generate-key") && !cli_flag(cli, "key-out"))
        return cli_fail(cli, DEVCA_E_USAGE, "issue",
                        "--generate-key and --key-out go together");
    return DEVCA_OK;
}

static enum devca_code read_input(struct cli *cli, struct issue *issue)
{
    const char *csr = cli_text(cli, "csr");
    const char *path = csr ? csr : cli_text(cli, "public-key");
    enum devca_code code;

    issue->request.object = path ? path : cli_text(cli, "uid");
    if (!path)
        return DEVCA_OK;
    code = cli_read(cli, path, &issue->input);
    if (csr)
        issue->request.csr = issue->input.octets;
    else
        issue->request.public_key = issue->input.octets;
    return code;
}

/* Puts the generated key in place before its certificate is recorded. */
static enum devca_code keep_key(void *context, const void *data, size_t len)
{
    struct issue *issue = context;
    struct devca_sink sink = devca_output_sink(issue->key);
    enum devca_code code;

    (void)sink.write(sink.context, data, len);
    code = devca_output_commit(issue->key, &issue->key_error);
    issue->key = NULL;
    issue->key_kept = code == DEVCA_OK;
    return code;
}

static void fill(struct cli *cli, struct issue *issue)
{
    struct devca_issue_request *request = &issue->request;

    request->product = cli_text(cli, "product");
    request->uid = cli_text(cli, "uid");
    request->profile = cli_text(cli, "profile");
    request->key_type = cli_text(cli, "key-type");
    request->key_passphrase = cli_text(cli, "key-passphrase");
    request->generate = cli_flag(cli, "generate-key");
    request->rekey = cli_flag(cli, "rekey");
    request->dry_run = cli_flag(cli, "dry-run");
    issue->key_sink = (struct devca_sink){keep_key, issue};
    request->key = &issue->key_sink;
    issue->outcome.result = &issue->result;
    issue->outcome.chain = cli_flag(cli, "chain");
    issue->outcome.dry_run = request->dry_run;
}

static enum devca_code open_outputs(struct cli *cli, struct issue *issue)
{
    struct cli_output_request certificate = {"out", true, false};
    struct cli_output_request key = {"key-out", false, true};
    enum devca_code code = DEVCA_OK;

    if (!cli_output_is_standard(cli))
        code = cli_refuse_same_file(cli, "key-out");
    if (code == DEVCA_OK)
        code = cli_output(cli, &key, &issue->key);
    if (code == DEVCA_OK)
        code = cli_output(cli, &certificate, &issue->outcome.output);
    return code;
}

/* A key whose certificate was not issued goes again; one that --force put over
 * another stays, for the other is gone already. What went to standard output is
 * no file of that name. */
static void settle_key(struct cli *cli, struct issue *issue,
                       enum devca_code code)
{
    const char *path = cli_text(cli, "key-out");

    devca_output_abandon(issue->key);
    if (code != DEVCA_OK && issue->key_kept && !cli_flag(cli, "force") &&
        strcmp(path, "-") != 0)
        (void)unlink(path);
    if (issue->key_error.code != DEVCA_OK)
        cli->error = issue->key_error;
}

static enum devca_code issue_one(struct cli *cli)
{
    struct issue issue;
    enum devca_code code = check(cli);

    memset(&issue, 0, sizeof issue);
    fill(cli, &issue);
    if (code == DEVCA_OK)
        code = read_input(cli, &issue);
    if (code == DEVCA_OK)
        code = cli_open(cli, false, &issue.devca);
    if (code == DEVCA_OK)
        code = open_outputs(cli, &issue);
    if (code == DEVCA_OK)
        code = devca_issue(issue.devca, &issue.request, &issue.result,
                           &cli->error);
    settle_key(cli, &issue, code);
    code = cli_finish(cli, code, &issue.outcome);
    devca_result_clear(&issue.result);
    devca_content_clear(&issue.input);
    devca_close(issue.devca);
    return code;
}

static enum devca_code run(struct cli *cli)
{
    return cli_flag(cli, "batch") ? cli_issue_batch(cli) : issue_one(cli);
}

const struct cli_command cli_issue = {
    "issue",
    NULL,
    "one device certificate",
    "--product P --uid UID (--csr F | --public-key F | --generate-key "
    "--key-out F)",
    0,
    0,
    options,
    run};
