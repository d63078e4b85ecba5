/*
 * A ceremony: steps that people have agreed upon beforehand, written down as a
 * plan in JSON, and the transcript of what was done; docs/ceremony.md. The
 * steps themselves are the caller's to run: a plan names commands, and knows
 * nothing of what they do.
 */
#ifndef DEVCA_CEREMONY_H
#define DEVCA_CEREMONY_H

#include <devca/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define DEVCA_PLAN_MAX ((size_t)256 * 1024) /* octets of a plan */
#define DEVCA_PLAN_PEOPLE 32
#define DEVCA_PLAN_INPUTS 64
#define DEVCA_PLAN_STEPS 64
#define DEVCA_PLAN_WORDS 24 /* arguments, options or expectations of a step */

struct devca_plan_person {
    const char *name;
    const char *role;
};

struct devca_plan_input {
    const char *path;
    uint8_t sha256[32];
};

/* An option and its value ("" for a flag), or a field and what it must say. */
struct devca_plan_pair {
    const char *name;
    const char *value;
};

struct devca_plan_step {
    const char *id;      /* lower-case letters, digits, hyphens; once */
    const char *command; /* "root create" */
    const char *note;    /* or NULL */
    char **arguments;    /* nobody writes to them */
    const struct devca_plan_pair *options;
    const struct devca_plan_pair *expect;
    size_t argument_count;
    size_t option_count;
    size_t expect_count;
};

/* Strings are UTF-8 without control characters, and not empty where they are
 * there; NULL where they may be left out and are. */
struct devca_plan {
    const char *name; /* of the file, as given when it was read */
    const char *title;
    const char *description; /* or NULL */
    const char *store;       /* or NULL */
    const char *actor;       /* or NULL */
    const char *transcript;  /* TRANSCRIPT.json, TRANSCRIPT.txt */
    const char *passphrase;  /* secret sources, or NULL */
    const char *pin;
    const struct devca_plan_person *people;
    const struct devca_plan_input *inputs;
    const struct devca_plan_step *steps;
    size_t person_count;
    size_t input_count;
    size_t step_count;
    uint8_t sha256[32]; /* of the plan's octets */
    void *memory;
};

/*
 * Reads a plan whole. DEVCA_E_MALFORMED names the RFC 6901 pointer of what is
 * not as it should be: an unknown field, one that is missing or of another
 * type, a step's id that stands twice, a secret where its source should stand
 * (which is not repeated), a PIN in a URI. DEVCA_E_NO_MEMORY. What the commands
 * take is not looked at. *plan is cleared with devca_plan_clear() whatever the
 * outcome.
 */
DEVCA_API enum devca_code devca_plan_read(struct devid_slice json,
                                          const char *name,
                                          struct devca_plan *plan,
                                          struct devca_error *error);
DEVCA_API void devca_plan_clear(struct devca_plan *plan);

/* Fills *error with a fault of a step, in the pointer's words
 * "/steps/STEP/MEMBER/KEY" (key may be NULL), and gives DEVCA_E_MALFORMED. */
struct devca_plan_place {
    size_t step;
    const char *member;
    const char *key;
};
DEVCA_API enum devca_code
devca_plan_refuse(const struct devca_plan *plan,
                  const struct devca_plan_place *place, const char *fault,
                  struct devca_error *error);

/* A step as it would be typed, through sink; what the sink gives. */
DEVCA_API enum devca_code devca_plan_words(const struct devca_plan_step *step,
                                           const struct devca_sink *sink);

/* Are the plan's inputs what it says they are? DEVCA_E_MISMATCH with the
 * pointer of the hash; DEVCA_E_FILE. */
DEVCA_API enum devca_code devca_plan_inputs(const struct devca_plan *plan,
                                            struct devca_error *error);

/*
 * A file as it is now, whatever becomes of it later: a copy without a name, in
 * the transcript's folder, and the hash of the copy's octets. What a step reads
 * is read from there, however often: /proc/self/fd/FD opens it at its
 * beginning. DEVCA_E_MISMATCH when the path is one of the plan's inputs, and
 * not what it says; DEVCA_E_FILE, DEVCA_E_STORE_FULL, DEVCA_E_NO_MEMORY.
 */
struct devca_held {
    int fd; /* -1 on failure, and when it is closed */
    uint8_t sha256[32];
};
DEVCA_API enum devca_code devca_plan_hold(const struct devca_plan *plan,
                                          const char *path,
                                          struct devca_held *held,
                                          struct devca_error *error);
