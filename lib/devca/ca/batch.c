/*
 * issue, for many: rows go round a ring. The caller fills slots, the workers
 * certify them in any order, the writer takes them in the order fed, records a
 * group in one transaction, commits, and only then tells of each.
 */
#include "devca/ca/act.h"
#include "devca/ca/issue.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"

#include <devca/batch.h>

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define RING 2048
#define GROUP_MAX 1000
#define GROUP_NS 200000000L /* a slow source still commits so often */
#define JOBS_MAX 64

struct slot {
    struct bytes uid;
    struct bytes input;
    struct bytes object;
    int64_t line;
    bool is_csr;
    bool ready; /* a worker is through with it */
    enum devca_code code;
    struct devca_error error;
    struct issue_work work;
};

/* fed, claimed and told only grow; slot n is ring[n % RING]. mutex guards them,
 * ready, closing and failed. A slot between claimed and ready is its worker's,
 * one that is ready the writer's. */
struct devca_batch {
    struct issue_context context;
    devca_batch_each *each;
    void *each_context;
    struct slot *ring;
    uint64_t fed;
    uint64_t claimed;
    uint64_t told;
    bool closing;
    enum devca_code failed;
    struct devca_error error;
    struct devca_batch_summary summary;
    pthread_mutex_t mutex;
    pthread_cond_t room;
    pthread_cond_t work;
    pthread_cond_t ready;
    pthread_t workers[JOBS_MAX];
    int worker_count;
    pthread_t writer;
    bool writer_runs;
};

const char *devca_batch_status_name(enum devca_batch_status status)
{
    static const char *const names[] = {[DEVCA_BATCH_ISSUED] = "issued",
                                        [DEVCA_BATCH_ALREADY] = "already",
                                        [DEVCA_BATCH_REFUSED] = "refused",
                                        [DEVCA_BATCH_MALFORMED] = "malformed"};

    return names[status];
}

static struct slot *slot_at(struct devca_batch *batch, uint64_t n)
{
    return &batch->ring[n % RING];
}

static void slot_clear(struct slot *slot)
{
    issue_work_clear(&slot->work);
    bytes_clear(&slot->uid);
    bytes_clear(&slot->input);
    bytes_clear(&slot->object);
    memset(slot, 0, sizeof *slot);
}

/* The first failure of the store or of `each` ends the batch. */
static void end_batch(struct devca_batch *batch, enum devca_code code,
                      const struct devca_error *error)
{
    (void)pthread_mutex_lock(&batch->mutex);
    if (batch->failed == DEVCA_OK) {
        batch->failed = code;
        batch->error = *error;
    }
    (void)pthread_cond_broadcast(&batch->room);
    (void)pthread_cond_broadcast(&batch->work);
    (void)pthread_cond_broadcast(&batch->ready);
    (void)pthread_mutex_unlock(&batch->mutex);
}

/* ---- workers ---- */

static enum devca_code certify_slot(struct devca_batch *batch,
                                    struct slot *slot, struct store *store)
{
    struct issue_work *work = &slot->work;
    struct issue_input input = {.uid = (const char *)slot->uid.data};
    enum devca_code code;

    if (slot->error.code != DEVCA_OK)
        return slot->error.code;
    code = handle_now(&work->now, &slot->error);
    work->context = &batch->context;
    work->object = (const char *)slot->object.data;
    if (slot->is_csr)
        input.csr = bytes_slice(&slot->input);
    else
        input.public_key = bytes_slice(&slot->input);
    if (code == DEVCA_OK)
        code = issue_read(work, &input, &slot->error);
    if (code == DEVCA_OK)
        code = issue_look(work, store, &slot->error);
    if (code == DEVCA_OK && work->outcome == ISSUE_NEW)
        code = issuer_check(&batch->context.issuer, work->now, &slot->error);
    if (code == DEVCA_OK && work->outcome == ISSUE_NEW)
        code = issue_certify(work, &slot->error);
    return code;
}

static struct slot *claim(struct devca_batch *batch)
{
    struct slot *slot = NULL;

