/*
 * Chain verification for devices: RFC 5280, section 6.1, for one profile:
 * X.509 v3, ECDSA on P-256 or P-384, a bounded chain given in order.
 *
 * What this does not do: build paths, fetch anything, ask for the time, keep
 * state, allocate, map certificate policies, or look at a CRL unless asked.
 */
#ifndef DEVID_VERIFY_H
#define DEVID_VERIFY_H

#include <devid/crl.h>
#include <devid/slice.h>
#include <devid/status.h>
#include <devid/time.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Certificates below the anchor. A build may set another bound. */
#ifndef DEVID_MAX_DEPTH
#define DEVID_MAX_DEPTH 4
#endif

/*
 * A trust anchor (RFC 5280, 6.1.1 (d)): a name and a key, nothing more.
 * `devca export --root --format c-header` writes one.
 */
struct devid_anchor {
    struct devid_slice subject;    /* Name, DER with its SEQUENCE header */
    struct devid_slice public_key; /* uncompressed point: 65 or 97 octets */
    struct devid_slice key_id;     /* subjectKeyIdentifier, or empty */
    uint16_t key_usage;            /* of the anchor's certificate, bit n =
                                      KeyUsage bit n; 0: not restricted. Asked
                                      only for cRLSign */
};

/* DER certificates, the device's or signer's own first, each issued by the
 * next; the last is issued by an anchor. The anchor's own certificate may
 * stand at the end and is then skipped. */
struct devid_chain {
    const struct devid_slice *certificates;
    size_t count;
};

struct devid_anchors {
    const struct devid_anchor *list;
    size_t count;
};

/* Time is given, never asked. */
enum devid_clock {
    DEVID_CLOCK_TIME,  /* policy.time is now: full check of every validity */
    DEVID_CLOCK_FLOOR, /* now is policy.time or later: notAfter is checked */
    DEVID_CLOCK_NONE   /* validity is parsed but never compared */
};

/* What the caller demands beyond RFC 5280. Zero it, then set what matters. */
struct devid_policy {
    struct devid_time time;
    enum devid_clock clock;
    struct devid_slice required_eku;     /* OID content octets, or empty: the
                                            first certificate's extKeyUsage
                                            has it, and a CA's that has one
                                            has it or anyExtendedKeyUsage */
    struct devid_slice required_uid;     /* the chip's UID, octets, or empty.
                                            Text in the certificate that is
                                            hexadecimal of whole octets stands
                                            for these octets alone; other text
                                            for itself */
    struct devid_slice required_product; /* as identity.product, or empty */
    struct devid_slice uid_attribute;    /* OID content octets of the subject
                                            attribute that holds the UID; empty:
                                            serialNumber, then
                                            hardwareModuleName */
    bool allow_ca_device;                /* the first certificate may be a CA
                                            (DICE) */
    bool allow_absent_eku;               /* required_eku is met by a device
                                            without extKeyUsage, as RFC 5280
                                            4.2.1.12 allows; off, any device
                                            certificate would not pass as a
                                            signer's */
    bool allow_padded_key_usage;         /* take a keyUsage that ends in zero
                                            bits, which DER forbids (X.690
                                            11.2.2) and some CAs write */
};

/* Views into the certificates given; valid as long as those are. */
struct devid_identity {
    struct devid_slice uid;        /* text, as a rule in hexadecimal, or raw
                                      octets: see uid_is_text */
    struct devid_slice product;    /* organizationalUnitName of the first
                                      certificate's issuer, or empty */
    struct devid_slice subject;    /* Name, DER */
    struct devid_slice serial;     /* INTEGER content octets */
    struct devid_slice public_key; /* uncompressed point */
    struct devid_slice extensions; /* for devid_identity_extension() */
    struct devid_time not_before;
    struct devid_time not_after;
    uint16_t key_usage; /* bit n = KeyUsage bit n; 0 when absent */
    bool uid_is_text;
};

