/*
 * Certificate, RFC 5280 section 4: a strict reader into a view, a writer of the
 * TBSCertificate and of the signed whole.
 */
#ifndef DEVID_X509_CERTIFICATE_H
#define DEVID_X509_CERTIFICATE_H

#include "key.h"
#include "name.h"

/* KeyUsage bits, RFC 5280 4.2.1.3: bit n of devid_cert.key_usage. */
enum {
    DEVID_KU_DIGITAL_SIGNATURE = 1 << 0,
    DEVID_KU_NON_REPUDIATION = 1 << 1,
    DEVID_KU_KEY_ENCIPHERMENT = 1 << 2,
    DEVID_KU_DATA_ENCIPHERMENT = 1 << 3,
    DEVID_KU_KEY_AGREEMENT = 1 << 4,
    DEVID_KU_KEY_CERT_SIGN = 1 << 5,
    DEVID_KU_CRL_SIGN = 1 << 6,
    DEVID_KU_ENCIPHER_ONLY = 1 << 7,
    DEVID_KU_DECIPHER_ONLY = 1 << 8
};

/* No pathLenConstraint. */
#define DEVID_PATH_LEN_NONE 0xFF

/* A view: every slice points into the octets that were read. */
struct devid_cert {
    /* What is small, then what is asked for most, stands first, where a Thumb
     * instruction reaches it. */
    uint8_t path_len;        /* DEVID_PATH_LEN_NONE when absent */
    uint8_t key_curve;       /* enum devid_curve of public_key */
    uint8_t signature_curve; /* enum devid_curve whose hash signs this */
    bool ca;                 /* basicConstraints cA */
    bool padded_key_usage;   /* keyUsage ends in zero bits (X.690 11.2.2): not
                                DER, but common; the chain walk refuses it */
    uint16_t key_usage;      /* DEVID_KU_*; 0 when the extension is absent */
    struct devid_time not_before;
    struct devid_time not_after;
    /* From here on slices alone, in a row: forms fill them by their number. */
    struct devid_slice issuer;     /* Name with header */
    struct devid_slice subject;    /* Name with header */
    struct devid_slice public_key; /* uncompressed point */
    struct devid_slice
        extensions; /* content of Extensions; empty when absent */
    struct devid_slice subject_key_id;   /* keyIdentifier, or empty */
    struct devid_slice authority_key_id; /* keyIdentifier, or empty */
    struct devid_slice subject_alt_name; /* content of GeneralNames, or empty */
    struct devid_slice ext_key_usage;    /* ExtKeyUsageSyntax, content */
    struct devid_slice name_constraints; /* NameConstraints, content */
    struct devid_slice key_usage_bits;   /* KeyUsage, content, or empty */
    struct devid_slice basic[2];         /* contents of cA, pathLenConstraint */
    struct devid_slice serial;           /* INTEGER content octets */
    struct devid_slice signature;        /* Ecdsa-Sig-Value, DER */
    struct devid_slice tbs; /* TBSCertificate with header: what is signed */
    struct devid_slice der; /* the whole Certificate */
    struct devid_slice algorithm;       /* of the signature, with header */
    struct devid_slice outer_algorithm; /* the same octets as algorithm */
    struct devid_slice validity;        /* content: the two times */
    struct devid_slice spki;            /* SubjectPublicKeyInfo with header */
    struct devid_slice key_algorithm;   /* of the key, with header */
};

/*
 * Reads one whole Certificate and checks every field against section 4: v3,
 * serial, algorithms, names, validity, key, each known extension's form and
 * criticality; an unknown critical extension is refused. No signature and no
 * clock is looked at. der may be of any length and content.
 */
enum devid_status devid_cert_read(struct devid_slice der,
                                  struct devid_cert *cert);

/* Extensions one by one: start with cert.extensions, until DEVID_E_EMPTY. */
struct devid_extension {
    struct devid_slice oid;
    struct devid_slice value; /* content of extnValue */
    bool critical;
};
enum devid_status devid_extension_next(struct devid_slice *cursor,
                                       struct devid_extension *extension);

/* What goes into a TBSCertificate, each piece already DER with its header,
 * but for the serial (magnitude, big-endian) and the extensions (the content of
 * Extensions; empty leaves the field out). */
struct devid_tbs {
    struct devid_slice serial;
    struct devid_slice issuer;
    struct devid_slice subject;
    struct devid_slice spki;
    struct devid_slice extensions;
    struct devid_time not_before;
    struct devid_time not_after;
    enum devid_curve signature_curve;
};
void devid_tbs_write(struct devid_writer *w, const struct devid_tbs *tbs);

/*
 * The outer SEQUENCE that Certificate, CertificationRequest and CertificateList
 * share: signed part, algorithm, signature (Ecdsa-Sig-Value, DER).
 */
void devid_signed_write(struct devid_writer *w, struct devid_slice tbs,
                        enum devid_curve curve, struct devid_slice signature);

/* One Extension around a value that is already DER. */
void devid_extension_write(struct devid_writer *w,
                           const struct devid_extension *extension);

#endif
