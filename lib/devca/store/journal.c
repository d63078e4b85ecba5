#include "devca/store/journal.h"

#include "devca/base/fail.h"
#include "devca/store/call.h"

#include <string.h>

enum devca_code store_journal_head_get(struct store *store,
                                       struct store_journal_head *head,
                                       struct devca_error *error)
{
    struct call call;

    memset(head, 0, sizeof *head);
    call_open(&call, store, STATEMENT_JOURNAL_HEAD);
    if (call_row(&call) && call_keep(&call, &head->memory)) {
        head->size = call_get_integer(&call);
        head->edge = call_get_octets(&call);
        head->public_key = call_get_octets(&call);
    }
    return call_found(&call, error);
}

enum devca_code store_journal_adopts(struct store *store, bool *adopts,
                                     struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_JOURNAL_ADOPTS);
    *adopts = call_row(&call) && call_get_integer(&call) == 1;
    return call_close(&call, error);
}

enum devca_code store_journal_head_put(struct store *store,
                                       const struct store_journal_head *head,
                                       struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_JOURNAL_HEAD_PUT);
    call_integer(&call, head->size);
    call_octets(&call, head->edge);
    call_octets(&call, head->public_key);
    return call_run(&call, error);
}

enum devca_code store_actor_put(struct store *store, const char *name,
                                int64_t *id, struct devca_error *error)
{
    enum devca_code code;
    struct call call;

    call_open(&call, store, STATEMENT_ACTOR_PUT);
    call_text(&call, name);
    code = call_run(&call, error);
    if (code != DEVCA_OK)
        return code;
    call_open(&call, store, STATEMENT_ACTOR_FIND);
    call_text(&call, name);
    if (call_row(&call))
        *id = call_get_integer(&call);
    return call_found(&call, error);
}

enum devca_code store_journal_subject(struct store *store,
                                      int64_t certificate_id,
                                      struct store_journal_subject *subject,
                                      struct devca_error *error)
{
    struct call call;

    memset(subject, 0, sizeof *subject);
    call_open(&call, store, STATEMENT_JOURNAL_SUBJECT);
    call_integer(&call, certificate_id);
    if (call_row(&call) && call_keep(&call, &subject->memory)) {
        subject->der = call_get_octets(&call);
        subject->serial = call_get_octets(&call);
        subject->uid = call_get_octets(&call);
        subject->issuer = call_get_octets(&call);
        subject->profile = call_get_octets(&call);
    }
    return call_found(&call, error);
}

static void text_or_null(struct call *call, struct devid_slice text)
{
    if (text.len == 0)
        call->bound++;
    else
        call_text_octets(call, text);
}

enum devca_code store_journal_put(struct store *store,
                                  const struct store_journal_row *row,
                                  struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_JOURNAL_PUT);
    call_integer(&call, row->seq);
    call_integer(&call, row->at);
    call_integer(&call, row->actor_id);
    call_integer(&call, row->act);
    call_integer_or_null(&call, row->certificate_id);
    text_or_null(&call, row->object);
    text_or_null(&call, row->details);
    call_octets(&call, row->leaf);
    return call_run(&call, error);
}

static void peek_row(struct call *call, struct store_journal_row *row)
{
    row->seq = call_get_integer(call);
    row->at = call_get_integer(call);
    row->actor = call_peek_octets(call);
    row->act = call_get_integer(call);
    row->certificate_id = call_get_integer(call);
    row->object = call_peek_octets(call);
    row->details = call_peek_octets(call);
    row->leaf = call_peek_octets(call);
    row->subject.der = call_peek_octets(call);
    row->subject.serial = call_peek_octets(call);
    row->subject.uid = call_peek_octets(call);
    row->subject.issuer = call_peek_octets(call);
    row->subject.profile = call_peek_octets(call);
    row->not_after = call_get_integer(call);
}

/* Hands on every row of an open statement and closes it. */
static enum devca_code hand_on_rows(struct call *call, store_journal_each *each,
                                    void *context, struct devca_error *error)
{
    struct store_journal_row row = {0};
    enum devca_code code = DEVCA_OK, closed;

    while (code == DEVCA_OK && call_row(call)) {
        peek_row(call, &row);
        code = each(&row, context);
    }
    closed = call_close(call, error);
    return code == DEVCA_OK ? closed : code;
}

enum devca_code store_journal_list(struct store *store,
                                   const struct store_journal_query *query,
                                   store_journal_each *each, void *context,
                                   struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_JOURNAL_LIST);
    call_integer(&call, query->after);
    call_integer_or_null(&call, query->act);
    call_text(&call, query->actor);
    call_integer_or_null(&call, query->since);
    if (query->ends)
        call_integer(&call, query->until);
    else
        call.bound++;
    call_text(&call, query->object);
    return hand_on_rows(&call, each, context, error);
}

enum devca_code store_journal_leaves(struct store *store, int64_t from,
                                     int64_t to, store_leaf_each *each,
                                     void *context, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK, closed;
    struct call call;
    int64_t seq;

    call_open(&call, store, STATEMENT_JOURNAL_LEAVES);
    call_integer(&call, from);
    call_integer(&call, to);
    while (code == DEVCA_OK && call_row(&call)) {
        seq = call_get_integer(&call);
        code = each(seq, call_peek_octets(&call), context);
    }
    closed = call_close(&call, error);
    return code == DEVCA_OK ? closed : code;
}

