/* UTCTime and GeneralizedTime, RFC 5280 4.1.2.5. */
#include "der.h"

enum {
    PAIRS = 7, /* century, year, month, day, hour, minute, second */
    FIRST_GENERALIZED_YEAR = 2050,
    CENTURY_SPLIT = 50 /* RFC 5280 4.1.2.5.1: YY from 50 is 19YY */
};

enum { CENTURY, YEAR, MONTH, DAY, HOUR, MINUTE, SECOND };

/* 0 for a month that is none. */
static unsigned days_in_month(const uint8_t *pair)
{
    unsigned month = pair[MONTH];
    /* The year is a leap year when this is a multiple of 4. */
    unsigned leap = pair[YEAR] != 0 ? pair[YEAR] : pair[CENTURY];

    if (month - 1 >= 12)
        return 0;
    if (month == 2)
        return (leap & 3) == 0 ? 29 : 28;
    return 30 + ((month + (month >> 3)) & 1);
}

static bool read_pairs(struct devid_slice text, uint8_t *pair)
{
    size_t pairs = text.len / 2;

    for (size_t i = 0; i < pairs; i++) {
        unsigned tens = (unsigned)text.data[2 * i] - '0';
        unsigned ones = (unsigned)text.data[2 * i + 1] - '0';

        if (tens > 9 || ones > 9)
            return false;
        pair[i] = (uint8_t)(10 * tens + ones);
    }
    return text.data[2 * pairs] == 'Z';
}

static enum devid_status parse(struct devid_slice text, size_t skip,
                               struct devid_time *time)
{
    uint8_t pair[PAIRS];

    if (text.len != 2 * (PAIRS - skip) + 1 || !read_pairs(text, pair + skip))
        return DEVID_E_TIME;
    if (skip != 0)
        pair[CENTURY] = pair[YEAR] < CENTURY_SPLIT ? 20 : 19;
    if (pair[DAY] == 0 || pair[DAY] > days_in_month(pair) || pair[HOUR] > 23 ||
        pair[MINUTE] > 59 || pair[SECOND] > 59)
        return DEVID_E_TIME;
    time->date = DEVID_TIME_DATE(pair[CENTURY] * 100u + pair[YEAR], pair[MONTH],
                                 pair[DAY]);
    time->clock = DEVID_TIME_CLOCK(pair[HOUR], pair[MINUTE], pair[SECOND]);
    return DEVID_OK;
}

static enum devid_status read_as(struct devid_slice *in, uint8_t tag,
                                 size_t skip, struct devid_time *time)
{
    struct devid_slice text;
    enum devid_status status = devid_der_read(in, tag, &text);

    if (status == DEVID_OK)
        status = parse(text, skip, time);
    return status;
}

enum devid_status devid_der_read_generalized_time(struct devid_slice *in,
                                                  struct devid_time *time)
{
    return read_as(in, DER_GENERALIZED_TIME, 0, time);
}

enum devid_status devid_der_read_time(struct devid_slice *in,
                                      struct devid_time *time)
{
    enum devid_status status;

    if (devid_der_peek(in) == DER_UTC_TIME)
        return read_as(in, DER_UTC_TIME, 1, time);
    status = devid_der_read_generalized_time(in, time);
    if (status != DEVID_OK)
        return status;
    if (time->date < DEVID_TIME_DATE(FIRST_GENERALIZED_YEAR, 0, 0))
        return DEVID_E_TIME;
    return DEVID_OK;
}

int devid_time_compare(struct devid_time a, struct devid_time b)
{
    if (a.date != b.date)
        return a.date < b.date ? -1 : 1;
    if (a.clock != b.clock)
        return a.clock < b.clock ? -1 : 1;
    return 0;
}
