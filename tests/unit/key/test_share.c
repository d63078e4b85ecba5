/* Shamir's scheme: the field and the algebra exhaustively where they are small,
 * shares of keys as text. */
#include "devca/key/crypto.h"
#include "devca/key/shamir.h"
#include "devca/key/share.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Of a hundred thousand values each: Check keeps a note of each of its own
 * assertions. */
static void need(bool holds, const char *what)
{
    if (!holds)
        ck_abort_msg("%s", what);
}

/* Schoolbook: multiply the polynomials, then reduce. */
static uint8_t slow_multiply(unsigned a, unsigned b)
{
    unsigned product = 0;
    int i;

    for (i = 0; i < 8; i++)
        if (b >> i & 1)
            product ^= a << i;
    for (i = 15; i >= 8; i--)
        if (product >> i & 1)
            product ^= 0x11Bu << (i - 8);
    return (uint8_t)product;
}

START_TEST(test_field)
{
    unsigned a, b;

    for (a = 0; a < 256; a++) {
        for (b = 0; b < 256; b++)
            need(shamir_multiply((uint8_t)a, (uint8_t)b) == slow_multiply(a, b),
                 "a product is another");
        ck_assert_uint_eq(
            shamir_multiply((uint8_t)a, shamir_invert((uint8_t)a)), a != 0);
    }
}
END_TEST

/* Any two of three shares of every secret under every line give it back. */
START_TEST(test_two_of_three)
{
    static const uint8_t pairs[3][2] = {{1, 2}, {1, 3}, {2, 3}};
    unsigned secret, slope, i;

    for (secret = 0; secret < 256; secret++)
        for (slope = 0; slope < 256; slope++) {
            uint8_t s = (uint8_t)secret, c = (uint8_t)slope, y[4], out;
            const struct shamir_polynomial line = {&s, &c, 1, 1};

            for (i = 1; i <= 3; i++)
                shamir_evaluate(&line, (uint8_t)i, &y[i]);
            for (i = 0; i < 3; i++) {
                const struct shamir_point points[2] = {
                    {pairs[i][0], &y[pairs[i][0]]},
                    {pairs[i][1], &y[pairs[i][1]]}};

                need(shamir_combine(points, 2, 1, &out) && out == secret,
                     "two shares give another secret");
            }
        }
}
END_TEST

/* Is every value at x that of exactly one line through the secret? */
static void check_lines(unsigned secret, uint8_t x)
{
    bool seen[256] = {false};
    unsigned a;

    for (a = 0; a < 256; a++) {
        uint8_t s = (uint8_t)secret, c = (uint8_t)a, y;
        const struct shamir_polynomial line = {&s, &c, 1, 1};

        shamir_evaluate(&line, x, &y);
        need(!seen[y], "two lines have this value");
        seen[y] = true;
    }
}

/* Is every pair of values that of exactly one parabola through the secret? */
static void check_parabolas(unsigned secret, uint8_t x, uint8_t other)
{
    static bool pair[65536];
    unsigned a, b;

    memset(pair, 0, sizeof pair);
    for (a = 0; a < 256; a++)
        for (b = 0; b < 256; b++) {
            uint8_t s = (uint8_t)secret, c[2], y[2];
            const struct shamir_polynomial parabola = {&s, c, 2, 1};

            c[0] = (uint8_t)a;
            c[1] = (uint8_t)b;
            shamir_evaluate(&parabola, x, &y[0]);
            shamir_evaluate(&parabola, other, &y[1]);
            need(!pair[y[0] << 8 | y[1]], "two parabolas have this pair");
            pair[y[0] << 8 | y[1]] = true;
        }
}

/* What one share of two, or two of three, could be is the same for every
 * secret: each value as often as each other. Every secret and each of four
 * shares of a set of two; of three any two of the first four, then other
 * secrets. */
START_TEST(test_nothing_told)
{
    unsigned secret;
    uint8_t x, other;

    for (secret = 0; secret < 256; secret++)
        for (x = 1; x <= 4; x++)
            check_lines(secret, x);
    for (x = 1; x <= SHARE_COUNT_MAX; x++)
        check_lines(171, x);
    for (x = 1; x <= 4; x++)
        for (other = (uint8_t)(x + 1); other <= 4; other++)
            check_parabolas(171, x, other);
    for (secret = 0; secret < 256; secret += 85)
        check_parabolas(secret, 1, 2);
}
END_TEST

START_TEST(test_refused_points)
{
    uint8_t y = 5, out;
    const struct shamir_point twice[2] = {{3, &y}, {3, &y}};
    const struct shamir_point zero[2] = {{0, &y}, {3, &y}};

    ck_assert(!shamir_combine(twice, 2, 1, &out));
    ck_assert(!shamir_combine(zero, 2, 1, &out));
    ck_assert(!shamir_combine(twice, 0, 1, &out));
}
END_TEST

static const enum devid_curve curves[] = {DEVID_P256, DEVID_P384};
#define SHARES 5

static struct signer *make_shares(enum devid_curve curve, int threshold,
                                  struct share *shares)
{
    struct signer *signer;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(signer_generate(&signer, curve, NULL), DEVCA_OK);
    ck_assert_int_eq(share_split(signer, threshold, SHARES, shares, NULL),
                     DEVCA_OK);
    return signer;
}

