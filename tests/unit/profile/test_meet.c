/* When two lists are at one place. */
#include "devca/profile/meet.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PARAMETERS                                     \
    &(const struct parameters)                         \
    {                                                  \
        &(const struct parameter){"own", "a", true}, 1 \
    }

/* Of product meter-3 of an organisation "A B"; {country} is not known. */
static void render(struct arena *arena, const char *place, unsigned shards,
                   bool known, struct spot *spot)
{
    static const struct profile_subject subject = {.product = "meter-3",
                                                   .org = "A B"};
    struct template template;
    char fault[TEMPLATE_FAULT];

    ck_assert(template_compile(&template, arena, place, PARAMETERS, fault));
    spot->shards = shards;
    spot_render(spot, &template, known ? &subject : NULL);
}

static bool meet(const char *list, unsigned shards, const char *other,
                 unsigned others, bool known)
{
    struct arena arena = {0};
    struct spot a, b;
    bool met;

    render(&arena, list, shards, known, &a);
    render(&arena, other, others, known, &b);
    met = spots_meet(&a, &b);
    arena_clear(&arena);
    return met;
}

/* HEX_40: an octet string that a hash may be. */
#define HEX_40 "0123456789abcdef0123456789abcdef01234567"

static const struct {
    const char *list;
    unsigned shards;
    const char *other;
    unsigned others;
    bool meet;
} places[] = {
    /* one place of as many, or of others */
    {"h/{shard}", 4, "h/{shard}", 4, false},
    {"h/{shard}", 4, "h/{shard}", 5, true},
    {"h/{shard}", 4, "g/{shard}", 5, false},
    {"h/{shard}", 4, "h/{shard}/", 5, false},
    {"h/{shard}.crl", 65536, "h/{shard}.crl.", 65535, false},
    /* a number has no leading zero, no slash, and an end */
    {"h/{shard}", 4, "h/0{shard}", 4, false},
    {"h/0{shard}", 4, "h/{shard}", 4, false},
    {"h/{shard}", 4, "h/2/{shard}", 4, false},
    {"h/{shard}", 10, "h/1{shard}", 10, false},
    {"h/{shard}", 11, "h/1{shard}", 11, true},
    {"h/1{shard}", 11, "h/{shard}", 11, true},
    {"h/{shard}", 11, "h/{shard}1", 11, true},
    {"h/{shard}", 9, "h/{shard}0", 1000, false},
    {"h/{shard}", 10, "h/{shard}0", 1000, true},
    {"h/{shard}", 65536, "h/6553{shard}", 65536, true},
    {"h/{shard}", 65536, "h/6553{shard}", 0, false},
    {"h/{shard}", 4, "h/0", 0, false},
    {"h/{shard}", 4, "h/4", 0, true},
    {"h/{shard}", 4, "h/5", 0, false},
    {"h/{shard}", 4, "h/04", 0, false},
    {"h/{shard}", 4, "h/802.1ar", 0, false},
    {"h/{shard}.crl", 4, "h/2027.crl", 0, false},
    {"h/{shard}.crl", 2027, "h/2027.crl", 0, true},
    {"h/{shard}", 4, "h/", 0, false},
    /* the same number each time */
    {"h/{shard}-{shard}", 20, "h/{shard}-2", 20, false},
    {"h/{shard}-{shard}", 20, "h/{shard}-2", 19, true},
    {"h/{shard}-{shard}", 20, "h/1-{shard}2", 20, false},
    {"h/{shard}-{shard}", 20, "h/12-{shard}2", 20, true},
    {"h/{shard}{shard}", 20, "h/{shard}", 22, true},
    {"h/{shard}{shard}", 20, "h/{shard}", 10, false},
    {"h/{shard}", 65536, "h/{shard}{shard}", 20, true},
    {"h/{shard}", 10, "h/{shard}{shard}", 20, false},
    /* only where there is a list */
    {"h/a", 4, "h/a", 0, false},
    {"h/{shard}", 0, "h/1", 0, false},
    {"h/{uid}/{shard}", 4, "h/01/1", 0, false},
    /* product and owner */
    {"h/{product}/{shard}", 4, "h/meter-3/{shard}", 4, false},
    {"h/{product}/{shard}", 4, "h/meter-3/{shard}", 5, true},
    {"h/{product}/{shard}", 4, "h/meter-4/{shard}", 5, false},
    {"h/{product}/{shard}", 4, "h/{org}/{shard}", 5, false},
    {"h/meter-{shard}", 4, "h/{product}", 0, true},
    {"h/meter-{shard}", 2, "h/{product}", 0, false},
    {"h/A%20B/{shard}", 2, "h/{org}/2", 0, true},
    {"h/{country}{shard}", 2, "h/2", 0, true},
    /* what a certificate says */
    {"h/{shard}", 9, "h/{uid}", 0, false},
    {"h/{shard}", 10, "h/{uid}", 0, true},
    {"h/{shard}", 999, "h/{uid}{uid}", 0, false},
    {"h/{shard}", 1010, "h/{uid}{uid}", 0, true},
    {"h/{shard}", 1009, "h/{uid}{uid}", 0, false},
    {"h/ab-{shard}", 10, "h/{uid:upper}-10", 0, false},
    {"h/AB-{shard}", 10, "h/{uid:upper}-10", 0, true},
    {"h/abc-{shard}", 10, "h/{uid}-10", 0, false},
    {"h/abc/{shard}", 10, "h/{own}/10", 0, true},
    {"h/abc/{shard}", 10, "h/{own}/11", 0, false},
    {"h/a/c/{shard}", 10, "h/{own}", 0, false},
    {"h/a%20c-{shard}", 10, "h/{own}", 0, true},
    {"h/{shard}", 2, "h/{own}{shard}", 2, false},
    {"h/{shard}", 11, "h/{own}{shard}", 11, true},
    {"h/{shard}", 11, "h/{own}-{own}", 0, false},
    {"h/a-{shard}-a", 11, "h/{own}-1-{own}", 0, true},
    {"h/a-{shard}-b", 11, "h/{own}-1-{own}", 0, false},
    {"h/" HEX_40 "/{shard}", 2, "h/{serial}/1", 0, true},
    {"h/" HEX_40 "/{shard}", 2, "h/{key:sha1}/1", 0, true},
    {"h/" HEX_40 "/{shard}", 2, "h/{key:sha256}/1", 0, false},
    {"h/" HEX_40 "{shard}", 2, "h/{key:sha1}", 0, false},
    {"h/{shard}", 65536, "h/{serial}", 0, false},
};

