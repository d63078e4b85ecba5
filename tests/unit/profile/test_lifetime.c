/* Durations and dates against the calendar. */
#include "devca/profile/lifetime.h"

#include <check.h>
#include <stdlib.h>

/* notAfter for a certificate made at `now`; NULL: the text is refused. */
static const struct {
    const char *text;
    const char *now;
    const char *end;
} rows[] = {
    {"9999", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
    {"P20Y", "2026-01-01T00:00:00Z", "2046-01-01T00:00:00Z"},
    {"P1Y", "2024-02-29T12:00:00Z", "2025-02-28T12:00:00Z"},
    {"P4Y", "2024-02-29T12:00:00Z", "2028-02-29T12:00:00Z"},
    {"P1M", "2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z"},
    {"P11M", "2026-12-15T01:02:03Z", "2027-11-15T01:02:03Z"},
    {"P12M", "2026-12-15T01:02:03Z", "2027-12-15T01:02:03Z"},
    {"P1Y2M3D", "2026-01-01T00:00:00Z", "2027-03-04T00:00:00Z"},
    {"P2W", "2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z"},
    {"P90D", "2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z"},
    {"PT12H", "2026-12-31T12:00:00Z", "2027-01-01T00:00:00Z"},
    {"P1DT1M1S", "2026-01-01T00:00:00Z", "2026-01-02T00:01:01Z"},
    {"P9000Y", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
    {"P999999999Y", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
    {"P999999999D", "2026-01-01T00:00:00Z", "9999-12-31T23:59:59Z"},
    {"2099-06-30", "2026-01-01T00:00:00Z", "2099-06-30T00:00:00Z"},
    {"2099-06-30T12:00:00Z", "2026-01-01T00:00:00Z", "2099-06-30T12:00:00Z"},
    {"P", "2026-01-01", NULL},
    {"PT", "2026-01-01", NULL},
    {"P1DT", "2026-01-01", NULL},
    {"P0Y", "2026-01-01", NULL},
    {"P1", "2026-01-01", NULL},
    {"P-1Y", "2026-01-01", NULL},
    {"P1.5Y", "2026-01-01", NULL},
    {"P1Y1Y", "2026-01-01", NULL},
    {"P1H", "2026-01-01", NULL},
    {"PT1D", "2026-01-01", NULL},
    {"P1DTT1H", "2026-01-01", NULL},
    {"P1234567890D", "2026-01-01", NULL},
    {"p20y", "2026-01-01", NULL},
    {"20Y", "2026-01-01", NULL},
    {"", "2026-01-01", NULL},
    {"99999", "2026-01-01", NULL},
    {"2099-13-01", "2026-01-01", NULL},
};

START_TEST(end_is_the_calendar_s)
{
    struct lifetime lifetime;
    devca_seconds now;
    char end[DEVCA_TIME_TEXT];
    const char *fault = lifetime_read(rows[_i].text, &lifetime);

    if (rows[_i].end == NULL) {
        ck_assert_msg(fault != NULL, "%s was taken", rows[_i].text);
        return;
    }
    ck_assert_msg(fault == NULL, "%s %s", rows[_i].text, fault);
    ck_assert(devca_time_read(rows[_i].now, &now));
    devca_time_write(lifetime_end(&lifetime, now), end);
    ck_assert_str_eq(end, rows[_i].end);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("lifetime");
    TCase *tests = tcase_create("lifetime");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_add_loop_test(tests, end_is_the_calendar_s, 0,
                        (int)(sizeof rows / sizeof rows[0]));
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
