/* What comes in no order, in three tables of one form: new rows go where there
 * are few, and are moved on in order, many to a page (schema/006_keys.sql and
 * 007_uids.sql). */
#ifndef DEVCA_STORE_TIER_H
#define DEVCA_STORE_TIER_H

#include "devca/store/call.h"

struct tier {
    enum statement to_recent;
    enum statement clear_fresh;
    enum statement to_settled;
    enum statement clear_recent;
};

/* The row of this id has just been put where the fresh ones are: with every so
 * many ids they are moved on. Within the transaction that put it, which is
 * undone where a table has such a row already: DEVCA_E_STORE_CORRUPT. */
enum devca_code tier_move(struct store *store, const struct tier *tier,
                          int64_t id, struct devca_error *error);

#endif
