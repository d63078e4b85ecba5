/* validity.notAfter: never, after a duration, or on a date. */
#ifndef DEVCA_PROFILE_LIFETIME_H
#define DEVCA_PROFILE_LIFETIME_H

#include <devca/time.h>

enum lifetime_kind { LIFETIME_NEVER, LIFETIME_DURATION, LIFETIME_DATE };

struct lifetime {
    enum lifetime_kind kind;
    unsigned months; /* of a duration: years and months, in the calendar */
    int64_t seconds; /* of a duration: weeks, days and time */
    devca_seconds date;
};

/* "9999", "P20Y" (ISO 8601-1 5.5.2: years, months, weeks, days, hours, minutes,
 * seconds; whole numbers) or RFC 3339. NULL, or what is wrong; static. */
const char *lifetime_read(const char *text, struct lifetime *lifetime);

/* notAfter for a certificate made now, at most DEVCA_NEVER. A day that its
 * month does not have becomes the month's last. */
devca_seconds lifetime_end(const struct lifetime *lifetime, devca_seconds now);

#endif
