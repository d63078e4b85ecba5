/*
 * TBSCertList, RFC 5280 section 5, in two parts so that a list of a million
 * entries streams: a head that knows how long everything after it is, then the
 * entries one by one, then the tail.
 */
#ifndef DEVID_X509_CRL_WRITE_H
#define DEVID_X509_CRL_WRITE_H

#include "certificate.h"

#include <devid/crl.h>

/* key_id is the issuer's subjectKeyIdentifier; number a magnitude. */
struct devid_crl_head {
    struct devid_slice issuer; /* Name with header */
    struct devid_slice key_id;
    struct devid_slice number;
    struct devid_slice extensions; /* further Extension elements, or empty */
    struct devid_time this_update;
    struct devid_time next_update;
    enum devid_curve signature_curve;
};

/* One entry; serial is a magnitude. reason 0 leaves reasonCode out
 * (RFC 5280 5.3.1), invalidity_date of zero leaves invalidityDate out. */
void devid_crl_entry_write(struct devid_writer *w,
                           const struct devid_crl_entry *entry);

/* Everything of TBSCertList before the entries, its own header included.
 * entries_len: the octets of all entries together; 0 leaves
 * revokedCertificates out (RFC 5280 5.1.2.6). */
void devid_crl_head_write(struct devid_writer *w,
                          const struct devid_crl_head *head,
                          size_t entries_len);

/* Everything of TBSCertList after the entries. */
void devid_crl_tail_write(struct devid_writer *w,
                          const struct devid_crl_head *head);

/* The outer CertificateList header before a TBSCertList of tbs_len octets whose
 * signature value is signature_len octets, and what follows it. */
void devid_crl_outer_write(struct devid_writer *w, size_t tbs_len,
                           enum devid_curve curve, size_t signature_len);
void devid_crl_signature_write(struct devid_writer *w, enum devid_curve curve,
                               struct devid_slice signature);

#endif