    (void)pthread_mutex_lock(&batch->mutex);
    while (batch->claimed == batch->fed && !batch->closing &&
           batch->failed == DEVCA_OK)
        (void)pthread_cond_wait(&batch->work, &batch->mutex);
    if (batch->claimed < batch->fed && batch->failed == DEVCA_OK)
        slot = slot_at(batch, batch->claimed++);
    (void)pthread_mutex_unlock(&batch->mutex);
    return slot;
}

static void hand_on(struct devca_batch *batch, struct slot *slot)
{
    (void)pthread_mutex_lock(&batch->mutex);
    slot->ready = true;
    (void)pthread_cond_signal(&batch->ready);
    (void)pthread_mutex_unlock(&batch->mutex);
}

static void *worker(void *context)
{
    struct devca_batch *batch = context;
    struct store_options options = {.read_only = true};
    struct devca_error error = {0};
    struct store *store = NULL;
    struct slot *slot;
    enum devca_code code;

    code = store_open(&store, batch->context.devca->folder, &options, &error);
    if (code != DEVCA_OK)
        end_batch(batch, code, &error);
    while ((slot = claim(batch)) != NULL) {
        slot->code = certify_slot(batch, slot, store);
        hand_on(batch, slot);
    }
    store_close(store);
    crypto_thread_end();
    return NULL;
}

/* ---- the writer ---- */

/* What ends the whole run, not one row. */
static bool is_fatal(enum devca_code code)
{
    return code != DEVCA_OK && devca_code_exit(code) >= 5;
}

static struct timespec deadline(void)
{
    struct timespec at;

    (void)clock_gettime(CLOCK_REALTIME, &at);
    at.tv_nsec += GROUP_NS;
    at.tv_sec += at.tv_nsec / 1000000000L;
    at.tv_nsec %= 1000000000L;
    return at;
}

/* The slot after `done` of the group, once it is ready; NULL when the group is
 * to be committed as it is: its time is up, or nothing more comes. */
static struct slot *next_ready(struct devca_batch *batch, uint64_t n,
                               const struct timespec *until)
{
    struct slot *slot = slot_at(batch, n);
    bool found;
    int waited = 0;

    (void)pthread_mutex_lock(&batch->mutex);
    for (;;) {
        found = n < batch->fed && slot->ready;
        if (found || batch->failed != DEVCA_OK || waited == ETIMEDOUT ||
            (batch->closing && n == batch->fed))
            break;
        waited =
            until ? pthread_cond_timedwait(&batch->ready, &batch->mutex, until)
                  : pthread_cond_wait(&batch->ready, &batch->mutex);
    }
    found = found && batch->failed == DEVCA_OK;
    (void)pthread_mutex_unlock(&batch->mutex);
    return found ? slot : NULL;
}

static enum devca_code refuse_slot(struct devca *devca, struct slot *slot,
                                   struct devca_error *error)
{
    struct act act = {.at = slot->work.now};

    act_refusal(&act, (const char *)slot->uid.data, &slot->error);
    return act_append(devca, &act, error);
}

/* The first row of a group that is to be recorded opens its transaction. */
static enum devca_code record_slot(struct devca_batch *batch, struct slot *slot,
                                   bool *open, struct devca_error *error)
{
    struct devca *devca = batch->context.devca;
    enum devca_code code = DEVCA_OK;

    *error = slot->error;
    if (is_fatal(slot->code))
        return slot->code;
    if (slot->code != DEVCA_OK ? devca_code_exit(slot->code) != 3
                               : slot->work.outcome == ISSUE_ALREADY)
        return DEVCA_OK;
    if (!*open)
        code = act_begin(devca, devca->store, error);
    if (code != DEVCA_OK)
        return code;
    *open = true;
    if (slot->code == DEVCA_OK)
        slot->code = issue_record(&slot->work, devca->store, &slot->error);
    if (devca_code_exit(slot->code) == 3)
        return refuse_slot(devca, slot, error);
    if (!is_fatal(slot->code))
        return DEVCA_OK;
    *error = slot->error;
    return slot->code;
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
        outcome.error = &slot->error;
    } else if (slot->work.outcome == ISSUE_ALREADY) {
        outcome.status = DEVCA_BATCH_ALREADY;
        outcome.der = slot->work.existing.der;
        outcome.serial = slot->work.existing.serial;
    } else {
        outcome.status = DEVCA_BATCH_ISSUED;
        outcome.der = bytes_slice(&slot->work.certified.der);
        outcome.serial = slot->work.certified.view.serial;
    }
    count(&batch->summary, outcome.status);
    return batch->each ? batch->each(&outcome, batch->each_context) : DEVCA_OK;
}

