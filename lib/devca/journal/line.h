/* Lines of text notes: each ends with a line feed, without exception. */
#ifndef DEVCA_JOURNAL_LINE_H
#define DEVCA_JOURNAL_LINE_H

#include "devca/base/bytes.h"

/* Takes the next line off *text, without its end; false when none is left or
 * the last has no end. */
bool line_next(struct devid_slice *text, struct devid_slice *line);

bool line_is(struct devid_slice line, const char *text);
bool line_begins(struct devid_slice line, const char *text);
/* Takes text off its beginning; false when it begins otherwise. */
bool line_skip(struct devid_slice *line, const char *text);

/* Decimal, no sign, no leading zero, below 2^63. */
bool line_read_number(struct devid_slice line, uint64_t *number);
/* Base64 of exactly len octets, at most 256. */
bool line_read_base64(struct devid_slice line, uint8_t *octets, size_t len);
bool line_write_base64(struct devid_slice octets, struct bytes *text);

#endif
