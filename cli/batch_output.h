/* What a batch gives out: certificates and results. */
#ifndef CLI_BATCH_OUTPUT_H
#define CLI_BATCH_OUTPUT_H

#include "output.h"

#include <devca/batch.h>

/* Zero-initialised before batch_output_open. */
struct batch_output {
    const char *folder; /* of --out, when it is one */
    const char *made;   /* the same, until commit, when it was not there */
    const char *store;
    struct devca_output *bundle;
    struct devca_output *results;
    bool is_jsonl; /* the bundle */
    bool chain;
    bool replace;
    int64_t told;
    int64_t *parts; /* that it had: 0, itself, and its numbered subfolders */
    size_t part_count;
    size_t lucky; /* which of them a file was found in last */
    int64_t part; /* the subfolder that was made last */
    struct cli_memory text;
    struct devca_error error; /* of the first output that failed */
};

/* --out and --results. With dry_run no certificate is given out. */
enum devca_code batch_output_open(struct batch_output *output, struct cli *cli,
                                  bool dry_run);

/* One row, for devca_batch_each. A failure stands in output->error. */
enum devca_code batch_output_tell(struct batch_output *output,
                                  const struct devca_batch_outcome *outcome);

/* Makes files in a folder durable, then puts bundle and results in place. */
enum devca_code batch_output_commit(struct batch_output *output,
                                    struct devca_error *error);

/* Leaves no trace of what was not committed; files in a folder stay, and it for
 * them. */
void batch_output_clear(struct batch_output *output);

#endif
