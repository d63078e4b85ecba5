#include "faulty_calls.h"
#include "faulty_vfs.h"

#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static bool seems_terminal;

static struct {
    struct calls_report *report;
    enum calls_mode mode;
    unsigned long at;
    int choice;
} plan;

void calls_arm(struct calls_report *report, enum calls_mode mode,
               unsigned long at, int choice)
{
    plan.report = report;
    plan.at = at;
    plan.choice = choice;
    plan.mode = mode;
}

void calls_on_terminal(bool seem)
{
    seems_terminal = seem;
}

static bool comes_to_pass(const char *name, const char *object)
{
    struct calls_report *report = plan.report;
    unsigned long number = atomic_fetch_add(&report->count, 1) + 1;

    fault_record(number);
    if (number != plan.at)
        return false;
    report->hit = true;
    snprintf(report->name, sizeof report->name, "%s", name);
    snprintf(report->object, sizeof report->object, "%s",
             object != NULL ? object : "");
    if (report->traced)
        fault_trace();
    return true;
}

bool calls_fails(const struct call *call, const char *object)
{
    int choices = 1, error;

    if (plan.mode != CALLS_FAIL || !comes_to_pass(call->name, object))
        return false;
    while (choices < 3 && call->errors[choices] != 0)
        choices++;
    error = call->errors[plan.choice % choices];
    plan.report->choices = choices;
    plan.report->quiet = call->quiet || error < 0;
    errno = plan.report->error = abs(error);
    return true;
}

unsigned long calls_cut(const char *name, unsigned long len)
{
    if (plan.mode != CALLS_CUT || len == 0 || !comes_to_pass(name, NULL))
        return len;
    plan.report->choices = 2;
    errno = EINTR;
    return plan.choice % 2 == 0 ? len / 2 : 0;
}

/* ---- calls that fail or do what they are asked ---- */

#define WRAP(type, name, parameters, arguments)                             \
    type __real_##name parameters;                                          \
    type __wrap_##name parameters;                                          \
    type __wrap_##name parameters                                           \
    {                                                                       \
        return calls_fails(&call_##name, OBJECT) ? FAILURE                  \
                                                 : __real_##name arguments; \
    }
#define CALL(name, quiet, ...) \
    static const struct call call_##name = {#name, {__VA_ARGS__}, quiet};

#define FAILURE (-1)
#define OBJECT path
CALL(access, true, EACCES)
WRAP(int, access, (const char *path, int mode), (path, mode))
CALL(stat, false, EIO, ENOMEM)
WRAP(int, stat, (const char *path, struct stat *to), (path, to))
CALL(lstat, false, EIO, ENOMEM)
WRAP(int, lstat, (const char *path, struct stat *to), (path, to))
CALL(fstatat, false, EIO, ENOMEM)
WRAP(int, fstatat, (int at, const char *path, struct stat *to, int flags),
     (at, path, to, flags))
CALL(mkdir, false, ENOSPC, EIO)
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode))
CALL(mkdirat, false, ENOSPC, EIO)
WRAP(int, mkdirat, (int at, const char *path, mode_t mode), (at, path, mode))
CALL(mkostemp, false, ENOSPC, EMFILE)
WRAP(int, mkostemp, (char *path, int flags), (path, flags))
CALL(rmdir, true, EIO)
WRAP(int, rmdir, (const char *path), (path))
CALL(unlink, true, EIO)
WRAP(int, unlink, (const char *path), (path))
CALL(unlinkat, true, EIO)
WRAP(int, unlinkat, (int at, const char *path, int flags), (at, path, flags))

#undef OBJECT
#define OBJECT to
CALL(link, false, ENOSPC, EIO)
WRAP(int, link, (const char *from, const char *to), (from, to))
CALL(linkat, false, ENOSPC, EIO)
WRAP(int, linkat,
     (int at, const char *from, int to_at, const char *to, int flags),
     (at, from, to_at, to, flags))
CALL(renameat, false, EIO, ENOSPC)
WRAP(int, renameat, (int at, const char *from, int to_at, const char *to),
     (at, from, to_at, to))
CALL(renameat2, false, EIO, ENOSPC, -EINVAL)
WRAP(int, renameat2,
     (int at, const char *from, int to_at, const char *to, unsigned flags),
     (at, from, to_at, to, flags))

#undef OBJECT
#define OBJECT NULL
CALL(fstat, false, EIO)
WRAP(int, fstat, (int fd, struct stat *to), (fd, to))
CALL(flock, false, ENOLCK, EWOULDBLOCK)
WRAP(int, flock, (int fd, int operation), (fd, operation))
CALL(syncfs, false, EIO)
WRAP(int, syncfs, (int fd), (fd))
CALL(lseek, false, EIO)
WRAP(off_t, lseek, (int fd, off_t to, int from), (fd, to, from))
CALL(pipe2, false, EMFILE, ENFILE)
WRAP(int, pipe2, (int *ends, int flags), (ends, flags))
CALL(mlock, true, ENOMEM)
WRAP(int, mlock, (const void *from, size_t len), (from, len))
CALL(madvise, true, EAGAIN)
WRAP(int, madvise, (void *from, size_t len, int advice), (from, len, advice))
CALL(munmap, true, ENOMEM)
WRAP(int, munmap, (void *from, size_t len), (from, len))
CALL(gethostname, true, ENAMETOOLONG)
WRAP(int, gethostname, (char *to, size_t len), (to, len))
CALL(clock_gettime, true, EINVAL)
WRAP(int, clock_gettime, (clockid_t clock, struct timespec *to), (clock, to))

