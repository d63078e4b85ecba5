/* Outputs: opened before the act whose result they hold, put in place after. */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include "command.h"

#include <devca/result.h>

#include <sys/types.h>

/* Opens what --NAME says ("out"), or standard output when absent and
 * `standard`; *output stays NULL when neither. */
struct cli_output_request {
    const char *option;
    bool standard;
    bool secret;
};
enum devca_code cli_output(struct cli *cli,
                           const struct cli_output_request *request,
                           struct devca_output **output);

/* Of an act that ended with code: where it is that output could not be written,
 * cli->error says of what and why. */
enum devca_code cli_output_fault(struct cli *cli, struct devca_output *output,
                                 enum devca_code code);

/* A folder for outputs, made with this mode unless it is there: *made. */
enum devca_code cli_output_folder(struct cli *cli, const char *path,
                                  mode_t mode, bool *made);

/* Would the result go to standard output? Then no record does. */
bool cli_output_is_standard(const struct cli *cli);

/* Is it a member of the record instead, with --json? */
bool cli_output_is_member(const struct cli *cli);

/* The record, and what was made as its last member. */
enum devca_code cli_tell_with(const struct cli *cli,
                              const struct devca_result *result,
                              const struct devca_field *made);

/* Tells of a list that was made: the record unless standard output got the list
 * itself; with `der`, as the record's member of this name. */
enum devca_code cli_tell_list(struct cli *cli, const char *name,
                              const struct devca_result *result);

/* DEVCA_E_USAGE when --NAME and --out, however they are spelled, are one file;
 * DEVCA_E_FILE, DEVCA_E_NO_MEMORY where that cannot be seen. */
enum devca_code cli_refuse_same_file(struct cli *cli, const char *option);

/* The same when the output --NAME would take the place of the file that --INPUT
 * is read from, by any of its names; "-" is the file behind standard input. A
 * folder is read and written as well. */
enum devca_code cli_refuse_input(struct cli *cli, const char *option,
                                 const char *input);

/* Does a path lie in the folder, or in a folder of that one? */
enum devca_code cli_lies_below(struct cli *cli, const char *path,
                               const char *folder, bool *below);

/* Text gathered in memory. Zero-initialise; data is freed by its owner. The
 * sink is valid as long as memory. */
struct cli_memory {
    char *data; /* followed by one NUL that len does not count */
    size_t len;
    size_t size;
};
struct devca_sink cli_memory_sink(struct cli_memory *memory);

/*
 * Ends an act that made a certificate or request: on success writes its PEM to
 * output, puts that in place and prints the record where that does not mix with
 * the PEM; with --json and no file the DER is the record's member "der". On
 * failure leaves no trace. Takes output.
 */
struct cli_outcome {
    struct devca_output *output;
    const struct devca_result *result;
    bool chain;
    bool dry_run;
};
enum devca_code cli_finish(struct cli *cli, enum devca_code code,
                           const struct cli_outcome *outcome);

#endif
