#include "place.h"

#include "devca/base/file.h"

#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char folder[64];

void place_fixture(const char *name, struct bytes *content)
{
    char path[512];

    snprintf(path, sizeof path, "%s/unit/key/data/%s", TESTS_DIR, name);
    ck_assert_msg(file_read(path, 65536, content, NULL) == DEVCA_OK, "%s",
                  path);
}

struct bytes place_secret(const char *text)
{
    struct bytes secret = {0};

    ck_assert(bytes_append_text(&secret, text ? text : ""));
    return secret;
}

void place_make(void)
{
    snprintf(folder, sizeof folder, "/tmp/devca-key-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

void place_remove(void)
{
    DIR *open = opendir(folder);
    struct dirent *entry;

    while (open && (entry = readdir(open)))
        (void)unlinkat(dirfd(open), entry->d_name, 0);
    if (open)
        closedir(open);
    (void)rmdir(folder);
}

void place_put(const char *name, struct devid_slice content, mode_t mode)
{
    int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, content.data, content.len),
                     (ssize_t)content.len);
    ck_assert_int_eq(fchmod(fd, mode), 0);
    close(fd);
}

int place_run(const char *command, char *line, size_t size)
{
    FILE *output = popen(command, "r");
    char next[512];
    int status;

    ck_assert_ptr_nonnull(output);
    line[0] = '\0';
    while (fgets(next, sizeof next, output))
        snprintf(line, size, "%.*s", (int)strcspn(next, "\n"), next);
    status = pclose(output);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
