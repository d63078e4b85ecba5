/* issue, for many: the caller's side of a batch, and its workers. */
#include "devca/ca/batch.h"

#include "devca/base/fail.h"
#include "devca/base/text.h"
#include "devca/ca/act.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

const char *devca_batch_status_name(enum devca_batch_status status)
{
    static const char *const names[] = {[DEVCA_BATCH_ISSUED] = "issued",
                                        [DEVCA_BATCH_ALREADY] = "already",
                                        [DEVCA_BATCH_REFUSED] = "refused",
                                        [DEVCA_BATCH_MALFORMED] = "malformed"};

    return names[status];
}

struct slot *batch_slot(struct devca_batch *batch, uint64_t n)
{
    return &batch->ring[n % RING];
}

void batch_slot_clear(struct slot *slot)
{
    issue_work_clear(&slot->work);
    bytes_clear(&slot->uid);
    bytes_clear(&slot->input);
    bytes_clear(&slot->object);
    bytes_clear(&slot->values);
    memset(slot, 0, sizeof *slot);
}

size_t batch_slot_weight(const struct slot *slot)
{
    return slot->uid.len + slot->input.len + slot->object.len +
           slot->values.len;
}

void batch_slot_reset(struct slot *slot)
{
    bytes_reset(&slot->uid);
    bytes_reset(&slot->input);
    bytes_reset(&slot->object);
    bytes_reset(&slot->values);
    issue_work_reset(&slot->work);
    slot->code = DEVCA_OK;
    slot->ready = false;
}

