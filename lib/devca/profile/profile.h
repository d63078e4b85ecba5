/*
 * Policy: a certificate profile is a JSON document in RFC 5280's words
 * (schema/profile.schema.json, docs/profiles.md), read once, checked so that
 * every certificate it can make is valid, then immutable: any number of threads
 * may use it at once.
 */
#ifndef DEVCA_PROFILE_PROFILE_H
#define DEVCA_PROFILE_PROFILE_H

#include "devca/base/bytes.h"
#include "devid/x509/certificate.h"
#include "devid/x509/request.h"

#include <devca/time.h>

struct profile;

enum profile_kind {
    PROFILE_ROOT,         /* self-signed */
    PROFILE_INTERMEDIATE, /* a product's CA, signed by the root */
    PROFILE_DEVICE,       /* a device; may itself be a CA (DICE) */
    PROFILE_SIGNER        /* code signing, stations and the like: no chip */
};

/*
 * Reads a profile of at most 64 KiB and proves it: the rules of
 * docs/profiles.md, and libdevid reads a certificate made of it. Every fault is
 * DEVCA_E_PROFILE_INVALID with the JSON pointer as field and the clause it
 * would break; else DEVCA_E_NO_MEMORY. object names the document in errors.
 * *profile is the caller's to free; NULL on failure. json is not needed
 * afterwards.
 */
enum devca_code profile_read(struct profile **profile, struct devid_slice json,
                             const char *object, struct devca_error *error);
/* The same of one that is on record: the rules about whom its certificates
 * would pass for may be younger, and are left to profile_fits(). Nothing is to
 * be issued by it before. */
enum devca_code profile_read_recorded(struct profile **profile,
                                      struct devid_slice json,
                                      const char *object,
                                      struct devca_error *error);
void profile_free(struct profile *profile);

const char *profile_name(const struct profile *profile);
const char *profile_description(const struct profile *profile);
enum profile_kind profile_kind(const struct profile *profile);
/* "root", "intermediate", "device", "signer". */
const char *profile_kind_name(enum profile_kind kind);

/*
 * Could this profile make certificates under that issuer profile (kinds,
 * pathLen, purposes, shared parameters, Matter's vendor) and for UIDs of this
 * many octets (at most 64), and would they pass for nothing else? Asked when a
 * product is made and before anything is issued, not for each device. issuer
 * NULL: not asked; uid_octets 0: of any length, so only that the shortest fits.
 * DEVCA_E_PROFILE_INVALID with field, clause and, where there is one, a way out
 * as hint; DEVCA_E_NO_MEMORY.
 */
enum devca_code profile_fits(const struct profile *profile,
                             const struct profile *issuer, size_t uid_octets,
                             struct devca_error *error);

/*
 * The same of the certificate that it would issue under, whoever made that: may
 * it sign certificates and CRLs (RFC 5280 4.2.1.3), CAs below it when the
 * profile makes some (4.2.1.9), and is it good for each of the profile's
 * purposes (4.2.1.12)? DEVCA_E_MISMATCH, about object, the certificate.
 */
enum devca_code profile_fits_issuer(const struct profile *profile,
                                    const struct devid_cert *issuer,
                                    const char *object,
                                    struct devca_error *error);

struct profile_subject;

/*
 * May both profiles be of one product? A request chooses no attribute by one of
 * them that holds the UID of devices by the other, and no CRL of a partition of
 * one covers certificates by the other that are not in it (RFC 5280 5.2.5). Of
 * subject product, org and country are looked at. DEVCA_E_PROFILE, about
 * profile.
 */
enum devca_code profile_agrees(const struct profile *profile,
                               const struct profile *other,
                               const struct profile_subject *subject,
                               struct devca_error *error);

/* The last of these rules alone, also of profiles that are both on record and
 * of a profile with itself (profile == other): each of its places is of one
 * partition. */
enum devca_code profile_lists_agree(const struct profile *profile,
                                    const struct profile *other,
                                    const struct profile_subject *subject,
                                    struct devca_error *error);

#define PROFILE_PARAMETERS 8

/*
 * The index in profile_subject.own of the perDevice parameter of that name, or
 * PROFILE_PARAMETERS when the profile has none.
 */
size_t profile_own(const struct profile *profile, const char *name);

/*
 * Everything a template may speak of. Strings are UTF-8; empty slices where
 * there is nothing. issuer_* are of the issuing CA (of itself for a root).
 */
