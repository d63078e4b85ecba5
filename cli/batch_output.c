#include "batch_output.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FAN_OUT 10000
#define UID_TEXT_MAX 80 /* 32 octets in hex, and room */

static enum devca_code fail(struct batch_output *output, enum devca_code code,
                            const char *object, const char *fault)
{
    struct devca_error *error = &output->error;

    memset(error, 0, sizeof *error);
    error->code = code;
    snprintf(error->object, sizeof error->object, "%.191s", object);
    snprintf(error->fault, sizeof error->fault, "%.319s", fault);
    return code;
}

/* What was gathered goes out in one piece, that a killed run leaves no half
 * line where lines are read as they come. An output that fails is closed. */
static enum devca_code put_text(struct batch_output *output,
                                struct devca_output **to)
{
    struct devca_sink sink = devca_output_sink(*to);
    enum devca_code code =
        sink.write(sink.context, output->text.data, output->text.len);

    if (code == DEVCA_OK)
        return DEVCA_OK;
    (void)devca_output_commit(*to, &output->error);
    *to = NULL;
    return code;
}

/* ---- opening ---- */

/* 1, 0 for a file or nothing, -1 where that cannot be seen. */
static int is_folder(const char *path)
{
    struct stat info;

    if (stat(path, &info) == 0)
        return S_ISDIR(info.st_mode) ? 1 : 0;
    return errno == ENOENT ? 0 : -1;
}

static bool ends_with(const char *text, const char *ending)
{
    size_t len = strlen(text), own = strlen(ending);

    return len >= own && strcmp(text + len - own, ending) == 0;
}

/* An output that is opened and left tells before the first row whether there
 * may be files in the folder. */
static enum devca_code take_folder(struct batch_output *output, struct cli *cli,
                                   const char *folder)
{
    char path[4096];
    struct devca_output_target target = {path, true, false, true, cli->folder};
    struct devca_output *file;
    enum devca_code code;
    int len = snprintf(path, sizeof path, "%s/probe.pem", folder);

    if (len < 0 || (size_t)len >= sizeof path)
        return cli_fail(cli, DEVCA_E_FILE, folder, "path is too long");
    code = devca_output_open(&file, &target, &cli->error);
    if (code != DEVCA_OK)
        return code;
    devca_output_abandon(file);
    output->folder = folder;
    return DEVCA_OK;
}

/* The folder of a part, and *len its length: 0 is the folder itself, the others
 * are its numbered subfolders. */
static enum devca_code part_path(struct batch_output *output, int64_t part,
                                 char *path, size_t size, size_t *len)
{
    const bool slash = ends_with(output->folder, "/");
    char below[32] = "";
    int written;

    if (part > 0)
        snprintf(below, sizeof below, "%06lld", (long long)part);
    written =
        snprintf(path, size, "%s%s%s", output->folder, slash ? "" : "/", below);
    if (written < 0 || (size_t)written + UID_TEXT_MAX + 8 > size)
        return fail(output, DEVCA_E_FILE, output->folder, "path is too long");
    *len = (size_t)written;
    return DEVCA_OK;
}

/* The number that a subfolder is named by, as part_path() writes it; 0 when it
 * is another name. */
static int64_t part_number(const char *name)
{
    const size_t len = strlen(name);

    if (len < 6 || len > 12 || strspn(name, "0123456789") != len ||
        (len > 6 && name[0] == '0'))
        return 0;
    return strtoll(name, NULL, 10);
}

static enum devca_code note_part(struct batch_output *output, struct cli *cli,
                                 int64_t part)
{
    size_t count = output->part_count;
    int64_t *parts = output->parts;

    if (part == 0)
        return DEVCA_OK;
    /* Of powers of two, as it begins with the folder itself. */
    if ((count & (count - 1)) == 0)
        parts = realloc(parts, 2 * count * sizeof *parts);
    if (!parts)
        return cli_fail(cli, DEVCA_E_NO_MEMORY, output->folder,
                        strerror(ENOMEM));
    parts[count] = part;
    output->parts = parts;
    output->part_count++;
    return DEVCA_OK;
}

/* The folder itself and its numbered subfolders that are there already. */
static enum devca_code find_parts(struct batch_output *output, struct cli *cli)
{
    DIR *folder = opendir(output->folder);
    const struct dirent *entry;
    enum devca_code code = DEVCA_OK;

    if (!folder)
        return cli_fail(cli, DEVCA_E_FILE, output->folder, strerror(errno));
    output->parts = calloc(1, sizeof *output->parts);
    if (!output->parts)
        code =
            cli_fail(cli, DEVCA_E_NO_MEMORY, output->folder, strerror(ENOMEM));
    output->part_count = 1;
    while (code == DEVCA_OK) {
        errno = 0;
        entry = readdir(folder);
        if (entry)
            code = note_part(output, cli, part_number(entry->d_name));
        else if (errno != 0)
            code = cli_fail(cli, DEVCA_E_FILE, output->folder, strerror(errno));
        else
            break;
    }
    (void)closedir(folder);
    return code;
}

