/* One value of a record as text. */
#ifndef DEVCA_EXPORT_SCALAR_H
#define DEVCA_EXPORT_SCALAR_H

#include "devca/base/bytes.h"

#include <devca/record.h>

/* Appends; null is nothing. Text that is no UTF-8, and control characters, come
 * out as U+FFFD, so that no value breaks a line, a terminal or a JSON string.
 * false when memory is short. */
bool scalar_text(const struct devca_field *field, struct bytes *text);

#endif
