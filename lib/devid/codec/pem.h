/*
 * PEM, RFC 7468 strict form: one label, 64-column base64 is written; on input
 * any line length up to 76 and CR LF are taken, explanatory text before the
 * first boundary is skipped, anything else inside is refused.
 */
#ifndef DEVID_CODEC_PEM_H
#define DEVID_CODEC_PEM_H

#include "writer.h"

#include <stdbool.h>

/* Is there a "-----BEGIN " line in text? */
bool devid_pem_detect(struct devid_slice text);

/*
 * Takes the next block off *text. *label views the label in text; its octets
 * go to `out` (measuring). DEVID_E_EMPTY when no block is left,
 * DEVID_E_STRING for broken base64 or padding, DEVID_E_TRUNCATED without a
 * matching END line.
 */
enum devid_status devid_pem_read(struct devid_slice *text,
                                 struct devid_slice *label,
                                 struct devid_writer *out);

/* One block, with its final newline; label is NUL-terminated. */
void devid_pem_write(struct devid_writer *w, const char *label,
                     struct devid_slice octets);

/* Base64, RFC 4648 section 4, without line breaks; reading is strict. */
enum devid_status devid_base64_read(struct devid_slice text,
                                    struct devid_writer *out);
void devid_base64_write(struct devid_writer *w, struct devid_slice octets);

#endif
