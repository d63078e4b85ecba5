#include "output.h"

#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool cli_output_is_standard(const struct cli *cli)
{
    const char *path = cli_text(cli, "out");

    return !path || strcmp(path, "-") == 0;
}

enum devca_code cli_output(struct cli *cli,
                           const struct cli_output_request *request,
                           struct devca_output **output)
{
    struct devca_output_target target = {.path = cli_text(cli, request->option),
                                         .replace = cli_flag(cli, "force"),
                                         .secret = request->secret,
                                         .store = cli->folder};

    *output = NULL;
    if (!target.path && !request->standard)
        return DEVCA_OK;
    if (!target.path)
        target.path = "-";
    return devca_output_open(output, &target, &cli->error);
}

/* The folder of a path as the system knows it; nothing where there is none. */
static enum devca_code look_at_folder(struct cli *cli, const char *path,
                                      struct stat *folder)
{
    const char *slash = strrchr(path, '/');
    char *name = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
    enum devca_code code = DEVCA_OK;

    memset(folder, 0, sizeof *folder);
    if (slash && !name)
        return DEVCA_E_NO_MEMORY;
    if (stat(slash ? name : ".", folder) != 0 && errno != ENOENT &&
        errno != ENOTDIR)
        code = cli_fail(cli, DEVCA_E_FILE, path, strerror(errno));
    free(name);
    return code;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

/* The later rename would take the first file away. */
enum devca_code cli_refuse_same_file(struct cli *cli, const char *option)
{
    const char *out = cli_text(cli, "out"), *other = cli_text(cli, option);
    struct stat of_out, of_other;
    char name[64];
    enum devca_code code;

    if (!out || !other)
        return DEVCA_OK;
    snprintf(name, sizeof name, "--%s", option);
    code = look_at_folder(cli, out, &of_out);
    if (code == DEVCA_OK)
        code = look_at_folder(cli, other, &of_other);
    if (code == DEVCA_OK && strcmp(last_part(out), last_part(other)) == 0 &&
        of_out.st_dev == of_other.st_dev && of_out.st_ino == of_other.st_ino)
        code =
            cli_fail(cli, DEVCA_E_USAGE, name, "cannot be the same as --out");
    return code;
}

static enum devca_code gather(void *context, const void *data, size_t len)
{
    struct cli_memory *memory = context;
    size_t needed = memory->len + len + 1, size = memory->size;
    char *grown;

    if (needed > size) {
        size = needed < 2 * size ? 2 * size : needed;
        grown = realloc(memory->data, size);
        if (!grown)
            return DEVCA_E_NO_MEMORY;
        memory->data = grown;
        memory->size = size;
    }
    memcpy(memory->data + memory->len, data, len);
    memory->len += len;
    memory->data[memory->len] = '\0';
    return DEVCA_OK;
}

struct devca_sink cli_memory_sink(struct cli_memory *memory)
{
    return (struct devca_sink){gather, memory};
}

/* JSON alone on standard output: the PEM stands in it as base64 DER does in
 * other records, under "certificate". */
static enum devca_code print_json(const struct cli *cli,
                                  const struct devca_result *result)
{
    struct devca_field fields[DEVCA_RESULT_FIELDS + 1];
    struct devca_record record = {fields, result->record.count};

    memcpy(fields, result->record.fields,
           result->record.count * sizeof fields[0]);
    fields[record.count++] =
        (struct devca_field){"der", DEVCA_BASE64, 0, result->der};
    return print_record(cli, &record);
}

static enum devca_code write_pem(struct cli *cli,
                                 const struct cli_outcome *outcome)
{
    struct devca_sink sink = devca_output_sink(outcome->output);
    struct cli_memory pem = {NULL, 0, 0};
    struct devca_sink memory = cli_memory_sink(&pem);
    enum devca_code code;

    code = devca_result_write_pem(outcome->result, outcome->chain, &memory);
    if (code == DEVCA_OK)
        code = sink.write(sink.context, pem.data, pem.len);
    else
        (void)cli_fail(cli, code, "PEM", "could not be made");
    free(pem.data);
    return code;
}

enum devca_code cli_finish(struct cli *cli, enum devca_code code,
                           const struct cli_outcome *outcome)
{
    bool standard = cli_output_is_standard(cli);

    if (code != DEVCA_OK || outcome->dry_run || !outcome->output ||
        (standard && cli->json)) {
        devca_output_abandon(outcome->output);
        if (code != DEVCA_OK)
            return code;
        return cli->json && standard && !outcome->dry_run
                   ? print_json(cli, outcome->result)
                   : print_record(cli, &outcome->result->record);
    }
    code = write_pem(cli, outcome);
    if (code == DEVCA_E_NO_MEMORY)
        devca_output_abandon(outcome->output);
    else
        code = devca_output_commit(outcome->output, &cli->error);
    if (code == DEVCA_OK && !standard)
        code = print_record(cli, &outcome->result->record);
    return code;
}
