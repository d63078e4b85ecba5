/*
 * A batch: rows go round a ring. The caller fills slots, the workers certify
 * them in any order, the writer takes them in the order fed, records a group in
 * one transaction, commits, and only then tells of each. For batch*.c.
 */
#ifndef DEVCA_CA_BATCH_H
#define DEVCA_CA_BATCH_H

#include "devca/ca/issue.h"

#include <devca/batch.h>

#include <pthread.h>

#define RING 2048
/* Half of the ring is certified while the other half is committed. */
#define GROUP_MAX (RING / 2)
#define GROUP_MIN 64   /* of a list that has ended */
#define LAST_GROUP 128 /* at most: recorded as its rows come */
#define PORTION 16     /* of it, at a time */
#define SETTLE_MIN 512 /* rows left, for the log to be brought in */
#define WEIGHT_MAX                                            \
    (16u << 20) /* octets of rows in the ring: no more is fed \
                 */
#define JOBS_MAX 64
#define HAND 8 /* rows that a worker takes from step to step side by side */
/*
 * After so many new rows workers sign without looking first: the writer looks
 * in any case, and a list that is new as far as anybody has seen mostly stays
 * so. One that is not has them look again. In a store without devices there is
 * nothing to look for.
 */
#define NEWS_TRUSTED 256
#define LOOKS_MAX 64 /* by one snapshot */
/* A store of so many certificates has pages that are read from the disk. */
#define LARGE 500000
#define FORESEEN 64 /* rows at a time, while the others are certified */

struct slot {
    struct bytes uid;
    struct bytes input;
    struct bytes object;
    struct bytes values; /* name, NUL, value, NUL ... */
    int64_t line;
    bool is_csr;
    bool look;  /* for what the store holds, before signing */
    bool ready; /* a worker is through with it */
    enum devca_code code;
    struct devca_error *error; /* once code is not DEVCA_OK */
    struct issue_work work;
};

/* fed, claimed, done and told only grow; slot n is ring[n % RING]. mutex guards
 * them, ready, wanted, news, weight, closing and failed. A slot between claimed
 * and ready is its worker's, one that is ready the writer's. */
struct devca_batch {
    struct issue_context context;
    devca_batch_each *each;
    void *each_context;
    struct slot *ring;
    struct devca_error *errors; /* the slots': most are never written */
    uint64_t fed;
    uint64_t claimed;
    uint64_t done; /* slots that became ready, ever */
    uint64_t told;
    uint64_t wanted; /* the writer sleeps until done is as much */
    uint64_t news;   /* rows since the last that was not new to the store */
    size_t weight;   /* octets of the rows between told and fed */
    bool large;
    bool dry_run;
    bool stop_on_error;
    const char *list; /* the caller's, or "" */
    bool closing;
    enum devca_code failed;
    struct devca_error error;
    struct devca_batch_summary summary;
    pthread_mutex_t mutex;
    pthread_cond_t room;
    pthread_cond_t work;
    pthread_cond_t ready; /* by the monotonic clock */
    pthread_t workers[JOBS_MAX];
    int jobs;         /* so many of them are meant to run */
    int worker_count; /* so many do */
    int hand;         /* rows that one takes at a time, at most HAND */
    pthread_t writer;
    bool writer_runs;
};

struct slot *batch_slot(struct devca_batch *batch, uint64_t n);
void batch_slot_clear(struct slot *slot);
/* The octets that the caller put into it. */
size_t batch_slot_weight(const struct slot *slot);
/* For the next row: keeps the memory. */
void batch_slot_reset(struct slot *slot);

/* The first failure of the store or of `each` ends the batch. */
void batch_end(struct devca_batch *batch, enum devca_code code,
               const struct devca_error *error);

/* The writer's thread; context is the batch. */
void *batch_write(void *context);

#endif
