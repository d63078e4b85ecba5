/* Secrets from every source, and what is refused. */
#include "devca/key/secret.h"

#include <check.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

static enum devca_code ask(const char *source, struct bytes *secret,
                           struct devca_error *error)
{
    const struct secret_request request = {source, "passphrase", false, 0};

    return secret_read(&request, secret, error);
}

static void make(const char *path, const char *content, size_t len, mode_t mode)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, content, len), (ssize_t)len);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    close(fd);
}

static const struct line {
    const char *content;
    size_t len;
    const char *secret; /* NULL: refused */
} lines[] = {
    {"sesame\n", 7, "sesame"},
    {"sesame", 6, "sesame"},
    {"sesame\r\n", 8, "sesame"},
    {"sesame\nsecond\n", 14, "sesame"},
    {" with spaces \n", 14, " with spaces "},
    {"\xC3\xBC\xE2\x82\xAC\n", 6, "\xC3\xBC\xE2\x82\xAC"},
    {"\n", 1, NULL},
    {"", 0, NULL},
    {"\r\n", 2, NULL},
    {"se\0same\n", 8, NULL},
};

START_TEST(test_file)
{
    char path[] = "/tmp/devca-secret-XXXXXX", source[64];
    const struct line *row = &lines[_i];
    struct bytes secret = {0};
    struct devca_error error;

    close(mkstemp(path));
    make(path, row->content, row->len, 0600);
    snprintf(source, sizeof source, "file:%s", path);
    if (row->secret) {
        ck_assert_int_eq(ask(source, &secret, &error), DEVCA_OK);
        ck_assert_str_eq((const char *)secret.data, row->secret);
        ck_assert_uint_eq(secret.len, strlen(row->secret));
    } else {
        ck_assert_int_eq(ask(source, &secret, &error), DEVCA_E_SECRET);
        ck_assert_ptr_null(secret.data);
    }
    bytes_clear(&secret);
    unlink(path);
}
END_TEST

static const struct mode {
    mode_t mode;
    bool allowed;
} modes[] = {{0600, true},  {0400, true},  {0700, true},  {0640, false},
             {0604, false}, {0620, false}, {0602, false}, {0644, false},
             {0666, false}, {0610, false}};

START_TEST(test_mode)
{
    char path[] = "/tmp/devca-secret-XXXXXX", source[64];
    struct bytes secret = {0};
    struct devca_error error;
    enum devca_code code;

    close(mkstemp(path));
    make(path, "sesame\n", 7, modes[_i].mode);
    snprintf(source, sizeof source, "file:%s", path);
    code = ask(source, &secret, &error);
    ck_assert_int_eq(code, modes[_i].allowed ? DEVCA_OK : DEVCA_E_SECRET);
    if (code != DEVCA_OK)
        ck_assert_ptr_nonnull(strstr(error.hint, "chmod 600"));
    bytes_clear(&secret);
    unlink(path);
}
END_TEST

START_TEST(test_length)
{
    char path[] = "/tmp/devca-secret-XXXXXX", source[64], content[1025];
    struct bytes secret = {0};

    memset(content, 'a', sizeof content);
    close(mkstemp(path));
    snprintf(source, sizeof source, "file:%s", path);
    make(path, content, 1024, 0600);
    ck_assert_int_eq(ask(source, &secret, NULL), DEVCA_OK);
    ck_assert_uint_eq(secret.len, 1024);
    bytes_clear(&secret);
    make(path, content, 1025, 0600);
    ck_assert_int_eq(ask(source, &secret, NULL), DEVCA_E_SECRET);
    ck_assert_ptr_null(secret.data);
    unlink(path);
}
END_TEST