struct profile_subject {
    struct devid_slice uid; /* raw octets: {uid} {uid:upper} {uid:bytes} */
    const char *product;    /* {product} */
    const char *org;        /* {org} */
    const char *country;    /* {country} */
    const char *name;       /* {name}: CN given for a root */
    /* The profile's perDevice parameters by profile_own(); NULL: the default */
    const char *own[PROFILE_PARAMETERS];
    struct devid_slice serial; /* magnitude: {serial} in hex */
    const char *shard; /* {shard}; NULL: that of serial, by the profile */
    enum devid_curve key_curve;
    struct devid_slice public_key; /* point */
    /* Hashes of the point (the BIT STRING's value): for key identifiers
     * (RFC 5280 4.2.1.2 (1), RFC 7093 2 (1)) and {key:sha1}, {key:sha256}. */
    struct devid_slice key_sha1;
    struct devid_slice key_sha256;
    struct devid_slice issuer_key_id;
    struct devid_slice issuer_subject; /* Name, DER */
    devca_seconds issuer_not_after;
    devca_seconds now;
    const struct devid_request *request; /* NULL when there is none */
};

/* The subjectKeyIdentifier that the profile gives this key, for the
 * issuer_key_id of a root: a view into subject's hash, or empty when the
 * profile has none. */
struct devid_slice profile_key_id(const struct profile *profile,
                                  const struct profile_subject *subject);

/*
 * May this key and request have a certificate? DEVCA_E_ALGORITHM for a key type
 * that is not allowed; DEVCA_E_PROFILE for a missing UID, an unknown critical
 * extension or a bad name that would be taken over; DEVCA_E_MALFORMED for
 * requested extensions that are no DER. Each names field and clause; object
 * names the request. Thread-safe.
 */
enum devca_code profile_admit(const struct profile *profile,
                              const struct profile_subject *subject,
                              const char *object, struct devca_error *error);

/*
 * Renders what the template says for one subject: DER of the subject Name, the
 * content of Extensions, and validity, cut to the issuer's. The result is ready
 * for struct devid_tbs. A root is its own issuer: issuer_* are not looked at.
 *
 * DEVCA_E_PROFILE when a real value does not fit its place, with the pointer of
 * the template as field, or when the validity is over; DEVCA_E_ISSUER_EXPIRED;
 * DEVCA_E_INTERNAL when a hash or the issuer's key identifier was not given;
 * DEVCA_E_NO_MEMORY. *fields is overwritten; on failure there is nothing in it
 * to clear. Thread-safe: any number of threads may render one profile.
 */
struct profile_fields {
    struct bytes subject;    /* Name with header */
    struct bytes extensions; /* content of Extensions */
    devca_seconds not_before;
    devca_seconds not_after;
};
void profile_fields_clear(struct profile_fields *fields);
enum devca_code profile_render(const struct profile *profile,
                               const struct profile_subject *subject,
                               struct profile_fields *fields,
                               struct devca_error *error);

/*
 * Partitioned CRLs (cRLDistributionPoints/shards). The number of partitions, 0
 * when lists are not partitioned; and the partition of a serial, 1 to shards:
 * its last four octets, big-endian, modulo shards, and one.
 */
unsigned profile_shards(const struct profile *profile);
unsigned profile_shard(const struct profile *profile,
                       struct devid_slice serial);

/*
 * Appends the value that an extension of the profile has in a list: of subject
 * product, org, country and shard are looked at. DEVCA_E_NOT_FOUND (no message)
 * when the profile has it not; DEVCA_E_PROFILE when it speaks of the device or,
 * with no shard given, of the partition.
 */
enum devca_code profile_list_value(const struct profile *profile,
                                   const struct profile_subject *subject,
                                   struct devid_slice oid, struct bytes *value,
                                   struct devca_error *error);

/* What lint and the verifier must know of a profile. */
struct profile_traits {
    bool ca; /* makes CA certificates */
    bool subject_key_id_expected;
    struct devid_slice required_eku;  /* first purpose, OID content octets */
    struct devid_slice uid_attribute; /* OID of the subject attribute that holds
                                         {uid}, or empty */
    size_t max_size;                  /* of the certificate; 0: any */
    enum profile_kind kind;
    uint16_t key_usage; /* DEVID_KU_*; 0: no keyUsage extension */
    /* Which hashes of the key its certificates speak of: the others need not
     * be given in a profile_subject. */
    bool key_sha1;
    bool key_sha256;
    /* {uid} stands alone where libdevid looks for it: in uid_attribute, in
     * serialNumber, or (as {uid:bytes}) in hardwareModuleName. The CA then has
     * the verifier demand it of every certificate made. */
    bool uid_bound;
};
void profile_traits(const struct profile *profile,
                    struct profile_traits *traits);

#endif