/* "certs/" is made when it is not there, "certs" would be a file. */
static enum devca_code open_certificates(struct batch_output *output,
                                         struct cli *cli)
{
    struct cli_output_request bundle = {"out", false, false};
    const char *path = cli_text(cli, "out");
    enum devca_code code = DEVCA_OK;
    bool made = false;
    int folder;

    if (!path)
        return DEVCA_OK;
    if (ends_with(path, "/"))
        code = cli_output_folder(cli, path, 0777, &made);
    if (code != DEVCA_OK)
        return code;
    folder = is_folder(path);
    if (folder < 0)
        return cli_fail(cli, DEVCA_E_FILE, path, strerror(errno));
    if (folder > 0) {
        output->made = made ? path : NULL;
        code = take_folder(output, cli, path);
        return code == DEVCA_OK ? find_parts(output, cli) : code;
    }
    output->is_jsonl =
        ends_with(path, ".jsonl") || (cli->json && strcmp(path, "-") == 0);
    return cli_output(cli, &bundle, &output->bundle);
}

/* Certificates' files are no place for the results: a row may bring one of that
 * name. They lie in the folder or in one of its subfolders. */
static enum devca_code
refuse_among_certificates(const struct batch_output *output, struct cli *cli)
{
    const char *path = cli_text(cli, "results");
    bool among = false;
    enum devca_code code = DEVCA_OK;

    if (path && output->folder && ends_with(path, ".pem"))
        code = cli_lies_below(cli, path, output->folder, &among);
    return among ? cli_fail(cli, DEVCA_E_USAGE, "--results",
                            "cannot have the name of a certificate's file")
                 : code;
}

static enum devca_code write_header(struct batch_output *output,
                                    struct cli *cli)
{
    static const char header[] = "line,uid,serial,status,code,message\r\n";
    struct devca_sink sink = cli_memory_sink(&output->text);
    enum devca_code code;

    if (!output->results)
        return DEVCA_OK;
    code = sink.write(sink.context, header, sizeof header - 1);
    if (code == DEVCA_OK)
        code = put_text(output, &output->results);
    if (code != DEVCA_OK)
        cli->error = output->error;
    return code;
}

enum devca_code batch_output_open(struct batch_output *output, struct cli *cli,
                                  bool dry_run)
{
    struct cli_output_request results = {"results", false, false};
    enum devca_code code = cli_refuse_same_file(cli, "results");

    if (code == DEVCA_OK)
        code = cli_refuse_input(cli, "out", "batch");
    if (code == DEVCA_OK)
        code = cli_refuse_input(cli, "results", "batch");
    output->chain = cli_flag(cli, "chain");
    output->replace = cli_flag(cli, "force");
    output->store = cli->folder;
    if (code == DEVCA_OK && !dry_run)
        code = open_certificates(output, cli);
    if (code == DEVCA_OK)
        code = refuse_among_certificates(output, cli);
    if (code == DEVCA_OK)
        code = cli_output(cli, &results, &output->results);
    return code == DEVCA_OK ? write_header(output, cli) : code;
}

/* ---- results ---- */

static struct devca_field text_field(const char *name, const char *text)
{
    return (struct devca_field){
        name, DEVCA_TEXT, 0, {(const uint8_t *)text, strlen(text)}};
}

/* Clause, field and fault, as an error is printed. */
static void message_of(const struct devca_error *error, char *text, size_t size)
{
    text[0] = '\0';
    if (error)
        snprintf(text, size, "%s%s%s%s%s", error->clause,
                 error->clause[0] ? ": " : "", error->field,
                 error->field[0] ? ": " : "", error->fault);
}

static enum devca_code put_result(struct batch_output *output,
                                  const struct devca_batch_outcome *outcome)
{
    const struct devca_error *error = outcome->error;
    char message[sizeof *error];
    struct devca_field fields[] = {
        {"line", DEVCA_INTEGER, outcome->line, {NULL, 0}},
        text_field("uid", outcome->uid),
        {"serial", DEVCA_HEX, 0, outcome->serial},
        text_field("status", devca_batch_status_name(outcome->status)),
        text_field("code", error ? devca_code_text(error->code) : ""),
        {"message", DEVCA_TEXT, 0, {NULL, 0}}};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};
    struct devca_sink sink = cli_memory_sink(&output->text);
    enum devca_code code;

    if (!output->results)
        return DEVCA_OK;
    message_of(error, message, sizeof message);
    fields[5] = text_field("message", message);
    output->text.len = 0;
    code = devca_record_write(&record, DEVCA_FORMAT_CSV, &sink);
    return code == DEVCA_OK ? put_text(output, &output->results) : code;
}

