/* One row of the journal as the text that its leaf is the hash of. */
#ifndef DEVCA_JOURNAL_ENTRY_H
#define DEVCA_JOURNAL_ENTRY_H

#include "devca/base/bytes.h"

#include <devca/time.h>

/* Number in the store and name. Numbers are never used again for another act.
 */
#define JOURNAL_ACT_TABLE(X)                 \
    X(JOURNAL_INIT, 1, "init")               \
    X(JOURNAL_ADOPT, 2, "adopt")             \
    X(JOURNAL_ROOT, 3, "root create")        \
    X(JOURNAL_ISSUE, 4, "issue")             \
    X(JOURNAL_PRODUCT, 5, "product add")     \
    X(JOURNAL_REQUEST, 6, "product request") \
    X(JOURNAL_INSTALL, 7, "product install") \
    X(JOURNAL_SIGN, 8, "root sign")          \
    X(JOURNAL_REFUSE, 9, "refuse")           \
    X(JOURNAL_REVOKE, 10, "revoke")          \
    X(JOURNAL_RELEASE, 11, "release")        \
    X(JOURNAL_CRL, 12, "crl")                \
    X(JOURNAL_BACKUP, 13, "backup")          \
    X(JOURNAL_RESTORE, 14, "restore")        \
    X(JOURNAL_CEREMONY, 15, "ceremony")      \
    X(JOURNAL_SETTINGS, 16, "settings")      \
    X(JOURNAL_KEY_EXPORT, 17, "key export")  \
    X(JOURNAL_PROFILE, 18, "profile")        \
    X(JOURNAL_REVOCATION_SET, 19, "revocation set")

enum journal_act {
#define JOURNAL_ACT_ENUM(name, number, text) name = number,
    JOURNAL_ACT_TABLE(JOURNAL_ACT_ENUM)
#undef JOURNAL_ACT_ENUM
};
/* NULL for a number that is no act; 0 for a text that is none. */
const char *journal_act_name(int64_t act);
int64_t journal_act_read(const char *text);

/* Views; whoever fills it keeps what it points at. */
struct journal_entry {
    int64_t seq; /* from 1 */
    devca_seconds at;
    struct devid_slice actor;
    int64_t act;
    struct devid_slice object;  /* UTF-8; empty: the certificate's UID */
    struct devid_slice details; /* a JCS object, or empty */
    /* The certificate that it was done to; fingerprint empty: none. */
    struct journal_subject {
        struct devid_slice fingerprint; /* SHA-256 of its DER */
        struct devid_slice serial;      /* INTEGER content octets */
        struct devid_slice uid;         /* octets; empty: an authority's */
        struct devid_slice issuer;      /* the authority's name */
        struct devid_slice profile;     /* or empty */
    } subject;
};

/* Appends the entry in JCS (RFC 8785), the members that docs/journal.md lists.
 * false when memory is short. */
bool journal_entry_write(const struct journal_entry *entry, struct bytes *json);

/* SHA-256(0x00 || entry), RFC 9162, 2.1.1. false when memory is short. */
bool journal_entry_leaf(const struct journal_entry *entry, uint8_t *leaf);

/* The same of an entry's text. */
bool journal_text_leaf(struct devid_slice text, uint8_t *leaf);

#endif
