/* Filling the caller's struct devca_error. */
#ifndef DEVCA_BASE_FAIL_H
#define DEVCA_BASE_FAIL_H

#include <devca/error.h>
#include <devid/status.h>

/*
 * Fills *error (may be NULL) and returns code, so that a function can end with
 *     return fail(error, DEVCA_E_FILE, path, "", "", "cannot open: %s", ...);
 * object, clause and field may be NULL. Control characters in any text are
 * replaced, so that hostile input cannot speak to a terminal.
 */
enum devca_code fail(struct devca_error *error, enum devca_code code,
                     const char *object, const char *clause, const char *field,
                     const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* Adds or replaces what to do next; gives back error->code (or `code`). */
enum devca_code fail_hint(struct devca_error *error, enum devca_code code,
                          const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A libdevid refusal of object: its clause and sentence. */
enum devca_code fail_devid(struct devca_error *error, enum devca_code code,
                           const char *object, const char *field,
                           enum devid_status status);

/* DEVCA_E_NO_MEMORY. */
enum devca_code fail_memory(struct devca_error *error);

#endif
