/* What the commands under faults are given: lists, keys, secrets, a plan. */
#ifndef TESTS_FAULTS_INPUTS_H
#define TESTS_FAULTS_INPUTS_H

/* Files in `top`/empty, and `top`/softhsm2.conf for tokens in the folder where
 * a command runs. Ends the program with a message when it cannot. */
void inputs_make(const char *top);

/* A token `acme` in `folder`/tokens, by SoftHSM's own tool. */
void inputs_token(const char *folder);

/* The member "key" of an answer in JSON, in `folder`; and out of the folder
 * where a command runs, malloced. */
void inputs_keep_key(const char *answer, const char *folder);
char *inputs_kept_key(void);

#endif
