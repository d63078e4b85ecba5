/* issue, for many: the one thread that records, commits and tells. */
#include "devca/ca/batch.h"

#include "devca/base/fail.h"
#include "devca/ca/act.h"

#include <errno.h>
#include <stdio.h>
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

/* What is left of a list is recorded as it comes, so that little is to be done
 * when its last row is signed. A token may be slow at that, and nobody waits
 * for one with a transaction open. */
static bool is_last_group(const struct devca_batch *batch)
{
    return batch->closing && batch->hand > 1 &&
           batch->fed - batch->told <= LAST_GROUP;
}

/* Where gathering stops: where the group is full, or, of a last one, a portion.
 */
static uint64_t goal(const struct devca_batch *batch, uint64_t from)
{
    uint64_t end = is_last_group(batch) ? from + PORTION : full_group(batch);

    return batch->closing && batch->fed < end ? batch->fed : end;
}

/* Sleeps until a worker or the caller has something new; true when the time
 * that a group may take is up. */
static bool sleep_until(struct devca_batch *batch, uint64_t wanted,
                        const struct timespec *until)
{
    batch->wanted = until ? wanted : 0;
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

/* A group on its way into the store. */
struct group {
    uint64_t end;               /* of the rows gathered so far */
    bool begun;                 /* there is a first */
    bool full;                  /* and a last */
    bool open;                  /* its transaction */
    struct timespec until;      /* once begun: when its time is up */
    enum devca_code issuer;     /* may the CA issue, as all stands there? */
    struct devca_error refusal; /* if it may not */
};

/* Is there no more to wait for? */
static bool is_gathered(struct devca_batch *batch, const struct group *group,
                        uint64_t wanted)
{
    return group->full || group->end >= wanted || key_failed(batch, group->end);
}

/* The rows that became ready within the group's time, however fast that is, or
 * as many as it takes. Before a last group no transaction is open meanwhile:
 * other writers get their turn. */
static void gather(struct devca_batch *batch, struct group *group)
{
    const uint64_t from = group->end;
    uint64_t seen = from, wanted;

    (void)pthread_mutex_lock(&batch->mutex);
    for (;;) {
        wanted = goal(batch, from);
        while (group->end < wanted && group->end < batch->fed &&
               batch_slot(batch, group->end)->ready &&
               !key_failed(batch, group->end))
            group->end++;
        if (is_gathered(batch, group, wanted))
            break;
        if (!group->begun && group->end > batch->told) {
            group->begun = true;
            group->until = deadline();
        }
        if (batch->large && !group->open && seen < group->end) {
            (void)pthread_mutex_unlock(&batch->mutex);
            foresee(batch, seen, group->end);
            seen = group->end;
            (void)pthread_mutex_lock(&batch->mutex);
            continue;
        }
        group->full =
            sleep_until(batch, wanted, group->begun ? &group->until : NULL);
    }
    if (!is_last_group(batch) || group->end == batch->fed ||
        key_failed(batch, group->end))
        group->full = true;
    (void)pthread_mutex_unlock(&batch->mutex);
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
static enum devca_code open_group(struct devca_batch *batch,
                                  struct group *group,
                                  struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    enum devca_code code;

    if (group->open)
        return DEVCA_OK;
    code = act_begin(devca, devca->store, error);
    if (code != DEVCA_OK)
        return code;
    group->open = true;
    group->issuer = issue_check_again(&batch->context, &group->refusal);
    if (is_fatal(group->issuer))
        *error = group->refusal;
    return is_fatal(group->issuer) ? group->issuer : DEVCA_OK;
}

/*
 * Of a row that did not come to its certificate, for its values say: what the
 * store knows of its UID and key stands before that, as when the same list is
 * given again. The worker could not see what stands in the same group.
 */
static void look_again(struct devca_batch *batch, struct slot *slot)
{
    struct store *store = batch->context.devca->store;
    struct devca_error refusal = {0};
    enum devca_code code;

    if (slot->code == DEVCA_OK || is_fatal(slot->code) || !slot->work.proved)
        return;
    code = batch->dry_run ? issue_look_tried(&slot->work, store, &refusal)
                          : issue_look(&slot->work, store, &refusal);
    if (code == DEVCA_OK && slot->work.outcome == ISSUE_NEW)
        return;
    slot->code = code;
    *slot->error = refusal;
}

static enum devca_code record_slot(struct devca_batch *batch, struct slot *slot,
                                   struct group *group,
                                   struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    enum devca_code code;

    look_again(batch, slot);
    if (!is_fatal(slot->code) && !leaves_trace(slot))
        return DEVCA_OK;
    if (batch->dry_run && slot->code == DEVCA_OK)
        slot->code = issue_try(&slot->work, devca->store, slot->error);
    if (!batch->dry_run && !is_fatal(slot->code)) {
        code = open_group(batch, group, error);
        if (code != DEVCA_OK)
            return code;
        if (slot->code == DEVCA_OK && group->issuer != DEVCA_OK) {
            slot->code = group->issuer;
            *slot->error = group->refusal;
        }
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

/* With stop_on_error the group ends behind the first row that was refused. */
static enum devca_code record_rows(struct devca_batch *batch, uint64_t n,
                                   struct group *group,
                                   struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    struct slot *slot;

    for (; code == DEVCA_OK && n < group->end; n++) {
        slot = batch_slot(batch, n);
        code = record_slot(batch, slot, group, error);
        if (batch->stop_on_error && slot->code != DEVCA_OK) {
            group->end = n + 1;
            group->full = true;
        }
    }
    return code;
}

/* Up to *end, which is told where nothing is to be recorded any more. */
static enum devca_code record_group(struct devca_batch *batch, uint64_t *end,
                                    struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    struct group group = {.end = batch->told};
    enum devca_code code;
    uint64_t from;

    do {
        from = group.end;
        gather(batch, &group);
        code = record_rows(batch, from, &group, error);
    } while (code == DEVCA_OK && !group.full);
    if (code == DEVCA_OK && group.open && devca->log.rows > 0)
        code = act_commit(devca, error);
    act_rollback(devca);
    *end = group.end;
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
    size_t weight = 0;

    for (n = batch->told; n < end; n++) {
        struct slot *slot = batch_slot(batch, n);

        news = is_new(slot) ? news + 1 : 0;
        weight += batch_slot_weight(slot);
        batch_slot_reset(slot);
    }
    (void)pthread_mutex_lock(&batch->mutex);
    batch->weight -= weight;
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

/* The row that ended the run, for whoever sees its error alone. */
static void name_row(const char *list, const struct slot *slot,
                     struct devca_error *error)
{
    const char *uid = (const char *)slot->uid.data;

    snprintf(error->object, sizeof error->object, "%.90s%sline %lld%s%.70s",
             list, list[0] ? ", " : "", (long long)slot->line,
             uid[0] ? ", " : "", uid);
}

/* One group; *end is where the next begins. Nobody is told before the commit.
 */
static enum devca_code write_group(struct devca_batch *batch, uint64_t *end,
                                   struct devca_error *error)
{
    enum devca_code code;
    struct slot *last;

    code = record_group(batch, end, error);
    if (*end == batch->told)
        return code;
    last = batch_slot(batch, *end - 1);
    if (code == DEVCA_OK)
        code = tell_group(batch, *end, error);
    if (code == DEVCA_OK && batch->stop_on_error && last->code != DEVCA_OK) {
        *error = *last->error;
        name_row(batch->list, last, error);
        code = last->code;
    }
    return code;
}

/* The log is brought in while workers are at work, so that little of it is left
 * for the end: when the list has ended, and before its last rows. */
static void settle(struct devca_batch *batch)
{
    uint64_t left;
    bool now;

    (void)pthread_mutex_lock(&batch->mutex);
    left = batch->fed - batch->told;
    now = batch->closing && left > 0 &&
          (left >= SETTLE_MIN || is_last_group(batch));
    (void)pthread_mutex_unlock(&batch->mutex);
    if (now && !batch->dry_run)
        store_settle(batch->context.devca->store);
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
        if (code == DEVCA_OK)
            settle(batch);
        else
            batch_end(batch, code, &error);
    } while (code == DEVCA_OK && end != before);
    crypto_thread_end();
    return NULL;
}
