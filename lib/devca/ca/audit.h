/* What the acts that read the journal share. */
#ifndef DEVCA_CA_AUDIT_H
#define DEVCA_CA_AUDIT_H

#include "devca/ca/handle.h"
#include "devca/journal/entry.h"
#include "devca/journal/note.h"
#include "devca/store/journal.h"

#include <devca/audit.h>

#include <inttypes.h>

/* The entry behind a row: views of the row, and of digest, which has room for
 * 32 octets. */
void audit_entry(const struct store_journal_row *row, uint8_t *digest,
                 struct journal_entry *entry);

/* *holds: its leaf is that of the row as it is. DEVCA_E_NO_MEMORY. */
enum devca_code audit_leaf(const struct store_journal_row *row, bool *holds,
                           struct devca_error *error);

/* The journal's public key and size. DEVCA_E_NOT_FOUND with what to do when
 * nothing was ever written to it, DEVCA_E_STORE_CORRUPT when something was. */
struct audit_head {
    int64_t size;
    struct merkle tree; /* as the store has it; size 0 when that is damaged */
    uint8_t public_key[JOURNAL_KEY_LEN];
};
enum devca_code audit_head(struct devca *devca, struct audit_head *head,
                           struct devca_error *error);

/* Does the journal begin with certificates that it should tell of itself? */
enum devca_code audit_begun_anew(const struct devca *devca, bool *anew,
                                 struct devca_error *error);
#define AUDIT_BEGUN_ANEW                                                   \
    "the journal begins with certificates that were there before it, and " \
    "the store was made with a journal: what it told was taken away"

/* Of a row that made a CA or a product, or gave it its certificate: is that
 * still what the row says? *differs names what is not ("key_uri", "root"), and
 * is NULL when all is as it was, or the row is about something else. */
enum devca_code audit_authority(struct devca *devca,
                                const struct store_journal_row *row,
                                const char **differs,
                                struct devca_error *error);
#define AUDIT_EDITED "the %s on record is not that of row %" PRId64

/* Takes a row of the store apart. false when an octet string has not the length
 * that it must have. */
bool audit_checkpoint(const struct store_checkpoint *row,
                      struct checkpoint *checkpoint);

#endif
