/* The store a command works on, and the files it reads. */
#include "command.h"

#include <stdlib.h>
#include <string.h>

#define BATCH_WAIT 120
#define WAIT_MAX 86400
#define NO_WAIT (-1)

/* A list runs for hours with nobody watching: it is patient. */
static enum devca_code how_patient(struct cli *cli, int *milliseconds)
{
    int64_t seconds = 0;
    enum devca_code code = cli_number(cli, "wait", &seconds);

    if (code == DEVCA_OK && seconds > WAIT_MAX)
        code = cli_fail(cli, DEVCA_E_USAGE, "--wait", "is more than a day");
    if (!cli_flag(cli, "wait"))
        seconds = cli_flag(cli, "batch") ? BATCH_WAIT : 0;
    else if (seconds == 0)
        seconds = NO_WAIT;
    *milliseconds = code == DEVCA_OK ? (int)seconds * 1000 : 0;
    return code;
}

static enum devca_code open_store(struct cli *cli,
                                  struct devca_open_request request,
                                  struct devca **devca)
{
    enum devca_code code;

    code = how_patient(cli, &request.busy_ms);
    if (code == DEVCA_OK)
        code = devca_find(cli->store, cli->folder, sizeof cli->folder,
                          &cli->error);
    if (code != DEVCA_OK)
        return code;
    request.folder = cli->folder;
    request.actor = cli->actor;
    request.wake = cli->wake;
    code = devca_open(devca, &request, &cli->error);
    if (code != DEVCA_OK)
        return code;
    code = devca_unlock(*devca, cli_text(cli, "passphrase"),
                        cli_text(cli, "pin"), &cli->error);
    if (code != DEVCA_OK) {
        devca_close(*devca);
        *devca = NULL;
    }
    return code;
}

enum devca_code cli_open(struct cli *cli, bool read_only, struct devca **devca)
{
    return open_store(
        cli,
        (struct devca_open_request){.read_only = read_only,
                                    .dry_run = cli_flag(cli, "dry-run")},
        devca);
}

enum devca_code cli_open_any(struct cli *cli, struct devca **devca)
{
    return open_store(
        cli,
        (struct devca_open_request){.read_only = true, .any_version = true},
        devca);
}

const char *cli_new_folder(const struct cli *cli)
{
    const char *given = getenv("DEVCA_STORE");

    if (cli->store)
        return cli->store;
    return given && given[0] ? given : ".devca";
}

const char *cli_name(const struct cli *cli, const char *path)
{
    size_t i;

    for (i = 0; i < cli->copy_count; i++)
        if (strcmp(cli->copies[i].path, path) == 0)
            return cli->copies[i].name;
    return path;
}

static bool from_stdin(const struct cli *cli, const char *option)
{
    const char *source = cli_text(cli, option);

    return source &&
           (strcmp(source, "stdin") == 0 || strcmp(source, "fd:0") == 0);
}

enum devca_code cli_check_input(struct cli *cli, const char *path)
{
    if (strcmp(path, "-") == 0 &&
        (from_stdin(cli, "passphrase") || from_stdin(cli, "pin") ||
         from_stdin(cli, "key-passphrase")))
        return cli_fail(cli, DEVCA_E_USAGE, "-",
                        "standard input cannot be the input and a secret");
    return DEVCA_OK;
}

enum devca_code cli_read(struct cli *cli, const char *path,
                         struct devca_content *content)
{
    enum devca_code code = cli_check_input(cli, path);

    return code == DEVCA_OK
               ? devca_file_read(path, DEVCA_INPUT_MAX, content, &cli->error)
               : code;
}
