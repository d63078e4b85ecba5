/* Steps of a ceremony: which commands a plan may name, and their files. */
#ifndef CLI_CEREMONY_H
#define CLI_CEREMONY_H

#include "command.h"
#include "print.h"

#include <devca/ceremony.h>

#define CEREMONY_FILES 5
#define CEREMONY_OBJECTS 3
#define CEREMONY_SECRETS 16

/* Files by the option that names them; "0", "1": the argument at that place,
 * "*": every argument. */
struct ceremony_kind {
    const struct cli_command *command;
    const char *act; /* whose row in the journal shows that it was done, or
                        NULL: it changes nothing */
    bool again;      /* once more does no harm when a cut lost its files */
    const char *reads[CEREMONY_FILES];
    const char *makes[CEREMONY_FILES];
    const char *secret; /* the one of both whose files are not hashed */
    bool needs_out;     /* standard output is not for it */
    const char *objects[CEREMONY_OBJECTS]; /* the first that is given names what
                                              the journal's row is about */
    const char *told; /* or a rehearsal tells of it, in this field */
};

/* A step ready to be run. */
struct ceremony_step {
    const struct ceremony_kind *kind;
    const struct devca_plan_step *plan;
    struct cli cli;
};

/* Looks at every step of the plan, as far as that is possible before anything
 * is done: commands, options, arguments, and whether each file that is read
 * stands in /inputs or is made by an earlier step. cli is whose store and actor
 * the steps have. DEVCA_E_MALFORMED with the pointer. */
enum devca_code ceremony_check(struct cli *cli, const struct devca_plan *plan);

/* Makes the plan's step `index` ready. plan was checked. */
void ceremony_prepare(const struct cli *cli, const struct devca_plan *plan,
                      size_t index, struct ceremony_step *step);

/* Does the command have that option? */
bool ceremony_takes(const struct ceremony_kind *kind, const char *option);
/* Gives the step's option a value; it has that option. */
void ceremony_set(struct ceremony_step *step, const char *option,
                  const char *value);

/* Calls each for the files that a step reads or makes, until one is not
 * DEVCA_OK. key: the option or the argument's number. */
struct ceremony_file {
    const char *path;
    const char *key;
    bool argument;
    bool secret;
};
typedef enum devca_code ceremony_file_each(const struct ceremony_file *file,
                                           void *context);
enum devca_code ceremony_files(const struct ceremony_step *step, bool made,
                               ceremony_file_each *each, void *context);

/* ---- what a step reads ---- */

/* Copies of its files, which it reads in their stead: what was reviewed and
 * stands in the transcript is what is signed, whoever writes to a file while a
 * passphrase is typed. */
#define CEREMONY_HELD (DEVCA_PLAN_WORDS + CEREMONY_FILES)
struct ceremony_held {
    struct devca_held files[CEREMONY_HELD];
    struct cli_copy copies[CEREMONY_HELD];
    char *arguments[DEVCA_PLAN_WORDS];
    size_t count;
};

/* ---- a run ---- */

struct ceremony {
    struct cli *cli;
    struct devca_plan plan;
    struct devca_transcript *transcript;
    struct print_stream stream;
    struct ceremony_held held; /* by the step under way */
    struct ceremony_secret {   /* read once, however many steps need it */
        const char *option;
        const char *source;
        struct devca_secret *secret;
    } secrets[CEREMONY_SECRETS];
};

/* Makes the step read copies of the files that it names; and no copies left. */
enum devca_code ceremony_hold(struct ceremony *ceremony,
                              struct ceremony_step *step);
void ceremony_release(struct ceremony *ceremony);
/* Puts what is held into the transcript. */
enum devca_code ceremony_note_held(struct ceremony *ceremony);
/* Gives the files that an error speaks of their names again. */
void ceremony_name_held(const struct ceremony *ceremony,
                        struct devca_error *error);

/* Does the step at index, unless it was done before: the attempt is begun and
 * ended in the transcript, whose errors come before the step's. */
enum devca_code ceremony_run_step(struct ceremony *ceremony, size_t index);

/* Prints one line about a step. */
enum devca_code ceremony_tell(struct ceremony *ceremony,
                              const struct ceremony_step *step,
                              const char *outcome);

/* How many rows the journal has; 0 where there is no store yet. */
enum devca_code ceremony_count_rows(struct ceremony *ceremony, int64_t *rows);

/* Has the journal a row of the step's act about the step's own object, behind
 * the row `since`? told: that object where the plan does not say it; or NULL.
 */
enum devca_code ceremony_on_record(struct ceremony *ceremony,
                                   const struct ceremony_step *step,
                                   const char *told, int64_t since, bool *is);

/* A field's text; false when there is none, or text has no room for it. */
bool ceremony_text(const struct devca_record *record, const char *name,
                   char *text, size_t size);

/* The store that the steps work on. */
enum devca_code ceremony_open(struct ceremony *ceremony, bool read_only,
                              struct devca **devca);

#endif