/*
 * Verifies chain up to one of anchors under policy. On DEVID_OK, and only then,
 * *identity is filled from the first certificate (identity may be NULL). Every
 * other status names the first rule broken, walking from the anchor down to the
 * device. No revocation check: see devid_verify_chain_crls(). RFC 5280 6.1.
 *
 * Statuses: those of reading a certificate, DEVID_E_NO_ANCHOR, DEVID_E_DEPTH,
 * DEVID_E_NAME_CHAINING, DEVID_E_KEY_IDENTIFIER, DEVID_E_NOT_YET_VALID,
 * DEVID_E_EXPIRED, DEVID_E_NOT_PERMITTED, DEVID_E_ALGORITHM,
 * DEVID_E_KEY_POINT, DEVID_E_SIGNATURE_FORMAT, DEVID_E_SIGNATURE,
 * DEVID_E_BASIC_CONSTRAINTS, DEVID_E_KEY_USAGE, DEVID_E_PATH_LENGTH,
 * DEVID_E_EXT_KEY_USAGE, DEVID_E_IDENTITY, DEVID_E_ARGUMENT.
 *
 * Stack on a Cortex-M: under 1,024 octets, of which 456 stand below the port's
 * own need (docs/size.md). Reentrant; nothing is kept.
 */
enum devid_status devid_verify_chain(const struct devid_chain *chain,
                                     const struct devid_anchors *anchors,
                                     const struct devid_policy *policy,
                                     struct devid_identity *identity);

/*
 * CRLs to check against: for each certificate of the chain a CRL of its issuer
 * that covers it must be among them (DEVID_E_CRL_MISSING): a complete one, or
 * the partition that its cRLDistributionPoints name. A delta CRL is refused
 * (DEVID_E_EXTENSION_CRITICAL).
 */
struct devid_crls {
    const struct devid_slice *list; /* DER CertificateList each */
    size_t count;
    const struct devid_slice *last_numbers; /* NULL, or count cRLNumbers as in
                                               struct devid_crl: the last one
                                               seen of each; empty: none */
};

/*
 * devid_verify_chain() with the revocation of every certificate checked. In an
 * archive member of its own: firmware that does not call it carries no CRL
 * code.
 */
enum devid_status devid_verify_chain_crls(const struct devid_chain *chain,
                                          const struct devid_anchors *anchors,
                                          const struct devid_policy *policy,
                                          const struct devid_crls *crls,
                                          struct devid_identity *identity);

/*
 * Is this CRL signed by issuer, who may sign CRLs, fresh by policy.time and
 * policy.clock, and not older than last_number (cRLNumber content octets, or
 * empty)? issuer: name, key, key_id and key_usage of the CA. RFC 5280 6.3.3.
 * DEVID_E_CRL_ISSUER, DEVID_E_CRL_STALE, DEVID_E_CRL_NUMBER,
 * DEVID_E_KEY_IDENTIFIER, DEVID_E_SIGNATURE_FORMAT, DEVID_E_SIGNATURE;
 * DEVID_E_KEY_POINT of issuer's key, DEVID_E_ALGORITHM where the list is for
 * another curve, DEVID_E_ARGUMENT of policy.clock; and what the port answers.
 */
enum devid_status devid_crl_verify(const struct devid_crl *crl,
                                   const struct devid_anchor *issuer,
                                   const struct devid_policy *policy,
                                   struct devid_slice last_number);

/*
 * The value (content of extnValue) of the extension with this OID in a verified
 * certificate. DEVID_E_EXTENSIONS when it has none.
 */
enum devid_status
devid_identity_extension(const struct devid_identity *identity,
                         struct devid_slice oid, struct devid_slice *value);

/*
 * A signature by a verified certificate's key over a message hash (32 octets
 * for P-256, 48 for P-384). signature is an Ecdsa-Sig-Value in DER
 * (RFC 3279, 2.2.3). A certificate whose keyUsage is present and lacks
 * digitalSignature is refused (DEVID_E_KEY_USAGE).
 *
 * extKeyUsage is not asked here, for devices sign too: for firmware verify the
 * signer's chain with policy.required_eku set to codeSigning. Without it every
 * device's key is one that signs firmware.
 */
enum devid_status devid_verify_signature(const struct devid_identity *identity,
                                         struct devid_slice hash,
                                         struct devid_slice signature);

#ifdef __cplusplus
}
#endif
#endif
