/*
 * Octets that are too many for memory and are needed several times: in a file
 * without a name that is gone with the handle, or with the process.
 */
#ifndef DEVCA_BASE_SPILL_H
#define DEVCA_BASE_SPILL_H

#include <devca/error.h>
#include <devid/slice.h>

struct spill;

/* In this folder. DEVCA_E_FILE, DEVCA_E_STORE_FULL, DEVCA_E_NO_MEMORY: so for
 * all. *spill is NULL on failure. */
enum devca_code spill_open(struct spill **spill, const char *folder,
                           struct devca_error *error);
/* NULL is fine. */
void spill_close(struct spill *spill);

/* Gives up the handle, whatever the outcome, for a descriptor of all that was
 * put; it is the caller's to close. */
enum devca_code spill_take(struct spill *spill, int *fd,
                           struct devca_error *error);

/* Appends. */
enum devca_code spill_put(struct spill *spill, struct devid_slice octets,
                          struct devca_error *error);

/* All that was put, from its beginning, in pieces; any number of times. each
 * returns anything but DEVCA_OK to stop, and that is given back. */
typedef enum devca_code spill_each(struct devid_slice piece, void *context);
enum devca_code spill_read(struct spill *spill, spill_each *each, void *context,
                           struct devca_error *error);

#endif
