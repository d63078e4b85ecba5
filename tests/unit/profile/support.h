/* What the tests of this room share: documents, a subject, a certificate. */
#ifndef TESTS_PROFILE_SUPPORT_H
#define TESTS_PROFILE_SUPPORT_H

#include "devca/profile/profile.h"

#include <check.h>

/* 2026-01-01T00:00:00Z */
#define SAMPLE_NOW INT64_C(1767225600)

/* A file below SOURCE_DIR; ends the test when it cannot be read. */
void load_file(const char *path, struct bytes *content);

/* A shipped profile, read; ends the test when it is refused. */
struct profile *load_shipped(const char *name);

/* A profile from text, read; ends the test when it is refused. */
struct profile *load_text(const char *json);

/* Everything given: UID 0A1B2C3D, product meter-3, org Example, country DE,
 * name Example Root, P-256. Static octets. */
struct profile_subject sample_subject(void);

/* A whole certificate of what the profile renders, with an invented signature.
 * Clear der at the end; the view points into it. */
void make_certificate(const struct profile *profile,
                      const struct profile_subject *subject, struct bytes *der,
                      struct devid_cert *certificate);

/* The content of an extension's value by the OID's content octets; false when
 * there is no such extension. */
bool find_extension(const struct devid_cert *certificate,
                    struct devid_slice oid, struct devid_extension *extension);

/* octets in lower-case hex; static, of the last call. */
const char *hex_of(struct devid_slice octets);

#endif
