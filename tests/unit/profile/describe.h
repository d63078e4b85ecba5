/* A certificate in words, one field a line, for comparing with what a standard
 * asks. Written from the DER with libdevid's readers only. */
#ifndef TESTS_PROFILE_DESCRIBE_H
#define TESTS_PROFILE_DESCRIBE_H

#include "devca/base/bytes.h"
#include "devid/x509/certificate.h"

/* Appends the description to text. */
void describe_certificate(const struct devid_cert *certificate,
                          struct bytes *text);

#endif
