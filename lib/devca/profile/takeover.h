/* What a profile may take over from a request (fromRequest). Nothing here
 * trusts the request: what is not a sound name is as if it were not there. */
#ifndef DEVCA_PROFILE_TAKEOVER_H
#define DEVCA_PROFILE_TAKEOVER_H

#include "devca/profile/profile.h"
#include "devid/x509/name.h"

#include <stdbool.h>

/* The request's first subject attribute of this type; false when there is no
 * request or no such attribute. */
bool takeover_attribute(const struct profile_subject *subject,
                        struct devid_slice oid,
                        struct devid_attribute *attribute);

/* Writes the GeneralNames of the request's subjectAltName whose form is in
 * forms (bit n: [n]), as they are. Only rfc822Name [1], dNSName [2] and
 * uniformResourceIdentifier [6] are ever taken. */
void takeover_names(const struct profile_subject *subject, unsigned forms,
                    struct devid_writer *w);

/* NULL, or what is wrong with a GeneralName of the request that would be
 * taken. */
const char *takeover_check(const struct profile_subject *subject,
                           unsigned forms);

#endif