/* What keeps a process to itself, and lets it be stopped well: with arguments
 * that are sound, the system does them. */
CALL(setrlimit, true, EPERM)
WRAP(int, setrlimit, (__rlimit_resource_t resource, const struct rlimit *to),
     (resource, to))
CALL(sigaction, true, EINVAL)
WRAP(int, sigaction,
     (int number, const struct sigaction *to, struct sigaction *from),
     (number, to, from))
CALL(sigprocmask, true, EINVAL)
WRAP(int, sigprocmask, (int how, const sigset_t *to, sigset_t *from),
     (how, to, from))
/* Is a process there? */
CALL(kill, true, EPERM)
WRAP(int, kill, (pid_t process, int number), (process, number))
/* The number of processors may be unknown. */
CALL(sysconf, true, EINVAL)
WRAP(long, sysconf, (int name), (name))
CALL(tcgetattr, false, EIO)
WRAP(int, tcgetattr, (int fd, struct termios *to), (fd, to))

#undef FAILURE
#define FAILURE NULL
/* The error is then the loader's own to tell, and may be none. */
CALL(dlopen, false, ENOMEM)
WRAP(void *, dlopen, (const char *path, int flags), (path, flags))
CALL(dlsym, false, ENOMEM)
WRAP(void *, dlsym, (void *library, const char *name), (library, name))
CALL(readdir, false, EIO)
WRAP(struct dirent *, readdir, (DIR * folder), (folder))
CALL(fdopendir, false, ENOMEM)
WRAP(DIR *, fdopendir, (int fd), (fd))
CALL(getcwd, false, EIO, ENOMEM)
WRAP(char *, getcwd, (char *to, size_t len), (to, len))
#undef OBJECT
#define OBJECT path
CALL(opendir, false, EMFILE, EIO, ENOMEM)
WRAP(DIR *, opendir, (const char *path), (path))
CALL(fopen, true, EMFILE)
WRAP(FILE *, fopen, (const char *path, const char *mode), (path, mode))

#undef FAILURE
#undef OBJECT
#define FAILURE MAP_FAILED
#define OBJECT NULL
CALL(mmap, false, ENOMEM)
WRAP(void *, mmap,
     (void *at, size_t len, int access, int flags, int fd, off_t from),
     (at, len, access, flags, fd, from))

/* These give the error itself. */
#undef FAILURE
#define FAILURE errno
/* With fewer threads the work is done too. */
CALL(pthread_create, true, EAGAIN)
WRAP(int, pthread_create,
     (pthread_t * to, const pthread_attr_t *traits, void *(*run)(void *),
      void *context),
     (to, traits, run, context))
/* Of the batch's writer and of the progress shown, which can be missed. */
CALL(pthread_cond_init, true, ENOMEM)
WRAP(int, pthread_cond_init,
     (pthread_cond_t * condition, const pthread_condattr_t *traits),
     (condition, traits))
CALL(pthread_condattr_setclock, true, EINVAL)
WRAP(int, pthread_condattr_setclock,
     (pthread_condattr_t * traits, clockid_t clock), (traits, clock))
CALL(pthread_atfork, false, ENOMEM)
WRAP(int, pthread_atfork,
     (void (*before)(void), void (*after)(void), void (*in_child)(void)),
     (before, after, in_child))
CALL(pthread_condattr_init, true, ENOMEM)
WRAP(int, pthread_condattr_init, (pthread_condattr_t * traits), (traits))
CALL(pthread_mutex_init, false, ENOMEM)
WRAP(int, pthread_mutex_init,
     (pthread_mutex_t * mutex, const pthread_mutexattr_t *traits),
     (mutex, traits))
CALL(pthread_key_create, false, EAGAIN)
WRAP(int, pthread_key_create, (pthread_key_t * key, void (*end)(void *)),
     (key, end))
CALL(pthread_setspecific, false, ENOMEM)
WRAP(int, pthread_setspecific, (pthread_key_t key, const void *value),
     (key, value))
CALL(getpwuid_r, true, EIO)
WRAP(int, getpwuid_r,
     (uid_t user, struct passwd *entry, char *text, size_t len,
      struct passwd **found),
     (user, entry, text, len, found))

/* ---- syncing: nothing loses its power here, so none is done ---- */

int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
    static const struct call call = {"fsync", {EIO, ENOSPC}, false};

    (void)fd;
    return calls_fails(&call, NULL) ? -1 : 0;
}

