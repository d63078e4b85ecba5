/* RFC 3339 text, certificate time and the calendar between. */
#include <devca/time.h>

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct valid {
    const char *text;
    devca_seconds seconds;
} valid[] = {
    {"1970-01-01T00:00:00Z", 0},
    {"1970-01-01", 0},
    {"2000-02-29T12:34:56Z", 951827696},
    {"2000-02-29t12:34:56z", 951827696},
    {"2000-02-29 12:34:56.789Z", 951827696},
    {"2000-02-29T14:04:56+01:30", 951827696},
    {"2000-02-28T23:34:56-13:00", 951827696},
    {"1969-12-31T23:59:59Z", -1},
    {"0001-01-01", INT64_C(-62135596800)},
    {"2050-01-01T00:00:00Z", INT64_C(2524608000)},
    {"9999-12-31T23:59:59Z", DEVCA_NEVER},
};

START_TEST(test_read)
{
    devca_seconds seconds = 12345;

    ck_assert(devca_time_read(valid[_i].text, &seconds));
    ck_assert_int_eq(seconds, valid[_i].seconds);
}
END_TEST

static const char *const invalid[] = {
    "",
    "2030",
    "2030-1-01",
    "2030-00-01",
    "2030-13-01",
    "2030-02-30",
    "2030-02-29",
    "1900-02-29",
    "2030-04-31",
    "2030-01-00",
    "0000-01-01",
    "2030-01-01T",
    "2030-01-01T00:00:00",
    "2030-01-01T24:00:00Z",
    "2030-01-01T00:60:00Z",
    "2030-01-01T00:00:60Z",
    "2030-01-01T00:00:00.Z",
    "2030-01-01T00:00:00+24:00",
    "2030-01-01T00:00:00+0100",
    "2030-01-01T00:00:00Zx",
    " 2030-01-01",
    "2030-01-01 ",
    "+2030-01-01",
    "9999-12-31T23:59:59-00:01",
    "20300101000000Z",
    "now",
};

START_TEST(test_refuse)
{
    devca_seconds seconds;

    ck_assert(!devca_time_read(invalid[_i], &seconds));
}
END_TEST

/* Every 9 days and some, over all years, against the C library. Check keeps a
 * note of each of its assertions, for which half a million are too many. */
START_TEST(test_calendar)
{
    char text[DEVCA_TIME_TEXT], expected[64];
    devca_seconds seconds, back;
    struct tm tm;
    time_t t;

    for (seconds = INT64_C(-62135596800); seconds <= DEVCA_NEVER;
         seconds += 790123) {
        t = (time_t)seconds;
        if (gmtime_r(&t, &tm) == NULL)
            ck_abort_msg("%lld is no time", (long long)seconds);
        snprintf(expected, sizeof expected, "%04d-%02d-%02dT%02d:%02d:%02dZ",
                 tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                 tm.tm_min, tm.tm_sec);
        devca_time_write(seconds, text);
        if (strcmp(text, expected) != 0)
            ck_abort_msg("%s is not %s", text, expected);
        if (!devca_time_read(text, &back) || back != seconds ||
            devca_time_unpack(devca_time_pack(seconds)) != seconds)
            ck_abort_msg("%s does not come back", text);
    }
}
END_TEST

START_TEST(test_clamp)
{
    char text[DEVCA_TIME_TEXT];

    devca_time_write(INT64_MAX, text);
    ck_assert_str_eq(text, "9999-12-31T23:59:59Z");
    devca_time_write(INT64_MIN, text);
    ck_assert_str_eq(text, "0000-01-01T00:00:00Z");
    ck_assert_int_eq(devca_time_unpack(devca_time_pack(INT64_MAX)),
                     DEVCA_NEVER);
}
END_TEST

START_TEST(test_now)
{
    devca_seconds now;

    ck_assert_int_eq(setenv("DEVCA_CLOCK", "2030-01-01T00:00:00Z", 1), 0);
    ck_assert(devca_now(&now));
    ck_assert_int_eq(now, INT64_C(1893456000));
    ck_assert_int_eq(setenv("DEVCA_CLOCK", "yesterday", 1), 0);
    ck_assert(!devca_now(&now));
    ck_assert_int_eq(setenv("DEVCA_CLOCK", "", 1), 0);
    ck_assert(!devca_now(&now));
    ck_assert_int_eq(unsetenv("DEVCA_CLOCK"), 0);
    ck_assert(devca_now(&now));
    ck_assert_int_ge(now, (devca_seconds)time(NULL) - 1);
    ck_assert_int_le(now, (devca_seconds)time(NULL));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.clock");
    TCase *cases = tcase_create("clock");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_set_timeout(cases, 60);
    tcase_add_loop_test(cases, test_read, 0, sizeof valid / sizeof valid[0]);
    tcase_add_loop_test(cases, test_refuse, 0,
                        sizeof invalid / sizeof invalid[0]);
    tcase_add_test(cases, test_calendar);
    tcase_add_test(cases, test_clamp);
    tcase_add_test(cases, test_now);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
