/*
 * Every verdict libdevid can give, one per reason. Each row: enumerator, the
 * stable text id, the clause that the input breaks, a short sentence.
 *
 * DEVID_OK is the only acceptance. Compare with == DEVID_OK, never with !.
 */
#ifndef DEVID_STATUS_H
#define DEVID_STATUS_H

#include <devid/profile.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DEVID_STATUS_TABLE(X)                                                 \
    X(DEVID_OK, "ok", "", "accepted")                                         \
    /* DER, ITU-T X.690 */                                                    \
    X(DEVID_E_TRUNCATED, "truncated", "X.690 8.1", "ends before its length")  \
    X(DEVID_E_TAG, "tag", "X.690 8.1.2", "another tag was expected")          \
    X(DEVID_E_LENGTH, "length", "X.690 10.1",                                 \
      "length is indefinite, not minimal or too large")                       \
    X(DEVID_E_TRAILING, "trailing", "X.690 8.1", "octets follow the end")     \
    X(DEVID_E_INTEGER, "integer", "X.690 8.3.2",                              \
      "INTEGER is empty, not minimal or out of range")                        \
    X(DEVID_E_BOOLEAN, "boolean", "X.690 11.1", "BOOLEAN is not 00 or FF")    \
    X(DEVID_E_DEFAULT, "default", "X.690 11.5", "a DEFAULT value is written") \
    X(DEVID_E_BIT_STRING, "bit-string", "X.690 11.2",                         \
      "BIT STRING has wrong unused bits or trailing zero bits")               \
    X(DEVID_E_SET_ORDER, "set-order", "X.690 11.6", "SET OF is not sorted")   \
    X(DEVID_E_OID, "oid", "X.690 8.19", "OBJECT IDENTIFIER is malformed")     \
    X(DEVID_E_STRING, "string", "RFC 5280 4.1.2.4",                           \
      "string type, alphabet or length is not allowed")                       \
    X(DEVID_E_TIME, "time", "RFC 5280 4.1.2.5",                               \
      "time is malformed or has the wrong type for its year")                 \
    X(DEVID_E_EMPTY, "empty", "RFC 5280 4", "a SEQUENCE or SET is empty")     \
    /* certificate, request and CRL fields, RFC 5280 section 4 and 5 */       \
    X(DEVID_E_VERSION, "version", "RFC 5280 4.1.2.1", "version is not v3")    \
    X(DEVID_E_SERIAL, "serial", "RFC 5280 4.1.2.2",                           \
      "serial number is not positive or longer than 20 octets")               \
    X(DEVID_E_ALGORITHM, "algorithm", "RFC 5758 3.2",                         \
      "signature algorithm is not ecdsa-with-SHA256 or SHA384, or has "       \
      "parameters")                                                           \
    X(DEVID_E_ALGORITHM_MISMATCH, "algorithm-mismatch", "RFC 5280 4.1.1.2",   \
      "inner and outer signature algorithm differ")                           \
    X(DEVID_E_NAME, "name", "RFC 5280 4.1.2.4", "name is malformed or empty") \
    X(DEVID_E_VALIDITY, "validity", "RFC 5280 4.1.2.5",                       \
      "notBefore is after notAfter")                                          \
    X(DEVID_E_KEY_ALGORITHM, "key-algorithm", "RFC 5480 2.1",                 \
      "key is not id-ecPublicKey on a named curve P-256 or P-384")            \
    X(DEVID_E_KEY_POINT, "key-point", "RFC 5480 2.2",                         \
      "public key is not an uncompressed point on its curve")                 \
    X(DEVID_E_UNIQUE_ID, "unique-id", "RFC 5280 4.1.2.8",                     \
      "issuerUniqueID or subjectUniqueID is present")                         \
    X(DEVID_E_EXTENSIONS, "extensions", "RFC 5280 4.2",                       \
      "extensions are missing, empty or malformed")                           \
    X(DEVID_E_EXTENSION_DUPLICATE, "extension-duplicate", "RFC 5280 4.2",     \
      "an extension appears twice")                                           \
    X(DEVID_E_EXTENSION_CRITICAL, "extension-critical", "RFC 5280 4.2",       \
      "an unknown critical extension")                                        \
    X(DEVID_E_EXTENSION_CRITICALITY, "extension-criticality",                 \
      "RFC 5280 4.2.1", "an extension's criticality is not the one required") \
    X(DEVID_E_BASIC_CONSTRAINTS, "basic-constraints", "RFC 5280 4.2.1.9",     \
      "basicConstraints is malformed, missing or says no CA")                 \
    X(DEVID_E_PATH_LENGTH, "path-length", "RFC 5280 4.2.1.9",                 \
      "pathLenConstraint is exceeded or misplaced")                           \
    X(DEVID_E_KEY_USAGE, "key-usage", "RFC 5280 4.2.1.3",                     \
      "keyUsage is malformed or lacks the needed bit")                        \
    X(DEVID_E_EXT_KEY_USAGE, "ext-key-usage", "RFC 5280 4.2.1.12",            \
      "extKeyUsage is malformed or lacks the needed purpose")                 \
    X(DEVID_E_KEY_IDENTIFIER, "key-identifier", "RFC 5280 4.2.1.1",           \
      "authority and subject key identifiers are malformed or disagree")      \
    X(DEVID_E_SUBJECT_ALT_NAME, "subject-alt-name", "RFC 5280 4.2.1.6",       \
      "subjectAltName is malformed, empty, or missing beside an empty "       \
      "subject")                                                              \
    X(DEVID_E_NAME_CONSTRAINTS, "name-constraints", "RFC 5280 4.2.1.10",      \
      "nameConstraints is malformed or has a form that is not handled")       \
    X(DEVID_E_NOT_PERMITTED, "not-permitted", "RFC 5280 6.1.3 (b)(c)",        \
      "a name is outside the issuer's nameConstraints")                       \
    X(DEVID_E_POLICY, "policy", "RFC 5280 4.2.1.4",                           \
      "certificatePolicies is malformed or repeats a policy")                 \
    X(DEVID_E_SIGNATURE_FORMAT, "signature-format", "RFC 3279 2.2.3",         \
      "signature is not a DER SEQUENCE of two integers in 1..n-1")            \
    X(DEVID_E_ATTRIBUTE, "attribute", "RFC 2986 4.1",                         \
      "a request attribute is malformed or repeated")                         \
    /* path validation, RFC 5280 section 6 */                                 \
    X(DEVID_E_SIGNATURE, "signature", "RFC 5280 6.1.3 (a)(1)",                \
      "signature does not verify")                                            \
    X(DEVID_E_EXPIRED, "expired", "RFC 5280 6.1.3 (a)(2)",                    \
      "notAfter has passed")                                                  \
    X(DEVID_E_NOT_YET_VALID, "not-yet-valid", "RFC 5280 6.1.3 (a)(2)",        \
      "notBefore has not come")                                               \
    X(DEVID_E_REVOKED, "revoked", "RFC 5280 6.1.3 (a)(3)",                    \
      "certificate is revoked or on hold")                                    \
    X(DEVID_E_NAME_CHAINING, "name-chaining", "RFC 5280 6.1.3 (a)(4)",        \
      "issuer is not the subject above it")                                   \
    X(DEVID_E_NO_ANCHOR, "no-anchor", "RFC 5280 6.1.1 (d)",                   \
      "no trust anchor has the name of the last issuer")                      \
    X(DEVID_E_DEPTH, "depth", "RFC 5280 6.1",                                 \
      "chain is empty or longer than the bound")                              \
    X(DEVID_E_IDENTITY, "identity", "IEEE 802.1AR 8.6",                       \
      "device has not the UID or product that was required")                  \
    /* revocation, RFC 5280 section 5 and 6.3 */                              \
    X(DEVID_E_CRL_MISSING, "crl-missing", "RFC 5280 6.3.3",                   \
      "no CRL of the issuer was given")                                       \
    X(DEVID_E_CRL_STALE, "crl-stale", "RFC 5280 6.3.3 (a)",                   \
      "CRL's nextUpdate has passed or thisUpdate has not come")               \
    X(DEVID_E_CRL_NUMBER, "crl-number", "RFC 5280 5.2.3",                     \
      "cRLNumber is missing, malformed or older than the last one seen")      \
    X(DEVID_E_CRL_ISSUER, "crl-issuer", "RFC 5280 6.3.3 (b)",                 \
      "CRL is of another issuer, or that issuer may not sign CRLs")           \
    X(DEVID_E_CRL_ENTRY, "crl-entry", "RFC 5280 5.3",                         \
      "an entry of the CRL is malformed")                                     \
    /* revocation sets, docs/formats.md */                                    \
    X(DEVID_E_SET_FORMAT, "set-format", "docs/formats.md revocation set",     \
      "revocation set is malformed, cut short or too long")                   \
    X(DEVID_E_SET_VERSION, "set-version", "docs/formats.md revocation set",   \
      "revocation set is of another version")                                 \
    /* the call itself */                                                     \
    X(DEVID_E_ARGUMENT, "argument", "", "an argument is missing or invalid")  \
    X(DEVID_E_SPACE, "space", "", "the output buffer is too small")           \
    X(DEVID_E_FAULT, "fault", "docs/libdevid.md Hardened",                    \
      "two passes over the same input disagree, or one left out a step")

/* DEVID_OK_ROW and so on, from 0. */
enum devid_status_row {
#define DEVID_STATUS_ENUM(name, id, clause, text) name##_ROW,
    DEVID_STATUS_TABLE(DEVID_STATUS_ENUM)
#undef DEVID_STATUS_ENUM
        DEVID_STATUS_ROWS
};

enum devid_status {
#define DEVID_STATUS_ENUM(name, id, clause, text) \
    name = DEVID_STATUS_CODE(name##_ROW),
    DEVID_STATUS_TABLE(DEVID_STATUS_ENUM)
#undef DEVID_STATUS_ENUM
};

/*
 * The text id ("name-chaining"), the clause ("RFC 5280 6.1.3 (a)(4)") and the
 * sentence of a status; "unknown", "" and "unknown status" for a value that is
 * none. Static strings. In an archive member of their own: firmware that does
 * not call them does not carry them.
 */
const char *devid_status_id(enum devid_status status);
const char *devid_status_clause(enum devid_status status);
const char *devid_status_text(enum devid_status status);

#ifdef __cplusplus
}
#endif
#endif
