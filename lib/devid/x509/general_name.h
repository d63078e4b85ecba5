/* GeneralName and GeneralNames, RFC 5280 4.2.1.6. */
#ifndef DEVID_X509_GENERAL_NAME_H
#define DEVID_X509_GENERAL_NAME_H

#include "../codec/der.h"

enum {
    NAME_OTHER = DER_CONTEXT_CONSTRUCTED(0),
    NAME_EMAIL = DER_CONTEXT(1),
    NAME_DNS = DER_CONTEXT(2),
    NAME_DIRECTORY = DER_CONTEXT_CONSTRUCTED(4),
    NAME_URI = DER_CONTEXT(6),
    NAME_IP = DER_CONTEXT(7),
    NAME_REGISTERED_ID = DER_CONTEXT(8)
};

struct devid_general_name {
    struct devid_slice value; /* content octets under the tag */
    uint8_t tag;              /* NAME_* */
};

/*
 * Takes one GeneralName off *in and checks its form. x400Address and
 * ediPartyName are refused. DEVID_E_SUBJECT_ALT_NAME, DEVID_E_STRING and what
 * the readers of names and OIDs answer.
 */
enum devid_status devid_general_name_read(struct devid_slice *in,
                                          struct devid_general_name *name);

/* The same for one that has been taken apart. */
enum devid_status
devid_general_name_check(const struct devid_general_name *name);

/* The same for the base of a GeneralSubtree (RFC 5280 4.2.1.10), of the forms
 * whose matching is handled here: directoryName and otherName. Others are
 * DEVID_E_NAME_CONSTRAINTS. */
enum devid_status devid_subtree_check(const struct devid_general_name *name);

/* content of a GeneralNames: at least one name, each well formed. */
enum devid_status devid_general_names_check(struct devid_slice *content);

/*
 * An otherName's value (content octets of devid_general_name) taken apart:
 * *type its OID, *value the one TLV under [0].
 */
enum devid_status devid_other_name_read(struct devid_slice content,
                                        struct devid_slice *type,
                                        struct devid_slice *value);

#endif
