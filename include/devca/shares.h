/* A CA's private key as shares on paper, and back; docs/ceremony.md. */
#ifndef DEVCA_SHARES_H
#define DEVCA_SHARES_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DEVCA_SHARES_MAX 16

/* One share: its number, from 1, and its text, which is wiped afterwards. */
typedef enum devca_code devca_share_each(int index, struct devid_slice text,
                                         void *context);

/* product NULL: the root's key. */
struct devca_split_request {
    const char *product;
    int threshold; /* 2 to shares */
    int shares;    /* at most DEVCA_SHARES_MAX */
    bool dry_run;  /* told, but nothing given out and no row written */
};
/* Splits a key of an open store; the journal's row is committed before the
 * first share is given out. The store's passphrase opens the key.
 * DEVCA_E_USAGE, DEVCA_E_NOT_FOUND, DEVCA_E_KEY (on a token: it does not
 * leave), those of opening a key. */
DEVCA_API enum devca_code
devca_key_split(struct devca *devca, const struct devca_split_request *request,
                devca_share_each *each, void *context,
                struct devca_result *result, struct devca_error *error);

/* Texts of shares, of one set. */
struct devca_combine_request {
    const struct devid_slice *texts;
    const char *const *names; /* for messages, as many */
    int count;
    const struct devca_sink *key; /* gets PKCS#8 in PEM; NULL: verify only */
    const char *passphrase; /* secret source for the key file; NULL: plain */
};
/* Verifies shares and, when they are enough, gives the key back. The result
 * tells set, threshold, shares given and, when there were enough, the public
 * key's fingerprint. Too few are an error (DEVCA_E_STATE) only when the key is
 * asked for. DEVCA_E_MALFORMED, DEVCA_E_MISMATCH, DEVCA_E_KEY. */
DEVCA_API enum devca_code
devca_key_combine(const struct devca_combine_request *request,
                  struct devca_result *result, struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
