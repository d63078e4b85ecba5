/*
 * A slice: octets that belong to somebody else.
 *
 * Nothing in libdevid copies, frees or changes the octets behind a slice.
 * A slice is valid for as long as the memory its maker named; every view
 * that libdevid hands out points into the caller's own input.
 */
#ifndef DEVID_SLICE_H
#define DEVID_SLICE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* data may be NULL only when len is 0. len is in octets. */
struct devid_slice {
    const uint8_t *data;
    size_t len;
};

#ifdef __cplusplus
}
#endif
#endif
