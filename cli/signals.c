/* The signals that stop a command. */
#include "command.h"

#include <signal.h>
#include <string.h>

void cli_on_stop(void (*stop)(int), int flags)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    struct sigaction action, before;
    size_t i;

    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    action.sa_flags = flags;
    for (i = 0; i < sizeof signals / sizeof signals[0]; i++)
        if (sigaction(signals[i], NULL, &before) == 0 &&
            before.sa_handler != SIG_IGN)
            (void)sigaction(signals[i], &action, NULL);
}
