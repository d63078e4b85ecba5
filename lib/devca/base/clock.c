/* Calendar arithmetic: seconds since 1970, RFC 3339 text, certificate time. */
#include <devca/time.h>

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define DAY 86400
#define YEAR_0 INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t days_in_month(int64_t year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 0000-01-01 to the first day of a year. */
static int64_t days_before_year(int64_t year)
{
    if (year <= 0)
        return 0;
    return year * 365 + (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400;
}

static int64_t days_before_month(int64_t year, int month)
{
    int64_t days = 0;
    int i;

    for (i = 1; i < month; i++)
        days += days_in_month(year, i);
    return days;
}

struct moment {
    int year, month, day, hour, minute, second;
};

static devca_seconds to_seconds(const struct moment *m)
{
    int64_t days = days_before_year(m->year) +
                   days_before_month(m->year, m->month) + m->day - 1;

    return YEAR_0 + days * DAY + m->hour * INT64_C(3600) +
           m->minute * INT64_C(60) + m->second;
}

static void from_seconds(devca_seconds seconds, struct moment *m)
{
    int64_t days, year;
    int rest;

    if (seconds < YEAR_0)
        seconds = YEAR_0;
    if (seconds > DEVCA_NEVER)
        seconds = DEVCA_NEVER;
    days = (seconds - YEAR_0) / DAY;
    rest = (int)((seconds - YEAR_0) % DAY);
    year = days * 400 / 146097;
    while (days_before_year(year + 1) <= days)
        year++;
    while (days_before_year(year) > days)
        year--;
    days -= days_before_year(year);
    m->year = (int)year;
    for (m->month = 1; days >= days_in_month(year, m->month); m->month++)
        days -= days_in_month(year, m->month);
    m->day = (int)days + 1;
    m->hour = rest / 3600;
    m->minute = rest / 60 % 60;
    m->second = rest % 60;
}

/* Exactly `count` digits. */
static bool read_digits(const char **text, int count, int *value)
{
    *value = 0;
    while (count-- > 0) {
        if (**text < '0' || **text > '9')
            return false;
        *value = *value * 10 + (*(*text)++ - '0');
    }
    return true;
}

static bool take(const char **text, char c)
{
    if (**text != c)
        return false;
    (*text)++;
    return true;
}

static bool read_date(const char **text, struct moment *m)
{
    return read_digits(text, 4, &m->year) && take(text, '-') &&
           read_digits(text, 2, &m->month) && take(text, '-') &&
           read_digits(text, 2, &m->day) && m->year >= 1 && m->month >= 1 &&
           m->month <= 12 && m->day >= 1 &&
           m->day <= days_in_month(m->year, m->month);
}

static bool read_clock(const char **text, struct moment *m)
{
    return read_digits(text, 2, &m->hour) && take(text, ':') &&
           read_digits(text, 2, &m->minute) && take(text, ':') &&
           read_digits(text, 2, &m->second) && m->hour <= 23 &&
           m->minute <= 59 && m->second <= 59;
}

/* RFC 3339 5.6: fractions are read and dropped. */
static bool read_fraction(const char **text)
{
    if (!take(text, '.'))
        return true;
    if (**text < '0' || **text > '9')
        return false;
    while (**text >= '0' && **text <= '9')
        (*text)++;
    return true;
}

static bool read_offset(const char **text, int *offset)
{
    int sign, hours, minutes;

    *offset = 0;
    if (take(text, 'Z') || take(text, 'z'))
        return true;
    sign = **text == '-' ? -1 : 1;
    if (!take(text, '-') && !take(text, '+'))
        return false;
    if (!read_digits(text, 2, &hours) || !take(text, ':') ||
        !read_digits(text, 2, &minutes) || hours > 23 || minutes > 59)
        return false;
    *offset = sign * (hours * 3600 + minutes * 60);
    return true;
}

bool devca_time_read(const char *text, devca_seconds *seconds)
{
    struct moment m = {0};
    int offset = 0;

    if (!read_date(&text, &m))
        return false;
    if (*text != '\0') {
        if ((!take(&text, 'T') && !take(&text, 't') && !take(&text, ' ')) ||
            !read_clock(&text, &m) || !read_fraction(&text) ||
            !read_offset(&text, &offset) || *text != '\0')
            return false;
    }
    *seconds = to_seconds(&m) - offset;
    return *seconds >= YEAR_0 && *seconds <= DEVCA_NEVER;
}

/* Exactly `count` digits, without what ends a string. */
static void write_digits(char *text, int count, int value)
{
    for (; count > 0; value /= 10)
        text[--count] = (char)('0' + value % 10);
}

void devca_time_write(devca_seconds seconds, char text[DEVCA_TIME_TEXT])
{
    struct moment m;

    from_seconds(seconds, &m);
    memcpy(text, "0000-00-00T00:00:00Z", DEVCA_TIME_TEXT);
    write_digits(text, 4, m.year);
    write_digits(text + 5, 2, m.month);
    write_digits(text + 8, 2, m.day);
    write_digits(text + 11, 2, m.hour);
    write_digits(text + 14, 2, m.minute);
    write_digits(text + 17, 2, m.second);
}

struct devid_time devca_time_pack(devca_seconds seconds)
{
    struct devid_time time;
    struct moment m;

    from_seconds(seconds, &m);
    time.date = DEVID_TIME_DATE(m.year, m.month, m.day);
    time.clock = DEVID_TIME_CLOCK(m.hour, m.minute, m.second);
    return time;
}

devca_seconds devca_time_unpack(struct devid_time time)
{
    struct moment m = {(int)(time.date / 512),      (int)(time.date / 32 % 16),
                       (int)(time.date % 32),       (int)(time.clock / 4096),
                       (int)(time.clock / 64 % 64), (int)(time.clock % 64)};

    if (m.month < 1 || m.month > 12)
        m.month = 1;
    return to_seconds(&m);
}

bool devca_now(devca_seconds *now)
{
    const char *given = getenv("DEVCA_CLOCK");
    struct timespec clock;

    if (given)
        return devca_time_read(given, now);
    if (clock_gettime(CLOCK_REALTIME, &clock) != 0)
        return false;
    *now = clock.tv_sec;
    return true;
}
