/* Which certificates a key was given: three tables, schema/006_keys.sql. */
#ifndef DEVCA_STORE_KEY_H
#define DEVCA_STORE_KEY_H

#include "devca/store/call.h"

/* Certificate id, just put, has this key. Within the transaction that put it.
 */
enum devca_code key_note(struct store *store, struct devid_slice key_digest,
                         int64_t id, struct devca_error *error);

#endif