void batch_end(struct devca_batch *batch, enum devca_code code,
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

/* What the row says of the profile's own placeholders. */
static enum devca_code take_values(struct devca_batch *batch, struct slot *slot)
{
    const struct profile *profile = batch->context.policy.profile;
    const char *name = (const char *)slot->values.data, *value;
    const char *end = name ? name + slot->values.len : NULL;
    size_t own;

    for (; name != end; name = value + strlen(value) + 1) {
        value = name + strlen(name) + 1;
        own = profile_own(profile, name);
        if (own == PROFILE_PARAMETERS)
            return fail(slot->error, DEVCA_E_MALFORMED, slot->work.object, NULL,
                        name,
                        "is no placeholder that profile %s lets a device fill",
                        profile_name(profile));
        slot->work.own[own] = value;
    }
    return DEVCA_OK;
}

/* A worker's eyes on the store. One snapshot serves several rows: the writer
 * looks again at what is to be recorded. */
struct looker {
    struct store *store; /* NULL: nothing has been looked for yet */
    int looks;           /* of the snapshot that is open; 0: none is */
};

/* The log can be brought in whole only while nobody looks. */
static void look_away(struct looker *looker)
{
    if (looker->looks > 0)
        store_rollback(looker->store);
    looker->looks = 0;
}

static enum devca_code look(struct looker *looker, struct issue_work *work,
                            struct devca_error *error)
{
    enum devca_code code = DEVCA_OK;

    if (!looker->store)
        code =
            handle_connect(work->context->devca, true, &looker->store, error);
    if (looker->looks == LOOKS_MAX)
        look_away(looker);
    if (code == DEVCA_OK && looker->looks == 0)
        code = store_snapshot(looker->store, error);
    if (code != DEVCA_OK)
        return code;
    looker->looks++;
    return issue_look(work, looker->store, error);
}

/* What a worker has in hand: a few rows go side by side from step to step, so
 * that the processor's first caches hold one step and not all of them. */
struct hand {
    struct devca_batch *batch;
    struct looker looker;
    struct slot *slots[HAND];
    struct certifying certifying[HAND];
    size_t count;
};

typedef enum devca_code step(struct hand *hand, size_t i);

static enum devca_code step_read(struct hand *hand, size_t i)
{
    struct slot *slot = hand->slots[i];
    struct issue_work *work = &slot->work;
    struct issue_input input = {.uid = (const char *)slot->uid.data};
    enum devca_code code = handle_now(&work->now, slot->error);

    work->context = &hand->batch->context;
    work->object = (const char *)slot->object.data;
    if (slot->is_csr)
        input.csr = bytes_slice(&slot->input);
    else
        input.public_key = bytes_slice(&slot->input);
    if (code == DEVCA_OK)
        code = take_values(hand->batch, slot);
    return code == DEVCA_OK ? issue_read(work, &input, slot->error) : code;
}

static enum devca_code step_prove(struct hand *hand, size_t i)
{
    return issue_prove(&hand->slots[i]->work, hand->slots[i]->error);
}

static enum devca_code step_look(struct hand *hand, size_t i)
{
    struct slot *slot = hand->slots[i];

    if (slot->look)
        return look(&hand->looker, &slot->work, slot->error);
    look_away(&hand->looker);
    return DEVCA_OK;
}

static enum devca_code step_prepare(struct hand *hand, size_t i)
{
    struct slot *slot = hand->slots[i];
    struct issue_work *work = &slot->work;
    enum devca_code code =
        issuer_check(&work->context->issuer, work->now, slot->error);

    if (code != DEVCA_OK)
        return code;
    return issue_prepare(work, &hand->certifying[i], slot->error);
}

static enum devca_code step_sign(struct hand *hand, size_t i)
{
    struct slot *slot = hand->slots[i];

    return certify_sign(&hand->certifying[i], &slot->work.certified,
                        slot->error);
}

static enum devca_code step_check(struct hand *hand, size_t i)
{
    struct slot *slot = hand->slots[i];

    return certify_check(&hand->certifying[i], &slot->work.certified,
                         slot->error);
}

static void walk(struct hand *hand)
{
    static step *const steps[] = {step_read,    step_prove, step_look,
                                  step_prepare, step_sign,  step_check};
    size_t s, i;

    for (s = 0; s < sizeof steps / sizeof steps[0]; s++)
        for (i = 0; i < hand->count; i++) {
            struct slot *slot = hand->slots[i];

            if (slot->code == DEVCA_OK && slot->work.outcome == ISSUE_NEW)
                slot->code = steps[s](hand, i);
        }
}

/* As many as serve the caches while there are many. At the end each worker
 * takes half of its part of what is left, and so on: all are through at one
 * time. */
static size_t handful(const struct devca_batch *batch)
{
    uint64_t waiting = batch->fed - batch->claimed;
    uint64_t part = waiting / (uint64_t)batch->jobs;

    if (batch->closing && batch->jobs > 1)
        part /= 2;
    if (waiting == 0 || batch->failed != DEVCA_OK)
        return 0;
    if (part >= (uint64_t)batch->hand)
        return (size_t)batch->hand;
    return part > 0 ? (size_t)part : 1;
}

static bool claim(struct hand *hand)
{
    struct devca_batch *batch = hand->batch;
    size_t i;

    (void)pthread_mutex_lock(&batch->mutex);
    while (batch->claimed == batch->fed && !batch->closing &&
           batch->failed == DEVCA_OK) {
        look_away(&hand->looker);
        (void)pthread_cond_wait(&batch->work, &batch->mutex);
    }
    hand->count = handful(batch);
    for (i = 0; i < hand->count; i++) {
        hand->slots[i] = batch_slot(batch, batch->claimed++);
        hand->slots[i]->look = batch->news < NEWS_TRUSTED;
    }
    (void)pthread_mutex_unlock(&batch->mutex);
    return hand->count > 0;
}

static void hand_on(struct hand *hand)
{
    struct devca_batch *batch = hand->batch;
    size_t i;

    (void)pthread_mutex_lock(&batch->mutex);
    for (i = 0; i < hand->count; i++)
        hand->slots[i]->ready = true;
    batch->done += hand->count;
    if (batch->done >= batch->wanted)
        (void)pthread_cond_signal(&batch->ready);
    (void)pthread_mutex_unlock(&batch->mutex);
}

static void *worker(void *context)
{
    struct hand hand = {.batch = context};
    size_t i;

    while (claim(&hand)) {
        walk(&hand);
        hand_on(&hand);
    }
    for (i = 0; i < HAND; i++)
        certifying_clear(&hand.certifying[i]);
    store_close(hand.looker.store);
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

static enum devca_code start(struct devca_batch *batch,
                             struct devca_error *error)
{
    int i;

    for (i = 0; i < batch->jobs; i++) {
        if (pthread_create(&batch->workers[i], NULL, worker, batch) != 0)
            break;
        batch->worker_count++;
    }
    batch->writer_runs =
        batch->worker_count > 0 &&
        pthread_create(&batch->writer, NULL, batch_write, batch) == 0;
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
    devca_seconds now;
    enum devca_code code;

    if (context->policy.id != 0)
        return DEVCA_OK;
    code = handle_now(&now, error);
    if (code == DEVCA_OK)
        code = act_begin(devca, devca->store, error);
    if (code == DEVCA_OK)
        code = issue_record_policy(context, devca->store, now,
                                   &context->policy.id, error);
    if (code == DEVCA_OK)
        code = act_commit(devca, error);
    act_rollback(devca);
    return code;
}

static enum devca_code measure_store(struct devca_batch *batch,
                                     struct devca_error *error)
{
    struct store *store = batch->context.devca->store;
    int64_t certificates = 0, devices = 0;
    enum devca_code code = store_certificate_last(store, &certificates, error);

    if (code == DEVCA_OK)
        code = store_device_last(store, &devices, error);
    batch->large = certificates >= LARGE;
    batch->news = devices == 0 ? NEWS_TRUSTED : 0;
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
        code = issuer_verify(&batch->context.issuer, error);
    if (code == DEVCA_OK && batch->dry_run)
        code = store_trial_open(devca->store, error);
    else if (code == DEVCA_OK)
        code = settle_policy(&batch->context, error);
    if (code == DEVCA_OK)
        code = measure_store(batch, error);
    if (code == DEVCA_OK && !batch->dry_run)
        store_bulk(devca->store, batch->large);
    return code;
}

/* Slots that were never fed are as they were allocated. */
static void batch_free(struct devca_batch *batch)
{
    uint64_t i;

    for (i = 0; i < RING && i < batch->fed; i++)
        batch_slot_clear(&batch->ring[i]);
    issue_context_clear(&batch->context);
    (void)pthread_mutex_destroy(&batch->mutex);
    (void)pthread_cond_destroy(&batch->room);
    (void)pthread_cond_destroy(&batch->work);
    (void)pthread_cond_destroy(&batch->ready);
    free(batch->ring);
    free(batch->errors);
    free(batch);
}

/* Of a list that has ended: what was told of is nobody's any more. */
static void clear_told(struct devca_batch *batch)
{
    uint64_t n = batch->fed > RING ? batch->fed - RING : 0, told;

    (void)pthread_mutex_lock(&batch->mutex);
    told = batch->told;
    (void)pthread_mutex_unlock(&batch->mutex);
    for (; n < told; n++)
        batch_slot_clear(batch_slot(batch, n));
}

/* While the writer is at the last rows, beside which no worker is at work, what
 * is through is cleared. */
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
    clear_told(batch);
    if (batch->writer_runs)
        (void)pthread_join(batch->writer, NULL);
}

/* Initialisers where they serve: they cannot fail. */
static bool init_locks(struct devca_batch *batch)
{
    pthread_condattr_t monotonic;
    bool made;

    batch->mutex = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    batch->room = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    batch->work = (pthread_cond_t)PTHREAD_COND_INITIALIZER;
    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    made = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
           pthread_cond_init(&batch->ready, &monotonic) == 0;
    (void)pthread_condattr_destroy(&monotonic);
    return made;
}

enum devca_code devca_batch_open(struct devca *devca,
                                 const struct devca_batch_request *request,
                                 struct devca_batch **batch,
                                 struct devca_error *error)
{
    struct devca_batch *new = calloc(1, sizeof *new);
    enum devca_code code;

    *batch = NULL;
    if (!new || !(new->ring = calloc(RING, sizeof *new->ring)) ||
        !(new->errors = calloc(RING, sizeof *new->errors)) ||
        !init_locks(new)) {
        free(new ? new->ring : NULL);
        free(new ? new->errors : NULL);
        free(new);
        return fail_memory(error);
    }
    new->dry_run = request->dry_run;
    new->stop_on_error = request->stop_on_error;
    new->list = request->list ? request->list : "";
    new->each = request->each;
    new->each_context = request->context;
    code = load(new, devca, request, error);
    if (code == DEVCA_OK) {
        new->jobs = jobs_of(request);
        /* A token may let a worker wait for each signature, and what is ready
         * is not to wait with it. */
        new->hand = signer_in_process(new->context.issuer.signer) ? HAND : 1;
        code = start(new, error);
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

/* With the NUL that ends it. */
static bool put_text(struct bytes *bytes, const char *text)
{
    return bytes_append(bytes, text, strlen(text) + 1);
}

static bool fill_values(struct slot *slot, const struct devca_batch_row *row)
{
    size_t i;

    for (i = 0; i < row->value_count; i++)
        if (!put_text(&slot->values, row->values[i].name) ||
            !put_text(&slot->values, row->values[i].value))
            return false;
    return true;
}

static bool fill(struct slot *slot, struct devca_error *error,
                 const struct devca_batch_row *row)
{
    const char *object = row->object ? row->object : row->uid;

    slot->error = error;
    slot->line = row->line;
    if (row->fault) {
        *slot->error = *row->fault;
        slot->code = row->fault->code;
    }
    slot->is_csr = row->csr.data != NULL;
    return bytes_append_text(&slot->uid, row->uid) && fill_values(slot, row) &&
           bytes_append_text(&slot->object, object) &&
           bytes_append_slice(&slot->input,
                              slot->is_csr ? row->csr : row->public_key);
}

/* A row of any size goes into a ring that is empty. */
static bool is_full(const struct devca_batch *batch)
{
    return batch->fed - batch->told == RING || batch->weight >= WEIGHT_MAX;
}

enum devca_code devca_batch_add(struct devca_batch *batch,
                                const struct devca_batch_row *row,
                                struct devca_error *error)
{
    struct slot *slot = NULL;
    enum devca_code code;

    (void)pthread_mutex_lock(&batch->mutex);
    while (is_full(batch) && batch->failed == DEVCA_OK)
        (void)pthread_cond_wait(&batch->room, &batch->mutex);
    code = batch->failed;
    if (code == DEVCA_OK)
        slot = batch_slot(batch, batch->fed);
    else if (error)
        *error = batch->error;
    (void)pthread_mutex_unlock(&batch->mutex);
    if (!slot)
        return code;
    if (!fill(slot, &batch->errors[batch->fed % RING], row)) {
        batch_slot_clear(slot);
        return fail_memory(error);
    }
    (void)pthread_mutex_lock(&batch->mutex);
    batch->fed++;
    batch->weight += batch_slot_weight(slot);
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
