#include "batch_progress.h"

#include "print.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define REDRAW_NS 100000000L
#define LINE_SECONDS 10
#define MARK_SECONDS 5.0
#define BAR_WIDTH 24
#define BAR_LEAST 4
#define COLUMNS 80 /* of a terminal that does not say */

static double elapsed(const struct batch_progress *progress)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - progress->started.tv_sec) +
           (double)(now.tv_nsec - progress->started.tv_nsec) / 1e9;
}

static int64_t failures(const struct batch_progress *progress)
{
    return progress->summary.refused + progress->summary.malformed;
}

/* Rows a second since the mark before the last one: five to ten seconds. */
static double rate(struct batch_progress *progress, double now)
{
    const struct batch_mark *since = &progress->marks[0];

    if (now - progress->marks[1].at >= MARK_SECONDS) {
        progress->marks[0] = progress->marks[1];
        progress->marks[1] = (struct batch_mark){now, progress->done};
    }
    return now > since->at
               ? (double)(progress->done - since->done) / (now - since->at)
               : 0.0;
}

/* The part of the list that is done, or less than 0 when its end is unknown. A
 * list may have grown since it was measured. */
static double part_done(const struct batch_progress *progress)
{
    const struct devca_rows_position *position = &progress->position;
    double part;

    if (position->total == 0 || progress->fed == 0)
        return -1.0;
    part = (double)position->done / (double)position->total *
           (double)progress->done / (double)progress->fed;
    return part < 1.0 ? part : 1.0;
}

static void time_left(const struct batch_progress *progress,
                      double rows_a_second, char *text, size_t size)
{
    double part = part_done(progress);
    double seconds;

    text[0] = '\0';
    if (part <= 0.0 || rows_a_second <= 0.0)
        return;
    seconds = (double)progress->done * (1.0 / part - 1.0) / rows_a_second;
    if (seconds < 0.0)
        seconds = 0.0;
    if (seconds < 3600.0 * 1000.0)
        snprintf(text, size, ", %d:%02d:%02d left", (int)(seconds / 3600),
                 (int)(seconds / 60) % 60, (int)seconds % 60);
}

static int columns(void)
{
    struct winsize size = {0};

    return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
               ? size.ws_col
               : COLUMNS;
}

/* On one line of a terminal, whatever its width: the bar takes what the figures
 * leave it. The last column is left free, as some go on to the next from it. */
static void draw_bar(double part, const char *figures)
{
    const int width = columns() - 1;
    int room = width - (int)strlen(figures) - (int)strlen("[] 100 % ");
    int full;
    char text[160], bar[BAR_WIDTH + 1] = "";

    room = room < BAR_WIDTH ? room : BAR_WIDTH;
    if (room >= BAR_LEAST && part >= 0.0) {
        full = (int)(part * room);
        memset(bar, '.', (size_t)room);
        memset(bar, '#', (size_t)full);
        bar[room] = '\0';
    }
    if (part < 0.0)
        snprintf(text, sizeof text, "%s", figures);
    else
        snprintf(text, sizeof text, "%s%s%s%3.0f %% %s", bar[0] ? "[" : "", bar,
                 bar[0] ? "] " : "", part * 100.0, figures);
    fprintf(stderr, "\r%.*s\033[K", width, text);
}

static void draw(struct batch_progress *progress)
{
    double rows_a_second = rate(progress, elapsed(progress));
    char left[48], figures[120];

    time_left(progress, rows_a_second, left, sizeof left);
    snprintf(figures, sizeof figures, "%lld done, %lld failed, %.0f a second%s",
             (long long)progress->done, (long long)failures(progress),
             rows_a_second, left);
    if (progress->is_terminal)
        draw_bar(part_done(progress), figures);
    else
        fprintf(stderr, "devca: issue: %s\n", figures);
    (void)fflush(stderr);
}

static struct timespec next_time(const struct batch_progress *progress)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += progress->is_terminal ? 0 : LINE_SECONDS;
    at.tv_nsec += progress->is_terminal ? REDRAW_NS : 0;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

static void *show(void *context)
{
    struct batch_progress *progress = context;
    struct timespec until;

    (void)pthread_mutex_lock(&progress->mutex);
    until = next_time(progress);
    while (!progress->ending) {
        if (pthread_cond_timedwait(&progress->end, &progress->mutex, &until) ==
            0)
            continue;
        draw(progress);
        until = next_time(progress);
    }
    (void)pthread_mutex_unlock(&progress->mutex);
    return NULL;
}

