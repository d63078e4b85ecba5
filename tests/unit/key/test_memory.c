/*
 * Where a private key is in this process: while it is open, only in pages that
 * are locked and left out of core files; after it is closed, nowhere. The
 * process reads its own memory through /proc, map by map.
 */
#include "needle.h"

#include "devca/key/crypto.h"
#include "devca/key/share.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* A part of memory and what the kernel says of it. */
struct map {
    unsigned long from;
    unsigned long to;
    bool readable;
    bool kept; /* locked, and not in core files */
};

#define CHUNK ((size_t)1 << 16)

static size_t count_map(int memory, const struct map *map,
                        const struct needle *needle)
{
    static uint8_t chunk[CHUNK + NEEDLE_LEN - 1];
    unsigned long at, skip_from = (unsigned long)(void *)chunk,
                      skip_to = skip_from + sizeof chunk;
    size_t want, found = 0;
    ssize_t got;

    for (at = map->from; at < map->to; at += CHUNK) {
        if (at < skip_to && at + CHUNK + NEEDLE_LEN > skip_from)
            continue; /* the copy that is being looked at */
        want = map->to - at < sizeof chunk ? map->to - at : sizeof chunk;
        got = pread(memory, chunk, want, (off_t)at);
        if (got > 0)
            found += needle_count(chunk, (size_t)got, needle);
    }
    memset(chunk, 0, sizeof chunk);
    return found;
}

struct places {
    size_t kept;  /* in pages that are locked and not dumped */
    size_t other; /* anywhere else */
};

static void take_map(int memory, const struct map *map,
                     const struct needle *needle, struct places *places)
{
    size_t found = map->readable ? count_map(memory, map, needle) : 0;

    if (map->kept)
        places->kept += found;
    else
        places->other += found;
}

/* Where this user may lock nothing, secret.c keeps keys out of cores only. */
static bool may_lock(void)
{
    static uint8_t page[4096];

    if (mlock(page, sizeof page) != 0)
        return false;
    munlock(page, sizeof page);
    return true;
}

static struct places look(const struct needle *needle)
{
    struct places places = {0, 0};
    struct map map = {0, 0, false, false};
    char line[512], rights[8];
    int memory = open("/proc/self/mem", O_RDONLY);
    FILE *maps = fopen("/proc/self/smaps", "r");
    unsigned long from, to;
    bool locks = may_lock();

    if (memory < 0 || maps == NULL)
        exit(77);
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3) {
            map.from = from;
            map.to = to;
            map.readable = rights[0] == 'r' && rights[1] == 'w';
        } else if (strncmp(line, "VmFlags:", 8) == 0) {
            map.kept = strstr(line, " dd") && (strstr(line, " lo") || !locks);
            take_map(memory, &map, needle, &places);
        }
    }
    fclose(maps);
    close(memory);
    return places;
}

static const enum devid_curve curves[] = {DEVID_P256, DEVID_P384};

START_TEST(test_open_and_closed)
{
    struct needle needle;
    struct signer *signer = needle_signer(curves[_i], &needle);
    struct places places;

    needle_use(signer);
    places = look(&needle);
    ck_assert_msg(places.kept >= 1, "%zu kept", places.kept);
    ck_assert_msg(places.other == 0, "%zu outside while open", places.other);
    signer_close(signer);
    places = look(&needle);
    ck_assert_msg(places.kept + places.other == 0, "%zu and %zu after",
                  places.kept, places.other);
}
END_TEST

/* What the test looks with finds what is there. */
START_TEST(test_finds)
{
    uint8_t scalar[DEVID_MAX_FIELD];
    struct needle needle;
    uint8_t *copy = malloc(sizeof scalar);
    size_t i;

    ck_assert_ptr_nonnull(copy);
    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(random_octets(scalar, sizeof scalar, NULL), DEVCA_OK);
    needle = needle_make(scalar);
    for (i = 0; i < sizeof scalar; i++)
        copy[i] = scalar[sizeof scalar - 1 - i];
    wipe(scalar, sizeof scalar);
    wipe_stack(); /* what the compiler made of the lines above */
    ck_assert_uint_eq(look(&needle).other, 1);
    wipe(copy, sizeof scalar);
    ck_assert_uint_eq(look(&needle).other, 0);
    free(copy);
}
END_TEST

/* Shares, too: made and combined, nothing of the key stays. */
START_TEST(test_shares)
{
    struct needle needle;
    struct signer *signer = needle_signer(DEVID_P256, &needle), *back;
    struct share shares[3];

    ck_assert_int_eq(share_split(signer, 2, 3, shares, NULL), DEVCA_OK);
    signer_close(signer);
    ck_assert_int_eq(share_combine(shares, 2, &back, NULL), DEVCA_OK);
    signer_close(back);
    ck_assert_uint_eq(look(&needle).other, 0);
}
END_TEST

/* The sanitizers' shadow and their quarantine are not what ships. */
#ifdef __SANITIZE_ADDRESS__
#define KEEPS_WHAT_IS_FREED true
#else
#define KEEPS_WHAT_IS_FREED false
#endif

int main(void)
{
    Suite *suite;
    TCase *tcase;
    SRunner *runner;
    int failed;

    if (KEEPS_WHAT_IS_FREED) {
        printf("skipped: the address sanitizer keeps what is freed\n");
        return 77;
    }
    suite = suite_create("key memory");
    tcase = tcase_create("memory");
    runner = srunner_create(suite);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_finds);
    tcase_add_loop_test(tcase, test_open_and_closed, 0, 2);
    tcase_add_test(tcase, test_shares);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
