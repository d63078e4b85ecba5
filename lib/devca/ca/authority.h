/* Making an authority: its key, its rows, what is told of it. */
#ifndef DEVCA_CA_AUTHORITY_H
#define DEVCA_CA_AUTHORITY_H

#include "devca/ca/certify.h"

/*
 * A CA's key on its way into the store. A generated key lives in memory until
 * authority_key_save() writes its file, or on its token from the start;
 * authority_key_clear() removes either again unless authority_key_keep() was
 * called after the commit.
 */
struct authority_key {
    struct signer *signer;
    struct bytes uri;  /* as the authority's row will say it */
    struct bytes path; /* of the file written, while it may have to go */
    bool on_token;     /* made there, while it may have to go */
};
struct authority_key_request {
    const char *stem; /* "root", "product-meter-3" */
    const char *type; /* p256, p384 or NULL */
    const char *uri;  /* on a token, or NULL: a new file */
    bool existing;    /* the key at uri is there already */
    bool rehearsal;   /* nothing is to last */
};
enum devca_code authority_key_make(struct devca *devca,
                                   const struct authority_key_request *request,
                                   struct authority_key *key,
                                   struct devca_error *error);
enum devca_code authority_key_save(struct devca *devca,
                                   const struct authority_key_request *request,
                                   struct authority_key *key,
                                   struct devca_error *error);
void authority_key_keep(struct authority_key *key);
void authority_key_clear(struct authority_key *key);

/* The rows of a new authority; inside the caller's transaction. */
struct authority_rows {
    enum store_authority_kind kind;
    const char *name;
    const char *key_uri;   /* "" when the key is kept elsewhere */
    struct policy *policy; /* recorded too; NULL: none is known */
    struct devid_slice subject;
    struct devid_slice public_key;
    struct devid_slice key_id;
    struct devid_slice request;                  /* or empty */
    const struct store_certificate *certificate; /* NULL: still to come */
    int64_t issuer_id; /* of the certificate; 0: itself */
    devca_seconds now;
};
enum devca_code authority_record(struct store *store,
                                 const struct authority_rows *rows, int64_t *id,
                                 struct devca_error *error);

/* Gives an authority its certificate: the row and the link. */
enum devca_code authority_certify(struct store *store, int64_t id,
                                  const struct store_certificate *certificate,
                                  struct devca_error *error);

/* The fields every certificate is told by: subject, serial, validity, key type,
 * fingerprint. */
void result_certificate(struct devca_result *result,
                        const struct devid_cert *certificate);

#endif
