/*
 * Who holds a store's write lock, asked while another process holds it and each
 * call in turn fails: then nobody is named, or who it is without a name, and no
 * file stays open.
 */
#include "faulty_calls.h"
#include "faulty_vfs.h"

#include "devca/store/fault.h"
#include "devca/store/handle.h"

#include <dirent.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "holder_faults: %s\n", what);
    exit(2);
}

/* In the child, until it is killed; told is closed when it has the lock. */
static _Noreturn void hold(const char *path, int told)
{
    sqlite3 *db;

    if (sqlite3_open(path, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode = WAL; CREATE TABLE t (a);"
                     "BEGIN IMMEDIATE; INSERT INTO t VALUES (1)",
                     NULL, NULL, NULL) != SQLITE_OK ||
        write(told, "", 1) != 1)
        die("cannot hold the lock");
    for (;;)
        (void)pause();
}

static pid_t begin(const char *path)
{
    int ends[2];
    char octet;
    pid_t child;

    if (pipe(ends) != 0 || (child = fork()) < 0)
        die("no child");
    if (child == 0)
        hold(path, ends[1]);
    (void)close(ends[1]);
    if (read(ends[0], &octet, 1) != 1)
        die("nobody holds the lock");
    (void)close(ends[0]);
    return child;
}

static int open_files(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    while (folder && readdir(folder))
        count++;
    if (folder)
        (void)closedir(folder);
    return count;
}

/* Does the phrase say no more than is so? */
static bool is_true(const char *phrase, pid_t child)
{
    char whole[64], number[32];

    snprintf(number, sizeof number, "process %ld", (long)child);
    snprintf(whole, sizeof whole, "%s (holder_faults)", number);
    return phrase[0] == '\0' || strcmp(phrase, number) == 0 ||
           strcmp(phrase, whole) == 0;
}

static int try_all(struct store *store, pid_t child)
{
    struct calls_report report = {0};
    unsigned long at = 0;
    int bad = 0, before = open_files();
    char phrase[64];

    do {
        memset(&report, 0, sizeof report);
        calls_arm(&report, CALLS_FAIL, ++at, 0);
        store_writer(store, phrase, sizeof phrase);
        calls_arm(&report, CALLS_SOUND, 0, 0);
        if (is_true(phrase, child) && open_files() == before &&
            (report.hit || strstr(phrase, "holder_faults")))
            continue;
        fprintf(stderr, "%s %lu: \"%s\"\n", report.name, at, phrase);
        bad++;
    } while (report.hit);
    printf("%lu trials, %d bad\n", at, bad);
    return bad > 0 || at < 5;
}

int main(int count, char **words)
{
    struct store store = {0};
    pid_t child;
    int bad;

    if (count != 2)
        return 2;
    store.path = words[1];
    (void)unlink(words[1]);
    child = begin(words[1]);
    bad = try_all(&store, child);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    return bad;
}
