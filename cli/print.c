/* Records and errors as people and programs see them. */
#include "print.h"

#include "output.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum devca_code write_stdout(void *context, const void *data, size_t len)
{
    (void)context;
    return fwrite(data, 1, len, stdout) == len ? DEVCA_OK : DEVCA_E_FILE;
}

struct devca_sink print_sink(void)
{
    return (struct devca_sink){write_stdout, NULL};
}

enum devca_code print_text(const char *text)
{
    return write_stdout(NULL, text, strlen(text));
}

/* ---- one value ---- */

/* A field as text, the caller's to free; NULL when memory is short. */
static char *field_text(const struct devca_field *field)
{
    struct devca_record record = {field, 1};
    struct cli_memory cell = {NULL, 0, 0};
    struct devca_sink sink = cli_memory_sink(&cell);

    if (devca_record_write(&record, DEVCA_FORMAT_TSV, &sink) != DEVCA_OK) {
        free(cell.data);
        return NULL;
    }
    if (cell.len > 0 && cell.data[cell.len - 1] == '\n')
        cell.data[cell.len - 1] = '\0';
    return cell.data;
}

/* Columns a terminal needs for UTF-8 text: characters, not octets. */
static size_t text_width(const char *text)
{
    size_t width = 0;

    for (; *text; text++)
        width += ((unsigned char)*text & 0xC0) != 0x80;
    return width;
}

static enum devca_code print_padded(const char *text, size_t width)
{
    size_t used = text_width(text);
    enum devca_code code = print_text(text);

    for (; code == DEVCA_OK && used < width; used++)
        code = print_text(" ");
    return code;
}

/* ---- one record ---- */

static enum devca_code print_piped(const struct devca_record *record)
{
    enum devca_code code = DEVCA_OK;
    char *text;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < record->count; i++) {
        if (record->fields[i].type == DEVCA_BASE64)
            continue;
        text = field_text(&record->fields[i]);
        code = text ? print_text(record->fields[i].name) : DEVCA_E_NO_MEMORY;
        if (code == DEVCA_OK)
            code = print_text("\t");
        if (code == DEVCA_OK)
            code = print_text(text);
        if (code == DEVCA_OK)
            code = print_text("\n");
        free(text);
    }
    return code;
}

enum devca_code print_record(const struct cli *cli,
                             const struct devca_record *record)
{
    struct devca_sink sink = print_sink();

    if (cli->each)
        return cli->each(record, cli->each_context);
    if (cli->json)
        return devca_record_write(record, DEVCA_FORMAT_JSON, &sink);
    if (cli->quiet)
        return DEVCA_OK;
    if (isatty(STDOUT_FILENO))
        return devca_record_write(record, DEVCA_FORMAT_PAIRS, &sink);
    return print_piped(record);
}

/* ---- streams ---- */

void print_stream_begin(struct print_stream *stream, const struct cli *cli,
                        const char *const *columns)
{
    memset(stream, 0, sizeof *stream);
    stream->cli = cli;
    stream->columns = columns;
}

static bool shown(const struct print_stream *stream,
                  const struct devca_field *field)
{
    const char *const *column;

    if (field->type == DEVCA_BASE64)
        return false;
    for (column = stream->columns; column && *column; column++)
        if (strcmp(*column, field->name) == 0)
            return true;
    return !stream->columns;
}

static void drop_cells(char **cells)
{
    size_t i;

    for (i = 0; i < PRINT_COLUMNS_MAX; i++) {
        free(cells[i]);
        cells[i] = NULL;
    }
}

static enum devca_code print_cells(const struct print_stream *stream,
                                   char **cells)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; code == DEVCA_OK && i < stream->column_count; i++)
        code = print_padded(
            cells[i], i + 1 < stream->column_count ? stream->widths[i] + 2 : 0);
    return code == DEVCA_OK ? print_text("\n") : code;
}

static enum devca_code flush_rows(struct print_stream *stream)
{
    enum devca_code code = DEVCA_OK;
    size_t i;

    for (i = 0; i < stream->held; i++) {
        if (code == DEVCA_OK)
            code = print_cells(stream, stream->cells[i]);
        drop_cells(stream->cells[i]);
    }
    stream->measured = stream->measured || stream->held > 0;
    stream->held = 0;
    return code;
}

static enum devca_code hold(struct print_stream *stream, char **row,
                            const char *text, size_t column)
{
    row[column] = strdup(text);
    if (!row[column])
        return DEVCA_E_NO_MEMORY;
    if (text_width(text) > stream->widths[column])
        stream->widths[column] = text_width(text);
    return DEVCA_OK;
}

