#include "devca/key/secret.h"

#include "devca/base/fail.h"
#include "devca/base/file.h"
#include "devca/base/registers.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#define SECRET_MAX 1024
#define CONTROL_C 3

/* ---- memory ---- */

static size_t whole_pages(size_t len)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);

    return (len + page - 1) / page * page;
}

/* Locking may be forbidden (RLIMIT_MEMLOCK); the key is then still kept out of
 * core files. */
void *secret_alloc(size_t len)
{
    size_t size = whole_pages(len);
    void *data = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      /* cppcheck-suppress invalidFunctionArg ; -1: no file */
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (data == MAP_FAILED)
        return NULL;
    (void)mlock(data, size);
    (void)madvise(data, size, MADV_DONTDUMP);
    return data;
}

void secret_free(void *data, size_t len)
{
    if (!data)
        return;
    wipe(data, len);
    (void)munmap(data, whole_pages(len));
}

struct kept {
    struct bytes view;
    uint8_t octets[SECRET_MAX + 1];
};

struct bytes *secret_keep(const struct bytes *secret)
{
    struct kept *kept = secret_alloc(sizeof *kept);

    if (!kept)
        return NULL;
    if (secret->len > SECRET_MAX) {
        secret_free(kept, sizeof *kept);
        return NULL;
    }
    memcpy(kept->octets, secret->data, secret->len);
    kept->view = (struct bytes){kept->octets, secret->len, SECRET_MAX};
    wipe_registers();
    return &kept->view;
}

void secret_drop(struct bytes *kept)
{
    secret_free(kept, sizeof(struct kept));
}

/* ---- sources ---- */

struct source {
    const struct secret_request *request;
    const char *rest; /* after the scheme's colon */
    struct bytes *secret;
    struct devca_error *error;
    int tty; /* while it is asked for there, or -1 */
};

static enum devca_code refuse(const struct source *source, const char *fault)
{
    return fail(source->error, DEVCA_E_SECRET, source->request->source, NULL,
                source->request->what, "%s", fault);
}

static enum devca_code stopped(const struct source *source)
{
    fail(source->error, DEVCA_E_INTERRUPTED, NULL, NULL, source->request->what,
         "was not given");
    return fail_hint(source->error, DEVCA_E_INTERRUPTED,
                     "run the same command again to go on");
}

/* Until there is something to read; false when a stop is asked for. */
static bool wait_for(const struct source *source, int fd)
{
    int wake = source->request->wake > 0 ? source->request->wake : -1;
    struct pollfd polls[2] = {{fd, POLLIN, 0}, {wake, POLLIN, 0}};

    while (poll(polls, 2, -1) < 0)
        if (errno != EINTR)
            return true;
    return polls[1].revents == 0;
}

/* The first line, at most SECRET_MAX octets, from an open descriptor. Read
 * octet by octet: what follows the line belongs to somebody else. */
static enum devca_code read_line(const struct source *source, int fd)
{
    uint8_t octet;
    ssize_t got;

    for (;;) {
        if (!wait_for(source, fd))
            return stopped(source);
        got = read(fd, &octet, 1);
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return refuse(source, strerror(errno));
        if (got == 0 || octet == '\n')
            break;
        if (octet == CONTROL_C && fd == source->tty)
            return stopped(source);
        if (source->secret->len == SECRET_MAX)
            return refuse(source, "is longer than 1,024 octets");
        if (!bytes_append(source->secret, &octet, 1))
            return fail_memory(source->error);
    }
    wipe(&octet, sizeof octet);
    if (source->secret->len > 0 &&
        source->secret->data[source->secret->len - 1] == '\r')
        source->secret->len--;
    return DEVCA_OK;
}

static enum devca_code read_file(const struct source *source)
{
    struct stat info;
    enum devca_code code;
    /* It is in reading, and not in opening, that a pipe is waited for. */
    int fd = open(source->rest, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

    if (fd < 0)
        return refuse(source, strerror(errno));
    if (fstat(fd, &info) != 0) {
        code = refuse(source, strerror(errno));
    } else if (S_ISREG(info.st_mode) && (info.st_mode & 077)) {
        (void)refuse(source, "may be read by others");
        code = fail_hint(source->error, DEVCA_E_SECRET, "chmod 600 %s",
                         source->rest);
    } else {
        code = read_line(source, fd);
    }
    (void)close(fd);
    return code;
}

/* Wiped where it stood, so that no child and no /proc/self/environ shows it. */
static enum devca_code read_env(const struct source *source)
{
    char *value = getenv(source->rest);
    enum devca_code code = DEVCA_OK;

    if (!value)
        return refuse(source, "the variable is not set");
    if (strlen(value) > SECRET_MAX)
        return refuse(source, "is longer than 1,024 octets");
    if (!bytes_append_text(source->secret, value))
        code = fail_memory(source->error);
    wipe(value, strlen(value));
    (void)unsetenv(source->rest);
    return code;
}

static bool fd_number(const char *text, int *fd)
{
    *fd = 0;
    if (text[0] == '\0' || strlen(text) > 6)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        *fd = *fd * 10 + (*text - '0');
    }
    return true;
}

