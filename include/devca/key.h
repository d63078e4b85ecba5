/* The private keys that a store uses: where they are and whether they work. */
#ifndef DEVCA_KEY_H
#define DEVCA_KEY_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Each CA's key as one record, the root's first; no key is opened and no secret
 * read. Fields in docs/formats.md. */
DEVCA_API enum devca_code devca_key_list(struct devca *devca,
                                         devca_record_each *each, void *context,
                                         struct devca_error *error);

/* The key of this product's CA, or of the root when product is NULL. */
struct devca_key_request {
    const char *product;
    bool all; /* every key that is not kept elsewhere; for devca_key_test() */
};

/* One, with what can be told of its place without a secret: DEVCA_E_NOT_FOUND.
 */
DEVCA_API enum devca_code
devca_key_show(struct devca *devca, const struct devca_key_request *request,
               struct devca_result *result, struct devca_error *error);

/*
 * Opens a key, compares it with the CA's, signs 32 random octets and verifies.
 * One record for each key; one that fails has the code as its outcome. Then the
 * first failure is what is given back, after the other keys were tried; a PIN
 * that was refused is not tried again, lest a token be locked.
 */
DEVCA_API enum devca_code
devca_key_test(struct devca *devca, const struct devca_key_request *request,
               devca_record_each *each, void *context,
               struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
