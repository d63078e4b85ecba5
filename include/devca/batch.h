/*
 * Many device certificates: the steps of devca_issue() spread over threads,
 * with one transaction for a group of rows. A line's own software feeds the
 * batch row by row and is told of each row, in the order fed, once its group
 * is durable.
 *
 *   devca_batch_open -> devca_batch_add ... -> devca_batch_close
 *
 * open, add and close are for one thread. `each` is called from a thread of the
 * batch, never from two at once; what it is handed lives until it returns.
 * Memory is bounded however many rows there are: add waits while the rows under
 * way fill it.
 */
#ifndef DEVCA_BATCH_H
#define DEVCA_BATCH_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a row. */
enum devca_batch_status {
    DEVCA_BATCH_ISSUED,   /* a new certificate, durable */
    DEVCA_BATCH_ALREADY,  /* the one that this UID and key had before */
    DEVCA_BATCH_REFUSED,  /* by policy: a profile, a UID or key in use, ... */
    DEVCA_BATCH_MALFORMED /* the row's UID, request or key is none */
};
/* "issued", "already", "refused", "malformed". */
DEVCA_API const char *devca_batch_status_name(enum devca_batch_status status);

struct devca_batch_outcome {
    int64_t line;    /* as given to add */
    const char *uid; /* as given to add */
    enum devca_batch_status status;
    const struct devca_error *error; /* REFUSED and MALFORMED, else NULL */
    struct devid_slice serial;       /* ISSUED and ALREADY */
    struct devid_slice der;
    const struct devid_slice *chain; /* its issuers, the root last */
    size_t chain_count;
};
/* Anything but DEVCA_OK ends the batch: it is what close returns. */
typedef enum devca_code
devca_batch_each(const struct devca_batch_outcome *outcome, void *context);

struct devca_batch_request {
    const char *product;
    const char *profile; /* NULL: the product's */
    int jobs;            /* threads that certify; 0: the cores */
    devca_batch_each *each;
    void *context;
    bool dry_run;       /* every step for every row, but nothing is recorded and
                           nothing given out: status is what it would be */
    bool stop_on_error; /* nothing after the first row that is refused or
                           malformed is issued; that row's error is what close
                           returns */
    const char *list;   /* what the rows come from, for that error; kept until
                           close. NULL: it names line and UID alone */
};

/* A perDevice parameter of the profile (docs/profiles.md) and what it is for
 * one device. */
struct devca_batch_value {
    const char *name;
    const char *value;
};

/* Exactly one of csr and public_key; everything is copied. */
struct devca_batch_row {
    int64_t line;
    const char *uid;
    struct devid_slice csr;
    struct devid_slice public_key;
    const char *object; /* the input's name, for errors */
    const struct devca_batch_value *values;
    size_t value_count;
    const struct devca_error *fault; /* what is wrong with it already: told in
                                        its place, REFUSED or MALFORMED as its
                                        code's exit status is 3 or 4; csr and
                                        public_key are not looked at. Any other
                                        code ends the batch there */
};

struct devca_batch;

/* Loads product, CA and profile and opens the CA's key. devca is the batch's
 * alone until close. Errors as devca_issue(). */
DEVCA_API enum devca_code
devca_batch_open(struct devca *devca, const struct devca_batch_request *request,
                 struct devca_batch **batch, struct devca_error *error);

/* A row on its way; waits while the batch is full. An error means that the
 * batch has ended (the store failed, or `each` said so): call close. */
DEVCA_API enum devca_code devca_batch_add(struct devca_batch *batch,
                                          const struct devca_batch_row *row,
                                          struct devca_error *error);

struct devca_batch_summary {
    int64_t issued;
    int64_t already;
    int64_t refused;
    int64_t malformed;
};
/* Waits until every row fed is told of, ends the threads, frees the batch.
 * summary may be NULL. DEVCA_OK also when rows were refused;
 * DEVCA_E_INTERRUPTED when the store's wake said so while another writer held
 * it: run the list again. */
DEVCA_API enum devca_code devca_batch_close(struct devca_batch *batch,
                                            struct devca_batch_summary *summary,
                                            struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
