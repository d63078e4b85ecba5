/* settings.json of a store: who its owner is and how its keys are kept. */
#ifndef DEVCA_PROFILE_SETTINGS_H
#define DEVCA_PROFILE_SETTINGS_H

#include "devca/base/bytes.h"

struct settings {
    char *org;
    char *country;       /* NULL when not given */
    bool encrypted_keys; /* false after init --no-passphrase */
};
void settings_clear(struct settings *settings);
/* DEVCA_E_STORE_CORRUPT with the JSON pointer for a document that is not one.
 */
enum devca_code settings_read(struct settings *settings,
                              struct devid_slice json, const char *object,
                              struct devca_error *error);
/* Appends the document to json. DEVCA_E_USAGE when org or country is not UTF-8
 * text; DEVCA_E_NO_MEMORY. */
enum devca_code settings_write(const struct settings *settings,
                               struct bytes *json, struct devca_error *error);

#endif