/* The last issue at or before `seq`; *found 0: there is none. */
static enum devca_code last_issue(struct store *store, int64_t seq,
                                  int64_t *found, int64_t *certificate_id,
                                  struct devca_error *error)
{
    struct call call;

    *found = 0;
    call_open(&call, store, STATEMENT_JOURNAL_LAST_ISSUE);
    call_integer(&call, seq);
    if (call_row(&call)) {
        *found = call_get_integer(&call);
        *certificate_id = call_get_integer(&call);
    }
    return call_close(&call, error);
}

/* A certificate's number and its row are given in one transaction: the issues
 * of the journal are in the order of the certificates, and no index is needed
 * to find one among millions. */
static enum devca_code find_issue(struct store *store, int64_t certificate_id,
                                  int64_t *seq, struct devca_error *error)
{
    int64_t low = 1, high = 0, middle, found, id = 0;
    enum devca_code code = last_issue(store, INT64_MAX, &high, &id, error);

    *seq = 0;
    while (code == DEVCA_OK && low <= high) {
        middle = low + (high - low) / 2;
        code = last_issue(store, middle, &found, &id, error);
        if (code == DEVCA_OK && found > 0 && id == certificate_id) {
            *seq = found;
            return DEVCA_OK;
        }
        if (found > 0 && id > certificate_id)
            high = found - 1;
        else
            low = middle + 1;
    }
    return code;
}

enum devca_code store_journal_of(struct store *store, int64_t certificate_id,
                                 int64_t *seq, struct devca_error *error)
{
    enum devca_code code = find_issue(store, certificate_id, seq, error);
    struct call call;

    if (code != DEVCA_OK || *seq > 0)
        return code;
    call_open(&call, store, STATEMENT_JOURNAL_OF);
    call_integer(&call, certificate_id);
    if (call_row(&call))
        *seq = call_get_integer(&call);
    return call_close(&call, error);
}

enum devca_code store_journal_about(struct store *store, int64_t certificate_id,
                                    store_journal_each *each, void *context,
                                    struct devca_error *error)
{
    struct call call;
    int64_t seq;
    enum devca_code code = find_issue(store, certificate_id, &seq, error);

    if (code == DEVCA_OK && seq > 0) {
        call_open(&call, store, STATEMENT_JOURNAL_AT);
        call_integer(&call, seq);
        code = hand_on_rows(&call, each, context, error);
    }
    if (code != DEVCA_OK)
        return code;
    call_open(&call, store, STATEMENT_JOURNAL_ABOUT);
    call_integer(&call, certificate_id);
    return hand_on_rows(&call, each, context, error);
}

enum devca_code store_journal_differs(struct store *store,
                                      enum store_journal_difference which,
                                      int64_t *found, struct devca_error *error)
{
    static const enum statement statements[] = {
        [STORE_JOURNAL_UNDONE] = STATEMENT_JOURNAL_UNDONE,
        [STORE_JOURNAL_OTHERWISE] = STATEMENT_JOURNAL_OTHERWISE,
        [STORE_JOURNAL_UNLISTED] = STATEMENT_JOURNAL_UNLISTED,
        [STORE_JOURNAL_UNTOLD] = STATEMENT_JOURNAL_UNTOLD,
        [STORE_JOURNAL_LISTS_UNTOLD] = STATEMENT_JOURNAL_LISTS_UNTOLD};
    struct call call;

    *found = 0;
    call_open(&call, store, statements[which]);
    if (call_row(&call))
        *found = call_get_integer(&call);
    return call_close(&call, error);
}

enum devca_code store_checkpoint_put(struct store *store,
                                     const struct store_checkpoint *checkpoint,
                                     struct devca_error *error)
{
    struct call call;

    call_open(&call, store, STATEMENT_CHECKPOINT_PUT);
    call_integer(&call, checkpoint->size);
    call_octets(&call, checkpoint->root);
    call_octets(&call, checkpoint->signature);
    return call_run(&call, error);
}

static enum devca_code hand_on(struct call *call, store_checkpoint_each *each,
                               void *context)
{
    struct store_checkpoint checkpoint;

    checkpoint.size = call_get_integer(call);
    checkpoint.root = call_peek_octets(call);
    checkpoint.signature = call_peek_octets(call);
    return each(&checkpoint, context);
}

enum devca_code store_checkpoint_list(struct store *store, int64_t after,
                                      store_checkpoint_each *each,
                                      void *context, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK, closed;
    struct call call;

    call_open(&call, store, STATEMENT_CHECKPOINT_LIST);
    call_integer(&call, after);
    while (code == DEVCA_OK && call_row(&call))
        code = hand_on(&call, each, context);
    closed = call_close(&call, error);
    return code == DEVCA_OK ? closed : code;
}

enum devca_code store_checkpoint_last(struct store *store,
                                      store_checkpoint_each *each,
                                      void *context, struct devca_error *error)
{
    enum devca_code code = DEVCA_OK, closed;
    struct call call;

    call_open(&call, store, STATEMENT_CHECKPOINT_LAST);
    if (call_row(&call))
        code = hand_on(&call, each, context);
    closed = call_found(&call, error);
    return code == DEVCA_OK ? closed : code;
}
