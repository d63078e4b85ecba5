/* What CRLs and revocation sets have in common, RFC 5280 6.3.3. */
#ifndef DEVID_VERIFY_LIST_H
#define DEVID_VERIFY_LIST_H

#include "walk.h"

/* Of a signed list, whatever its form. */
struct devid_list {
    const struct devid_slice *key_id;
    const struct devid_slice *number; /* INTEGER content octets, not negative */
    const struct devid_slice *message;
    const struct devid_slice *signature;
    const struct devid_time *this_update;
    const struct devid_time *next_update;
    uint8_t curve;
};

/* Signed by issuer, who may sign lists, fresh, not older than last_number (may
 * be empty)? The statuses of devid_crl_verify(). */
enum devid_status devid_list_verify(const struct devid_list *list,
                                    const struct devid_anchor *issuer,
                                    const struct devid_policy *policy,
                                    struct devid_slice last_number);

/* One certificate, just verified under issuer, and all lists. */
struct devid_question {
    const struct devid_crls *crls;
    const struct devid_policy *policy;
    const struct devid_anchor *issuer;
    const struct devid_cert *cert;
};

/* The status of the certificate by the list at this index.
 * DEVID_E_CRL_MISSING: the list is not for it, another may be. */
typedef enum devid_status devid_ask(const struct devid_question *question,
                                    size_t at);
enum devid_status devid_ask_crl(const struct devid_question *question,
                                size_t at);
enum devid_status devid_ask_list(const struct devid_question *question,
                                 size_t at);

/* Every list that is for the certificate has to let it pass, and one has to be
 * there. */
enum devid_status devid_ask_all(const struct devid_question *question,
                                devid_ask *ask);

/* The last number seen of the list at this index, or empty. */
struct devid_slice devid_last_number(const struct devid_crls *crls, size_t at);

#endif
