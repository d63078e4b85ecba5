/*
 * Secrets come from one syntax: file:PATH, env:NAME, fd:N, stdin, prompt
 * (CLI.md). Never from argv.
 */
#ifndef DEVCA_KEY_SECRET_H
#define DEVCA_KEY_SECRET_H

#include "devca/base/bytes.h"

/*
 * Reads a secret into *secret (bytes_clear wipes it): the first line, without
 * its newline, at most 1,024 octets. `what` names it in a prompt and in errors
 * ("passphrase of the store"). confirm asks twice at a prompt. Refused
 * (DEVCA_E_SECRET): an empty secret, a file that group or others may read, a
 * prompt without a terminal, an unknown form. env: variables are removed from
 * the environment once read.
 */
struct secret_request {
    const char *source;
    const char *what;
    bool confirm;
    int wake; /* a descriptor: as soon as it can be read the secret is not
                 waited for any more: DEVCA_E_INTERRUPTED; 0 or less: there is
                 none */
};
enum devca_code secret_read(const struct secret_request *request,
                            struct bytes *secret, struct devca_error *error);

/* Is the syntax right? Reads nothing. */
enum devca_code secret_check(const char *source, struct devca_error *error);

/* Memory that is locked, left out of core files, wiped and unmapped at the end.
 * NULL when the system has none to give. */
void *secret_alloc(size_t len);
void secret_free(void *data, size_t len);

/* A copy of a secret in such memory, as octets that nobody makes grow;
 * secret_drop() ends it, NULL is fine. NULL: no memory. */
struct bytes *secret_keep(const struct bytes *secret);
void secret_drop(struct bytes *kept);

#endif
