/*
 * Headers of POSIX tar archives (IEEE Std 1003.1, pax, "ustar Interchange
 * Format"), for regular files of mode 0600 that belong to nobody in particular.
 */
#ifndef DEVCA_BASE_TAR_H
#define DEVCA_BASE_TAR_H

#include <stdbool.h>
#include <stdint.h>

#define TAR_BLOCK 512
#define TAR_NAME 100

struct tar_member {
    char name[TAR_NAME + 1];
    uint64_t size;     /* octets; from 8 GiB on in base 256, as GNU tar does */
    uint64_t modified; /* seconds since 1970, below 2^33 */
};

void tar_header_write(const struct tar_member *member,
                      uint8_t block[TAR_BLOCK]);

/*
 * Reads a header that tar_header_write() made: any other octet anywhere is
 * refused, and *fault then says what is wrong. member->name is set as far as it
 * can be read.
 */
bool tar_header_read(const uint8_t block[TAR_BLOCK], struct tar_member *member,
                     const char **fault);

/* Octets that fill up the last block of a member. */
unsigned tar_padding(uint64_t size);

#endif