START_TEST(test_env)
{
    struct bytes secret = {0};

    setenv("DEVCA_TEST_SECRET", "sesame", 1);
    ck_assert_int_eq(ask("env:DEVCA_TEST_SECRET", &secret, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)secret.data, "sesame");
    ck_assert_ptr_null(getenv("DEVCA_TEST_SECRET"));
    bytes_clear(&secret);
    ck_assert_int_eq(ask("env:DEVCA_TEST_SECRET", &secret, NULL),
                     DEVCA_E_SECRET);
    setenv("DEVCA_TEST_SECRET", "", 1);
    ck_assert_int_eq(ask("env:DEVCA_TEST_SECRET", &secret, NULL),
                     DEVCA_E_SECRET);
}
END_TEST

/* What follows the line belongs to the next reader. */
START_TEST(test_descriptors)
{
    struct bytes secret = {0};
    char source[32], rest[8] = {0};
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "one\ntwo\nrest", 12), 12);
    close(ends[1]);
    snprintf(source, sizeof source, "fd:%d", ends[0]);
    ck_assert_int_eq(ask(source, &secret, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)secret.data, "one");
    bytes_clear(&secret);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(ask("stdin", &secret, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)secret.data, "two");
    bytes_clear(&secret);
    ck_assert_int_eq(read(STDIN_FILENO, rest, 7), 4);
    ck_assert_str_eq(rest, "rest");
    ck_assert_int_eq(ask("fd:999", &secret, NULL), DEVCA_E_SECRET);
    ck_assert_int_eq(ask("fd:x", &secret, NULL), DEVCA_E_SECRET);
    ck_assert_int_eq(ask("file:/nonexistent", &secret, NULL), DEVCA_E_SECRET);
}
END_TEST

static const char *const unknown[] = {
    "",    "sesame", "pass:sesame", "file:",   "env:",
    "fd:", "stdin:", "stdin2",      "prompt:", "FILE:x"};

START_TEST(test_unknown)
{
    struct bytes secret = {0};
    struct devca_error error = {0};

    ck_assert_int_eq(secret_check(unknown[_i], &error), DEVCA_E_USAGE);
    ck_assert_ptr_null(strstr(error.fault, "sesame"));
    ck_assert_str_eq(error.object, "");
    ck_assert_int_eq(ask(unknown[_i], &secret, NULL), DEVCA_E_USAGE);
}
END_TEST

START_TEST(test_known)
{
    static const char *const known[] = {"file:p", "env:N", "fd:3", "stdin",
                                        "prompt"};
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++)
        ck_assert_int_eq(secret_check(known[i], NULL), DEVCA_OK);
}
END_TEST

/* ---- a terminal ---- */

static int terminal_of_child;

#define STOPPED 103

/* What ends the program leaves its terminal as it was: STOPPED, or 101. */
static void stop(int signal_number)
{
    struct termios state;

    (void)signal_number;
    _exit(tcgetattr(terminal_of_child, &state) == 0 && (state.c_lflag & ECHO)
              ? STOPPED
              : 101);
}

/* In a child with the terminal as its own: exits with the code, or 100 when
 * the secret is not "sesame", 101 when the echo stays off. */
static void answer(const char *terminal, bool confirm)
{
    const struct secret_request request = {"prompt", "passphrase", confirm, 0};
    struct bytes secret = {0};
    struct termios state;
    enum devca_code code;
    int tty;

    setsid();
    tty = open(terminal, O_RDWR | O_CLOEXEC);
    if (tty < 0 || ioctl(tty, TIOCSCTTY, 0) != 0)
        _exit(102);
    terminal_of_child = tty;
    (void)signal(SIGHUP, stop);
    (void)signal(SIGTERM, stop);
    (void)signal(SIGQUIT, stop);
    code = secret_read(&request, &secret, NULL);
    if (tcgetattr(tty, &state) != 0 || !(state.c_lflag & ECHO) ||
        !(state.c_lflag & ISIG))
        _exit(101);
    if (code == DEVCA_OK && strcmp((char *)secret.data, "sesame") != 0)
        _exit(100);
    bytes_clear(&secret);
    _exit((int)code);
}

struct dialogue {
    const char *answers[3];
    bool confirm;
    int status;
    int signal; /* sent before the first answer; 0: none */
};

