/*
 * What a CRL speaks of beside its issuer: one partition of the certificates,
 * changes only, or everything; and the extensions that say so (RFC 5280 5.2).
 */
#ifndef DEVCA_CA_CRL_SCOPE_H
#define DEVCA_CA_CRL_SCOPE_H

#include "devca/ca/handle.h"
#include "devca/ca/policy.h"

#include <devca/revoke.h>

/* Zero-initialise, crl_scope_clear at the end. */
struct crl_scope {
    const struct devca *devca;
    const char *product;  /* NULL: a root's list */
    struct policy policy; /* of the devices; empty for a root's list */
    int64_t product_id;
    unsigned shard;          /* 0: of all */
    char part[24];           /* "3/16", or "" */
    char name[40];           /* that, and which of several places it is at */
    struct bytes extensions; /* Extension elements, for devid_crl_head */
};
void crl_scope_clear(struct crl_scope *scope);

/* DEVCA_E_PROFILE when the profile has no such partition, DEVCA_E_USAGE for a
 * partition of the root's. */
enum devca_code crl_scope_load(struct crl_scope *scope, struct devca *devca,
                               const struct devca_crl_request *request,
                               struct devca_error *error);

/* Writes the extensions. base_number: of the list that a delta changes; 0: it
 * is a complete one. */
enum devca_code crl_scope_write(struct crl_scope *scope, int64_t base_number,
                                struct devca_error *error);

/* Is this serial's certificate spoken of? */
bool crl_scope_has(const struct crl_scope *scope, struct devid_slice serial);

#endif
