/*
 * A line's own software: testers put boards on a bench, each board tells its
 * UID and hands over a certification request; the batch gives certificates back
 * in the order of the boards. Here a tester reads boards as lines "UID FILE"
 * from standard input, and a certificate goes into the folder named.
 *
 * usage: line STORE PRODUCT FOLDER
 *        the CA's passphrase, if there is one, is in the file LINE_PASSPHRASE
 *        names
 */
#include <devca/batch.h>
#include <devca/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the batch's thread and the tester's share. Only the first touches it
 * between open and close. */
struct line {
    const char *folder;
    long failures;
};

static void complain(const struct devca_error *error)
{
    fprintf(stderr, "line: %s: %s\n", error->object, error->fault);
}

/* ---- draining: called by a thread of the batch, one row after the other ----
 */

static enum devca_code keep_certificate(const struct line *line,
                                        const struct devca_batch_outcome *row)
{
    struct devca_output_target target = {.replace = true};
    struct devca_result result = {.der = row->der};
    struct devca_output *output;
    struct devca_sink sink;
    struct devca_error error;
    enum devca_code code;
    char path[1024];

    for (; result.chain_count < row->chain_count; result.chain_count++)
        result.chain[result.chain_count] = row->chain[result.chain_count];
    snprintf(path, sizeof path, "%s/%s.pem", line->folder, row->uid);
    target.path = path;
    code = devca_output_open(&output, &target, &error);
    if (code == DEVCA_OK) {
        sink = devca_output_sink(output);
        /* A write that fails is told by commit. */
        (void)devca_result_write_pem(&result, true, &sink);
        code = devca_output_commit(output, &error);
    }
    if (code != DEVCA_OK)
        complain(&error);
    return code;
}

/* The row is durable in the store by now: this is the moment to tell the
 * tester that the board may go. What row points to is gone afterwards. */
static enum devca_code board_done(const struct devca_batch_outcome *row,
                                  void *context)
{
    struct line *line = context;
    enum devca_code code = DEVCA_OK;

    if (row->der.len > 0)
        code = keep_certificate(line, row);
    else
        line->failures++;
    printf("%lld %s %s %s\n", (long long)row->line, row->uid,
           devca_batch_status_name(row->status),
           row->error ? row->error->fault : "");
    (void)fflush(stdout);
    return code;
}

/* ---- feeding: the tester's thread ---- */

/* Blocks while 2,048 boards are under way: the bench waits for the CA, and
 * memory does not grow. Everything in row is copied. */
static enum devca_code board_arrived(struct devca_batch *batch, long number,
                                     const char *uid, const char *path,
                                     struct devca_error *error)
{
    struct devca_batch_row row = {.line = number, .uid = uid, .object = path};
    struct devca_content request = {{NULL, 0}, NULL};
    struct devca_error fault;
    enum devca_code code;

    /* A request that cannot be read is a row all the same: it comes out in its
     * place, as malformed, and the bench keeps count. */
    if (devca_file_read(path, DEVCA_INPUT_MAX, &request, &fault) != DEVCA_OK) {
        fault.code = DEVCA_E_MALFORMED;
        row.fault = &fault;
    }
    row.csr = request.octets;
    code = devca_batch_add(batch, &row, error);
    devca_content_clear(&request);
    return code;
}

static enum devca_code run_bench(struct devca_batch *batch,
                                 struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    char text[1200], uid[128], path[1024];
    long number = 0;

    while (code == DEVCA_OK && fgets(text, sizeof text, stdin))
        if (sscanf(text, "%127s %1023s", uid, path) == 2)
            code = board_arrived(batch, ++number, uid, path, error);
    return code;
}

static enum devca_code run_line(struct line *line, struct devca *devca,
                                const char *product, struct devca_error *error)
{
    struct devca_batch_request request = {
        .product = product, .each = board_done, .context = line};
    struct devca_error ended = {0};
    struct devca_batch *batch;
    enum devca_code code, closed;

    code = devca_batch_open(devca, &request, &batch, error);
    if (code != DEVCA_OK)
        return code;
    code = run_bench(batch, error);
    /* Every board fed is told of before close returns. When add has failed,
     * close says why. */
    closed = devca_batch_close(batch, NULL, &ended);
    if (closed != DEVCA_OK)
        *error = ended;
    return closed != DEVCA_OK ? closed : code;
}

int main(int count, char **words)
{
    struct devca_open_request store = {0};
    struct line line = {0};
    struct devca_error error = {0};
    struct devca *devca = NULL;
    char passphrase[1024] = "file:";
    const char *file = getenv("LINE_PASSPHRASE");
    enum devca_code code;

    if (count != 4) {
        (void)fputs("usage: line STORE PRODUCT FOLDER\n", stderr);
        return 2;
    }
    store.folder = words[1];
    store.busy_ms = 120000;
    line.folder = words[3];
    if (file)
        strncat(passphrase, file, sizeof passphrase - sizeof "file:");
    code = devca_open(&devca, &store, &error);
    if (code == DEVCA_OK && file)
        code = devca_unlock(devca, passphrase, NULL, &error);
    if (code == DEVCA_OK)
        code = run_line(&line, devca, words[2], &error);
    devca_close(devca);
    if (code != DEVCA_OK)
        complain(&error);
    return code != DEVCA_OK ? devca_code_exit(code) : line.failures > 0 ? 3 : 0;
}
