/*
 * Revocation sets: the revoked serial numbers of one CA in some four octets
 * each, signed, searched in place in flash. The format, octet by octet, and why
 * it is so: docs/formats.md.
 *
 * No false answer for any certificate that the CA had issued when it made the
 * set; for one issued later, "revoked" is wrong with a probability below 1e-8.
 * A set says that a certificate is revoked, not since when nor why: that is
 * what a CRL is for.
 */
#ifndef DEVID_REVOCATION_SET_H
#define DEVID_REVOCATION_SET_H

#include <devid/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The fixed part of a set, and the most octets of an issuer's key id. */
#define DEVID_REVOCATION_SET_HEADER 88
#define DEVID_REVOCATION_SET_KEY_ID_MAX 32
#define DEVID_REVOCATION_SET_SALT 16

/* A view over a set; points into the caller's octets. */
struct devid_revocation_set {
    struct devid_slice signed_part; /* all but the signature */
    struct devid_slice key_id;      /* subjectKeyIdentifier of the CA */
    struct devid_slice number;      /* as cRLNumber: INTEGER content octets */
    struct devid_slice signature;   /* Ecdsa-Sig-Value, DER */
    struct devid_time this_update;
    struct devid_time next_update;
    uint32_t count;      /* certificates that it holds revoked */
    uint8_t bucket_bits; /* the index has two to the power of these */
    uint8_t curve;       /* of the signature: enum devid_curve */
};

/*
 * Reads the fixed part of a set and checks that all it announces is there and
 * nothing else: the signature is one SEQUENCE to the last octet. What that
 * holds, freshness and entries are not looked at. octets: the whole set, to the
 * last octet of its signature. DEVID_E_SET_FORMAT, DEVID_E_SET_VERSION,
 * DEVID_E_TIME, DEVID_E_VALIDITY. Stack on a Cortex-M: under 112 octets.
 */
enum devid_status devid_revocation_set_open(struct devid_slice octets,
                                            struct devid_revocation_set *set);

/*
 * Is this set signed by issuer, who may sign CRLs, fresh by policy.time and
 * policy.clock, and not older than last_number (number of a set or CRL seen
 * before, or empty)? issuer: public_key, key_id and key_usage of the CA.
 * The whole set is hashed. As RFC 5280 6.3.3 has it for CRLs:
 * DEVID_E_CRL_ISSUER, DEVID_E_CRL_STALE, DEVID_E_CRL_NUMBER,
 * DEVID_E_KEY_IDENTIFIER, DEVID_E_SIGNATURE_FORMAT, DEVID_E_SIGNATURE;
 * DEVID_E_KEY_POINT of issuer's key, DEVID_E_ALGORITHM where the set is for
 * another curve, DEVID_E_ARGUMENT of policy.clock; and what the port answers.
 * Keeping the last number is the caller's: nothing is kept here.
 * Stack on a Cortex-M: under 256 octets above the port's own need.
 */
enum devid_status devid_revocation_set_verify(
    const struct devid_revocation_set *set, const struct devid_anchor *issuer,
    const struct devid_policy *policy, struct devid_slice last_number);

/*
 * Looks serial (INTEGER content octets, 1 to 20) of a certificate of this CA
 * up: one hash of 36 octets and a binary search in one bucket. DEVID_OK: not
 * revoked. DEVID_E_REVOKED. DEVID_E_ARGUMENT for a serial that is none (RFC
 * 5280 4.1.2.2: positive, minimal), DEVID_E_SET_FORMAT for an index that
 * contradicts itself, and what the port answers. Memory-safe on any octets that
 * devid_revocation_set_open() took, but an answer counts only after
 * devid_revocation_set_verify(). Stack on a Cortex-M: under 160 octets above
 * the port's own need.
 */
enum devid_status
devid_revocation_set_lookup(const struct devid_revocation_set *set,
                            struct devid_slice serial);

/*
 * devid_verify_chain() with the revocation of every certificate checked, by
 * lists that are CRLs or revocation sets, mixed as they come: for each
 * certificate one of its issuer must be among them (DEVID_E_CRL_MISSING). An
 * issuer without subjectKeyIdentifier has no set. In an archive member of its
 * own: firmware that does not call it carries none of this.
 */
enum devid_status devid_verify_chain_lists(const struct devid_chain *chain,
                                           const struct devid_anchors *anchors,
                                           const struct devid_policy *policy,
                                           const struct devid_crls *lists,
                                           struct devid_identity *identity);

#ifdef __cplusplus
}
#endif
#endif
