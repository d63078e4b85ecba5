/* profile_render() for callers inside this room: what a string that does not
 * fit is called is theirs to say. */
#ifndef DEVCA_PROFILE_RENDER_H
#define DEVCA_PROFILE_RENDER_H

#include "devca/profile/model.h"

/* *fields is overwritten; on failure there is nothing in it to clear. */
enum devca_code render_fields(const struct profile *profile,
                              const struct program_run *run,
                              struct profile_fields *fields);

#endif
