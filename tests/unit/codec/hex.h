/* Hexadecimal test data. */
#ifndef TEST_HEX_H
#define TEST_HEX_H

#include <devid/slice.h>

/*
 * The octets that text writes (blanks are skipped), in memory of exactly that
 * length so that ASan sees a read past the end. Free with hex_free().
 */
struct devid_slice hex_octets(const char *text);
void hex_free(struct devid_slice octets);

#endif
