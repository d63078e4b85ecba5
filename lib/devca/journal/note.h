/*
 * Checkpoints and proofs as text: signed notes (c2sp.org/signed-note) with the
 * tree heads of c2sp.org/tlog-checkpoint, and c2sp.org/tlog-proof.
 */
#ifndef DEVCA_JOURNAL_NOTE_H
#define DEVCA_JOURNAL_NOTE_H

#include "devca/journal/merkle.h"
#include "devca/key/journal_key.h"

#define NOTE_ORIGIN_TEXT 40

/* A tree head and the journal key's signature over its text. */
struct checkpoint {
    uint64_t size;
    uint8_t root[MERKLE_HASH];
    uint8_t signature[JOURNAL_SIGNATURE_LEN];
};

/* "devca.journal/" and 16 digits of the key's SHA-256: the log's origin and the
 * key's name. */
void note_origin(const uint8_t *public_key, char text[NOTE_ORIGIN_TEXT]);

/* Signs size and root. DEVCA_E_KEY, DEVCA_E_NO_MEMORY. */
enum devca_code note_sign(struct checkpoint *checkpoint,
                          const struct journal_key *key,
                          struct devca_error *error);
/* Does the signature fit? false when memory is short, too. */
bool note_holds(const struct checkpoint *checkpoint, const uint8_t *public_key);

/* Appends the signed note. false when memory is short. */
bool note_write(const struct checkpoint *checkpoint, const uint8_t *public_key,
                struct bytes *text);

/*
 * Reads a signed note; signatures of others are passed over.
 * DEVCA_E_MALFORMED, or DEVCA_E_REFUSED when it carries no good signature of
 * public_key: of another journal, or forged.
 */
struct note_source {
    struct devid_slice text;
    const uint8_t *public_key;
    const char *object;
};
enum devca_code note_read(struct checkpoint *checkpoint,
                          const struct note_source *source,
                          struct devca_error *error);

/* A verifier key as signed-note has it, "name+hash+base64": writing appends. */
bool note_key_write(const uint8_t *public_key, struct bytes *text);
/* DEVCA_E_MALFORMED. */
enum devca_code note_key_read(const char *text, uint8_t *public_key,
                              struct devca_error *error);

/* An inclusion proof with the entry it is about. */
struct note_proof {
    struct devid_slice entry;
    uint64_t index;
    unsigned count;
    uint8_t path[MERKLE_LEVELS][MERKLE_HASH];
    struct checkpoint checkpoint;
};
/* RFC 9162 2.1.3.2: DEVCA_E_REFUSED when the path does not lead from the entry
 * to the checkpoint, whose signature is not looked at; DEVCA_E_NO_MEMORY. */
enum devca_code note_proof_check(const struct note_proof *proof,
                                 const char *object, struct devca_error *error);
bool note_proof_write(const struct note_proof *proof, const uint8_t *public_key,
                      struct bytes *text);
/* proof->entry views `entry`, which the caller clears. DEVCA_E_MALFORMED;
 * DEVCA_E_REFUSED when the checkpoint is not the key's, or when the path does
 * not lead from the entry to it. */
enum devca_code note_proof_read(struct note_proof *proof,
                                const struct note_source *source,
                                struct bytes *entry, struct devca_error *error);

#endif