/* Every choice of shares: enough give the key, fewer are told so. */
START_TEST(test_choices)
{
    struct share shares[SHARES], chosen[SHARES];
    struct signer *signer, *back;
    unsigned mask;
    int threshold, i;

    for (threshold = 2; threshold <= SHARES; threshold++) {
        signer = make_shares(curves[_i], threshold, shares);
        for (mask = 1; mask < 1u << SHARES; mask++) {
            int count = 0;
            enum devca_code code;

            for (i = SHARES - 1; i >= 0; i--)
                if (mask >> i & 1)
                    chosen[count++] = shares[i];
            code = share_combine(chosen, (size_t)count, &back, NULL);
            ck_assert_int_eq(code,
                             count >= threshold ? DEVCA_OK : DEVCA_E_STATE);
            if (code == DEVCA_OK)
                ck_assert_mem_eq(signer_public_key(back)->point,
                                 signer_public_key(signer)->point,
                                 signer_public_key(signer)->len);
            signer_close(back);
        }
        signer_close(signer);
    }
}
END_TEST

/* Every character of a share counts. */
START_TEST(test_text)
{
    struct share shares[SHARES], read;
    struct bytes text = {0};
    size_t i, start;

    signer_close(make_shares(curves[_i], 3, shares));
    ck_assert(share_write(&shares[1], &text));
    ck_assert_int_eq(share_read(&read, bytes_slice(&text), "share", NULL),
                     DEVCA_OK);
    ck_assert_mem_eq(read.y, shares[1].y, shares[1].len);
    ck_assert_uint_eq(read.index, 2);
    ck_assert_uint_eq(read.threshold, 3);
    start = (size_t)(strchr((const char *)text.data, '\n') -
                     (const char *)text.data) +
            1;
    for (i = start; i < text.len; i++) {
        uint8_t was = text.data[i];

        if (was == ' ' || was == '\n')
            continue;
        text.data[i] = was == 'A' ? 'B' : 'A';
        ck_assert_msg(share_read(&read, bytes_slice(&text), "share", NULL) ==
                          DEVCA_E_MALFORMED,
                      "character %zu", i);
        text.data[i] = (uint8_t)(was | 0x20);
        if (was >= 'A')
            ck_assert_int_eq(
                share_read(&read, bytes_slice(&text), "share", NULL), DEVCA_OK);
        text.data[i] = was;
    }
    for (i = 0; i + 1 < text.len; i++)
        ck_assert_int_eq(share_read(&read, (struct devid_slice){text.data, i},
                                    "share", NULL),
                         DEVCA_E_MALFORMED);
    ck_assert(bytes_append_text(&text, "A"));
    ck_assert_int_eq(share_read(&read, bytes_slice(&text), "share", NULL),
                     DEVCA_E_MALFORMED);
    bytes_clear(&text);
}
END_TEST

START_TEST(test_mixed)
{
    struct share one[SHARES], two[SHARES], mixed[3];
    struct signer *back;

    signer_close(make_shares(DEVID_P256, 3, one));
    signer_close(make_shares(DEVID_P256, 3, two));
    mixed[0] = one[0];
    mixed[1] = one[1];
    mixed[2] = two[2];
    ck_assert_int_eq(share_combine(mixed, 3, &back, NULL), DEVCA_E_MISMATCH);
    mixed[2] = one[1];
    ck_assert_int_eq(share_combine(mixed, 3, &back, NULL), DEVCA_E_MISMATCH);
    /* A share that was tampered with, checksum and all. */
    mixed[2] = one[2];
    mixed[2].y[7] ^= 1;
    ck_assert_int_eq(share_combine(mixed, 3, &back, NULL), DEVCA_E_KEY);
    ck_assert_int_eq(share_combine(mixed, 0, &back, NULL), DEVCA_E_STATE);
}
END_TEST

START_TEST(test_refused_shapes)
{
    static const int shapes[][2] = {{1, 3}, {0, 0}, {4, 3}, {2, 17}, {-1, 3}};
    struct share shares[SHARE_COUNT_MAX];
    struct signer *signer = make_shares(DEVID_P256, 2, shares);
    size_t i;

    for (i = 0; i < sizeof shapes / sizeof shapes[0]; i++)
        ck_assert_int_eq(
            share_split(signer, shapes[i][0], shapes[i][1], shares, NULL),
            DEVCA_E_USAGE);
    ck_assert_int_eq(share_split(signer, 16, 16, shares, NULL), DEVCA_OK);
    signer_close(signer);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key share");
    TCase *tcase = tcase_create("shares");
    SRunner *runner = srunner_create(suite);
    int failed;

    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_field);
    tcase_add_test(tcase, test_two_of_three);
    tcase_add_test(tcase, test_nothing_told);
    tcase_add_test(tcase, test_refused_points);
    tcase_add_loop_test(tcase, test_choices, 0, 2);
    tcase_add_loop_test(tcase, test_text, 0, 2);
    tcase_add_test(tcase, test_mixed);
    tcase_add_test(tcase, test_refused_shapes);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
