/* Certificates and lists put together piece by piece, so that a test can put
 * any octets in the place of one piece. */
#ifndef TESTS_LINT_MADE_H
#define TESTS_LINT_MADE_H

#include <devid/slice.h>

#include <stddef.h>
#include <stdint.h>

/* The pieces of a Certificate, in order; E_ are Extension elements. */
enum piece {
    VERSION,
    SERIAL,
    ALGORITHM,
    ISSUER,
    NOT_BEFORE,
    NOT_AFTER,
    SUBJECT,
    SPKI,
    UNIQUE_ID,
    E_BASIC,
    E_USAGE,
    E_SKI,
    E_AKI,
    E_EXTRA,
    E_EXTRA2,
    OUTER_ALGORITHM,
    SIGNATURE, /* content of the BIT STRING */
    TRAILER,   /* after the Certificate */
    PIECES
};

/* The pieces of a CertificateList. */
enum list_piece {
    L_VERSION,
    L_ALGORITHM,
    L_ISSUER,
    L_THIS_UPDATE,
    L_NEXT_UPDATE,
    L_ENTRIES, /* the whole revokedCertificates element */
    L_NUMBER,
    L_AKI,
    L_EXTRA,
    L_OUTER_ALGORITHM,
    L_SIGNATURE,
    L_TRAILER,
    L_PIECES
};

struct made {
    struct devid_slice pieces[PIECES];
    uint8_t der[4096];
};

/* A device's and a CA's good certificate; a good list. */
void made_device(struct made *made);
void made_ca(struct made *made);
void made_list(struct made *made);

/* The pieces, put together in made->der. */
struct devid_slice made_certificate(struct made *made);
struct devid_slice made_crl(struct made *made);

#endif
