/* Hex, dotted OIDs, UTF-8, JSON strings, numbers and PEM as text. */
#ifndef DEVCA_BASE_TEXT_H
#define DEVCA_BASE_TEXT_H

#include "devca/base/bytes.h"

#include <stdbool.h>

/* Lower-case hex; text has room for 2 * len + 1. */
void hex_write(struct devid_slice octets, char *text);
/* Hex of either case, an even number of digits, nothing else; appends. */
bool hex_read(const char *text, size_t len, struct bytes *octets);

/* "1.3.6.1.5.5.7.3.3" to content octets and back (X.690 8.19). Arcs below
 * 2^64; writing gives false when text (of size octets) is too small or the
 * octets are no OID. */
bool oid_read(const char *text, size_t len, struct bytes *oid);
bool oid_write(struct devid_slice oid, char *text, size_t size);

/* Octets of the UTF-8 character that text begins with (RFC 3629, 4); 0 when it
 * begins with none, or with one that is cut short. text is not empty. */
size_t utf8_len(struct devid_slice text);
/* C0, DEL and C1: what may speak to a terminal. text begins with a whole
 * character. */
bool utf8_is_control(struct devid_slice text);

/* Whole characters of UTF-8 and no control among them: what can be shown and
 * signed as one line. */
bool utf8_is_line(struct devid_slice text);

/* Appends a JSON string, quotes and all, as RFC 8785, 3.2.2.2 has it; what is
 * no UTF-8 becomes U+FFFD. false when memory is short. */
bool quoted_append(struct bytes *json, struct devid_slice text);

/* Appends a whole number in decimal. false when memory is short. */
bool number_append(struct bytes *text, int64_t number);

/* Appends one PEM block. */
bool pem_append(struct bytes *text, const char *label, struct devid_slice der);

#endif
