/*
 * Two verdicts over the same input made one, and the checks inside each pass
 * that a plain build has not. No path from here on turns a refusal into
 * DEVID_OK: what is added only refuses, and two refusals together are none.
 */
#ifndef DEVID_VERIFY_TWICE_H
#define DEVID_VERIFY_TWICE_H

#include "../once.h"

/* What two passes told of the device. Zeroed first, for the two are compared
 * octet by octet. */
struct devid_told {
    struct devid_identity by[2];
};

/* The pointers a caller gave, kept beside the registers that the first pass
 * gets them in; the second pass reads them from here. */
struct devid_again {
    const struct devid_chain *volatile chain;
    const struct devid_anchors *volatile anchors;
    const struct devid_policy *volatile policy;
    const struct devid_crls *volatile lists;
};

/* The verdict that both passes came to, or DEVID_E_FAULT. */
enum devid_status devid_agree(enum devid_status first,
                              enum devid_status second);

/* The same, where on DEVID_OK both have to have told the same device, which
 * goes to *identity (may be NULL). */
enum devid_status devid_agree_on(enum devid_status first,
                                 enum devid_status second,
                                 const struct devid_told *told,
                                 struct devid_identity *identity);

#endif
