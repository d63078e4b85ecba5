/* The commands that are run under faults, as data. */
#ifndef TESTS_FAULTS_COMMANDS_H
#define TESTS_FAULTS_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>

#define WORDS_MAX 20

/* One command line, in a folder of its own that began as a copy of the folder
 * `from` that make_fixtures() left. */
struct command {
    const char *name;
    const char *from;
    /* After "devca", until NULL; VERIFIER stands for what a step told. */
    const char *words[WORDS_MAX];
    /* Where this file is there afterwards it is whole: these words prove it. */
    const char *output;
    const char *judge[WORDS_MAX];
    bool on_terminal; /* its own, which answers with the passphrase */
    bool looks_twice; /* what fails once may be seen the second time */
};

extern const struct command commands[];
extern const size_t command_count;

/* Command lines that make `from`, in order, each in its folder. */
struct step {
    const char *folder;
    const char *words[WORDS_MAX];
};
extern const struct step steps[];
extern const size_t step_count;

/* The journal's verifier key, drawn anew in every run: the step that answers in
 * JSON tells it. */
#define VERIFIER "the journal's key"

/* Names the commands of cli/main.c's table that are not in the list above on
 * standard error. 0 when there are none, else 1. */
int commands_tell_missing(void);

#endif
