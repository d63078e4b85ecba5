/*
 * Where a private key is in this process: while it is open, only in pages that
 * are locked and left out of core files; after it is closed, nowhere. The
 * process reads its own memory through /proc, map by map.
 */
#include "wolfssl/settings.h"

#include "needle.h"

#include "devca/key/crypto.h"
#include "devca/key/journal_key.h"
#include "devca/key/secret.h"
#include "devca/key/share.h"

#include "devid/codec/writer.h"

#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <wolfssl/wolfcrypt/hash.h>

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

/* In a frame of its own: the needles of a new journal key, which is left in the
 * file k.pem: its seed, and the scalar that RFC 8032 makes of that. */
static void make_journal_key(struct needle needles[2])
{
    struct journal_key *key = secret_alloc(sizeof *key);
    uint8_t scalar[64];

    ck_assert_ptr_nonnull(key);
    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_generate(key, NULL), DEVCA_OK);
    ck_assert_int_eq(journal_key_write(key, "k.pem", NULL), DEVCA_OK);
    needles[0] = needle_make(key->seed);
    ck_assert_int_eq(wc_Sha512Hash(key->seed, sizeof key->seed, scalar), 0);
    needles[1] = needle_make(scalar);
    wipe(scalar, sizeof scalar);
    secret_free(key, sizeof *key);
    wipe_stack();
}

/* The journal's key: read from its file, used, and gone. */
START_TEST(test_journal_key)
{
    static const uint8_t text[] = "any message";
    struct journal_key *key = secret_alloc(sizeof *key);
    uint8_t signature[JOURNAL_SIGNATURE_LEN];
    char folder[] = "/tmp/devca-memory-XXXXXX";
    struct needle needles[2];
    int i;

    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
    make_journal_key(needles);
    ck_assert_int_eq(journal_key_read(key, "k.pem", NULL), DEVCA_OK);
    ck_assert_int_eq(unlink("k.pem"), 0);
    ck_assert_int_eq(rmdir(folder), 0);
    for (i = 0; i < 20; i++)
        ck_assert_int_eq(
            journal_key_sign(key, (struct devid_slice){text, sizeof text},
                             signature, NULL),
            DEVCA_OK);
    ck_assert_uint_ge(look(&needles[0]).kept, 1);
    for (i = 0; i < 2; i++)
        ck_assert_msg(look(&needles[i]).other == 0, "%d: outside", i);
    secret_free(key, sizeof *key);
    for (i = 0; i < 2; i++)
        ck_assert_msg(look(&needles[i]).other + look(&needles[i]).kept == 0,
                      "%d: after", i);
}
END_TEST

static void write_passphrase(const char *path, struct needle *needle)
{
    char text[2 * DEVID_MAX_FIELD + 2];
    uint8_t octets[DEVID_MAX_FIELD];
    FILE *file = fopen(path, "w");
    size_t i;

    ck_assert_ptr_nonnull(file);
    ck_assert_int_eq(setvbuf(file, NULL, _IONBF, 0), 0);
    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(random_octets(octets, sizeof octets, NULL), DEVCA_OK);
    for (i = 0; i < sizeof octets; i++) {
        text[2 * i] = (char)('a' + (octets[i] >> 4));
        text[2 * i + 1] = (char)('a' + (octets[i] & 15));
    }
    text[2 * i] = '\n';
    *needle = needle_make((const uint8_t *)text);
    ck_assert_uint_eq(fwrite(text, 1, 2 * i + 1, file), 2 * i + 1);
    ck_assert_int_eq(fchmod(fileno(file), 0600), 0);
    ck_assert_int_eq(fclose(file), 0);
    wipe(text, sizeof text);
    wipe_stack();
}

