#include "print.h"

#include <devca/query.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct cli_option query_options[] = {
    {"product", "P", "of this product", false},
    {"uid", "U", "of this device", false},
    {"serial", "S", "of this serial number", false},
    {"status", "S", "active, superseded, revoked, held or expired", false},
    {"expires-before", "D", "whose notAfter is before a time or date", false},
    {"where", "EXPR", "field op value, joined by and", false},
    {"count", NULL, "only how many", false},
    {"limit", "N", "at most N", false},
    {"after", "CURSOR", "go on after this row", false},
    CLI_END};

static const char *const columns[] = {
    "uid", "product", "serial", "status", "not_after", "profile", NULL};

static enum devca_code fill(struct cli *cli,
                            struct devca_query_request *request)
{
    static const char *const pages[] = {"limit", NULL};
    enum devca_code code;

    request->product = cli_text(cli, "product");
    request->uid = cli_text(cli, "uid");
    request->serial = cli_text(cli, "serial");
    request->status = cli_text(cli, "status");
    request->where = cli_text(cli, "where");
    request->expires = cli_flag(cli, "expires-before");
    code = cli_time(cli, "expires-before", &request->expires_before);
    if (code == DEVCA_OK)
        code = cli_limit(cli, &request->limit);
    if (code == DEVCA_OK && cli_flag(cli, "count"))
        code = cli_refuse(cli, pages, "does not go with --count");
    if (code == DEVCA_OK)
        code = cli_number(cli, "after", &request->after);
    return code;
}

static enum devca_code count(struct cli *cli, struct devca *devca,
                             const struct devca_query_request *request)
{
    struct devca_field field = {"count", DEVCA_INTEGER, 0, {NULL, 0}};
    struct devca_record record = {&field, 1};
    struct devca_sink sink = print_sink();
    enum devca_code code;

    code = devca_query_count(devca, request, &field.integer, &cli->error);
    if (code != DEVCA_OK)
        return code;
    return devca_record_write(
        &record, cli->json ? DEVCA_FORMAT_JSON : DEVCA_FORMAT_TSV, &sink);
}

/* The last row's cursor, to say how to go on. */
struct page {
    struct print_stream stream;
    int64_t cursor;
};

static enum devca_code turn(const struct devca_record *record, void *context)
{
    struct page *page = context;

    page->cursor = record->fields[record->count - 1].integer;
    return print_row(record, &page->stream);
}

static enum devca_code query(struct cli *cli)
{
    struct devca_query_request request = {0};
    struct devca *devca = NULL;
    struct page page;
    enum devca_code ended, code = fill(cli, &request);

    page.cursor = 0;
    print_stream_begin(&page.stream, cli, columns);
    if (code == DEVCA_OK)
        code = cli_open(cli, true, &devca);
    if (code == DEVCA_OK && cli_flag(cli, "count"))
        code = count(cli, devca, &request);
    else if (code == DEVCA_OK)
        code = devca_query(devca, &request, turn, &page, &cli->error);
    ended =
        print_stream_end(&page.stream); /* what was told before a fault too */
    code = code == DEVCA_OK ? ended : code;
    if (code == DEVCA_OK && request.limit > 0 && isatty(STDOUT_FILENO) &&
        !cli->json && page.stream.rows == (size_t)request.limit)
        fprintf(stderr, "more: --after %lld\n", (long long)page.cursor);
    devca_close(devca);
    return code;
}

const struct cli_command cli_query = {
    "query",
    NULL,
    "ask the identity database",
    "[--product P] [--status S] [--where EXPR] [--count]",
    0,
    0,
    query_options,
    query};

static const struct cli_option show_options[] = {
    {"uid", "U", "the device of this UID", false},
    {"product", "P", "of this product", false},
    {"serial", "S", "the owner of this serial number", false},
    CLI_END};

/* One record after the other, an empty line between, for people. */
static enum devca_code show_one(const struct devca_record *record,
                                void *context)
{
    struct print_stream *stream = context;

    if (stream->cli->json)
        return print_row(record, stream);
    if (stream->rows++ > 0 && !stream->cli->quiet)
        (void)print_text("\n");
    return print_record(stream->cli, record);
}

static enum devca_code show(struct cli *cli)
{
    struct devca_show_request request = {cli_text(cli, "product"),
                                         cli_text(cli, "uid"),
                                         cli_text(cli, "serial")};
    struct print_stream stream;
    struct devca *devca = NULL;
    enum devca_code code = cli_open(cli, true, &devca);

    print_stream_begin(&stream, cli, NULL);
    if (code == DEVCA_OK)
        code = devca_show(devca, &request, show_one, &stream, &cli->error);
    devca_close(devca);
    return code;
}

const struct cli_command cli_show = {"show",
                                     NULL,
                                     "one device: all it ever had",
                                     "(--uid U [--product P] | --serial S)",
                                     0,
                                     0,
                                     show_options,
                                     show};
