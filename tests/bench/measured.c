/*
 * Runs a command and writes to FILE what it took: seconds, processor seconds,
 * peak kilobytes. Small itself, for what a process had before it became the
 * command counts as the command's peak.
 *
 * usage: measured FILE COMMAND [ARGUMENT...]
 * Ends as the command does.
 */
#define _DEFAULT_SOURCE
#include <stdio.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double seconds(struct timeval time)
{
    return (double)time.tv_sec + 1e-6 * (double)time.tv_usec;
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

int main(int argc, char **argv)
{
    struct rusage usage;
    double begun = now();
    FILE *file;
    pid_t child;
    int status;

    if (argc < 3) {
        fputs("usage: measured FILE COMMAND [ARGUMENT...]\n", stderr);
        return 2;
    }
    child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) {
        perror("measured");
        return 1;
    }
    begun = now() - begun;
    file = fopen(argv[1], "w");
    if (!file)
        return 1;
    fprintf(file, "%.6f %.6f %ld\n", begun,
            seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
    if (fclose(file) != 0)
        return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