START_TEST(places_meet)
{
    ck_assert_msg(meet(places[_i].list, places[_i].shards, places[_i].other,
                       places[_i].others, true) == places[_i].meet,
                  "%s (%u), %s (%u)", places[_i].list, places[_i].shards,
                  places[_i].other, places[_i].others);
}
END_TEST

/* Before a product is known each placeholder is what it is. */
START_TEST(unknown_is_itself_only)
{
    ck_assert(meet("h/{product}/{shard}", 4, "h/{product}/{shard}", 5, false));
    ck_assert(meet("h/{product}{shard}", 11, "h/{product}1{shard}", 11, false));
    ck_assert(!meet("h/{product}/{shard}", 4, "h/{org}/{shard}", 5, false));
    ck_assert(!meet("h/{product}/{shard}", 4, "h/meter/{shard}", 5, false));
    ck_assert(meet("h/{product}/{shard}", 4, "h/{own}/{shard}", 5, false));
}
END_TEST

/* What two places are for two numbers, the numbers in place of {shard}. */
static void spell(const char *place, unsigned shard, char *text, size_t size)
{
    const char *hole;
    size_t len = 0;

    for (; (hole = strstr(place, "{shard}")) != NULL; place = hole + 7)
        len += (size_t)snprintf(text + len, size - len, "%.*s%u",
                                (int)(hole - place), place, shard);
    snprintf(text + len, size - len, "%s", place);
}

static bool meet_somewhere(const char *list, unsigned shards, const char *other,
                           unsigned others)
{
    char a[64], b[64];

    for (unsigned i = 1; i <= shards; i++) {
        spell(list, i, a, sizeof a);
        for (unsigned n = 1; n <= others; n++) {
            spell(other, n, b, sizeof b);
            if (strcmp(a, b) == 0 && (shards != others || i != n))
                return true;
        }
    }
    return false;
}

/* Each against each, as trying all numbers tells. */
START_TEST(all_numbers_tell_the_same)
{
    static const char *const forms[] = {
        "{shard}",         "1{shard}",        "{shard}1",        "0{shard}",
        "{shard}0",        "{shard}{shard}",  "1{shard}{shard}", "{shard}/1",
        "{shard}1{shard}", "{shard}-{shard}", "2-{shard}",       "11{shard}"};
    static const unsigned counts[] = {2, 11, 112};
    const size_t all = sizeof forms / sizeof forms[0];
    const unsigned shards = counts[_i];

    for (size_t i = 0; i < all * all; i++) {
        const char *a = forms[i / all], *b = forms[i % all];

        for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++)
            ck_assert_msg(meet(a, shards, b, counts[n], true) ==
                              meet_somewhere(a, shards, b, counts[n]),
                          "%s (%u), %s (%u)", a, shards, b, counts[n]);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("meet");
    TCase *tests = tcase_create("meet");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tests);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, places_meet, 0,
                        (int)(sizeof places / sizeof places[0]));
    tcase_add_test(tests, unknown_is_itself_only);
    tcase_add_loop_test(tests, all_numbers_tell_the_same, 0, 3);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
