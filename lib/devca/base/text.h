/* Hex and dotted OIDs as text. */
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

#endif
