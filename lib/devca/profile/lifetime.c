/* RFC 5280 4.1.2.5: when a certificate ends. */
#include "devca/profile/lifetime.h"

#include <stdlib.h>
#include <string.h>

#define DAY INT64_C(86400)
/* Larger numbers than this are past the year 9999 in any unit but seconds. */
#define DIGITS_MAX 9

/* A unit of a duration, in the order in which ISO 8601 has them. */
struct unit {
    char letter;
    bool time; /* behind the T */
    unsigned months;
    int64_t seconds;
};

static const struct unit units[] = {
    {'Y', false, 12, 0},  {'M', false, 1, 0},   {'W', false, 0, 7 * DAY},
    {'D', false, 0, DAY}, {'H', true, 0, 3600}, {'M', true, 0, 60},
    {'S', true, 0, 1},
};
#define UNITS (sizeof units / sizeof units[0])

/* Takes one number and its unit off *text. next is the first unit that may
 * come. */
static bool read_unit(const char **text, bool time, size_t *next,
                      struct lifetime *lifetime)
{
    size_t digits = strspn(*text, "0123456789");
    unsigned number;

    if (digits == 0 || digits > DIGITS_MAX)
        return false;
    number = (unsigned)strtoul(*text, NULL, 10);
    *text += digits;
    for (; *next < UNITS; ++*next) {
        const struct unit *unit = &units[*next];

        if (unit->letter != **text || unit->time != time)
            continue;
        if (unit->months != 0 && number > 120000)
            number = 120000;
        lifetime->months += number * unit->months;
        lifetime->seconds += number * unit->seconds;
        ++*next;
        ++*text;
        return true;
    }
    return false;
}

static bool read_duration(const char *text, struct lifetime *lifetime)
{
    size_t next = 0;
    bool time = false;

    if (*text++ != 'P' || *text == '\0')
        return false;
    while (*text != '\0') {
        if (*text == 'T' && !time && text[1] != '\0') {
            time = true;
            text++;
        }
        if (!read_unit(&text, time, &next, lifetime))
            return false;
    }
    return true;
}

const char *lifetime_read(const char *text, struct lifetime *lifetime)
{
    *lifetime = (struct lifetime){LIFETIME_NEVER, 0, 0, DEVCA_NEVER};
    if (strcmp(text, "9999") == 0)
        return NULL;
    if (*text != 'P') {
        lifetime->kind = LIFETIME_DATE;
        return devca_time_read(text, &lifetime->date)
                   ? NULL
                   : "is not 9999, a duration (P20Y) or a date";
    }
    lifetime->kind = LIFETIME_DURATION;
    if (!read_duration(text, lifetime))
        return "is not a duration like P20Y, P90D or PT12H";
    if (lifetime->months == 0 && lifetime->seconds == 0)
        return "is a duration of nothing";
    return NULL;
}

static unsigned days_of(unsigned year, unsigned month)
{
    static const unsigned char days[] = {31, 28, 31, 30, 31, 30,
                                         31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return month == 2 && leap ? 29 : days[month - 1];
}

static devca_seconds add_months(devca_seconds now, unsigned months)
{
    struct devid_time time = devca_time_pack(now);
    unsigned day = time.date & 31;
    unsigned month = (time.date >> 5 & 15) - 1 + months;
    unsigned year = (time.date >> 9) + month / 12;

    month = month % 12 + 1;
    if (year > 9999)
        return DEVCA_NEVER;
    if (day > days_of(year, month))
        day = days_of(year, month);
    time.date = DEVID_TIME_DATE(year, month, day);
    return devca_time_unpack(time);
}

devca_seconds lifetime_end(const struct lifetime *lifetime, devca_seconds now)
{
    devca_seconds end;

    if (lifetime->kind != LIFETIME_DURATION)
        return lifetime->date;
    end = add_months(now, lifetime->months);
    if (lifetime->seconds > DEVCA_NEVER - end)
        return DEVCA_NEVER;
    return end + lifetime->seconds;
}
