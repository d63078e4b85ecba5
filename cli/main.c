/* devca: the table of commands and the way one of them is run. */
#include "command.h"
#include "print.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

const struct cli_command *const cli_commands[] = {&cli_init,
                                                  &cli_root_create,
                                                  &cli_root_sign,
                                                  &cli_product_add,
                                                  &cli_product_request,
                                                  &cli_product_install,
                                                  &cli_product_list,
                                                  &cli_product_show,
                                                  &cli_issue,
                                                  &cli_revoke,
                                                  &cli_crl,
                                                  &cli_export,
                                                  &cli_query,
                                                  &cli_show,
                                                  &cli_verify,
                                                  &cli_key_list,
                                                  &cli_key_show,
                                                  &cli_key_test,
                                                  &cli_key_split,
                                                  &cli_key_combine,
                                                  &cli_key_check_shares,
                                                  &cli_profile_list,
                                                  &cli_profile_show,
                                                  &cli_profile_check,
                                                  &cli_lint,
                                                  &cli_doctor,
                                                  &cli_backup,
                                                  &cli_restore,
                                                  &cli_settings_show,
                                                  &cli_settings_set,
                                                  &cli_ceremony_run,
                                                  &cli_audit_log,
                                                  &cli_audit_verify,
                                                  &cli_audit_checkpoint,
                                                  &cli_audit_prove,
                                                  &cli_audit_verify_proof,
                                                  &cli_completion,
                                                  &cli_help,
                                                  &cli_version,
                                                  NULL};

/* A closed descriptor 0 to 2 would be given to the next file opened: the
 * database, or a key. What is written to a closed standard output is lost, and
 * shall fail. */
static bool fill_descriptors(void)
{
    int fd;

    for (fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0 && errno == EBADF &&
            open("/dev/null", fd == 2 ? O_RDWR : O_RDONLY) != fd)
            return false;
    return true;
}

/* Keys pass through this process: no core file, no debugger of another
 * process of the same user. */
static void keep_to_oneself(void)
{
    struct rlimit none = {0, 0};

    devca_own_process();
    (void)setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__
    (void)prctl(PR_SET_DUMPABLE, 0);
#endif
}

/* A signal may end most commands at any time, for every step on the way is
 * atomic: a transaction that was not committed is rolled back, an output that
 * was not put in place has no name. */
static void handle_signals(void)
{
    struct cli nothing = {.wake = 0};
    struct sigaction action;

    (void)cli_stop_at_once(&nothing);
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    (void)sigaction(SIGPIPE, &action, NULL);
    (void)sigaction(SIGXFSZ, &action, NULL);
}

static enum devca_code run(struct cli *cli)
{
    if (cli->help)
        return cli->command ? print_usage(cli->command) : print_overview();
    if (!cli->command) {
        (void)print_overview();
        return cli_fail(cli, DEVCA_E_USAGE, "devca", "needs a command");
    }
    return cli->command->run(cli);
}

/* Output that went nowhere (a full disk, a closed pipe) is a failure too. */
static enum devca_code close_output(struct cli *cli)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return DEVCA_OK;
    return cli_fail(cli, DEVCA_E_FILE, "standard output",
                    errno == EPIPE || errno == EBADF ? "was closed"
                                                     : "cannot be written");
}

/* A step that gave up without a word of its own: short of memory, or what it
 * printed went nowhere. */
static void explain(struct cli *cli, enum devca_code code)
{
    if (cli->error.code == code && cli->error.fault[0] != '\0')
        return;
    if (code == DEVCA_E_NO_MEMORY)
        (void)cli_fail(cli, code, "", "not enough memory");
    else if (code == DEVCA_E_FILE)
        (void)cli_fail(cli, code, "standard output", "cannot be written");
}

int main(int count, char **words)
{
    struct cli *cli;
    enum devca_code code;
    int status;

    if (!fill_descriptors())
        return 5;
    keep_to_oneself();
    handle_signals();
    cli = calloc(1, sizeof *cli);
    if (!cli || !(cli->arguments = calloc((size_t)count + 1, sizeof(char *)))) {
        free(cli);
        (void)fputs("devca: not enough memory\n", stderr);
        return 5;
    }
    code = cli_parse(cli, count, words);
    if (code == DEVCA_OK)
        code = run(cli);
    if (code == DEVCA_OK)
        code = close_output(cli);
    if (code != DEVCA_OK) {
        explain(cli, code);
        print_error(cli);
    }
    status = devca_code_exit(code);
    free(cli->arguments);
    free(cli);
    return status;
}
