/* The root CA and one CA per product. */
#ifndef DEVCA_AUTHORITY_H
#define DEVCA_AUTHORITY_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* profile: the name of a shipped profile or the path of a file; NULL: the
 * command's default. */
struct devca_root_request {
    const char *name;     /* commonName */
    const char *profile;  /* NULL: root */
    const char *key_type; /* p256 or p384; NULL: p256 */
    const char *key_uri;  /* pkcs11:..., or NULL: a file in keys/ */
    bool existing_key;    /* use the key at key_uri; else one is made there */
    bool dry_run;
};
/* A self-signed root. DEVCA_E_EXISTS when the store has one. */
DEVCA_API enum devca_code devca_root_create(
    struct devca *devca, const struct devca_root_request *request,
    struct devca_result *result, struct devca_error *error);

/* The root signs a product's request, made in another store. The same request
 * again gives the same certificate back. result->chain[0] is the root. */
struct devca_root_sign_request {
    struct devid_slice request; /* CertificationRequest, PEM or DER */
    const char *object;         /* its file's name, for errors */
    const char *profile;        /* NULL: intermediate */
    bool dry_run;
};
DEVCA_API enum devca_code devca_root_sign(
    struct devca *devca, const struct devca_root_sign_request *request,
    struct devca_result *result, struct devca_error *error);

struct devca_product_request {
    const char *name;
    const char *profile;        /* of its CA; NULL: intermediate */
    const char *device_profile; /* NULL: ieee8021ar-idevid */
    const char *uid_format;     /* "hex" or "hex:N", N octets; NULL: hex */
    const char *key_type;       /* NULL: p256 */
    const char *key_uri;        /* as for a root */
    bool existing_key;
    bool dry_run;
};
/* A product and its CA, signed at once by this store's root. */
DEVCA_API enum devca_code devca_product_add(
    struct devca *devca, const struct devca_product_request *request,
    struct devca_result *result, struct devca_error *error);

/* A product and its CA's key; result->der is the request for an offline root.
 * Asked again for a product that still waits: the same request again. */
DEVCA_API enum devca_code devca_product_request(
    struct devca *devca, const struct devca_product_request *request,
    struct devca_result *result, struct devca_error *error);

/* The certificate that `root sign` made, PEM with the root after it (or DER and
 * a root already known). anchor: the root's certificate from elsewhere; data
 * NULL: none. The first root that a store sees is kept; any other is refused.
 * DEVCA_E_MISMATCH also for a certificate that the product's device profile
 * does not fit: keyUsage, pathLen, extKeyUsage. */
struct devca_product_install_request {
    const char *name;
    struct devid_slice certificate;
    struct devid_slice anchor;
    const char *object;
    bool dry_run;
};
DEVCA_API enum devca_code devca_product_install(
    struct devca *devca, const struct devca_product_install_request *request,
    struct devca_result *result, struct devca_error *error);

/* Each product as one record, and one by its name with its CA's certificate
 * and the root in result->chain: DEVCA_E_NOT_FOUND when there is none. */
DEVCA_API enum devca_code devca_product_list(struct devca *devca,
                                             devca_record_each *each,
                                             void *context,
                                             struct devca_error *error);
DEVCA_API enum devca_code devca_product_show(struct devca *devca,
                                             const char *name,
                                             struct devca_result *result,
                                             struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
