/* Files that no output may take the place of: a store's own. */
#ifndef DEVCA_BASE_GUARD_H
#define DEVCA_BASE_GUARD_H

#include <stdbool.h>

/*
 * Is name, in the open folder, one of a store's own files: its database with
 * what SQLite puts beside it, settings.json, or anything in keys/? The store is
 * the one that the folder is, or that it lies in, or the one whose path is
 * `store` (NULL or "": none is known), wherever its links lead; what is not a
 * store has no such files. A folder that cannot be looked at has none either.
 */
bool guard_is_own(int folder, const char *name, const char *store);

#endif
