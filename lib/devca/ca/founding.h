/* The place where init or restore makes a store, held while it does. */
#ifndef DEVCA_CA_FOUNDING_H
#define DEVCA_CA_FOUNDING_H

#include <devca/error.h>

#include <stdbool.h>

struct founding {
    const char *folder;
    int fd;           /* of the folder, locked; -1: it is not held */
    bool folder_made; /* by this act, and so are those below */
    bool keys_made;
    bool database_made; /* for the act to say */
};

/*
 * Holds a folder that is there, or makes it (0700) when it is not and make is
 * asked for; what is held already stays so. No two acts hold one at once: what
 * stands in it is to be looked at after this. DEVCA_E_STORE_BUSY while another
 * has it, DEVCA_E_FILE, DEVCA_E_STORE_FULL. Then founding_end() in any case.
 */
enum devca_code founding_hold(struct founding *founding, bool make,
                              struct devca_error *error);
/* DEVCA_E_FILE when the folder that is held is not the effective user's, root's
 * neither, or others may write it: they could put anything in the place of its
 * files. */
enum devca_code founding_check(const struct founding *founding,
                               struct devca_error *error);
/* FOLDER/keys (0700), unless the act found one to take. */
enum devca_code founding_make_keys(struct founding *founding, bool stand,
                                   struct devca_error *error);
/* Is a database there that this act did not make? Then what else is there may
 * be that store's, and stays. */
bool founding_is_taken(const struct founding *founding);
/* Lets go of the folder; undo: the folders that were made go first, once what
 * was made in them is gone. */
void founding_end(struct founding *founding, bool undo);

#endif
