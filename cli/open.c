/* The store a command works on, and the files it reads. */
#include "command.h"

#include <string.h>

#define BATCH_WAIT 120
#define WAIT_MAX 86400

/* A list runs for hours with nobody watching: it is patient. */
static enum devca_code how_patient(struct cli *cli, int *milliseconds)
{
    int64_t seconds = 0;
    enum devca_code code = cli_number(cli, "wait", &seconds);

    if (code == DEVCA_OK && seconds > WAIT_MAX)
        code = cli_fail(cli, DEVCA_E_USAGE, "--wait", "is more than a day");
    if (seconds == 0 && cli_flag(cli, "batch"))
        seconds = BATCH_WAIT;
    *milliseconds = code == DEVCA_OK ? (int)seconds * 1000 : 0;
    return code;
}

enum devca_code cli_open(struct cli *cli, bool read_only, struct devca **devca)
{
    struct devca_open_request request = {.read_only = read_only};
    char folder[4096];
    enum devca_code code;

    code = how_patient(cli, &request.busy_ms);
    if (code == DEVCA_OK)
        code = devca_find(cli->store, folder, sizeof folder, &cli->error);
    if (code != DEVCA_OK)
        return code;
    request.folder = folder;
    request.actor = cli->actor;
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

static bool from_stdin(const struct cli *cli, const char *option)
{
    const char *source = cli_text(cli, option);

    return source &&
           (strcmp(source, "stdin") == 0 || strcmp(source, "fd:0") == 0);
}

enum devca_code cli_read(struct cli *cli, const char *path,
                         struct devca_content *content)
{
    if (strcmp(path, "-") == 0 &&
        (from_stdin(cli, "passphrase") || from_stdin(cli, "pin") ||
         from_stdin(cli, "key-passphrase")))
        return cli_fail(cli, DEVCA_E_USAGE, "-",
                        "standard input cannot be the input and a secret");
    return devca_file_read(path, DEVCA_INPUT_MAX, content, &cli->error);
}