static enum devca_code read_fd(const struct source *source)
{
    int fd;

    if (!fd_number(source->rest, &fd))
        return refuse(source, "is not a file descriptor's number");
    return read_line(source, fd);
}

static enum devca_code read_stdin(const struct source *source)
{
    return read_line(source, STDIN_FILENO);
}

/* ---- prompt ---- */

static bool say(int tty, const char *text)
{
    return file_put(tty,
                    (struct devid_slice){(const uint8_t *)text, strlen(text)});
}

/* Echo goes off with the signals that stop a program held back, so that no way
 * out leaves the terminal mute. */
static enum devca_code ask(const struct source *source, int tty,
                           const char *again)
{
    struct termios before, mute;
    sigset_t stop, old;
    enum devca_code code;

    if (tcgetattr(tty, &before) != 0)
        return refuse(source, "there is no terminal to ask on");
    sigemptyset(&stop);
    sigaddset(&stop, SIGTSTP);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    sigaddset(&stop, SIGHUP);
    sigaddset(&stop, SIGQUIT);
    (void)sigprocmask(SIG_BLOCK, &stop, &old);
    mute = before;
    mute.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    mute.c_lflag |= ECHONL;
    /* Ends the line, so that read_line sees it at once. */
    mute.c_cc[VEOL] = CONTROL_C;
    if (tcsetattr(tty, TCSAFLUSH, &mute) != 0)
        code = refuse(source, "the terminal would show it");
    else if (say(tty, again) && say(tty, source->request->what) &&
             say(tty, ": "))
        code = read_line(source, tty);
    else
        code = refuse(source, "the terminal cannot be written");
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    (void)sigprocmask(SIG_SETMASK, &old, NULL);
    return code;
}

static enum devca_code ask_again(const struct source *source, int tty)
{
    struct bytes second = {0};
    struct source repeat = *source;
    enum devca_code code;

    repeat.secret = &second;
    code = ask(&repeat, tty, "Again, ");
    if (code == DEVCA_OK &&
        (second.len != source->secret->len ||
         memcmp(second.data, source->secret->data, second.len) != 0))
        code = refuse(source, "the two entries differ");
    bytes_clear(&second);
    return code;
}

static enum devca_code read_prompt(const struct source *source)
{
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    struct source own = *source;
    enum devca_code code;

    if (tty < 0)
        return refuse(source, "there is no terminal to ask on");
    own.tty = tty;
    code = ask(&own, tty, "");
    if (code == DEVCA_OK && source->secret->len > 0 && source->request->confirm)
        code = ask_again(&own, tty);
    (void)close(tty);
    return code;
}

/* ---- the syntax ---- */

struct form {
    const char *prefix;
    bool whole; /* nothing follows */
    enum devca_code (*read)(const struct source *source);
};

static const struct form forms[] = {{"file:", false, read_file},
                                    {"env:", false, read_env},
                                    {"fd:", false, read_fd},
                                    {"stdin", true, read_stdin},
                                    {"prompt", true, read_prompt}};

static const struct form *find_form(const char *source)
{
    size_t i, len;

    for (i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        len = strlen(forms[i].prefix);
        if (strncmp(source, forms[i].prefix, len) == 0 &&
            (source[len] == '\0') == forms[i].whole)
            return &forms[i];
    }
    return NULL;
}

/* The text itself is not repeated: somebody may have typed the secret. */
enum devca_code secret_check(const char *source, struct devca_error *error)
{
    if (find_form(source))
        return DEVCA_OK;
    fail(error, DEVCA_E_USAGE, NULL, NULL, "secret",
         "is not given as file:PATH, env:NAME, fd:N, stdin or prompt");
    return fail_hint(error, DEVCA_E_USAGE,
                     "a secret itself never stands on the command line");
}

enum devca_code secret_read(const struct secret_request *request,
                            struct bytes *secret, struct devca_error *error)
{
    const struct form *form;
    struct source source = {request, NULL, secret, error, -1};
    enum devca_code code = secret_check(request->source, error);

    if (code != DEVCA_OK)
        return code;
    form = find_form(request->source);
    source.rest = request->source + strlen(form->prefix);
    /* Room for the longest, so that nothing moves and leaves a copy. */
    if (!bytes_reserve(secret, SECRET_MAX + 1))
        return fail_memory(error);
    code = form->read(&source);
    if (code == DEVCA_OK && secret->len == 0)
        code = refuse(&source, "is empty");
    if (code == DEVCA_OK && memchr(secret->data, 0, secret->len))
        code = refuse(&source, "holds a NUL");
    if (code != DEVCA_OK)
        bytes_clear(secret);
    else
        secret->data[secret->len] = 0;
    return code;
}