/* A passphrase, as long as it is kept for the next key. */
START_TEST(test_passphrase)
{
    char path[] = "/tmp/devca-memory-XXXXXX", source[64];
    struct secret_request request = {source, "passphrase", false, 0};
    struct bytes read = {0}, *kept;
    struct needle needle;
    int fd = mkstemp(path);

    ck_assert_int_ge(fd, 0);
    close(fd);
    write_passphrase(path, &needle);
    snprintf(source, sizeof source, "file:%s", path);
    ck_assert_int_eq(secret_read(&request, &read, NULL), DEVCA_OK);
    ck_assert_int_eq(unlink(path), 0);
    kept = secret_keep(&read);
    ck_assert_ptr_nonnull(kept);
    ck_assert_int_eq(memcmp(kept->data, read.data, read.len), 0);
    ck_assert_uint_eq(kept->len, read.len);
    bytes_clear(&read);
    wipe_stack();
    ck_assert_uint_eq(look(&needle).kept, 1);
    ck_assert_uint_eq(look(&needle).other, 0);
    secret_drop(kept);
    ck_assert_uint_eq(look(&needle).kept + look(&needle).other, 0);
}
END_TEST

static void write_more(struct devid_writer *w, const void *context)
{
    static const uint8_t filling[512] = {0};

    devid_write_raw(w, *(const struct devid_slice *)context);
    devid_write_raw(w, (struct devid_slice){filling, sizeof filling});
}

/* What is written first where there is too little room, and moves. */
START_TEST(test_moved)
{
    uint8_t octets[DEVID_MAX_FIELD];
    struct devid_slice secret = {octets, sizeof octets};
    struct bytes bytes = {0};
    struct needle needle;

    ck_assert_int_eq(crypto_init(NULL), DEVCA_OK);
    ck_assert_int_eq(random_octets(octets, sizeof octets, NULL), DEVCA_OK);
    needle = needle_make(octets);
    /* malloc's own marks in what is freed are not to hide it. */
    ck_assert(bytes_reserve(&bytes, 2 * sizeof octets));
    ck_assert(bytes_append(&bytes, "before the secret", 17));
    ck_assert(bytes_write(&bytes, write_more, &secret));
    wipe(octets, sizeof octets);
    wipe_stack();
    ck_assert_uint_eq(look(&needle).other, 1);
    bytes_clear(&bytes);
    ck_assert_uint_eq(look(&needle).other, 0);
}
END_TEST

#ifdef DEVCA_SIGNS_SHALLOW

#define PAINT 0xA5
#define PAINTED ((size_t)64 * 1024)
#define SHALLOW ((size_t)8 * 1024)
#define BELOW ((size_t)512) /* frames of what does the wiping */

/* Paints the stack that the caller's next callee will have; the place of the
 * deepest octet. */
__attribute__((noinline)) static uintptr_t paint(void)
{
    volatile uint8_t room[PAINTED];
    size_t i;

    for (i = 0; i < sizeof room; i++)
        room[i] = PAINT;
    return (uintptr_t)room;
}

static size_t zeros(const volatile uint8_t *from, size_t most)
{
    size_t len = 0;

    while (len < most && from[len] == 0)
        len++;
    return len;
}

/* Signing is wiped away as deep as it reaches: beneath the wiped stretch lie
 * the frames of what wiped it, and then nothing that was ever written. */
START_TEST(test_depth)
{
    static const struct devid_slice message = {(const uint8_t *)"m", 1};
    struct needle needle;
    struct signer *signer = needle_signer(curves[_i], &needle);
    struct signature signature;
    const volatile uint8_t *deepest;
    size_t clean = 0, below = 0;

    ck_assert_int_eq(signer_sign(signer, message, &signature, NULL), DEVCA_OK);
    deepest = (const volatile uint8_t *)paint();
    ck_assert_int_eq(
        signer_sign_as(signer, message, CALLER_VERIFIES, &signature, NULL),
        DEVCA_OK);
    while (clean < PAINTED && deepest[clean] == PAINT)
        clean++;
    ck_assert_uint_lt(clean + BELOW + SHALLOW, PAINTED);
    while (below < BELOW && zeros(deepest + clean + below, SHALLOW) < SHALLOW)
        below++;
    ck_assert_msg(below < BELOW, "something reached deeper than was wiped");
    signer_close(signer);
}
END_TEST

#endif

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
    tcase_add_test(tcase, test_journal_key);
    tcase_add_test(tcase, test_passphrase);
    tcase_add_test(tcase, test_moved);
#ifdef DEVCA_SIGNS_SHALLOW
    tcase_add_loop_test(tcase, test_depth, 0, 2);
#endif
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