/* In the place of the C library's, where the shared SQLite finds them. */
int fsync(int fd)
{
    static const struct call call = {"SQLite fsync", {EIO, ENOSPC}, true};

    (void)fd;
    return calls_fails(&call, NULL) ? -1 : 0;
}

int fdatasync(int fd)
{
    return fsync(fd);
}

/* ---- opening ---- */

static bool open_fails(const char *name, const char *path, int flags)
{
    struct call call = {name, {EMFILE, EIO, ENOMEM}, false};

    if ((flags & O_TMPFILE) == O_TMPFILE)
        call = (struct call){name, {ENOSPC, EMFILE, -EOPNOTSUPP}, false};
    else if (flags & O_CREAT)
        call = (struct call){name, {ENOSPC, EMFILE, EIO}, false};
    return calls_fails(&call, path);
}

static bool has_mode(int flags)
{
    return (flags & O_CREAT) || (flags & O_TMPFILE) == O_TMPFILE;
}

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;

    if (has_mode(flags)) {
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return open_fails("open", path, flags) ? -1
                                           : __real_open(path, flags, mode);
}

int __real_openat(int at, const char *path, int flags, ...);
int __wrap_openat(int at, const char *path, int flags, ...);
int __wrap_openat(int at, const char *path, int flags, ...)
{
    mode_t mode = 0;
    va_list rest;

    if (has_mode(flags)) {
        va_start(rest, flags);
        mode = va_arg(rest, mode_t);
        va_end(rest);
    }
    return open_fails("openat", path, flags)
               ? -1
               : __real_openat(at, path, flags, mode);
}

/* What FORTIFY makes of an open whose flags are not known to the compiler. */
int __wrap___open_2(const char *path, int flags);
int __wrap___open_2(const char *path, int flags)
{
    return __wrap_open(path, flags);
}

int __wrap___openat_2(int at, const char *path, int flags);
int __wrap___openat_2(int at, const char *path, int flags)
{
    return __wrap_openat(at, path, flags);
}

/* ---- closing: done even where it fails ---- */

int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
    static const struct call call = {"close", {EIO}, true};
    int status = __real_close(fd);

    return calls_fails(&call, NULL) ? -1 : status;
}

int __real_closedir(DIR *folder);
int __wrap_closedir(DIR *folder);
int __wrap_closedir(DIR *folder)
{
    static const struct call call = {"closedir", {EIO}, true};
    int status = __real_closedir(folder);

    return calls_fails(&call, NULL) ? -1 : status;
}

/* ---- terminals ---- */

int __real_tcsetattr(int fd, int when, const struct termios *to);
int __wrap_tcsetattr(int fd, int when, const struct termios *to);
int __wrap_tcsetattr(int fd, int when, const struct termios *to)
{
    /* Hearing again what is typed can be helped by nobody but who types. */
    struct call call = {"tcsetattr", {EIO}, (to->c_lflag & ECHO) != 0};

    return calls_fails(&call, NULL) ? -1 : __real_tcsetattr(fd, when, to);
}

int __real_isatty(int fd);
int __wrap_isatty(int fd);
int __wrap_isatty(int fd)
{
    return seems_terminal || __real_isatty(fd);
}

/* ---- moving octets ---- */

ssize_t __real_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len);
ssize_t __wrap_read(int fd, void *to, size_t len)
{
    static const struct call call = {"read", {EIO}, false};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("read", len);
    return part == 0 && len > 0 ? -1 : __real_read(fd, to, part);
}

ssize_t __real_pread(int fd, void *to, size_t len, off_t from);
ssize_t __wrap_pread(int fd, void *to, size_t len, off_t from);
ssize_t __wrap_pread(int fd, void *to, size_t len, off_t from)
{
    static const struct call call = {"pread", {EIO}, false};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("pread", len);
    return part == 0 && len > 0 ? -1 : __real_pread(fd, to, part, from);
}

ssize_t __real_write(int fd, const void *from, size_t len);
ssize_t __wrap_write(int fd, const void *from, size_t len);
ssize_t __wrap_write(int fd, const void *from, size_t len)
{
    static const struct call call = {"write", {ENOSPC, EIO}, false};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("write", len);
    return part == 0 && len > 0 ? -1 : __real_write(fd, from, part);
}

ssize_t __real_getrandom(void *to, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *to, size_t len, unsigned flags);
ssize_t __wrap_getrandom(void *to, size_t len, unsigned flags)
{
    static const struct call call = {"getrandom", {ENOSYS, EAGAIN}, false};
    size_t part;

    if (calls_fails(&call, NULL))
        return -1;
    part = calls_cut("getrandom", len);
    return part == 0 && len > 0 ? -1 : __real_getrandom(to, part, flags);
}

int __real_poll(struct pollfd *polls, nfds_t number, int wait);
int __wrap_poll(struct pollfd *polls, nfds_t number, int wait);
int __wrap_poll(struct pollfd *polls, nfds_t number, int wait)
{
    /* The list is read on all the same. */
    static const struct call call = {"poll", {ENOMEM}, true};

    if (calls_fails(&call, NULL) || calls_cut("poll", 1) == 0)
        return -1;
    return __real_poll(polls, number, wait);
}
