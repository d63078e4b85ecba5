/* Points in time on the host: seconds since 1970-01-01T00:00:00Z. */
#ifndef DEVCA_TIME_H
#define DEVCA_TIME_H

#include <devca/api.h>
#include <devid/time.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef int64_t devca_seconds;

/* 9999-12-31T23:59:59Z: RFC 5280, 4.1.2.5, no well-defined end. */
#define DEVCA_NEVER INT64_C(253402300799)

/* Now. DEVCA_CLOCK in the environment (RFC 3339) sets it, for tests and for
 * ceremonies that repeat a recorded moment; a malformed value is ignored only
 * by refusing: false. */
DEVCA_API bool devca_now(devca_seconds *now);

/* RFC 3339 with Z or an offset, or a bare date (midnight UTC). false unless the
 * whole text is one, between the years 0001 and 9999. */
DEVCA_API bool devca_time_read(const char *text, devca_seconds *seconds);

/* "2030-01-01T00:00:00Z" and its NUL. */
#define DEVCA_TIME_TEXT 21
DEVCA_API void devca_time_write(devca_seconds seconds,
                                char text[DEVCA_TIME_TEXT]);

/* To and from certificate time; clamped to the years 0 to 9999. */
DEVCA_API struct devid_time devca_time_pack(devca_seconds seconds);
DEVCA_API devca_seconds devca_time_unpack(struct devid_time time);

#ifdef __cplusplus
}
#endif
#endif
