/* The signals that stop a command. */
#include "command.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t wake_end = -1;

/* One that is ignored, as nohup has it, stays so. */
static void handle(void (*stop)(int), int flags)
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

static void end(int signal_number)
{
    (void)signal_number;
    _exit(7);
}

static void wake(int signal_number)
{
    int cause = errno;

    (void)signal_number;
    if (write(wake_end, "", 1) < 0)
        _exit(7);
    errno = cause;
}

enum devca_code cli_stop_gently(struct cli *cli)
{
    int ends[2];

    if (pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0)
        return cli_fail(cli, DEVCA_E_FILE, "pipe", strerror(errno));
    cli->wake = ends[0];
    wake_end = ends[1];
    handle(wake, (int)SA_RESETHAND);
    return DEVCA_OK;
}

bool cli_stop_at_once(struct cli *cli)
{
    struct pollfd stopped = {cli->wake, POLLIN, 0};
    bool came;

    handle(end, 0);
    if (cli->wake == 0)
        return false;
    came = poll(&stopped, 1, 0) > 0;
    (void)close(wake_end);
    (void)close(cli->wake);
    wake_end = -1;
    cli->wake = 0;
    return came;
}