/* Types each time the terminal asks; gives the child's exit status and what
 * the terminal showed. */
static int type(const struct dialogue *dialogue, char *shown, size_t size)
{
    const char *const *answers = dialogue->answers;
    int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), status;
    size_t len = 0;
    ssize_t got;
    pid_t child;

    ck_assert_int_ge(master, 0);
    ck_assert_int_eq(grantpt(master), 0);
    ck_assert_int_eq(unlockpt(master), 0);
    child = fork();
    if (child == 0)
        answer(ptsname(master), dialogue->confirm);
    while (len < size - 1 &&
           (got = read(master, shown + len, size - 1 - len)) > 0) {
        len += (size_t)got;
        if (*answers && len >= 2 && memcmp(shown + len - 2, ": ", 2) == 0) {
            if (dialogue->signal != 0)
                ck_assert_int_eq(kill(child, dialogue->signal), 0);
            ck_assert_int_gt(write(master, *answers, strlen(*answers)), 0);
            answers++;
        }
    }
    shown[len] = '\0';
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    close(master);
    ck_assert(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const struct dialogue dialogues[] = {
    {{"sesame\n"}, false, DEVCA_OK, 0},
    {{"sesame\n", "sesame\n"}, true, DEVCA_OK, 0},
    {{"sesame\n", "sesane\n"}, true, DEVCA_E_SECRET, 0},
    {{"\n"}, false, DEVCA_E_SECRET, 0},
    {{"ses\x7F\x7F\x7Fsesame\n"}, false, DEVCA_OK, 0},
    {{"ses\x03"}, false, DEVCA_E_INTERRUPTED, 0},
    {{"sesame\n"}, false, STOPPED, SIGHUP},
    {{"sesame\n"}, false, STOPPED, SIGTERM},
    {{"sesame\n"}, false, STOPPED, SIGQUIT},
};

START_TEST(test_prompt)
{
    const struct dialogue *row = &dialogues[_i];
    char shown[512];

    ck_assert_int_eq(type(row, shown, sizeof shown), row->status);
    ck_assert_ptr_nonnull(strstr(shown, "passphrase: "));
    ck_assert_ptr_null(strstr(shown, "ses"));
}
END_TEST

START_TEST(test_no_terminal)
{
    struct bytes secret = {0};

    setsid();
    ck_assert_int_eq(ask("prompt", &secret, NULL), DEVCA_E_SECRET);
}
END_TEST

/* ---- memory ---- */

START_TEST(test_memory)
{
    uint8_t *data = secret_alloc(10000);
    char line[256];
    bool found = false, kept_out = false;
    unsigned long from, to;
    FILE *maps;

    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(data[9999], 0);
    data[9999] = 1;
    maps = fopen("/proc/self/smaps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            found = from <= (unsigned long)data && (unsigned long)data < to;
        if (found && strncmp(line, "VmFlags:", 8) == 0) {
            kept_out = strstr(line, " dd") != NULL;
            break;
        }
    }
    if (maps)
        fclose(maps);
    ck_assert(!maps || kept_out);
    secret_free(data, 10000);
    secret_free(NULL, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key.secret");
    TCase *cases = tcase_create("secret");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_loop_test(cases, test_file, 0, sizeof lines / sizeof lines[0]);
    tcase_add_loop_test(cases, test_mode, 0, sizeof modes / sizeof modes[0]);
    tcase_add_test(cases, test_length);
    tcase_add_test(cases, test_env);
    tcase_add_test(cases, test_descriptors);
    tcase_add_loop_test(cases, test_unknown, 0,
                        sizeof unknown / sizeof unknown[0]);
    tcase_add_test(cases, test_known);
    tcase_add_loop_test(cases, test_prompt, 0,
                        sizeof dialogues / sizeof dialogues[0]);
    tcase_add_test(cases, test_no_terminal);
    tcase_add_test(cases, test_memory);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
