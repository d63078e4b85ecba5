#include "terminal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Past the wrappers of faulty_calls.c. */
int __real_open(const char *path, int flags, ...);
int __real_close(int fd);
ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __real_write(int fd, const void *from, size_t len);

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "terminal: %s: %s\n", what, strerror(errno));
    exit(2);
}

/* Until nobody has the terminal open any more. */
static _Noreturn void answer_all(int master, const char *answer)
{
    char octet, last = '\0';

    while (__real_read(master, &octet, 1) == 1) {
        if (last == ':' && octet == ' ' &&
            (__real_write(master, answer, strlen(answer)) < 0 ||
             __real_write(master, "\n", 1) != 1))
            break;
        last = octet;
    }
    _exit(0);
}

void terminal_open(const char *answer)
{
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *name;
    pid_t child;

    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0 ||
        !(name = ptsname(master)))
        die("no terminal");
    /* Open before anybody answers, or the other side would see its end. */
    if (setsid() < 0 || __real_open(name, O_RDWR) < 0)
        die(name);
    child = fork();
    if (child < 0)
        die("no child");
    if (child == 0) {
        int fd;

        for (fd = 0; fd < 64; fd++)
            if (fd != master)
                (void)__real_close(fd);
        answer_all(master, answer);
    }
    (void)__real_close(master);
}
