/*
 * SIGNED { }, RFC 5280 4.1.1: the outer SEQUENCE that Certificate,
 * CertificationRequest and CertificateList share.
 */
#ifndef DEVID_X509_SIGNED_H
#define DEVID_X509_SIGNED_H

#include "key.h"

struct devid_signed {
    struct devid_slice tbs;       /* with its header: the octets signed */
    struct devid_slice content;   /* of tbs, without its header */
    struct devid_slice signature; /* Ecdsa-Sig-Value, DER, not yet looked at */
    enum devid_curve curve;       /* of the outer signatureAlgorithm */
};

/* Takes der apart, to its last octet. DEVID_E_ALGORITHM, DEVID_E_BIT_STRING
 * and what the DER cursor answers. */
enum devid_status devid_signed_read(struct devid_slice der,
                                    struct devid_signed *out);

/* Takes a CertificateSerialNumber off *in: positive, at most 20 octets
 * (RFC 5280 4.1.2.2), else DEVID_E_SERIAL. */
enum devid_status devid_serial_read(struct devid_slice *in,
                                    struct devid_slice *serial);
enum devid_status devid_serial_check(struct devid_slice *content);

/* Takes the AlgorithmIdentifier inside the signed part off *in; it must be the
 * outer one (RFC 5280 4.1.1.2), else DEVID_E_ALGORITHM_MISMATCH. */
enum devid_status devid_inner_algorithm_read(struct devid_slice *in,
                                             enum devid_curve outer);

#endif
