/* A transcript from within: a JSON document, and the text made of it. */
#ifndef DEVCA_CEREMONY_TRANSCRIPT_H
#define DEVCA_CEREMONY_TRANSCRIPT_H

#include "devca/base/bytes.h"

#include <devca/ceremony.h>

#include <jansson.h>

struct devca_transcript {
    const struct devca_plan *plan;
    json_t *top;   /* owned; what follows points into it */
    json_t *steps; /* attempts, in order */
    json_t *now;   /* the attempt under way, or NULL */
    char *json_path;
    char *text_path;
};

/* Takes a document that was written before. DEVCA_E_FILE_EXISTS when it is of
 * another plan or none, DEVCA_E_MALFORMED when it is damaged. */
enum devca_code transcript_load(struct devca_transcript *transcript,
                                struct devid_slice json,
                                struct devca_error *error);

/* The last attempt at a step; NULL when there was none. */
json_t *transcript_last(const struct devca_transcript *transcript,
                        const char *id);

/* Appends the text from its first line to the outcome of the last step. false
 * when memory is short. */
bool transcript_body(const struct devca_transcript *transcript,
                     struct bytes *text);
/* Appends all of it: the body, the journal's checkpoint, places to sign. */
bool transcript_text(const struct devca_transcript *transcript,
                     struct bytes *text);

/* Both files, durably, over those that were there. */
enum devca_code transcript_save(const struct devca_transcript *transcript,
                                struct devca_error *error);

/* What the journal says of it. */
struct transcript_seal {
    const char *body; /* SHA-256 of the body, hex */
    const char *checkpoint;
    const char *key; /* the journal's verifier key */
};
enum devca_code transcript_seal(struct devca_transcript *transcript,
                                const struct transcript_seal *seal,
                                struct devca_error *error);

#endif