static bool init_end(struct batch_progress *progress)
{
    pthread_condattr_t monotonic;
    bool made;

    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    made = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&progress->end, &monotonic) == 0;
    (void)pthread_condattr_destroy(&monotonic);
    return made;
}

void batch_progress_begin(struct batch_progress *progress,
                          const struct cli *cli, bool dry_run)
{
    progress->cli = cli;
    progress->dry_run = dry_run;
    progress->is_terminal = isatty(STDERR_FILENO) != 0;
    (void)clock_gettime(CLOCK_MONOTONIC, &progress->started);
    progress->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    if (cli->quiet || cli->json || !init_end(progress))
        return;
    progress->runs =
        pthread_create(&progress->thread, NULL, show, progress) == 0;
    if (!progress->runs)
        (void)pthread_cond_destroy(&progress->end);
}

void batch_progress_fed(struct batch_progress *progress,
                        const struct devca_rows *rows)
{
    (void)pthread_mutex_lock(&progress->mutex);
    progress->fed++;
    devca_rows_position(rows, &progress->position);
    (void)pthread_mutex_unlock(&progress->mutex);
}

void batch_progress_told(struct batch_progress *progress,
                         enum devca_batch_status status)
{
    struct devca_batch_summary *summary = &progress->summary;

    (void)pthread_mutex_lock(&progress->mutex);
    progress->done++;
    summary->issued += status == DEVCA_BATCH_ISSUED;
    summary->already += status == DEVCA_BATCH_ALREADY;
    summary->refused += status == DEVCA_BATCH_REFUSED;
    summary->malformed += status == DEVCA_BATCH_MALFORMED;
    (void)pthread_mutex_unlock(&progress->mutex);
}

static void print_summary(const struct batch_progress *progress)
{
    const struct devca_batch_summary *summary = &progress->summary;
    double seconds = elapsed(progress);

    fprintf(stderr,
            "%sdevca: issue: %lld rows, %lld %sissued, %lld already, "
            "%lld refused, %lld malformed, %.0f a second\n",
            progress->runs && progress->is_terminal ? "\r\033[K" : "",
            (long long)progress->done, (long long)summary->issued,
            progress->dry_run ? "would be " : "", (long long)summary->already,
            (long long)summary->refused, (long long)summary->malformed,
            seconds > 0 ? (double)progress->done / seconds : 0.0);
}

static void print_json(const struct batch_progress *progress)
{
    const struct devca_batch_summary *summary = &progress->summary;
    double seconds = elapsed(progress);
    int64_t milliseconds = (int64_t)(seconds * 1000.0);
    struct devca_field fields[] = {
        {"rows", DEVCA_INTEGER, progress->done, {NULL, 0}},
        {"issued", DEVCA_INTEGER, summary->issued, {NULL, 0}},
        {"already", DEVCA_INTEGER, summary->already, {NULL, 0}},
        {"refused", DEVCA_INTEGER, summary->refused, {NULL, 0}},
        {"malformed", DEVCA_INTEGER, summary->malformed, {NULL, 0}},
        {"milliseconds", DEVCA_INTEGER, milliseconds, {NULL, 0}},
        {"dry_run", DEVCA_BOOLEAN, progress->dry_run, {NULL, 0}}};
    struct devca_record record = {fields, sizeof fields / sizeof fields[0]};
    struct devca_sink sink = print_error_sink();

    (void)devca_record_write(&record, DEVCA_FORMAT_JSON, &sink);
}

void batch_progress_end(struct batch_progress *progress)
{
    if (progress->runs) {
        (void)pthread_mutex_lock(&progress->mutex);
        progress->ending = true;
        (void)pthread_cond_signal(&progress->end);
        (void)pthread_mutex_unlock(&progress->mutex);
        (void)pthread_join(progress->thread, NULL);
        (void)pthread_cond_destroy(&progress->end);
    }
    if (progress->cli->json)
        print_json(progress);
    else if (!progress->cli->quiet)
        print_summary(progress);
    (void)pthread_mutex_destroy(&progress->mutex);
}
