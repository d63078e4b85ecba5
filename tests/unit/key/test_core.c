/*
 * A real core file: a child with a key lets itself be dumped, which devca never
 * does, and aborts. What the kernel wrote is searched for the key. Where the
 * kernel writes no cores into the working folder the test says so and is
 * skipped.
 */
#include "needle.h"

#include "devca/key/crypto.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* What is in the child's memory when it ends. */
enum what {
    KEY_OPEN,   /* a signer that was used */
    KEY_CLOSED, /* it was closed */
    KEY_BARE    /* the key lies in ordinary memory: the search must find it */
};

static struct needle prepare(enum what what)
{
    struct needle needle;
    struct signer *signer;
    uint8_t *copy;

    if (what == KEY_BARE) {
        copy = malloc(DEVID_MAX_FIELD);
        if (!copy || crypto_init(NULL) != DEVCA_OK ||
            random_octets(copy, DEVID_MAX_FIELD, NULL) != DEVCA_OK)
            _exit(1);
        return needle_make(copy);
    }
    signer = needle_signer(DEVID_P256, &needle);
    needle_use(signer);
    if (what == KEY_CLOSED)
        signer_close(signer);
    return needle;
}

static void dump_oneself(enum what what, int told)
{
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    struct needle needle = prepare(what);

    if (write(told, &needle, sizeof needle) != (ssize_t)sizeof needle)
        _exit(1);
    if (getrlimit(RLIMIT_CORE, &limit) == 0)
        limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_CORE, &limit);
    (void)prctl(PR_SET_DUMPABLE, 1);
    abort();
}

static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char path[512];

    while (entries && (entry = readdir(entries))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.')
            (void)unlink(path);
    }
    if (entries)
        closedir(entries);
    (void)rmdir(folder);
}

/* A descriptor of the only file in the folder, or -1. */
static int open_core(const char *folder)
{
    DIR *entries = opendir(folder);
    struct dirent *entry;
    char path[512];
    int fd = -1;

    while (entries && (entry = readdir(entries))) {
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] != '.' && fd < 0)
            fd = open(path, O_RDONLY);
    }
    if (entries)
        closedir(entries);
    return fd;
}

static size_t search(int core, const struct needle *needle, size_t *size)
{
    static uint8_t chunk[1 << 16];
    size_t kept = 0, found = 0;
    ssize_t got;

    *size = 0;
    while ((got = read(core, chunk + kept, sizeof chunk - kept)) > 0) {
        *size += (size_t)got;
        found += needle_count(chunk, kept + (size_t)got, needle);
        /* One that lies across two pieces, and none twice. */
        kept += (size_t)got;
        if (kept >= NEEDLE_LEN) {
            memmove(chunk, chunk + kept - (NEEDLE_LEN - 1), NEEDLE_LEN - 1);
            kept = NEEDLE_LEN - 1;
        }
    }
    return found;
}

struct core {
    bool there;
    size_t size;
    size_t found;
};

static struct core dump(enum what what)
{
    struct core core = {false, 0, 0};
    char folder[] = "/tmp/devca-core-XXXXXX";
    struct needle needle;
    int ends[2], status = 0, fd;
    ssize_t got;
    pid_t child;

    if (!mkdtemp(folder) || pipe(ends) != 0 || (child = fork()) < 0)
        return core;
    if (child == 0) {
        if (chdir(folder) == 0)
            dump_oneself(what, ends[1]);
        _exit(1);
    }
    close(ends[1]);
    got = read(ends[0], &needle, sizeof needle);
    close(ends[0]);
    (void)waitpid(child, &status, 0);
    fd = open_core(folder);
    if (got == (ssize_t)sizeof needle && WIFSIGNALED(status) &&
        WCOREDUMP(status) && fd >= 0) {
        core.there = true;
        core.found = search(fd, &needle, &core.size);
    }
    if (fd >= 0)
        close(fd);
    remove_folder(folder);
    return core;
}

START_TEST(test_search_finds)
{
    struct core core = dump(KEY_BARE);

    ck_assert(core.there);
    ck_assert_msg(core.found >= 1, "not found in %zu octets", core.size);
}
END_TEST

START_TEST(test_open_key)
{
    struct core core = dump(KEY_OPEN);

    ck_assert(core.there);
    ck_assert_msg(core.found == 0, "%zu times in a core file", core.found);
}
END_TEST

START_TEST(test_closed_key)
{
    struct core core = dump(KEY_CLOSED);

    ck_assert(core.there);
    ck_assert_msg(core.found == 0, "%zu times in a core file", core.found);
}
END_TEST

/* Sanitizers put their own handlers before the kernel's, and their cores would
 * have terabytes of shadow. */
#ifdef __SANITIZE_ADDRESS__
#define DUMPS false
#else
#define DUMPS true
#endif

static void try_it(void)
{
    if (!dump(KEY_BARE).there) {
        printf("skipped: no core file comes into the working folder here "
               "(kernel.core_pattern, ulimit -c)\n");
        exit(77);
    }
}

int main(void)
{
    Suite *suite;
    TCase *tcase;
    SRunner *runner;
    int failed;

    if (!DUMPS) {
        printf("skipped: the address sanitizer dumps no core\n");
        return 77;
    }
    try_it();
    suite = suite_create("key core");
    tcase = tcase_create("core");
    runner = srunner_create(suite);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, test_search_finds);
    tcase_add_test(tcase, test_open_key);
    tcase_add_test(tcase, test_closed_key);
    suite_add_tcase(suite, tcase);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