/* Frees the slots of a group that was told of, or was lost. */
static void release(struct devca_batch *batch, uint64_t end)
{
    (void)pthread_mutex_lock(&batch->mutex);
    while (batch->told < end)
        slot_clear(slot_at(batch, batch->told++));
    (void)pthread_cond_broadcast(&batch->room);
    (void)pthread_mutex_unlock(&batch->mutex);
}

static enum devca_code tell_group(struct devca_batch *batch, uint64_t end,
                                  struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;
    uint64_t n;

    for (n = batch->told; code == DEVCA_OK && n < end; n++)
        code = tell(batch, slot_at(batch, n));
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
    struct devca *devca = batch->context.devca;
    struct timespec until = {0, 0};
    enum devca_code code = DEVCA_OK;
    struct slot *slot;
    bool open = false;

    while (code == DEVCA_OK && *end - batch->told < GROUP_MAX) {
        slot = next_ready(batch, *end, *end > batch->told ? &until : NULL);
        if (!slot)
            break;
        if (*end == batch->told)
            until = deadline();
        code = record_slot(batch, slot, &open, error);
        (*end)++;
    }
    if (code == DEVCA_OK && open && devca->log.rows > 0)
        code = act_commit(devca, error);
    act_rollback(devca);
    if (code == DEVCA_OK)
        code = tell_group(batch, *end, error);
    return code;
}

static void *writer(void *context)
{
    struct devca_batch *batch = context;
    struct devca_error error = {0};
    enum devca_code code;
    uint64_t end, before;

    for (;;) {
        before = end = batch->told;
        code = write_group(batch, &end, &error);
        release(batch, end);
        if (code != DEVCA_OK)
            end_batch(batch, code, &error);
        if (code != DEVCA_OK || end == before)
            break;
    }
    crypto_thread_end();
    return NULL;
}

/* ---- the caller's side ---- */

static int jobs_of(const struct devca_batch_request *request)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);

    if (request->jobs > 0)
        return request->jobs < JOBS_MAX ? request->jobs : JOBS_MAX;
    return cores < 1 ? 1 : cores > JOBS_MAX ? JOBS_MAX : (int)cores;
}

static enum devca_code start(struct devca_batch *batch, int jobs,
                             struct devca_error *error)
{
    int i;

    for (i = 0; i < jobs; i++) {
        if (pthread_create(&batch->workers[i], NULL, worker, batch) != 0)
            break;
        batch->worker_count++;
    }
    batch->writer_runs =
        batch->worker_count > 0 &&
        pthread_create(&batch->writer, NULL, writer, batch) == 0;
    if (batch->writer_runs)
        return DEVCA_OK;
    return fail(error, DEVCA_E_NO_MEMORY, NULL, NULL, NULL,
                "threads cannot be started");
}

/* Policies that are not recorded yet are recorded once, here, so that every
 * thread sees the same. */
static enum devca_code settle_policy(struct issue_context *context,
                                     struct devca_error *error)
{
    struct devca *devca = context->devca;
    struct act act = {.act = JOURNAL_PROFILE, .object = context->product.name};
    char digest[65];
    enum devca_code code;

