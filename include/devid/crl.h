/*
 * Certificate revocation lists in flash: read once in bounded RAM, looked up in
 * place. RFC 5280, section 5 and 6.3.
 */
#ifndef DEVID_CRL_H
#define DEVID_CRL_H

#include <devid/slice.h>
#include <devid/status.h>
#include <devid/time.h>

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A view over a CertificateList; points into the caller's octets. */
struct devid_crl {
    struct devid_slice der;     /* the whole CertificateList */
    struct devid_slice tbs;     /* TBSCertList, header included: signed */
    struct devid_slice issuer;  /* Name with its header */
    struct devid_slice entries; /* content of revokedCertificates, or empty */
    struct devid_slice extensions; /* content of crlExtensions */
    struct devid_slice key_id;     /* authorityKeyIdentifier keyIdentifier */
    struct devid_slice number;     /* cRLNumber, INTEGER content octets */
    struct devid_slice
        point; /* fullName of a critical issuingDistributionPoint,
                  content of GeneralNames; empty: a list of all
                  certificates of its issuer */
    struct devid_slice signature; /* Ecdsa-Sig-Value, DER */
    struct devid_time this_update;
    struct devid_time next_update;
    uint8_t curve; /* of the signature: enum devid_curve */
};

/* One entry of revokedCertificates. reason: RFC 5280 5.3.1, 0 when absent. */
struct devid_crl_entry {
    struct devid_slice serial; /* INTEGER content octets */
    struct devid_time revoked_at;
    struct devid_time invalidity_date; /* zero when absent */
    uint8_t reason;
};

/*
 * Reads and checks everything of a CRL but its entries, its signature and its
 * freshness. Any critical extension refuses it, and so do a delta or a
 * partitioned CRL (DEVID_E_EXTENSION_CRITICAL).
 */
enum devid_status devid_crl_read(struct devid_slice der, struct devid_crl *crl);

/*
 * The same, but takes a partitioned CRL too: one with a critical
 * issuingDistributionPoint (RFC 5280 5.2.5) that has a distributionPoint of
 * fullName and nothing else. Such a list says nothing of a certificate that it
 * does not cover: ask devid_crl_covers() before devid_crl_find(). One limited
 * to user, CA or attribute certificates or to some reasons, and an indirect
 * one, stay DEVID_E_EXTENSION_CRITICAL.
 */
enum devid_status devid_crl_read_part(struct devid_slice der,
                                      struct devid_crl *crl);

/*
 * Does the list speak of a certificate with these extensions (content of
 * Extensions, as in struct devid_identity)? A list of all does. A partitioned
 * one does when a name of its point is one of a cRLDistributionPoints' fullName
 * that is for all reasons and of the same issuer; names are compared octet by
 * octet. RFC 5280 6.3.3 (b)(2)(i).
 */
bool devid_crl_covers(const struct devid_crl *crl,
                      struct devid_slice extensions);

/* Takes the next entry off *entries (start with crl.entries). DEVID_E_EMPTY at
 * the end; any other status is a malformed entry. */
enum devid_status devid_crl_next(struct devid_slice *entries,
                                 struct devid_crl_entry *entry);

/*
 * Looks serial (INTEGER content octets) up, reading every entry.
 * DEVID_OK: not listed, or listed with removeFromCRL. DEVID_E_REVOKED: listed;
 * *entry (may be NULL) tells how. DEVID_E_ARGUMENT: no serial (RFC 5280
 * 4.1.2.2): not positive, not minimal, empty or longer than 20 octets. Any
 * other status is that of a malformed entry.
 */
enum devid_status devid_crl_find(const struct devid_crl *crl,
                                 struct devid_slice serial,
                                 struct devid_crl_entry *entry);

#ifdef __cplusplus
}
#endif
#endif
