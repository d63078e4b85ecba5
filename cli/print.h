/* What people and programs get to see. */
#ifndef CLI_PRINT_H
#define CLI_PRINT_H

#include "command.h"

/* Standard output as a sink. */
struct devca_sink print_sink(void);
struct devca_sink print_error_sink(void);
enum devca_code print_text(const char *text);

/* One record: JSON, or "name  value" lines. Nothing with --quiet. With
 * cli->each it goes there, as the rows of a stream do. */
enum devca_code print_record(const struct cli *cli,
                             const struct devca_record *record);

/*
 * A stream of records: JSON Lines, a table on a terminal, tab-separated lines
 * otherwise. columns: what a terminal shows, until NULL; NULL: all. Hand
 * print_row as the callback with the stream as context, then end it.
 */
#define PRINT_ROWS_HELD 64
#define PRINT_COLUMNS_MAX 48
struct print_stream {
    const struct cli *cli;
    const char *const *columns;
    char *cells[PRINT_ROWS_HELD][PRINT_COLUMNS_MAX];
    size_t widths[PRINT_COLUMNS_MAX];
    size_t column_count;
    size_t held;
    bool measured;
    size_t rows;
};
void print_stream_begin(struct print_stream *stream, const struct cli *cli,
                        const char *const *columns);
enum devca_code print_row(const struct devca_record *record, void *context);
enum devca_code print_stream_end(struct print_stream *stream);

/* A whole command that lists: opens the store for reading, has list tell its
 * records, and ends the stream, whatever became of it. */
typedef enum devca_code print_lister(struct devca *devca,
                                     devca_record_each *each, void *context,
                                     struct devca_error *error);
enum devca_code print_list(struct cli *cli, const char *const *columns,
                           print_lister *list);

/* cli->error on standard error, in the form of docs/formats.md. */
void print_error(const struct cli *cli);

/* Usage of one command, of all, the man page, completions; from the table. */
enum devca_code print_usage(const struct cli_command *command);
enum devca_code print_overview(void);
enum devca_code print_man(void);
enum devca_code print_completion(const char *shell);

#endif
