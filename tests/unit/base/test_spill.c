/* What was spilled comes back, as often as it is asked for. */
#include "devca/base/spill.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Octet n of what is put. */
static uint8_t octet(size_t n)
{
    return (uint8_t)(n * 7 + n / 256);
}

struct seen {
    size_t len;
    size_t stop_at; /* 0: never */
};

static enum devca_code look(struct devid_slice piece, void *context)
{
    struct seen *seen = context;

    size_t wrong = 0;

    for (size_t i = 0; i < piece.len; i++)
        wrong += piece.data[i] != octet(seen->len + i);
    ck_assert_uint_eq(wrong, 0);
    seen->len += piece.len;
    return seen->stop_at != 0 && seen->len >= seen->stop_at ? DEVCA_E_QUOTA
                                                            : DEVCA_OK;
}

static void fill(struct spill *spill, size_t from, size_t to, size_t step)
{
    uint8_t octets[1024];

    while (from < to) {
        size_t part = to - from < step ? to - from : step;

        for (size_t i = 0; i < part; i++)
            octets[i] = octet(from + i);
        if (spill_put(spill, (struct devid_slice){octets, part}, NULL) !=
            DEVCA_OK)
            ck_abort_msg("octets from %zu are not taken", from);
        from += part;
    }
}

static const size_t sizes[] = {0, 1, 65535, 65536, 65537, 1000003};

START_TEST(comes_back)
{
    struct spill *spill;

    ck_assert(spill_open(&spill, ".", NULL) == DEVCA_OK);
    fill(spill, 0, sizes[_i], 53);
    for (int turn = 0; turn < 3; turn++) {
        struct seen seen = {0, 0};

        ck_assert(spill_read(spill, look, &seen, NULL) == DEVCA_OK);
        ck_assert_uint_eq(seen.len, sizes[_i]);
    }
    spill_close(spill);
}
END_TEST

START_TEST(stops)
{
    struct seen seen = {0, 1};
    struct spill *spill;

    ck_assert(spill_open(&spill, ".", NULL) == DEVCA_OK);
    fill(spill, 0, 200000, 1024);
    ck_assert(spill_read(spill, look, &seen, NULL) == DEVCA_E_QUOTA);
    ck_assert_uint_lt(seen.len, 200000);
    spill_close(spill);
    spill_close(NULL);
}
END_TEST

START_TEST(no_folder)
{
    struct devca_error error = {0};
    struct spill *spill = NULL;

    ck_assert(spill_open(&spill, "./none/such", &error) == DEVCA_E_FILE);
    ck_assert_ptr_null(spill);
    ck_assert_str_eq(error.object, "temporary file");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base spill");
    TCase *cases = tcase_create("spill");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_add_loop_test(cases, comes_back, 0, sizeof sizes / sizeof sizes[0]);
    tcase_add_test(cases, stops);
    tcase_add_test(cases, no_folder);
    suite_add_tcase(suite, cases);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
