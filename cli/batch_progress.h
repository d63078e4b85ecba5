/* How a batch tells on standard error how far it is. */
#ifndef CLI_BATCH_PROGRESS_H
#define CLI_BATCH_PROGRESS_H

#include "command.h"

#include <devca/batch.h>
#include <devca/rows.h>

#include <pthread.h>
#include <time.h>

/* When so much was done, in seconds of the run. */
struct batch_mark {
    double at;
    int64_t done;
};

/*
 * On a terminal a bar, redrawn at most ten times a second; elsewhere a line
 * every ten seconds; nothing when quiet. The rate is that of the last seconds.
 */
struct batch_progress {
    const struct cli *cli;
    bool is_terminal;
    bool dry_run;
    bool runs; /* there is a thread */
    bool ending;
    struct timespec started;
    struct batch_mark marks[2];
    int64_t fed;
    int64_t done;
    struct devca_rows_position position;
    struct devca_batch_summary summary;
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t end;
};

/* Zero-initialised before. A thread that cannot be started is done without. */
void batch_progress_begin(struct batch_progress *progress,
                          const struct cli *cli, bool dry_run);
/* A row was handed to the batch; and one was told of. From any thread. */
void batch_progress_fed(struct batch_progress *progress,
                        const struct devca_rows *rows);
void batch_progress_told(struct batch_progress *progress,
                         enum devca_batch_status status);
/* Ends the thread and prints the summary. */
void batch_progress_end(struct batch_progress *progress);

#endif
