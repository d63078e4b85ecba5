#include "output.h"
#include "print.h"

#include <devca/audit.h>

#include <stdlib.h>

static const struct cli_option log_options[] = {
    {"act", "ACT", "issue, revoke, crl, ...", false},
    {"by", "NAME", "of this actor", false},
    {"object", "O", "about this UID, product or root", false},
    {"since", "T", "from this time or date on", false},
    {"until", "T", "before this time or date", false},
    {"after", "SEQ", "rows after this one", false},
    {"limit", "N", "at most N", false},
    CLI_END};

static const char *const columns[] = {"seq",    "at",      "actor", "act",
                                      "object", "details", NULL};

static enum devca_code audit_log(struct cli *cli)
{
    struct devca_audit_log_request request = {.act = cli_text(cli, "act"),
                                              .actor = cli_text(cli, "by"),
                                              .object =
                                                  cli_text(cli, "object")};
    struct devca *devca = NULL;
    struct print_stream stream;
    enum devca_code code = cli_time(cli, "since", &request.since), ended;

    if (code == DEVCA_OK)
        code = cli_time(cli, "until", &request.until);
    request.ends = cli_flag(cli, "until");
    if (code == DEVCA_OK)
        code = cli_number(cli, "after", &request.after);
    if (code == DEVCA_OK)
        code = cli_limit(cli, &request.limit);
    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK) {
        print_stream_begin(&stream, cli, columns);
        code =
            devca_audit_log(devca, &request, print_row, &stream, &cli->error);
        ended = print_stream_end(&stream);
        code = code == DEVCA_OK ? ended : code;
    }
    devca_close(devca);
    return code;
}

const struct cli_command cli_audit_log = {
    "audit",
    "log",
    "the journal's rows",
    "[--act ACT] [--by NAME] [--object O] [--since T]",
    0,
    0,
    log_options,
    audit_log};

/* ---- what is written out ---- */

/* What is made, and its name as a member of the record. */
struct product {
    const char *name;
    enum devca_code (*make)(struct cli *cli, struct devca *devca,
                            const struct devca_sink *sink,
                            struct devca_result *result);
};

static enum devca_code make_member(struct cli *cli, struct devca *devca,
                                   const struct product *product)
{
    struct devca_result result = {0};
    struct cli_memory text = {NULL, 0, 0};
    struct devca_sink sink = cli_memory_sink(&text);
    struct devca_field made = {product->name, DEVCA_BASE64, 0, {NULL, 0}};
    enum devca_code code = product->make(cli, devca, &sink, &result);

    made.octets = (struct devid_slice){(const uint8_t *)text.data, text.len};
    if (code == DEVCA_OK)
        code = cli_tell_with(cli, &result, &made);
    free(text.data);
    devca_result_clear(&result);
    return code;
}

static enum devca_code make_output(struct cli *cli, struct devca *devca,
                                   const struct product *product)
{
    struct cli_output_request to = {"out", true, false};
    struct devca_result result = {0};
    struct devca_output *output = NULL;
    struct devca_sink sink = {NULL, NULL};
    enum devca_code code = cli_output(cli, &to, &output);

    if (code == DEVCA_OK) {
        sink = devca_output_sink(output);
        code = cli_output_fault(cli, output,
                                product->make(cli, devca, &sink, &result));
    }
    if (code == DEVCA_OK) {
        code = devca_output_commit(output, &cli->error);
        output = NULL;
    }
    if (code == DEVCA_OK && !cli_output_is_standard(cli))
        code = print_record(cli, &result.record);
    devca_output_abandon(output);
    devca_result_clear(&result);
    return code;
}

static enum devca_code produce(struct cli *cli, const struct product *product)
{
    struct devca *devca = NULL;
    enum devca_code code = cli_open(cli, true, &devca);

    if (code == DEVCA_OK)
        code = cli_output_is_member(cli) ? make_member(cli, devca, product)
                                         : make_output(cli, devca, product);
    devca_close(devca);
    return code;
}

static const struct cli_option checkpoint_options[] = {CLI_OUT, CLI_FORCE,
                                                       CLI_END};

