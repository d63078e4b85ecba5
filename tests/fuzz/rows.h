/* One list, read to its end. */
#ifndef TESTS_FUZZ_ROWS_H
#define TESTS_FUZZ_ROWS_H

#include <stddef.h>
#include <stdint.h>

/* Ends the run when a row breaks what <devca/rows.h> promises. */
void fuzz_rows(const uint8_t *data, size_t size);

#endif
