/* Files that no output may take the place of: a store's own. */
#ifndef DEVCA_BASE_GUARD_H
#define DEVCA_BASE_GUARD_H

/*
 * Is name, in the open folder, one of a store's own files: its database with
 * what SQLite puts beside it, settings.json, or anything in keys/, however
 * deep? The store is one that the folder is, or that it lies in, or the one
 * whose path is `store` (NULL or "": none is known), wherever its links lead;
 * what is not a store, or not to be seen by this user, has no such files. 1, 0,
 * or -1 with errno when nobody can tell.
 */
int guard_is_own(int folder, const char *name, const char *store);

#endif