    if (context->policy.id != 0)
        return DEVCA_OK;
    hex_write((struct devid_slice){context->policy.digest, 32}, digest);
    act_detail(&act, "digest", digest);
    act_detail(&act, "profile", profile_name(context->policy.profile));
    code = handle_now(&act.at, error);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = policy_record(&context->policy, devca->store,
                             context->product.id, error);
    if (code == DEVCA_OK)
        code = act_append(devca, &act, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static enum devca_code load(struct devca_batch *batch, struct devca *devca,
                            const struct devca_batch_request *request,
                            struct devca_error *error)
{
    devca_seconds now;
    enum devca_code code = handle_now(&now, error);

    if (code == DEVCA_OK)
        code = issue_context_load(devca, request->product, request->profile,
                                  &batch->context, error);
    if (code == DEVCA_OK)
        code = issuer_check(&batch->context.issuer, now, error);
    if (code == DEVCA_OK)
        code = issuer_unlock(devca, &batch->context.issuer, error);
    if (code == DEVCA_OK)
        code = settle_policy(&batch->context, error);
    return code;
}

static void batch_free(struct devca_batch *batch)
{
    while (batch->told < batch->fed)
        slot_clear(slot_at(batch, batch->told++));
    issue_context_clear(&batch->context);
    (void)pthread_mutex_destroy(&batch->mutex);
    (void)pthread_cond_destroy(&batch->room);
    (void)pthread_cond_destroy(&batch->work);
    (void)pthread_cond_destroy(&batch->ready);
    free(batch->ring);
    free(batch);
}

static void join(struct devca_batch *batch)
{
    int i;

    (void)pthread_mutex_lock(&batch->mutex);
    batch->closing = true;
    (void)pthread_cond_broadcast(&batch->work);
    (void)pthread_cond_broadcast(&batch->ready);
    (void)pthread_mutex_unlock(&batch->mutex);
    for (i = 0; i < batch->worker_count; i++)
        (void)pthread_join(batch->workers[i], NULL);
    if (batch->writer_runs)
        (void)pthread_join(batch->writer, NULL);
}

enum devca_code devca_batch_open(struct devca *devca,
                                 const struct devca_batch_request *request,
                                 struct devca_batch **batch,
                                 struct devca_error *error)
{
    struct devca_batch *new = calloc(1, sizeof *new);
    enum devca_code code;

    *batch = NULL;
    if (!new || !(new->ring = calloc(RING, sizeof *new->ring))) {
        free(new);
        return fail_memory(error);
    }
    (void)pthread_mutex_init(&new->mutex, NULL);
    (void)pthread_cond_init(&new->room, NULL);
    (void)pthread_cond_init(&new->work, NULL);
    (void)pthread_cond_init(&new->ready, NULL);
    new->each = request->each;
    new->each_context = request->context;
    code = load(new, devca, request, error);
    if (code == DEVCA_OK) {
        code = start(new, jobs_of(request), error);
        if (code != DEVCA_OK)
            join(new);
    }
    if (code != DEVCA_OK) {
        batch_free(new);
        return code;
    }
    *batch = new;
    return DEVCA_OK;
}

static bool fill(struct slot *slot, const struct devca_batch_row *row)
{
    const char *object = row->object ? row->object : row->uid;

    slot->line = row->line;
    if (row->fault)
        slot->error = *row->fault;
    slot->is_csr = row->csr.data != NULL;
    return bytes_append_text(&slot->uid, row->uid) &&
           bytes_append_text(&slot->object, object) &&
           bytes_append_slice(&slot->input,
                              slot->is_csr ? row->csr : row->public_key);
}

enum devca_code devca_batch_add(struct devca_batch *batch,
                                const struct devca_batch_row *row,
                                struct devca_error *error)
{
    struct slot *slot = NULL;
    enum devca_code code;

    (void)pthread_mutex_lock(&batch->mutex);
    while (batch->fed - batch->told == RING && batch->failed == DEVCA_OK)
        (void)pthread_cond_wait(&batch->room, &batch->mutex);
    code = batch->failed;
    if (code == DEVCA_OK)
        slot = slot_at(batch, batch->fed);
    else if (error)
        *error = batch->error;
    (void)pthread_mutex_unlock(&batch->mutex);
    if (!slot)
        return code;
    if (!fill(slot, row)) {
        slot_clear(slot);
        return fail_memory(error);
    }
    (void)pthread_mutex_lock(&batch->mutex);
    batch->fed++;
    (void)pthread_cond_signal(&batch->work);
    (void)pthread_mutex_unlock(&batch->mutex);
    return DEVCA_OK;
}

enum devca_code devca_batch_close(struct devca_batch *batch,
                                  struct devca_batch_summary *summary,
                                  struct devca_error *error)
{
    enum devca_code code;

    join(batch);
    code = batch->failed;
    if (code != DEVCA_OK && error)
        *error = batch->error;
    if (summary)
        *summary = batch->summary;
    batch_free(batch);
    return code;
}