DEVCA_API void devca_held_close(struct devca_held *held);

/* ---- the transcript ---- */

/*
 * TRANSCRIPT.json as it grows: written anew, and durably, before a step begins
 * and after it has ended, so that a run that was stopped can be taken up again.
 */
struct devca_transcript;

/* A new one, or the one of this very plan that is there already.
 * DEVCA_E_FILE_EXISTS when another file of that name is there,
 * DEVCA_E_MALFORMED when it is damaged. Nothing is written yet. actor: NULL:
 * nobody said. */
DEVCA_API enum devca_code
devca_transcript_open(struct devca_transcript **transcript,
                      const struct devca_plan *plan, const char *actor,
                      struct devca_error *error);
DEVCA_API void devca_transcript_close(struct devca_transcript *transcript);

/* Where a step stands: its last attempt. */
enum devca_step_state {
    DEVCA_STEP_PENDING,
    DEVCA_STEP_BEGUN, /* and then the run was cut off */
    DEVCA_STEP_FAILED,
    DEVCA_STEP_DONE
};
struct devca_step_status {
    enum devca_step_state state;
    bool recorded;   /* it failed, and what it was to do is done */
    int64_t journal; /* rows that the journal had when it was begun */
};
DEVCA_API void devca_transcript_step(const struct devca_transcript *transcript,
                                     const char *id,
                                     struct devca_step_status *status);
/* Was the whole brought to its end? */
DEVCA_API bool
devca_transcript_ended(const struct devca_transcript *transcript);

/* An attempt at a step. journal: rows of the journal now. found: it had been
 * done by a run that was cut off, and is not done again: what the last attempt
 * told is taken over. */
DEVCA_API enum devca_code
devca_transcript_begin(struct devca_transcript *transcript,
                       const struct devca_plan_step *step, int64_t journal,
                       bool found, struct devca_error *error);
/* What the step under way told; a devca_record_each, context the transcript.
 * Beyond 100 records they are counted only. */
DEVCA_API enum devca_code
devca_transcript_record(const struct devca_record *record, void *context);
/* Forgets what it told: that was a rehearsal. */
DEVCA_API void devca_transcript_forget(struct devca_transcript *transcript);
/* Compares what it told with what the plan expects. DEVCA_E_MISMATCH. Of a step
 * found done whose run told nothing before it was cut off, the transcript says
 * what was expected and not compared; so it does of `outcome` and `changed`
 * where a step that was cut off is done again and tells "already" or false. */
DEVCA_API enum devca_code
devca_transcript_expect(struct devca_transcript *transcript,
                        const struct devca_plan_step *step,
                        struct devca_error *error);

/* A file that the step under way reads, by its path and what is held of it. */
DEVCA_API enum devca_code
devca_transcript_input(struct devca_transcript *transcript, const char *path,
                       const struct devca_held *held,
                       struct devca_error *error);

/* A file that the step under way has made, with its SHA-256; of a secret one (a
 * key, a share) the name alone, for a hash of a share would tell of it.
 * DEVCA_E_FILE. */
DEVCA_API enum devca_code
devca_transcript_output(struct devca_transcript *transcript, const char *path,
                        bool secret, struct devca_error *error);

/* The attempt under way has done what it was to do, and fails for another
 * reason. When memory is short for that, nobody will know. */
DEVCA_API void devca_transcript_recorded(struct devca_transcript *transcript);

/* Ends the attempt; failure NULL: it is done. */
DEVCA_API enum devca_code
devca_transcript_end(struct devca_transcript *transcript,
                     const struct devca_error *failure,
                     struct devca_error *error);

/* Are the files that a step made as they were, unless moved elsewhere?
 * DEVCA_E_MISMATCH. */
DEVCA_API enum devca_code
devca_transcript_unchanged(const struct devca_transcript *transcript,
                           const char *id, struct devca_error *error);

/*
 * The end: one row of the journal (act "ceremony") with the hashes of the plan
 * and of the transcript's text so far, unless it is there already; then both
 * files, with the checkpoint over that row. The result's record tells where.
 */
DEVCA_API enum devca_code
devca_ceremony_end(struct devca *devca, struct devca_transcript *transcript,
                   struct devca_result *result, struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
