/* CertificationRequest, RFC 2986: a strict reader into a view, a writer. */
#ifndef DEVID_X509_REQUEST_H
#define DEVID_X509_REQUEST_H

#include "certificate.h"

struct devid_request {
    struct devid_slice der;        /* the whole CertificationRequest */
    struct devid_slice info;       /* CertificationRequestInfo with header */
    struct devid_slice subject;    /* Name with header; may be empty */
    struct devid_slice spki;       /* SubjectPublicKeyInfo with header */
    struct devid_slice public_key; /* uncompressed point */
    struct devid_slice attributes; /* content of [0] attributes */
    struct devid_slice extensions; /* content of the requested Extensions from
                                      extensionRequest, or empty */
    struct devid_slice signature;  /* Ecdsa-Sig-Value, DER */
    uint8_t key_curve;
    uint8_t signature_curve;
};

/*
 * Reads one whole CertificationRequest. Unknown attributes are checked for form
 * and skipped; extensionRequest is taken apart (duplicates refused). The
 * signature is not verified here.
 */
enum devid_status devid_request_read(struct devid_slice der,
                                     struct devid_request *request);

/* A CertificationRequestInfo; extensions as in struct devid_tbs. */
struct devid_request_info {
    struct devid_slice subject;
    struct devid_slice spki;
    struct devid_slice extensions;
};
void devid_request_info_write(struct devid_writer *w,
                              const struct devid_request_info *info);

#endif