/* ---- certificates ---- */

static enum devca_code gather_pem(struct batch_output *output,
                                  const struct devca_batch_outcome *outcome)
{
    struct devca_result result = {.der = outcome->der};
    struct devca_sink sink = cli_memory_sink(&output->text);
    size_t i;

    for (i = 0; i < outcome->chain_count && i < DEVCA_CHAIN_MAX; i++)
        result.chain[i] = outcome->chain[i];
    result.chain_count = i;
    output->text.len = 0;
    return devca_result_write_pem(&result, output->chain, &sink);
}

static enum devca_code put_line(struct batch_output *output,
                                const struct devca_batch_outcome *outcome)
{
    struct devca_field fields[5] = {
        {"line", DEVCA_INTEGER, outcome->line, {NULL, 0}},
        text_field("uid", outcome->uid),
        {"serial", DEVCA_HEX, 0, outcome->serial},
        {"der", DEVCA_BASE64, 0, outcome->der}};
    struct devca_record record = {fields, 4};
    struct devca_sink sink;
    struct cli_memory pem = {NULL, 0, 0};
    enum devca_code code = DEVCA_OK;

    if (output->chain) {
        code = gather_pem(output, outcome);
        pem = output->text;
        output->text = (struct cli_memory){NULL, 0, 0};
        fields[record.count++] = (struct devca_field){
            "pem", DEVCA_TEXT, 0, {(const uint8_t *)pem.data, pem.len}};
    }
    sink = cli_memory_sink(&output->text);
    output->text.len = 0;
    if (code == DEVCA_OK)
        code = devca_record_write(&record, DEVCA_FORMAT_JSONL, &sink);
    free(pem.data);
    return code == DEVCA_OK ? put_text(output, &output->bundle) : code;
}

static enum devca_code file_path(struct batch_output *output, const char *uid,
                                 int64_t part, char *path, size_t size)
{
    size_t len;
    enum devca_code code = part_path(output, part, path, size, &len);

    if (code == DEVCA_OK)
        snprintf(path + len, size - len, "%s%s.pem", part > 0 ? "/" : "", uid);
    return code;
}

/* The file's path in a part; *found tells whether there is something. */
static enum devca_code look_in_part(struct batch_output *output,
                                    const char *uid, int64_t part, char *path,
                                    size_t size, bool *found)
{
    struct stat info;
    enum devca_code code = file_path(output, uid, part, path, size);

    if (code != DEVCA_OK)
        return code;
    *found = lstat(path, &info) == 0;
    return *found || errno == ENOENT || errno == ENOTDIR
               ? DEVCA_OK
               : fail(output, DEVCA_E_FILE, path, strerror(errno));
}

/* Where the last was that lay elsewhere, the next mostly is too. */
static enum devca_code look_in_others(struct batch_output *output,
                                      const char *uid, char *path, size_t size,
                                      bool *found)
{
    enum devca_code code = DEVCA_OK;
    size_t tried, i = output->lucky;

    for (tried = 0; tried < output->part_count; tried++) {
        code = look_in_part(output, uid, output->parts[i], path, size, found);
        if (code != DEVCA_OK || *found)
            break;
        i = (i + 1) % output->part_count;
    }
    output->lucky = i;
    return code;
}

static enum devca_code make_part(struct batch_output *output, int64_t part)
{
    char path[4096];
    size_t len;
    enum devca_code code;

    if (part <= output->part)
        return DEVCA_OK;
    code = part_path(output, part, path, sizeof path, &len);
    if (code == DEVCA_OK && mkdir(path, 0777) != 0 && errno != EEXIST)
        return fail(output, DEVCA_E_FILE, path, strerror(errno));
    output->part = part;
    return code;
}

/*
 * Row 10,001 and after go into numbered subfolders, so that no folder holds
 * more files than a file system likes. A device that had its certificate before
 * this run may have its file elsewhere, when the list's rows were others then.
 * *found tells whether there is something at the path.
 */
static enum devca_code place_file(struct batch_output *output, const char *uid,
                                  enum devca_batch_status status, char *path,
                                  size_t size, bool *found)
{
    const int64_t own = output->told / FAN_OUT;
    enum devca_code code = look_in_part(output, uid, own, path, size, found);

    if (code == DEVCA_OK && !*found && status == DEVCA_BATCH_ALREADY)
        code = look_in_others(output, uid, path, size, found);
    if (code != DEVCA_OK || *found)
        return code;
    code = make_part(output, own);
    return code == DEVCA_OK ? file_path(output, uid, own, path, size) : code;
}

/*
 * May this file be written? One that a run before has left, whole or (after a
 * power cut) cut short, is no other file: *same says that it is there already.
 */
