/* Certification requests: proof of possession, and our own for an offline
 * root. */
#ifndef DEVCA_CA_REQUEST_H
#define DEVCA_CA_REQUEST_H

#include "devca/ca/certify.h"

/* A request that was read and whose signer holds the key (RFC 2986, 4.2).
 * Zero-initialise, possessed_clear at the end; view points into der. */
struct possessed {
    struct bytes der;
    struct devid_request view;
    struct public_key key;
};
void possessed_clear(struct possessed *possessed);

/* The first step of request_possess(), der and view: DEVCA_E_MALFORMED. */
enum devca_code request_read(struct devid_slice octets, const char *object,
                             struct possessed *possessed,
                             struct devca_error *error);

/* The second, the key and the proof: DEVCA_E_ALGORITHM, DEVCA_E_KEY_POINT,
 * DEVCA_E_POSSESSION. */
enum devca_code request_prove(struct possessed *possessed, const char *object,
                              struct devca_error *error);

/* Both. */
enum devca_code request_possess(struct devid_slice octets, const char *object,
                                struct possessed *possessed,
                                struct devca_error *error);

/* A CertificationRequest for subject (Name, DER) by its own key. */
enum devca_code request_make(const struct signer *signer,
                             struct devid_slice subject, struct bytes *der,
                             struct devca_error *error);

#endif
