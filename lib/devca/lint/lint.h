/*
 * Judgement: forty checks over a certificate or a CRL, in our own names and in
 * the order of docs/formats.md. Used over a finished TBS before it is signed,
 * and over anyone's file. Unlike the readers of libdevid it does not stop at
 * the first fault.
 */
#ifndef DEVCA_LINT_LINT_H
#define DEVCA_LINT_LINT_H

#include "devca/base/bytes.h"
#include "devca/profile/profile.h"

#include <devid/time.h>

enum lint_severity { LINT_NOTICE, LINT_WARNING, LINT_ERROR };

struct lint_finding {
    const struct lint_check *check;
    char field[96]; /* "tbsCertificate.extensions.keyUsage" */
    char fault[160];
    enum lint_severity severity;
};

/* One row of the table of checks. */
struct lint_check {
    int number;         /* 1 to 40 */
    const char *id;     /* "serial-positive" */
    const char *clause; /* "RFC 5280 4.1.2.2" */
    const char *text;   /* what it asks */
};
const struct lint_check *lint_checks(size_t *count);

#define LINT_FINDINGS_MAX 64
struct lint_report {
    struct lint_finding findings[LINT_FINDINGS_MAX];
    size_t count;   /* findings kept */
    size_t dropped; /* beyond the maximum */
    size_t errors;
    size_t warnings;
};

enum lint_kind {
    LINT_TBS,         /* a TBSCertificate about to be signed */
    LINT_CERTIFICATE, /* a whole Certificate */
    LINT_TBS_CRL,
    LINT_CRL
};

/*
 * What is judged and what it is judged against. issuer_* are empty when the
 * issuer is not known: checks that need it are then left out. traits may be
 * NULL.
 */
struct lint_subject {
    enum lint_kind kind;
    struct devid_slice der;
    struct devid_slice issuer_subject; /* Name, DER */
    struct devid_slice issuer_key_id;
    struct devid_time issuer_not_before;
    struct devid_time issuer_not_after; /* zero: not known */
    const struct profile_traits *traits;
};

/* Never fails: what cannot be parsed is a finding. Thread-safe, no heap. */
void lint_run(const struct lint_subject *subject, struct lint_report *report);

#endif
