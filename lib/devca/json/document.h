/*
 * JSON as text: documents read into jansson's values and written out again.
 * jansson keeps values, and its own reader and writer are not used: when memory
 * is short they lose octets without a word, up to the quote that should have
 * ended a string.
 */
#ifndef DEVCA_JSON_DOCUMENT_H
#define DEVCA_JSON_DOCUMENT_H

#include "devca/base/bytes.h"

#include <jansson.h>

/* How deep arrays and objects may nest. */
#define DOCUMENT_DEPTH 16

/* What is wrong with a document, and where; lines and columns (in characters)
 * count from 1. */
struct document_fault {
    size_t line;
    size_t column;
    const char *text; /* lives for ever */
};

/*
 * One JSON text (RFC 8259) in UTF-8. Not taken: a key twice in an object, NUL
 * in a string, a number that is not whole or beyond 64 bits, deeper nesting
 * than DOCUMENT_DEPTH. *top holds a reference: json_decref(*top); NULL unless
 * DEVCA_OK. DEVCA_E_MALFORMED, and then *fault says why; DEVCA_E_NO_MEMORY.
 */
enum devca_code document_read(struct devid_slice text, json_t **top,
                              struct document_fault *fault);

/*
 * Appends a value that document_read could give, members in the order in which
 * they were set: on lines of their own, `indent` spaces further in for each
 * level, or on one line without spaces when `indent` is 0. false when memory is
 * short.
 */
bool document_write(const json_t *value, unsigned indent, struct bytes *text);

#endif
