#include "output.h"

#include "print.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum devca_code cli_output_folder(struct cli *cli, const char *path,
                                  mode_t mode, bool *made)
{
    *made = mkdir(path, mode) == 0;
    return *made || errno == EEXIST
               ? DEVCA_OK
               : cli_fail(cli, DEVCA_E_FILE, path, strerror(errno));
}

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

enum devca_code cli_output_fault(struct cli *cli, struct devca_output *output,
                                 enum devca_code code)
{
    if (devca_code_exit(code) == 5)
        (void)devca_output_flush(output, &cli->error);
    return code;
}

/* Did a stat of this path, which gave seen, find something? Not to know is a
 * failure. */
static enum devca_code tell_there(struct cli *cli, const char *path, int seen,
                                  bool *there)
{
    *there = seen == 0;
    return *there || errno == ENOENT || errno == ENOTDIR
               ? DEVCA_OK
               : cli_fail(cli, DEVCA_E_FILE, path, strerror(errno));
}

/* The folder of a path as the system knows it; nothing where there is none. */
static enum devca_code look_at_folder(struct cli *cli, const char *path,
                                      struct stat *folder)
{
    const char *slash = strrchr(path, '/');
    char *name = slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
    enum devca_code code;
    bool there;

    memset(folder, 0, sizeof *folder);
    if (slash && !name)
        return DEVCA_E_NO_MEMORY;
    code = tell_there(cli, path, stat(slash ? name : ".", folder), &there);
    free(name);
    return code;
}

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static bool is_same(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Have two paths one name in one folder? */
static enum devca_code compare(struct cli *cli, const char *a, const char *b,
                               bool *same)
{
    struct stat of_a, of_b;
    enum devca_code code = look_at_folder(cli, a, &of_a);

    if (code == DEVCA_OK)
        code = look_at_folder(cli, b, &of_b);
    *same = code == DEVCA_OK && strcmp(last_part(a), last_part(b)) == 0 &&
            is_same(&of_a, &of_b);
    return code;
}

enum devca_code cli_lies_below(struct cli *cli, const char *path,
                               const char *folder, bool *below)
{
    char above[4096];
    struct stat own, at;
    bool there;
    int len = snprintf(above, sizeof above, "%.*s..",
                       (int)(last_part(path) - path), path);
    enum devca_code code = tell_there(cli, folder, stat(folder, &own), &there);

    if (code == DEVCA_OK)
        code = look_at_folder(cli, path, &at);
    *below = code == DEVCA_OK && is_same(&own, &at);
    if (code != DEVCA_OK || *below)
        return code;
    if (len < 0 || (size_t)len >= sizeof above)
        return cli_fail(cli, DEVCA_E_FILE, path, "path is too long");
    code = tell_there(cli, path, stat(above, &at), &there);
    *below = code == DEVCA_OK && there && is_same(&own, &at);
    return code;
}

static enum devca_code refuse_same(struct cli *cli, const char *option,
                                   const char *other)
{
    char name[64], fault[64];

    snprintf(name, sizeof name, "--%s", option);
    snprintf(fault, sizeof fault, "cannot be the same as --%s", other);
    return cli_fail(cli, DEVCA_E_USAGE, name, fault);
}

/* The later rename would take the first file away. */
enum devca_code cli_refuse_same_file(struct cli *cli, const char *option)
{
    const char *out = cli_text(cli, "out"), *other = cli_text(cli, option);
    bool same = false;
    enum devca_code code;

    if (!out || !other)
        return DEVCA_OK;
    code = compare(cli, out, other, &same);
    return same ? refuse_same(cli, option, "out") : code;
}

/* A rename takes away what its name stands for itself, be it a link; a folder
 * only gets files. */
enum devca_code cli_refuse_input(struct cli *cli, const char *option,
                                 const char *input)
{
    const char *out = cli_text(cli, option), *in = cli_text(cli, input);
    struct stat of_out, of_in;
    bool same = false, in_there, out_there;
    enum devca_code code;

    if (!out || !in || strcmp(out, "-") == 0)
        return DEVCA_OK;
    code = tell_there(cli, in,
                      strcmp(in, "-") == 0 ? fstat(STDIN_FILENO, &of_in)
                                           : stat(in, &of_in),
                      &in_there);
    if (code != DEVCA_OK || (in_there && S_ISDIR(of_in.st_mode)))
        return code;
    code = tell_there(cli, out, lstat(out, &of_out), &out_there);
    if (code != DEVCA_OK)
        return code;
    same = in_there && out_there && is_same(&of_out, &of_in);
    if (!same)
        code = compare(cli, out, in, &same);
    return same ? refuse_same(cli, option, input) : code;
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

enum devca_code cli_tell_with(const struct cli *cli,
                              const struct devca_result *result,
                              const struct devca_field *made)
{
    struct devca_field fields[DEVCA_RESULT_FIELDS + 1];
    struct devca_record record = {fields, result->record.count};

    memcpy(fields, result->record.fields,
           result->record.count * sizeof fields[0]);
    fields[record.count++] = *made;
    return print_record(cli, &record);
}

/* JSON alone on standard output: what was made is a member of the object. */
static enum devca_code print_json(const struct cli *cli, const char *name,
                                  const struct devca_result *result)
{
    const struct devca_field made = {name, DEVCA_BASE64, 0, result->der};

    return cli_tell_with(cli, result, &made);
}

bool cli_output_is_member(const struct cli *cli)
{
    return cli->json && cli_output_is_standard(cli);
}

static enum devca_code tell_lost(struct cli *cli, enum devca_code code)
{
    (void)cli_fail(cli, code, "standard output",
                   "the list is on record but was not delivered");
    snprintf(cli->error.hint, sizeof cli->error.hint,
             "make it again, and a complete list before any delta");
    return code;
}

enum devca_code cli_tell_list(struct cli *cli, const char *name,
                              const struct devca_result *result)
{
    enum devca_code code;

    if (result->der.len == 0)
        return cli_output_is_standard(cli) && !cli_flag(cli, "dry-run")
                   ? DEVCA_OK
                   : print_record(cli, &result->record);
    code = print_json(cli, name, result);
    if (code == DEVCA_OK && !cli->each && fflush(stdout) != 0)
        code = DEVCA_E_FILE;
    return code == DEVCA_OK ? code : tell_lost(cli, code);
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
        cli_output_is_member(cli)) {
        devca_output_abandon(outcome->output);
        if (code != DEVCA_OK)
            return code;
        return cli_output_is_member(cli) && !outcome->dry_run
                   ? print_json(cli, "der", outcome->result)
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
