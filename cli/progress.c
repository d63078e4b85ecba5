#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

void progress_begin(struct progress *progress, const struct cli *cli,
                    const char *what)
{
    memset(progress, 0, sizeof *progress);
    progress->cli = cli;
    progress->what = what;
    progress->terminal = isatty(STDERR_FILENO) == 1;
    (void)clock_gettime(CLOCK_MONOTONIC, &progress->told);
}

/* Is it time to say something again? */
static bool due(struct progress *progress)
{
    struct timespec now;
    long long waited;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    waited = (long long)(now.tv_sec - progress->told.tv_sec) * 1000 +
             (now.tv_nsec - progress->told.tv_nsec) / 1000000;
    if (waited < (progress->terminal ? 200 : 10000))
        return false;
    progress->told = now;
    return true;
}

void progress_report(int64_t done, int64_t total, void *context)
{
    struct progress *progress = context;

    if (progress->cli->quiet || progress->cli->json || !due(progress))
        return;
    fprintf(stderr, "%sdevca: %s: %lld of %lld %s (%lld %%)%s",
            progress->terminal ? "\r" : "", progress->cli->command->noun,
            (long long)done, (long long)total, progress->what,
            (long long)(total > 0 ? done * 100 / total : 0),
            progress->terminal ? "" : "\n");
    progress->shown = true;
}

void progress_end(struct progress *progress)
{
    if (progress->shown && progress->terminal)
        (void)fputs("\r\033[K", stderr);
}
