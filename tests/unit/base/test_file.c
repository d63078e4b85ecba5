/* Files read within a bound, and written whole or not at all. */
#include "devca/base/file.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

static void setup(void)
{
    snprintf(folder, sizeof folder, "/tmp/devca-file-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

/* Names in the folder; hidden ones count. */
static int entries(void)
{
    DIR *open = opendir(folder);
    struct dirent *entry;
    int count = 0;

    ck_assert_ptr_nonnull(open);
    while ((entry = readdir(open)))
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            count++;
    closedir(open);
    return count;
}

static void teardown(void)
{
    DIR *open = opendir(folder);
    struct dirent *entry;

    while (open && (entry = readdir(open)))
        (void)unlinkat(dirfd(open), entry->d_name, 0);
    if (open)
        closedir(open);
    (void)rmdir(folder);
}

static struct devid_slice text(const char *from)
{
    return (struct devid_slice){(const uint8_t *)from, strlen(from)};
}

static enum devca_code put(const char *path, const char *content, bool replace)
{
    const struct file_target target = {path, 0600, replace, false, false, NULL};

    return file_write(&target, text(content), NULL);
}

static void holds(const char *path, const char *content)
{
    struct bytes bytes = {0};

    ck_assert_int_eq(file_read(path, 4096, &bytes, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)bytes.data, content);
    bytes_clear(&bytes);
}

START_TEST(test_write_and_read)
{
    struct stat info;

    ck_assert_int_eq(put("new", "content", false), DEVCA_OK);
    holds("new", "content");
    ck_assert_int_eq(stat("new", &info), 0);
    ck_assert_int_eq(info.st_mode & 07777, 0600);
    ck_assert_int_eq(entries(), 1);
    ck_assert_int_eq(put("empty", "", false), DEVCA_OK);
    holds("empty", "");
}
END_TEST

START_TEST(test_no_overwrite)
{
    struct devca_error error;
    const struct file_target target = {"kept", 0644, false, false, false, NULL};

    ck_assert_int_eq(put("kept", "first", false), DEVCA_OK);
    ck_assert_int_eq(file_write(&target, text("second"), &error),
                     DEVCA_E_FILE_EXISTS);
    ck_assert_str_eq(error.object, "kept");
    ck_assert_str_ne(error.hint, "");
    holds("kept", "first");
    ck_assert_int_eq(put("kept", "third", true), DEVCA_OK);
    holds("kept", "third");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

/* Somebody else makes the file between opening and putting in place. */
START_TEST(test_overtaken)
{
    const struct file_target target = {"raced", 0644,  false,
                                       false,   false, NULL};
    struct file_output *output;

    ck_assert_int_eq(file_output_open(&output, &target, NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_write(output, text("ours"), NULL), DEVCA_OK);
    ck_assert_int_eq(put("raced", "theirs", false), DEVCA_OK);
    ck_assert_int_eq(file_output_commit(output, NULL), DEVCA_E_FILE_EXISTS);
    holds("raced", "theirs");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

START_TEST(test_abandon)
{
    const struct file_target target = {"never", 0644,  false,
                                       false,   false, NULL};
    struct file_output *output;

    ck_assert_int_eq(file_output_open(&output, &target, NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_write(output, text("half"), NULL), DEVCA_OK);
    file_output_abandon(output);
    file_output_abandon(NULL);
    ck_assert_int_eq(entries(), 0);
}
END_TEST

/* Begun again: what was written before is in no file. */
START_TEST(test_restart)
{
    const struct file_target target = {"again", 0644,  false,
                                       false,   false, NULL};
    struct file_output *output;

    ck_assert_int_eq(file_output_open(&output, &target, NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_write(output, text("what is long"), NULL),
                     DEVCA_OK);
    ck_assert_int_eq(file_output_flush(output, NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_write(output, text("waiting"), NULL),
                     DEVCA_OK);
    ck_assert_int_eq(file_output_restart(output, NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_write(output, text("short"), NULL), DEVCA_OK);
    ck_assert_int_eq(file_output_commit(output, NULL), DEVCA_OK);
    holds("again", "short");
    ck_assert_int_eq(entries(), 1);
}
END_TEST

/* A process killed in the middle leaves nothing. */
START_TEST(test_killed)
{
    const struct file_target target = {"never", 0644,  _i != 0,
                                       false,   false, NULL};
    struct file_output *output;
    int status;
    pid_t child = fork();

    ck_assert_int_ge(child, 0);
    if (child == 0) {
        if (file_output_open(&output, &target, NULL) == DEVCA_OK &&
            file_output_write(output, text("half"), NULL) == DEVCA_OK)
            raise(SIGKILL);
        _exit(1);
    }
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status));
    ck_assert_int_eq(entries(), 0);
}
END_TEST

/* A link is replaced, not followed. */
START_TEST(test_link)
{
    struct stat info;

    ck_assert_int_eq(put("aim", "kept", false), DEVCA_OK);
    ck_assert_int_eq(symlink("aim", "link"), 0);
    ck_assert_int_eq(put("link", "new", false), DEVCA_E_FILE_EXISTS);
    ck_assert_int_eq(put("link", "new", true), DEVCA_OK);
    holds("aim", "kept");
    holds("link", "new");
    ck_assert_int_eq(lstat("link", &info), 0);
    ck_assert(S_ISREG(info.st_mode));
    ck_assert_int_eq(symlink("missing", "lost"), 0);
    ck_assert_int_eq(put("lost", "new", false), DEVCA_E_FILE_EXISTS);
    ck_assert_int_eq(put("lost", "new", true), DEVCA_OK);
    /* Unless it leads to what is no file: /dev/stderr is such a link. */
    ck_assert_int_eq(symlink("/dev/null", "device"), 0);
    ck_assert_int_eq(put("device", "new", false), DEVCA_E_FILE);
    ck_assert_int_eq(put("device", "new", true), DEVCA_E_FILE);
    ck_assert_int_eq(lstat("device", &info), 0);
    ck_assert(S_ISLNK(info.st_mode));
}
END_TEST

static const struct refusal {
    const char *path;
    enum devca_code code;
} refusals[] = {
    {"missing/file", DEVCA_E_FILE}, {"/tmp", DEVCA_E_FILE},
    {"folder/", DEVCA_E_FILE},      {"", DEVCA_E_FILE},
    {"/dev/null", DEVCA_E_FILE},
};

START_TEST(test_refuse)
{
    struct devca_error error = {0};
    const struct file_target target = {
        refusals[_i].path, 0644, true, false, false, NULL};

    ck_assert_int_eq(file_write(&target, text("x"), &error), refusals[_i].code);
    ck_assert_str_eq(error.object, refusals[_i].path);
    ck_assert_str_ne(error.fault, "");
    ck_assert_int_eq(entries(), 0);
}
END_TEST

START_TEST(test_read_limit)
{
    struct bytes bytes = {0};
    int fd = open("sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

    ck_assert_int_eq(ftruncate(fd, 100 * 1024 * 1024), 0);
    close(fd);
    ck_assert_int_eq(file_read("sparse", 1024, &bytes, NULL),
                     DEVCA_E_TOO_LARGE);
    ck_assert_uint_lt(bytes.capacity, 1024 * 1024);
    bytes_clear(&bytes);
    /* A size that stat does not know. */
    ck_assert_int_eq(file_read("/dev/zero", 100000, &bytes, NULL),
                     DEVCA_E_TOO_LARGE);
    bytes_clear(&bytes);
    ck_assert_int_eq(put("exact", "12345", false), DEVCA_OK);
    ck_assert_int_eq(file_read("exact", 5, &bytes, NULL), DEVCA_OK);
    bytes_clear(&bytes);
    ck_assert_int_eq(file_read("exact", 4, &bytes, NULL), DEVCA_E_TOO_LARGE);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(test_read_refuse)
{
    struct bytes bytes = {0};
    struct devca_error error;

    ck_assert_int_eq(file_read("missing", 10, &bytes, &error), DEVCA_E_FILE);
    ck_assert_str_eq(error.object, "missing");
    ck_assert_int_eq(file_read("/tmp", 10, &bytes, &error), DEVCA_E_FILE);
    bytes_clear(&bytes);
}
END_TEST

/* Nobody ever writes into the pipe: whoever opens it to wait does so until the
 * test is ended. */
START_TEST(test_read_regular)
{
    static const char *const others[] = {"pipe", "link",     "/tmp",
                                         "-",    "/dev/tty", "/dev/zero"};
    struct bytes bytes = {0};
    struct devca_error error;
    size_t i;

    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    ck_assert_int_eq(symlink("pipe", "link"), 0);
    for (i = 0; i < sizeof others / sizeof others[0]; i++) {
        memset(&error, 0, sizeof error);
        ck_assert_int_eq(file_read_regular(others[i], 10, &bytes, &error),
                         DEVCA_E_FILE);
        ck_assert_str_eq(error.object, others[i]);
        ck_assert_str_ne(error.fault, "");
    }
    ck_assert_int_eq(put("file", "12345", false), DEVCA_OK);
    ck_assert_int_eq(file_read_regular("file", 5, &bytes, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)bytes.data, "12345");
    bytes_clear(&bytes);
    ck_assert_int_eq(file_read_regular("file", 4, &bytes, NULL),
                     DEVCA_E_TOO_LARGE);
    bytes_clear(&bytes);
}
END_TEST

START_TEST(test_standard_input)
{
    struct bytes bytes = {0};
    int ends[2];

    ck_assert_int_eq(pipe(ends), 0);
    ck_assert_int_eq(write(ends[1], "through", 7), 7);
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    ck_assert_int_eq(file_read("-", 100, &bytes, NULL), DEVCA_OK);
    ck_assert_str_eq((const char *)bytes.data, "through");
    bytes_clear(&bytes);
}
END_TEST

/* A pipe that somebody made non-blocking, and a reader that is slow. */
START_TEST(test_nonblocking)
{
    static uint8_t much[300 * 1024];
    uint8_t piece[4096];
    size_t seen = 0;
    int ends[2];
    ssize_t got;
    pid_t child;

    ck_assert_int_eq(pipe2(ends, O_NONBLOCK), 0);
    child = fork();
    if (child == 0) {
        (void)close(ends[0]);
        _exit(file_put(ends[1], (struct devid_slice){much, sizeof much}) ? 0
                                                                         : 1);
    }
    (void)close(ends[1]);
    ck_assert_int_eq(fcntl(ends[0], F_SETFL, 0), 0);
    (void)usleep(50000);
    while ((got = read(ends[0], piece, sizeof piece)) > 0)
        seen += (size_t)got;
    (void)close(ends[0]);
    ck_assert_uint_eq(seen, sizeof much);
    ck_assert_int_eq(waitpid(child, NULL, 0), child);
}
END_TEST

/* Sixteen pages of room, as root; elsewhere there is nothing to fill. */
START_TEST(test_full)
{
    static uint8_t much[1024 * 1024];
    const struct file_target target = {"small/file", 0644,  false,
                                       false,        false, NULL};
    struct devca_error error;

    ck_assert_int_eq(mkdir("small", 0700), 0);
    if (mount("none", "small", "tmpfs", 0, "size=64k") == 0) {
        ck_assert_int_eq(file_write(&target,
                                    (struct devid_slice){much, sizeof much},
                                    &error),
                         DEVCA_E_STORE_FULL);
        ck_assert_str_eq(error.object, "small/file");
        ck_assert_int_ne(access("small/file", F_OK), 0);
        ck_assert_int_eq(put("small/file", "fits", false), DEVCA_OK);
        ck_assert_int_eq(umount("small"), 0);
    }
    ck_assert_int_eq(rmdir("small"), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("base.file");
    TCase *cases = tcase_create("file");
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, cases);
    tcase_add_checked_fixture(cases, setup, teardown);
    tcase_add_test(cases, test_write_and_read);
    tcase_add_test(cases, test_no_overwrite);
    tcase_add_test(cases, test_overtaken);
    tcase_add_test(cases, test_abandon);
    tcase_add_test(cases, test_restart);
    tcase_add_loop_test(cases, test_killed, 0, 2);
    tcase_add_test(cases, test_link);
    tcase_add_loop_test(cases, test_refuse, 0,
                        sizeof refusals / sizeof refusals[0]);
    tcase_add_test(cases, test_read_limit);
    tcase_add_test(cases, test_read_refuse);
    tcase_add_test(cases, test_read_regular);
    tcase_add_test(cases, test_standard_input);
    tcase_add_test(cases, test_nonblocking);
    tcase_add_test(cases, test_full);
    srunner_run_all(runner, CK_NORMAL);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed;
}
