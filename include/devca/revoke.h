/* Revocation and lists, RFC 5280 section 5. */
#ifndef DEVCA_REVOKE_H
#define DEVCA_REVOKE_H

#include <devca/file.h>
#include <devca/result.h>
#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The reason names of RFC 5280 5.3.1 ("keyCompromise"): number, or -1. */
DEVCA_API int devca_reason_read(const char *name);
DEVCA_API const char *devca_reason_name(int reason);

/*
 * By serial or by uid, of product when that is given too, or the product's own
 * CA (product alone). uid: every certificate in force of that device, whatever
 * became of its others; release: those on hold. One record for each
 * certificate, through each. Revoking what is revoked already with the same
 * reason says so and changes nothing; with another reason it is
 * DEVCA_E_REVOKED, but a hold may become final. Of a device without a
 * certificate in force (or on hold) the newest one decides.
 */
struct devca_revoke_request {
    const char *product;
    const char *uid;
    const char *serial;       /* hex */
    const char *reason;       /* name; NULL: unspecified */
    devca_seconds invalid_at; /* invalidityDate; 0: none */
    bool release;
    bool dry_run;
};
DEVCA_API enum devca_code
devca_revoke(struct devca *devca, const struct devca_revoke_request *request,
             devca_record_each *each, void *context, struct devca_error *error);

/* Many, in one transaction: a CSV or lines of `uid` or `serial`, see
 * docs/formats.md. All or nothing. */
struct devca_revoke_batch_request {
    struct devid_slice list;
    const char *object;
    struct devca_revoke_request each; /* product, reason, release, dry_run */
};
DEVCA_API enum devca_code devca_revoke_batch(
    struct devca *devca, const struct devca_revoke_batch_request *request,
    devca_record_each *each, void *context, struct devca_error *error);

/*
 * A signed list of a product's CA, or of the root when product is NULL. An
 * expired certificate is left out once it has stood on one list made after its
 * end (RFC 5280 3.3).
 *
 * output gets it in flat memory and is taken, whatever the outcome; NULL: it is
 * in result->der. A file is on the disk before the list is on record, and has
 * its name after that: what could not be written is no list, and its number is
 * free. Standard output gets it when it is on record. What fails then says that
 * the number is used: a complete list that nobody has is the base of the next
 * delta, unless another is made.
 *
 * shard: the list of one partition, as the profile (profile; NULL: the one that
 * the product's devices get by default) has it in cRLDistributionPoints/shards;
 * it has a critical issuingDistributionPoint. delta: what changed since the
 * last complete list (of that partition): revocations, and holds that ended as
 * removeFromCRL. DEVCA_E_STATE when there is no complete list to be based on.
 * DEVCA_E_PROFILE when the profile has no such partition, or its list would
 * pass for one of another profile of the product.
 */
struct devca_crl_request {
    const char *product;
    const char *profile; /* see above */
    int shard;           /* 1 to the profile's shards; 0: of all */
    bool delta;
    int days; /* until nextUpdate; 0: 30 */
    bool pem; /* into output; result->der is DER in any case */
    bool dry_run;
};
DEVCA_API enum devca_code devca_crl(struct devca *devca,
                                    const struct devca_crl_request *request,
                                    struct devca_output *output,
                                    struct devca_result *result,
                                    struct devca_error *error);

/*
 * A signed revocation set (docs/formats.md; <devid/revocation_set.h> reads it)
 * of a product's CA, or of the root when product is NULL, into output or
 * result->der as devca_crl() does it. It has a number of the same row as the
 * CA's CRLs. It holds every revoked
 * certificate, expired ones too, and answers rightly for every one that is in
 * the store. Memory: some 21 octets for each. The result tells issuer,
 * crl_number, times, entries, fingerprint and size.
 */
struct devca_revocation_set_request {
    const char *product;
    int days; /* until nextUpdate; 0: 30 */
    bool dry_run;
};
DEVCA_API enum devca_code
devca_revocation_set(struct devca *devca,
                     const struct devca_revocation_set_request *request,
                     struct devca_output *output, struct devca_result *result,
                     struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
