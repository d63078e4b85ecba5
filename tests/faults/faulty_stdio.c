/*
 * The C library's streams. What is printed for a program to read fails as it
 * does there: with the stream's error flag, so that the last look at standard
 * output sees it. On standard error there is nobody left to tell.
 */
#include "faulty_calls.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <sys/types.h>

size_t __real_fwrite(const void *from, size_t size, size_t number, FILE *to);
int __real_fputs(const char *text, FILE *to);
int __real_fputc(int octet, FILE *to);
int __real_fflush(FILE *to);
int __real_fclose(FILE *stream);
char *__real_fgets(char *text, int size, FILE *from);
ssize_t __real_write(int fd, const void *from, size_t len);

size_t __wrap_fwrite(const void *from, size_t size, size_t number, FILE *to);
int __wrap_fputs(const char *text, FILE *to);
int __wrap_puts(const char *text);
int __wrap_fputc(int octet, FILE *to);
int __wrap_putc(int octet, FILE *to);
int __wrap_putchar(int octet);
int __wrap_fprintf(FILE *to, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int __wrap_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
int __wrap___fprintf_chk(FILE *to, int flag, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
int __wrap___printf_chk(int flag, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
int __wrap_fflush(FILE *to);
int __wrap_fclose(FILE *stream);
char *__wrap_fgets(char *text, int size, FILE *from);

static bool is_broken; /* the next octets to standard output are refused */

static ssize_t write_output(void *context, const char *from, size_t len)
{
    static const struct call call = {"output", {ENOSPC, EIO}, false};

    (void)context;
    if (is_broken || calls_fails(&call, "standard output")) {
        is_broken = false;
        return 0;
    }
    return __real_write(1, from, len);
}

FILE *calls_output(void)
{
    static const cookie_io_functions_t functions = {.write = write_output};

    return fopencookie(NULL, "w", functions);
}

static bool fails(const char *name, FILE *stream)
{
    bool is_output = stream == stdout;
    struct call call = {name, {ENOSPC, EIO}, !is_output};
    int error;

    if (!calls_fails(&call, is_output ? "standard output" : NULL))
        return false;
    error = errno;
    if (is_output) {
        is_broken = true;
        (void)__real_fputc(' ', stream);
        (void)__real_fflush(stream);
    }
    errno = error;
    return true;
}

size_t __wrap_fwrite(const void *from, size_t size, size_t number, FILE *to)
{
    return fails("fwrite", to) ? 0 : __real_fwrite(from, size, number, to);
}

int __wrap_fputs(const char *text, FILE *to)
{
    return fails("fputs", to) ? EOF : __real_fputs(text, to);
}

int __wrap_puts(const char *text)
{
    return fails("puts", stdout) || __real_fputs(text, stdout) < 0
               ? EOF
               : __real_fputc('\n', stdout);
}

int __wrap_fputc(int octet, FILE *to)
{
    return fails("fputc", to) ? EOF : __real_fputc(octet, to);
}

int __wrap_putc(int octet, FILE *to)
{
    return __wrap_fputc(octet, to);
}

int __wrap_putchar(int octet)
{
    return __wrap_fputc(octet, stdout);
}

static int print(const char *name, FILE *to, const char *format, va_list rest)
{
    return fails(name, to) ? -1 : vfprintf(to, format, rest);
}

#define PRINT(status, name, to)                 \
    do {                                        \
        va_list rest;                           \
                                                \
        va_start(rest, format);                 \
        status = print(name, to, format, rest); \
        va_end(rest);                           \
    } while (0)

int __wrap_fprintf(FILE *to, const char *format, ...)
{
    int status;

    PRINT(status, "fprintf", to);
    return status;
}

int __wrap_printf(const char *format, ...)
{
    int status;

    PRINT(status, "printf", stdout);
    return status;
}

/* FORTIFY's names for them. */
int __wrap___fprintf_chk(FILE *to, int flag, const char *format, ...)
{
    int status;

    (void)flag;
    PRINT(status, "fprintf", to);
    return status;
}

int __wrap___printf_chk(int flag, const char *format, ...)
{
    int status;

    (void)flag;
    PRINT(status, "printf", stdout);
    return status;
}

int __wrap_fflush(FILE *to)
{
    return fails("fflush", to) ? EOF : __real_fflush(to);
}

/* Of files that are read only, and closed even where that fails. */
int __wrap_fclose(FILE *stream)
{
    static const struct call call = {"fclose", {EIO}, true};
    int status = __real_fclose(stream);

    return calls_fails(&call, NULL) ? EOF : status;
}

/* Who holds a lock is told where it can be learnt. */
char *__wrap_fgets(char *text, int size, FILE *from)
{
    static const struct call call = {"fgets", {EIO}, true};

    return calls_fails(&call, NULL) ? NULL : __real_fgets(text, size, from);
}
