/*
 * A point in time as RFC 5280, 4.1.2.5 writes it: calendar fields in UTC,
 * whole seconds. Packed so that comparing needs no division and no 64-bit
 * arithmetic on the target: compare `date` first, then `clock`.
 */
#ifndef DEVID_TIME_H
#define DEVID_TIME_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * date  = year * 512 + month * 32 + day      (month and day from 1)
 * clock = hour * 4096 + minute * 64 + second
 */
struct devid_time {
    uint32_t date;
    uint32_t clock;
};

#define DEVID_TIME_DATE(year, month, day)                                      \
    ((uint32_t)(year)*512u + (uint32_t)(month)*32u + (uint32_t)(day))
#define DEVID_TIME_CLOCK(hour, minute, second)                                 \
    ((uint32_t)(hour)*4096u + (uint32_t)(minute)*64u + (uint32_t)(second))

/* RFC 5280, 4.1.2.5: 99991231235959Z, "no well-defined expiration date". */
#define DEVID_TIME_NEVER_DATE DEVID_TIME_DATE(9999, 12, 31)
#define DEVID_TIME_NEVER_CLOCK DEVID_TIME_CLOCK(23, 59, 59)

#ifdef __cplusplus
}
#endif
#endif