static enum devca_code hold_row(struct print_stream *stream,
                                const struct devca_record *record, bool names)
{
    char **row = stream->cells[stream->held];
    enum devca_code code = DEVCA_OK;
    size_t column = 0, i;
    char *text;

    for (i = 0; code == DEVCA_OK && i < record->count; i++) {
        if (!shown(stream, &record->fields[i]) || column == PRINT_COLUMNS_MAX)
            continue;
        text = names ? strdup(record->fields[i].name)
                     : field_text(&record->fields[i]);
        code = text ? hold(stream, row, text, column) : DEVCA_E_NO_MEMORY;
        free(text);
        column++;
    }
    if (code != DEVCA_OK) {
        drop_cells(row);
        return code;
    }
    stream->column_count = column;
    stream->held++;
    return stream->measured || stream->held == PRINT_ROWS_HELD
               ? flush_rows(stream)
               : DEVCA_OK;
}

enum devca_code print_row(const struct devca_record *record, void *context)
{
    struct print_stream *stream = context;
    struct devca_sink sink = print_sink();
    enum devca_code code = DEVCA_OK;

    stream->rows++;
    if (stream->cli->each)
        return stream->cli->each(record, stream->cli->each_context);
    if (stream->cli->json)
        return devca_record_write(record, DEVCA_FORMAT_JSON, &sink);
    if (stream->cli->quiet)
        return DEVCA_OK;
    if (!isatty(STDOUT_FILENO))
        return devca_record_write(record, DEVCA_FORMAT_TSV, &sink);
    if (stream->rows == 1)
        code = hold_row(stream, record, true);
    return code == DEVCA_OK ? hold_row(stream, record, false) : code;
}

enum devca_code print_stream_end(struct print_stream *stream)
{
    return flush_rows(stream);
}

enum devca_code print_list(struct cli *cli, const char *const *columns,
                           print_lister *list)
{
    struct print_stream stream;
    struct devca *devca = NULL;
    enum devca_code ended, code = cli_open(cli, true, &devca);

    if (code != DEVCA_OK)
        return code;
    print_stream_begin(&stream, cli, columns);
    code = list(devca, print_row, &stream, &cli->error);
    ended = print_stream_end(&stream);
    devca_close(devca);
    return code == DEVCA_OK ? ended : code;
}

/* ---- errors ---- */

static enum devca_code write_stderr(void *context, const void *data, size_t len)
{
    (void)context;
    return fwrite(data, 1, len, stderr) == len ? DEVCA_OK : DEVCA_E_FILE;
}

struct devca_sink print_error_sink(void)
{
    return (struct devca_sink){write_stderr, NULL};
}

static void command_name(const struct cli *cli, char *text, size_t size)
{
    const struct cli_command *command = cli->command;

    snprintf(text, size, "%s%s%s", command ? command->noun : "",
             command && command->verb ? " " : "",
             command && command->verb ? command->verb : "");
}

static struct devca_field text_field(const char *name, const char *text)
{
    return (struct devca_field){
        name, DEVCA_TEXT, 0, {(const uint8_t *)text, strlen(text)}};
}

/* The record writer makes the inner object; one level stands around it. */
static void print_error_json(const struct cli *cli, const char *command)
{
    const struct devca_error *error = &cli->error;
    struct devca_field fields[] = {
        text_field("code", devca_code_text(error->code)),
        {"exit", DEVCA_INTEGER, devca_code_exit(error->code), {NULL, 0}},
        text_field("command", command),
        text_field("object", error->object),
        text_field("clause", error->clause),
        text_field("field", error->field),
        text_field("fault", error->fault),
        text_field("hint", error->hint)};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};
    struct cli_memory cell = {NULL, 0, 0};
    struct devca_sink sink = cli_memory_sink(&cell);

    if (devca_record_write(&record, DEVCA_FORMAT_JSONL, &sink) == DEVCA_OK) {
        cell.data[cell.len - 1] = '\0';
        fprintf(stderr, "{\"schema\":\"devca/1\",\"error\":%s}\n", cell.data);
    }
    free(cell.data);
}

/* C0, DEL and, in UTF-8, C1: names of files that a shell put on the command
 * line must not speak to the terminal. Needs no memory. */
static void print_tamed(const char *before, const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    if (*at)
        (void)fputs(before, stderr);
    for (; *at; at++) {
        bool high = *at == 0xC2 && at[1] >= 0x80 && at[1] < 0xA0;

        at += high;
        (void)fputc(high || *at < 0x20 || *at == 0x7F ? '?' : *at, stderr);
    }
}

void print_error(const struct cli *cli)
{
    const struct devca_error *error = &cli->error;
    char command[64];

    command_name(cli, command, sizeof command);
    (void)fflush(stdout);
    if (cli->json) {
        print_error_json(cli, command);
        return;
    }
    (void)fputs("devca", stderr);
    print_tamed(": ", command);
    print_tamed(": ", error->object);
    print_tamed(": ", error->clause);
    print_tamed(": ", error->field);
    print_tamed(": ",
                error->fault[0] ? error->fault : devca_code_text(error->code));
    print_tamed("\n  ", error->hint);
    (void)fputc('\n', stderr);
}
