/* How far long work is, on standard error. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "command.h"

#include <time.h>

/* A line that is written over on a terminal, a line every ten seconds
 * elsewhere; nothing with --quiet or --json. what: "certificates". */
struct progress {
    const struct cli *cli;
    const char *what;
    bool terminal;
    bool shown;
    struct timespec told;
};
void progress_begin(struct progress *progress, const struct cli *cli,
                    const char *what);
/* A devca_progress; context is the struct progress. */
void progress_report(int64_t done, int64_t total, void *context);
void progress_end(struct progress *progress);

#endif