static enum devca_code make_checkpoint(struct cli *cli, struct devca *devca,
                                       const struct devca_sink *sink,
                                       struct devca_result *result)
{
    return devca_audit_checkpoint(devca, sink, result, &cli->error);
}

static enum devca_code checkpoint(struct cli *cli)
{
    static const struct product note = {"note", make_checkpoint};

    return produce(cli, &note);
}

const struct cli_command cli_audit_checkpoint = {
    "audit",
    "checkpoint",
    "the journal's newest signed head, to be kept elsewhere",
    "[--out FILE]",
    0,
    0,
    checkpoint_options,
    checkpoint};

static const struct cli_option prove_options[] = {
    {"uid", "U", "the issue of this device's newest certificate", false},
    {"product", "P", "the UID is of this product", false},
    {"seq", "N", "the row of this sequence number", false},
    CLI_OUT,
    CLI_FORCE,
    CLI_END};

static enum devca_code make_proof(struct cli *cli, struct devca *devca,
                                  const struct devca_sink *sink,
                                  struct devca_result *result)
{
    struct devca_audit_prove_request request = {
        .uid = cli_text(cli, "uid"), .product = cli_text(cli, "product")};
    enum devca_code code = cli_number(cli, "seq", &request.seq);

    if (code == DEVCA_OK)
        code = devca_audit_prove(devca, &request, sink, result, &cli->error);
    return code;
}

static enum devca_code prove(struct cli *cli)
{
    static const struct product proof = {"proof", make_proof};

    return produce(cli, &proof);
}

const struct cli_command cli_audit_prove = {
    "audit",
    "prove",
    "a proof that a row is in the journal, for whoever has its key",
    "(--uid U [--product P] | --seq N) [--out FILE]",
    0,
    0,
    prove_options,
    prove};

/* ---- verifying ---- */

static const struct cli_option verify_options[] = {
    {"checkpoint", "OLD", "a checkpoint that was kept elsewhere", false},
    {"key", "KEY", "the journal's verifier key, as audit checkpoint tells it",
     false},
    CLI_END};

static enum devca_code verify(struct cli *cli)
{
    struct devca_audit_verify_request request = {.key = cli_text(cli, "key")};
    struct devca_content content = {{NULL, 0}, NULL};
    struct devca_result result = {0};
    struct devca *devca = NULL;
    struct print_stream stream;
    enum devca_code code = DEVCA_OK, ended;

    request.checkpoint_name = cli_text(cli, "checkpoint");
    if (request.checkpoint_name)
        code = cli_read(cli, request.checkpoint_name, &content);
    request.checkpoint = content.octets;
    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK) {
        print_stream_begin(&stream, cli, NULL);
        code = devca_audit_verify(devca, &request, print_row, &stream, &result,
                                  &cli->error);
        ended = print_stream_end(&stream);
        code = code == DEVCA_OK ? ended : code;
    }
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_content_clear(&content);
    devca_close(devca);
    return code;
}

const struct cli_command cli_audit_verify = {
    "audit",
    "verify",
    "recompute the journal, its heads and what they cover",
    "[--checkpoint OLD] [--key KEY]",
    0,
    0,
    verify_options,
    verify};

static const struct cli_option proof_options[] = {
    {"key", "KEY", "the journal's verifier key, as audit checkpoint tells it",
     false},
    CLI_END};

static enum devca_code verify_proof(struct cli *cli)
{
    struct devca_audit_proof_request request = {.name = cli->arguments[0],
                                                .key = cli_text(cli, "key")};
    struct devca_content content = {{NULL, 0}, NULL};
    struct devca_result result = {0};
    enum devca_code code = cli_need(cli, "key");

    if (code == DEVCA_OK)
        code = cli_read(cli, request.name, &content);
    request.proof = content.octets;
    if (code == DEVCA_OK)
        code = devca_audit_verify_proof(&request, &result, &cli->error);
    if (code == DEVCA_OK)
        code = print_record(cli, &result.record);
    devca_result_clear(&result);
    devca_content_clear(&content);
    return code;
}

const struct cli_command cli_audit_verify_proof = {
    "audit",
    "verify-proof",
    "verify a proof, without a store",
    "FILE --key KEY",
    1,
    1,
    proof_options,
    verify_proof};
