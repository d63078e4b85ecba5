/* Certificate profiles: what is shipped, and whether a file is sound. */
#ifndef DEVCA_PROFILE_H
#define DEVCA_PROFILE_H

#include <devca/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/* name, kind, description of each shipped profile. */
DEVCA_API enum devca_code devca_profile_list(devca_record_each *each,
                                             void *context,
                                             struct devca_error *error);

/* The document of a shipped profile; static memory. DEVCA_E_NOT_FOUND. */
DEVCA_API enum devca_code devca_profile_show(const char *name,
                                             struct devid_slice *json,
                                             struct devca_error *error);

/* DEVCA_OK, or DEVCA_E_PROFILE_INVALID with pointer, clause and fault. */
DEVCA_API enum devca_code devca_profile_check(const struct devca_input *input,
                                              struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
