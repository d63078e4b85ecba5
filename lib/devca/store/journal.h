/* The journal's rows; what they mean is lib/devca/journal's to say. Errors are
 * those of store_open(). */
#ifndef DEVCA_STORE_JOURNAL_H
#define DEVCA_STORE_JOURNAL_H

#include "devca/store/store.h"

/* Where the next leaf goes. public_key is written once, with the first row. */
struct store_journal_head {
    int64_t size;
    struct devid_slice edge;
    struct devid_slice public_key;
    void *memory;
};
/* DEVCA_E_NOT_FOUND before the first row. */
enum devca_code store_journal_head_get(struct store *store,
                                       struct store_journal_head *head,
                                       struct devca_error *error);
enum devca_code store_journal_head_put(struct store *store,
                                       const struct store_journal_head *head,
                                       struct devca_error *error);

/* Is the store older than the journal, so that it may begin with what is there?
 */
enum devca_code store_journal_adopts(struct store *store, bool *adopts,
                                     struct devca_error *error);

/* The id of an actor of that name, new or old. */
enum devca_code store_actor_put(struct store *store, const char *name,
                                int64_t *id, struct devca_error *error);

/* What a certificate's rows say of it. */
struct store_journal_subject {
    struct devid_slice der;
    struct devid_slice serial;
    struct devid_slice uid;
    struct devid_slice issuer;
    struct devid_slice profile;
    void *memory;
};
enum devca_code store_journal_subject(struct store *store,
                                      int64_t certificate_id,
                                      struct store_journal_subject *subject,
                                      struct devca_error *error);

struct store_journal_row {
    int64_t seq;
    devca_seconds at;
    int64_t actor_id;         /* to write */
    struct devid_slice actor; /* as read */
    int64_t act;
    int64_t certificate_id;    /* 0: none */
    struct devid_slice object; /* empty: none */
    struct devid_slice details;
    struct devid_slice leaf;
    struct store_journal_subject subject; /* as read */
    devca_seconds not_after;              /* of its certificate, as read */
};
enum devca_code store_journal_put(struct store *store,
                                  const struct store_journal_row *row,
                                  struct devca_error *error);

/* Rows in order, one at a time in flat memory; views until `each` returns. */
typedef enum devca_code store_journal_each(const struct store_journal_row *row,
                                           void *context);
struct store_journal_query {
    int64_t after;       /* seq, 0: from the first */
    int64_t act;         /* 0: any */
    const char *actor;   /* NULL: any */
    devca_seconds since; /* 0: any */
    bool ends;           /* until counts */
    devca_seconds until; /* rows before it */
    const char *object;  /* NULL: any; a UID in hex, too */
};
enum devca_code store_journal_list(struct store *store,
                                   const struct store_journal_query *query,
                                   store_journal_each *each, void *context,
                                   struct devca_error *error);

/* The leaves of rows from < seq <= to. */
typedef enum devca_code store_leaf_each(int64_t seq, struct devid_slice leaf,
                                        void *context);
enum devca_code store_journal_leaves(struct store *store, int64_t from,
                                     int64_t to, store_leaf_each *each,
                                     void *context, struct devca_error *error);

/* The first row about a certificate; 0 when there is none. */
enum devca_code store_journal_of(struct store *store, int64_t certificate_id,
                                 int64_t *seq, struct devca_error *error);
/* Every row about a certificate, its issue first; quick whatever the journal's
 * length. */
enum devca_code store_journal_about(struct store *store, int64_t certificate_id,
                                    store_journal_each *each, void *context,
                                    struct devca_error *error);
/* What the store's own tables say otherwise than the rows do. */
enum store_journal_difference {
    STORE_JOURNAL_UNDONE,    /* a revocation that nothing took back is not in
                                force: the first row of one */
    STORE_JOURNAL_OTHERWISE, /* one with another reason, time or end, a hold
                                that is not there or did not end: its first
                                row */
    STORE_JOURNAL_UNLISTED,  /* a list, or with other numbers: its first row */
    STORE_JOURNAL_UNTOLD,    /* how many revocations no row tells of; 0 where
                                the store is older than the journal */
    STORE_JOURNAL_LISTS_UNTOLD /* how many lists, likewise */
};
/* 0 when there is none. */
enum devca_code store_journal_differs(struct store *store,
                                      enum store_journal_difference which,
                                      int64_t *found,
                                      struct devca_error *error);

/* ---- signed heads ---- */
struct store_checkpoint {
    int64_t size;
    struct devid_slice root;
    struct devid_slice signature;
};
enum devca_code store_checkpoint_put(struct store *store,
                                     const struct store_checkpoint *checkpoint,
                                     struct devca_error *error);
typedef enum devca_code
store_checkpoint_each(const struct store_checkpoint *checkpoint, void *context);
/* Those of more than `after` leaves, by size. */
enum devca_code store_checkpoint_list(struct store *store, int64_t after,
                                      store_checkpoint_each *each,
                                      void *context, struct devca_error *error);
/* The newest, to `each`. DEVCA_E_NOT_FOUND. */
enum devca_code store_checkpoint_last(struct store *store,
                                      store_checkpoint_each *each,
                                      void *context, struct devca_error *error);

#endif
