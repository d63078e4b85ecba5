/* Counting without walking: the table `tally`, kept by triggers, or in bulk by
 * what a transaction counts itself. */
#ifndef DEVCA_STORE_TALLY_H
#define DEVCA_STORE_TALLY_H

#include "devca/store/call.h"

/* Does the tally know the answer? By product, profile and status it does. */
bool tally_answers(const struct store_query *query);

/* `active` counts the expired ones too. */
enum devca_code tally_count(struct store *store,
                            const struct store_query *query, int64_t *count,
                            struct devca_error *error);

/* In bulk: one more certificate; what was noted goes into the table before a
 * commit, and is forgotten by a rollback. */
enum devca_code tally_note(struct store *store,
                           const struct store_certificate *row,
                           struct devca_error *error);
enum devca_code tally_write(struct store *store, struct devca_error *error);

#endif
