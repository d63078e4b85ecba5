/* The two judges that a certificate meets before it is believed: the lints and,
 * for a root, its own signature. (Chains are judged by libdevid.) */
#ifndef DEVCA_CA_JUDGE_H
#define DEVCA_CA_JUDGE_H

#include "devca/key/crypto.h"
#include "devca/lint/lint.h"

#include <devid/verify.h>

/* DEVCA_E_LINT with the first error found, by clause and field. */
enum devca_code judge_lints(const struct lint_subject *subject,
                            const char *object, struct devca_error *error);

/* A trust anchor's view of a root's certificate (RFC 5280, 6.1.1 (d)). */
void judge_anchor(const struct devid_cert *root, struct devid_anchor *anchor);

/* Is it a CA that signed itself? DEVCA_E_MISMATCH. */
enum devca_code judge_root(const struct devid_cert *root, const char *object,
                           struct devca_error *error);

#endif
