/* What SQLite says, in this project's words. */
#ifndef DEVCA_STORE_FAULT_H
#define DEVCA_STORE_FAULT_H

#include "devca/store/handle.h"

/*
 * Fills *error from a result code of SQLite (extended or not) and from the
 * connection's system error, and gives the devca code: _BUSY, _FULL, _CORRUPT,
 * _FOREIGN, _READ_ONLY, DEVCA_E_EXISTS for a broken uniqueness,
 * DEVCA_E_NO_MEMORY, DEVCA_E_STORE for the rest. field names what was being
 * done ("certificate"), or NULL. SQL never shows.
 */
enum devca_code store_fault(const struct store *store, int status,
                            const char *field, struct devca_error *error);

/* Who holds the store's write lock, as a phrase: "process 4711 (devca)". Empty
 * when the system does not tell. */
void store_writer(const struct store *store, char *phrase, size_t size);

#endif