static enum devca_code look_at_file(struct batch_output *output,
                                    const char *path, bool *same)
{
    const struct cli_memory *pem = &output->text;
    struct devca_content content = {{NULL, 0}, NULL};
    enum devca_code code;
    struct stat info;
    bool ours;

    *same = false;
    if (lstat(path, &info) != 0)
        return errno == ENOENT
                   ? DEVCA_OK
                   : fail(output, DEVCA_E_FILE, path, strerror(errno));
    if (!S_ISREG(info.st_mode))
        return fail(output, DEVCA_E_FILE, path, "is no regular file");
    code = devca_file_read(path, DEVCA_INPUT_MAX, &content, &output->error);
    if (code != DEVCA_OK)
        return code;
    ours = content.octets.len <= pem->len &&
           memcmp(content.octets.data, pem->data, content.octets.len) == 0;
    *same = ours && content.octets.len == pem->len;
    devca_content_clear(&content);
    if (ours || output->replace)
        return DEVCA_OK;
    return fail(output, DEVCA_E_FILE_EXISTS, path,
                "holds something else already; --force replaces it");
}

static enum devca_code put_file(struct batch_output *output,
                                const struct devca_batch_outcome *outcome)
{
    struct devca_output_target target = {NULL, true, false, true,
                                         output->store};
    struct devca_output *file;
    char path[4096], uid[UID_TEXT_MAX];
    enum devca_code code;
    bool found, same = false;
    size_t i;

    /* As the store has it: lower case, and hex by now. */
    for (i = 0; outcome->uid[i] && i + 1 < sizeof uid; i++)
        uid[i] = (char)(outcome->uid[i] >= 'A' && outcome->uid[i] <= 'F'
                            ? outcome->uid[i] + 32
                            : outcome->uid[i]);
    uid[i] = '\0';
    code = place_file(output, uid, outcome->status, path, sizeof path, &found);
    if (code == DEVCA_OK && found)
        code = look_at_file(output, path, &same);
    if (code != DEVCA_OK || same)
        return code;
    target.path = path;
    code = devca_output_open(&file, &target, &output->error);
    if (code != DEVCA_OK)
        return code;
    code = put_text(output, &file);
    return code == DEVCA_OK ? devca_output_commit(file, &output->error) : code;
}

static enum devca_code
put_certificate(struct batch_output *output,
                const struct devca_batch_outcome *outcome)
{
    enum devca_code code;

    if (outcome->der.len == 0 || (!output->folder && !output->bundle))
        return DEVCA_OK;
    if (output->is_jsonl)
        return put_line(output, outcome);
    code = gather_pem(output, outcome);
    if (code != DEVCA_OK)
        return code;
    return output->folder ? put_file(output, outcome)
                          : put_text(output, &output->bundle);
}

enum devca_code batch_output_tell(struct batch_output *output,
                                  const struct devca_batch_outcome *outcome)
{
    enum devca_code code = put_certificate(output, outcome);

    if (code == DEVCA_OK)
        code = put_result(output, outcome);
    output->told++;
    return code;
}

/* ---- the end ---- */

/* Files were not flushed one by one: they can be made again. The results say
 * that they are there, so they come after. */
static enum devca_code flush_folder(struct batch_output *output)
{
    int fd;
    bool flushed;

    if (!output->folder)
        return DEVCA_OK;
    fd = open(output->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    flushed = fd >= 0 && syncfs(fd) == 0;
    if (fd >= 0)
        (void)close(fd);
    return flushed ? DEVCA_OK
                   : fail(output, DEVCA_E_FILE, output->folder,
                          "cannot be made durable");
}

enum devca_code batch_output_commit(struct batch_output *output,
                                    struct devca_error *error)
{
    enum devca_code code = flush_folder(output);

    if (code != DEVCA_OK)
        *error = output->error;
    /* Both or none: a full disk is found out before the first is in place. */
    if (code == DEVCA_OK && output->bundle)
        code = devca_output_flush(output->bundle, error);
    if (code == DEVCA_OK && output->results)
        code = devca_output_flush(output->results, error);
    if (code == DEVCA_OK && output->bundle) {
        code = devca_output_commit(output->bundle, error);
        output->bundle = NULL;
    }
    if (code == DEVCA_OK && output->results) {
        code = devca_output_commit(output->results, error);
        output->results = NULL;
    }
    if (code == DEVCA_OK)
        output->made = NULL;
    return code;
}

void batch_output_clear(struct batch_output *output)
{
    devca_output_abandon(output->bundle);
    devca_output_abandon(output->results);
    if (output->made)
        (void)rmdir(output->made); /* unless there is something in it */
    free(output->text.data);
    free(output->parts);
    memset(output, 0, sizeof *output);
}
