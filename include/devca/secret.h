/*
 * A secret that several acts need and that can be read from its source only
 * once: from a pipe, a terminal, a variable. docs/keys.md lists the sources.
 */
#ifndef DEVCA_SECRET_H
#define DEVCA_SECRET_H

#include <devca/error.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct devca_secret;

/* Reads the secret and keeps it in locked memory until devca_secret_close(),
 * which wipes it (NULL is fine). what names it in a prompt; confirm asks twice
 * there. DEVCA_E_SECRET, DEVCA_E_USAGE (no source), DEVCA_E_NO_MEMORY. */
struct devca_secret_request {
    const char *source; /* "file:PATH", "env:NAME", "fd:N", "stdin", "prompt" */
    const char *what;
    bool confirm;
};
DEVCA_API enum devca_code devca_secret_open(
    struct devca_secret **secret, const struct devca_secret_request *request,
    struct devca_error *error);
DEVCA_API void devca_secret_close(struct devca_secret *secret);

/* A descriptor, the caller's to close, that gives the secret once: what "fd:N"
 * reads. A pipe, so that no file ever holds it. DEVCA_E_SECRET. */
DEVCA_API enum devca_code devca_secret_offer(const struct devca_secret *secret,
                                             int *fd,
                                             struct devca_error *error);

#ifdef __cplusplus
}
#endif
#endif
