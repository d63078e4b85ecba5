/* A product in the making: what `product add` and `product request` share. */
#ifndef DEVCA_CA_PRODUCT_H
#define DEVCA_CA_PRODUCT_H

#include "devca/ca/authority.h"

#include <devca/authority.h>

struct product_work {
    const struct devca_product_request *request;
    struct policy ca;     /* profile of its CA */
    struct policy device; /* profile of its devices */
    struct authority_key key;
    struct bytes stem; /* "product-NAME" */
    const char *uid_format;
    devca_seconds now;
};

/* Name, formats, profiles and their fit, and a key in memory. root_profile is
 * what the CA's issuer was made by, or NULL when it is not known here. */
enum devca_code product_prepare(struct devca *devca,
                                const struct profile *root_profile,
                                struct product_work *work,
                                struct devca_error *error);
void product_clear(struct product_work *work);

/* What the CA's template may speak of. */
void product_subject(const struct devca *devca, const char *name,
                     struct profile_subject *subject);

/* The key's file and, in one transaction, authority and product. */
enum devca_code product_keep(struct devca *devca, struct product_work *work,
                             struct authority_rows *rows,
                             struct devca_error *error);

/* DEVCA_E_NOT_FOUND naming it and what to do. */
enum devca_code product_find(struct devca *devca, const char *name,
                             struct store_product *product,
                             struct devca_error *error);

/* The fields a product is told by. */
enum devca_code product_tell(struct devca *devca,
                             const struct store_product *product,
                             struct devca_result *result,
                             struct devca_error *error);

#endif
