/* The table of checks and the order in which they run. */
#include "devca/lint/lint.h"

#include "devca/lint/parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct lint_check checks[] = {
    {1, "der", "X.690 8.1",
     "lengths are definite and minimal, nothing follows"},
    {2, "version", "RFC 5280 4.1.2.1", "version is v3, written"},
    {3, "serial-positive", "RFC 5280 4.1.2.2", "serial number is positive"},
    {4, "serial-length", "RFC 5280 4.1.2.2",
     "serial number has at most 20 octets"},
    {5, "serial-entropy", "RFC 5280 4.1.2.2",
     "serial number has room for 64 random bits"},
    {6, "algorithms-agree", "RFC 5280 4.1.1.2",
     "inner and outer signature algorithm are the same"},
    {7, "algorithm-parameters", "RFC 5758 3.2",
     "ecdsa-with-SHA2 has no parameters"},
    {8, "signature-value", "RFC 3279 2.2.3",
     "signature is a DER SEQUENCE of two positive INTEGERs"},
    {9, "issuer-empty", "RFC 5280 4.1.2.4", "issuer is not empty"},
    {10, "ca-subject-empty", "RFC 5280 4.1.2.6",
     "the subject of a CA is not empty"},
    {11, "empty-subject-san", "RFC 5280 4.2.1.6",
     "an empty subject has a critical subjectAltName"},
    {12, "issuer-name", "RFC 5280 4.1.2.4",
     "issuer is the CA's subject, octet for octet"},
    {13, "string-type", "RFC 5280 4.1.2.4",
     "C and serialNumber are PrintableString, others also UTF8String"},
    {14, "string-bounds", "RFC 5280 A.1",
     "strings keep their alphabet and upper bound"},
    {15, "name-form", "X.690 11.6",
     "no attribute type twice, RDNs sorted and not empty"},
    {16, "time-type", "RFC 5280 4.1.2.5",
     "UTCTime through 2049, GeneralizedTime after"},
    {17, "time-form", "RFC 5280 4.1.2.5.1",
     "times have seconds and Z and no fraction"},
    {18, "validity", "RFC 5280 4.1.2.5",
     "notBefore is not after notAfter, both inside the issuer's"},
    {19, "basic-constraints", "RFC 5280 4.2.1.9",
     "basicConstraints is critical in CAs and well formed"},
    {20, "path-length", "RFC 5280 4.2.1.9",
     "pathLenConstraint stands with cA and keyCertSign only"},
    {21, "key-usage-form", "X.690 11.2.2",
     "keyUsage has a bit and no trailing zero bits"},
    {22, "key-cert-sign", "RFC 5280 4.2.1.9",
     "keyCertSign stands with cA only"},
    {23, "ca-key-usage", "RFC 5280 4.2.1.3",
     "a CA has keyCertSign, and cRLSign when it issues CRLs"},
    {24, "ec-key-usage", "RFC 8813 3",
     "an EC key has neither keyEncipherment nor dataEncipherment"},
    {25, "device-key-usage", "IEEE 802.1AR 8.10.3",
     "a device signs or agrees on keys"},
    {26, "ext-key-usage-form", "RFC 5280 4.2.1.12",
     "extKeyUsage is not empty, and not critical with "
     "anyExtendedKeyUsage"},
    {27, "usages-agree", "RFC 5280 4.2.1.12",
     "extKeyUsage and keyUsage are consistent"},
    {28, "subject-key-id", "RFC 5280 4.2.1.2",
     "a CA has a subjectKeyIdentifier, not critical"},
    {29, "key-id-method", "RFC 5280 4.2.1.2",
     "subjectKeyIdentifier has the length of a known method"},
    {30, "authority-key-id", "RFC 5280 4.2.1.1",
     "authorityKeyIdentifier has a keyIdentifier, not critical"},
    {31, "key-ids-agree", "RFC 5280 4.2.1.1",
     "authorityKeyIdentifier is the issuer's subjectKeyIdentifier"},
    {32, "extension-duplicate", "RFC 5280 4.2", "no extension stands twice"},
    {33, "extensions-form", "RFC 5280 4.1.2.9",
     "Extensions is not empty, critical FALSE is not written"},
    {34, "subject-alt-name", "RFC 5280 4.2.1.6",
     "subjectAltName has names, none empty"},
    {35, "hardware-module-name", "RFC 4108 5",
     "hardwareModuleName is well formed"},
    {36, "constraints", "RFC 5280 4.2.1.10",
     "nameConstraints, policyConstraints and inhibitAnyPolicy are critical and "
     "in CAs only"},
    {37, "policies", "RFC 5280 4.2.1.4", "no certificate policy stands twice"},
    {38, "public-key", "RFC 5480 2.1",
     "named curve, uncompressed point of its length, no known key"},
    {39, "unique-id", "RFC 5280 4.1.2.8", "no issuer or subject unique ID"},
    {40, "crl", "RFC 5280 5",
     "a CRL is v2 with cRLNumber, AKI and nextUpdate"}};

const struct lint_check *lint_checks(size_t *count)
{
    *count = sizeof checks / sizeof checks[0];
    return checks;
}

void lint_tell(struct lint_state *run, int number, enum lint_severity severity,
               const char *field, const char *format, ...)
{
    struct lint_report *report = run->report;
    struct lint_finding *finding;
    va_list arguments;

    report->errors += severity == LINT_ERROR;
    report->warnings += severity == LINT_WARNING;
    if (report->count == LINT_FINDINGS_MAX) {
        report->dropped++;
        return;
    }
    finding = &report->findings[report->count++];
    finding->check = &checks[number - 1];
    finding->severity = severity;
    snprintf(finding->field, sizeof finding->field, "%s", field);
    va_start(arguments, format);
    (void)vsnprintf(finding->fault, sizeof finding->fault, format, arguments);
    va_end(arguments);
}

void lint_der(struct lint_state *run, const char *field,
              enum devid_status status)
{
    lint_tell(run, 1, LINT_ERROR, field, "%s", devid_status_text(status));
}

void lint_run(const struct lint_subject *subject, struct lint_report *report)
{
    struct lint_state run = {.subject = subject, .report = report};

    report->count = 0;
    report->dropped = 0;
    report->errors = 0;
    report->warnings = 0;
    if (subject->kind == LINT_CRL || subject->kind == LINT_TBS_CRL) {
        lint_crl(&run);
        return;
    }
    lint_take_apart(&run);
    lint_fields(&run);
    lint_names(&run);
    lint_times(&run);
    lint_usage(&run);
    lint_identifiers(&run);
    lint_content(&run);
}
