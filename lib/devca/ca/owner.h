/* Who the owner of the store is: settings.json, the journal, and what a process
 * that has the store open goes by. */
#ifndef DEVCA_CA_OWNER_H
#define DEVCA_CA_OWNER_H

#include "devca/ca/handle.h"

/* What the handle's settings say otherwise than the journal last recorded. */
struct owner_difference {
    const char *owner; /* the member: "org" or "country"; NULL: none */
    bool keys;         /* in the clear, in a store made to encrypt them */
};
/* Reads the whole journal. */
enum devca_code owner_compare(const struct devca *devca,
                              struct owner_difference *difference,
                              struct devca_error *error);

/* The member that differs, as above. */
const char *owner_differs(const struct settings *settings,
                          const struct settings *other);

/*
 * Within the caller's transaction, in which no other may set them: is
 * settings.json what the handle goes by? What was made for another owner would
 * name places where no list will be. DEVCA_E_STATE; what handle_settings() has.
 */
enum devca_code owner_check_again(const struct devca *devca,
                                  struct devca_error *error);

/* Within the caller's transaction: the handle goes by settings.json as it is.
 */
enum devca_code owner_take(struct devca *devca, struct devca_error *error);

#endif
