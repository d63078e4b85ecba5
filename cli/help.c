/* Usage and man page from the table of commands. */
#include "print.h"

#include <devca/version.h>

#include <stdio.h>
#include <string.h>

static const char global_usage[] = "devca [--store DIR] [--json] [--quiet] "
                                   "[--actor NAME] COMMAND ...";

static void put_name(const struct cli_command *command)
{
    printf("%s%s%s", command->noun, command->verb ? " " : "",
           command->verb ? command->verb : "");
}

static size_t name_width(const struct cli_command *command)
{
    return strlen(command->noun) +
           (command->verb ? 1 + strlen(command->verb) : 0);
}

enum devca_code print_overview(void)
{
    const struct cli_command *const *command;
    size_t used;

    printf("usage: %s\n\n", global_usage);
    for (command = cli_commands; *command; command++) {
        printf("  ");
        put_name(*command);
        for (used = name_width(*command); used < 20; used++)
            putchar(' ');
        printf("%s\n", (*command)->summary);
    }
    printf("\ndevca help COMMAND tells of one. Store: --store, $DEVCA_STORE, "
           "or the nearest .devca/.\n"
           "Exit: 0 done, 1 a negative answer, 2 usage, 3 refused by policy, "
           "4 malformed input,\n"
           "5 store or file system, 6 key or token, 7 interrupted.\n");
    return DEVCA_OK;
}

enum devca_code print_usage(const struct cli_command *command)
{
    const struct cli_option *option;
    char head[64];

    printf("usage: devca ");
    put_name(command);
    printf("%s%s\n\n%s\n", command->synopsis[0] ? " " : "", command->synopsis,
           command->summary);
    if (command->options)
        printf("\n");
    for (option = command->options; option && option->name; option++) {
        snprintf(head, sizeof head, "--%s%s%s", option->name,
                 option->argument ? " " : "",
                 option->argument ? option->argument : "");
        printf("  %-24s %s\n", head, option->text);
    }
    return DEVCA_OK;
}

/* ---- man page ---- */

/* Hyphens are minus signs in a command, and a leading dot or quote would be a
 * request. */
static void put_roff(const char *text)
{
    for (; *text; text++) {
        if (*text == '-')
            printf("\\-");
        else if (*text == '\\')
            printf("\\e");
        else
            putchar(*text);
    }
}

static void man_command(const struct cli_command *command)
{
    const struct cli_option *option;

    printf(".SS ");
    put_name(command);
    printf("\n.B devca ");
    put_name(command);
    printf("\n");
    if (command->synopsis[0]) {
        put_roff(command->synopsis);
        printf("\n");
    }
    printf(".PP\n");
    put_roff(command->summary);
    printf(".\n");
    for (option = command->options; option && option->name; option++) {
        printf(".TP\n.B \\-\\-");
        put_roff(option->name);
        if (option->argument)
            printf(" %s", option->argument);
        printf("\n");
        put_roff(option->text);
        printf("\n");
    }
}

enum devca_code print_man(void)
{
    const struct cli_command *const *command;

    printf(".TH DEVCA 1 \"\" \"devca %s\" \"User Commands\"\n",
           devca_version());
    printf(".SH NAME\ndevca \\- device identity certificates from a root CA to "
           "the boot manager\n");
    printf(".SH SYNOPSIS\n.B devca\n");
    put_roff("[--store DIR] [--json] [--quiet] [--actor NAME] COMMAND ...");
    printf("\n.SH DESCRIPTION\n"
           "A two-stage PKI for embedded devices: a root CA, one CA per "
           "product, and for every\ndevice a certificate that ties its unique "
           "ID to a public key, recorded in SQLite.\nNothing leaves the CA "
           "that the device's own verifier would refuse.\n"
           ".SH COMMANDS\n");
    for (command = cli_commands; *command; command++)
        man_command(*command);
    printf(".SH ENVIRONMENT\n.TP\n.B DEVCA_STORE\nthe store, where "
           "\\-\\-store does not say it; without both, the nearest .devca/ "
           "that is yours alone\n.TP\n.B DEVCA_CLOCK\nthe time to go "
           "by instead of the clock, RFC 3339\n"
           ".SH EXIT STATUS\n"
           "0 done, 1 a negative answer, 2 usage, 3 refused by policy, "
           "4 malformed input,\n5 store or file system, 6 key or token, "
           "7 interrupted.\n");
    return DEVCA_OK;
}

/* ---- the commands themselves ---- */

static const struct cli_option help_options[] = {
    {"man", NULL, "the manual page, troff", false}, CLI_END};

static bool is_named(const struct cli_command *command, const struct cli *cli)
{
    if (strcmp(command->noun, cli->arguments[0]) != 0)
        return false;
    return cli->argument_count < 2 || !command->verb ||
           strcmp(command->verb, cli->arguments[1]) == 0;
}

static enum devca_code help(struct cli *cli)
{
    const struct cli_command *const *command;
    size_t told = 0;

    if (cli_flag(cli, "man"))
        return print_man();
    if (cli->argument_count == 0)
        return print_overview();
    for (command = cli_commands; *command; command++)
        if (is_named(*command, cli)) {
            if (told++ > 0)
                printf("\n");
            (void)print_usage(*command);
        }
    if (told == 0)
        return cli_fail(cli, DEVCA_E_USAGE, cli->arguments[0],
                        "no such command");
    return DEVCA_OK;
}

const struct cli_command cli_help = {
    "help",       NULL, "usage of a command, or the manual page",
    "[COMMAND]",  0,    2,
    help_options, help};

static enum devca_code completion(struct cli *cli)
{
    enum devca_code code = print_completion(cli->arguments[0]);

    if (code == DEVCA_E_USAGE)
        return cli_fail(cli, code, cli->arguments[0],
                        "is not bash, zsh or fish");
    return code;
}

const struct cli_command cli_completion = {
    "completion", NULL,      "completions for a shell", "bash|zsh|fish", 1, 1,
    NULL,         completion};
