/* Counting without walking: the table `tally`, kept by triggers. */
#ifndef DEVCA_STORE_TALLY_H
#define DEVCA_STORE_TALLY_H

#include "devca/store/call.h"

/* Does the tally know the answer? By product, profile and status it does. */
bool tally_answers(const struct store_query *query);

/* `active` counts the expired ones too. */
enum devca_code tally_count(struct store *store,
                            const struct store_query *query, int64_t *count,
                            struct devca_error *error);

#endif
