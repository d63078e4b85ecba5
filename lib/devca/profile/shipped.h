/* The profiles that come with devca: pki-templates/, embedded at build time. */
#ifndef DEVCA_PROFILE_SHIPPED_H
#define DEVCA_PROFILE_SHIPPED_H

#include <devid/slice.h>

#include <stdbool.h>
#include <stddef.h>

/* The document of a shipped profile in static memory; false when there is none
 * of this name. */
bool profile_shipped(const char *name, struct devid_slice *json);

/* Their names in alphabetical order, static. */
const char *const *profile_shipped_names(size_t *count);

#endif
