/* issue, for many: the one thread that records, commits and tells. */
#include "devca/ca/batch.h"

#include "devca/base/fail.h"
#include "devca/ca/act.h"

#include <errno.h>
#include <time.h>

#define GROUP_NS 200000000L /* a slow source still commits so often */

/* What ends the whole run, not one row. */
static bool is_fatal(enum devca_code code)
{
    return code != DEVCA_OK && devca_code_exit(code) >= 5;
}

static struct timespec deadline(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_nsec += GROUP_NS;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

/* How far the next group may go: half a ring. Once the list has ended each
 * takes half of what is left: no worker is at work beside the last. */
static uint64_t full_group(const struct devca_batch *batch)
{
    uint64_t half = (batch->fed - batch->told) / 2;

    if (!batch->closing || half > GROUP_MAX)
        half = GROUP_MAX;
    return batch->told + (half > GROUP_MIN ? half : GROUP_MIN);
}

/* Sleeps until a worker or the caller has something new; true when the time
 * that a group may take is up. */
static bool sleep_until(struct devca_batch *batch, const struct timespec *until)
{
    uint64_t full = full_group(batch);

    batch->wanted = !until                                ? 0
                    : batch->closing && batch->fed < full ? batch->fed
                                                          : full;
    if (batch->large && batch->wanted > batch->done + FORESEEN)
        batch->wanted = batch->done + FORESEEN;
    if (!until)
        return pthread_cond_wait(&batch->ready, &batch->mutex) != 0;
    return pthread_cond_timedwait(&batch->ready, &batch->mutex, until) ==
           ETIMEDOUT;
}

/* Is slot n one whose key failed, and not the first of its group? What was
 * signed before it is then a group of its own, and kept: a token signs slowly.
 */
static bool key_failed(struct devca_batch *batch, uint64_t n)
{
    const struct slot *slot = batch_slot(batch, n);

    return n > batch->told && n < batch->fed && slot->ready &&
           devca_code_exit(slot->code) == 6;
}

/* What these slots will ask of the store when they are recorded is read now,
 * while the writer waits for others. They are ready, and so its own. */
static void foresee(struct devca_batch *batch, uint64_t from, uint64_t end)
{
    struct store *store = batch->context.devca->store;
    struct devca_error ignored = {0};

    if (store_snapshot(store, &ignored) != DEVCA_OK)
        return;
    for (; from < end; from++) {
        const struct slot *slot = batch_slot(batch, from);

        if (slot->code == DEVCA_OK && slot->work.outcome == ISSUE_NEW)
            issue_foresee(&slot->work, store);
    }
    store_rollback(store);
}

/* Where the next group ends: with what became ready within its time, however
 * fast that is, or where it is full. No transaction is open meanwhile: other
 * writers get their turn. */
static uint64_t gather(struct devca_batch *batch)
{
    uint64_t end = batch->told, seen = end, full;
    struct timespec until;
    bool begun = false, late = false;

    (void)pthread_mutex_lock(&batch->mutex);
    for (;;) {
        full = full_group(batch);
        while (end < full && end < batch->fed &&
               batch_slot(batch, end)->ready && !key_failed(batch, end))
            end++;
        if (late || end >= full || batch->failed != DEVCA_OK ||
            key_failed(batch, end) || (batch->closing && end == batch->fed))
            break;
        if (!begun && end > batch->told) {
            begun = true;
            until = deadline();
        }
        if (batch->large && seen < end) {
            (void)pthread_mutex_unlock(&batch->mutex);
            foresee(batch, seen, end);
            seen = end;
            (void)pthread_mutex_lock(&batch->mutex);
            continue;
        }
        late = sleep_until(batch, begun ? &until : NULL);
    }
    if (batch->failed != DEVCA_OK)
        end = batch->told;
    (void)pthread_mutex_unlock(&batch->mutex);
    return end;
}

static enum devca_code refuse_slot(struct devca *devca, struct slot *slot,
                                   struct devca_error *error)
{
    struct act act = {.at = slot->work.now};

    act_refusal(&act, (const char *)slot->uid.data, slot->error);
    return act_append(devca, &act, error);
}

/* Is there something to record: a certificate, or a refusal in the journal? */
static bool leaves_trace(const struct slot *slot)
{
    if (slot->code != DEVCA_OK)
        return devca_code_exit(slot->code) == 3;
    return slot->work.outcome != ISSUE_ALREADY;
}

/* The first row of a group that is to be recorded opens its transaction. */
static enum devca_code record_slot(struct devca_batch *batch, struct slot *slot,
                                   bool *open, struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    enum devca_code code = DEVCA_OK;

    if (!is_fatal(slot->code) && !leaves_trace(slot))
        return DEVCA_OK;
    if (batch->dry_run && slot->code == DEVCA_OK)
        slot->code = issue_try(&slot->work, devca->store, slot->error);
    if (!batch->dry_run && !is_fatal(slot->code)) {
        if (!*open)
            code = act_begin(devca, devca->store, error);
        if (code != DEVCA_OK)
            return code;
        *open = true;
        if (slot->code == DEVCA_OK)
            slot->code = issue_record(&slot->work, devca->store, slot->error);
        if (devca_code_exit(slot->code) == 3)
            return refuse_slot(devca, slot, error);
    }
    if (!is_fatal(slot->code))
        return DEVCA_OK;
    *error = *slot->error;
    return slot->code;
}

/* With stop_on_error *end moves to behind the first row that was refused. */
static enum devca_code record_group(struct devca_batch *batch, uint64_t *end,
                                    struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    enum devca_code code = DEVCA_OK;
    struct slot *slot;
    bool open = false;
    uint64_t n;

    for (n = batch->told; code == DEVCA_OK && n < *end; n++) {
        slot = batch_slot(batch, n);
        code = record_slot(batch, slot, &open, error);
        if (batch->stop_on_error && slot->code != DEVCA_OK)
            *end = n + 1;
    }
    if (code == DEVCA_OK && open && devca->log.rows > 0)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static void count(struct devca_batch_summary *summary,
                  enum devca_batch_status status)
{
    int64_t *const counters[] = {[DEVCA_BATCH_ISSUED] = &summary->issued,
                                 [DEVCA_BATCH_ALREADY] = &summary->already,
                                 [DEVCA_BATCH_REFUSED] = &summary->refused,
                                 [DEVCA_BATCH_MALFORMED] = &summary->malformed};

    (*counters[status])++;
}

static enum devca_code tell(struct devca_batch *batch, struct slot *slot)
{
    const struct issuer *issuer = &batch->context.issuer;
    struct devid_slice chain[2] = {issuer->row.der, issuer->root_row.der};
    struct devca_batch_outcome outcome = {.line = slot->line,
                                          .uid = (const char *)slot->uid.data,
                                          .chain = chain,
                                          .chain_count =
                                              issuer_is_root(issuer) ? 1u : 2u};

    if (slot->code != DEVCA_OK) {
        outcome.status = devca_code_exit(slot->code) == 4
                             ? DEVCA_BATCH_MALFORMED
                             : DEVCA_BATCH_REFUSED;
        outcome.error = slot->error;
    } else if (slot->work.outcome == ISSUE_ALREADY) {
        outcome.status = DEVCA_BATCH_ALREADY;
        outcome.der = slot->work.existing.der;
        outcome.serial = slot->work.existing.serial;
    } else {
        outcome.status = DEVCA_BATCH_ISSUED;
        if (!batch->dry_run) {
            outcome.der = bytes_slice(&slot->work.certified.der);
            outcome.serial = slot->work.certified.serial;
        }
    }
    count(&batch->summary, outcome.status);
    return batch->each ? batch->each(&outcome, batch->each_context) : DEVCA_OK;
}

/* Was it new to the store, as far as it got? */
static bool is_new(const struct slot *slot)
{
    return slot->code == DEVCA_OK ? slot->work.outcome == ISSUE_NEW
                                  : devca_code_exit(slot->code) != 3;
}

/* Empties the slots of a group that was told of, or was lost. They are the
 * writer's until told says otherwise. */
static void release(struct devca_batch *batch, uint64_t end)
{
    uint64_t n, news = batch->news;

    for (n = batch->told; n < end; n++) {
        news = is_new(batch_slot(batch, n)) ? news + 1 : 0;
        batch_slot_reset(batch_slot(batch, n));
    }
    (void)pthread_mutex_lock(&batch->mutex);
    batch->news = news;
    batch->told = end;
    (void)pthread_cond_broadcast(&batch->room);
    (void)pthread_mutex_unlock(&batch->mutex);
}

static enum devca_code tell_group(struct devca_batch *batch, uint64_t end,
                                  struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    uint64_t n;

    for (n = batch->told; code == DEVCA_OK && n < end; n++)
        code = tell(batch, batch_slot(batch, n));
    if (code != DEVCA_OK)
        fail(error, code, NULL, NULL, NULL,
             "what was issued could not be "
             "told");
    return code;
}

/* One group; *end is where the next begins. Nobody is told before the commit.
 */
static enum devca_code write_group(struct devca_batch *batch, uint64_t *end,
                                   struct devca_error *error)
{
    enum devca_code code;
    struct slot *last;

    *end = gather(batch);
    if (*end == batch->told)
        return DEVCA_OK;
    code = record_group(batch, end, error);
    last = batch_slot(batch, *end - 1);
    if (code == DEVCA_OK)
        code = tell_group(batch, *end, error);
    if (code == DEVCA_OK && batch->stop_on_error && last->code != DEVCA_OK) {
        *error = *last->error;
        code = last->code;
    }
    return code;
}

void *batch_write(void *context)
{
    struct devca_batch *batch = context;
    struct devca_error error = {0};
    enum devca_code code;
    uint64_t end, before;

    do {
        before = batch->told;
        code = write_group(batch, &end, &error);
        release(batch, end);
        if (code != DEVCA_OK)
            batch_end(batch, code, &error);
    } while (code == DEVCA_OK && end != before);
    crypto_thread_end();
    return NULL;
}
