/*
 * Every command that changes or makes something, while its n-th call of the C
 * library fails, or is cut short, or SQLite's, or an allocation, for every n
 * (with a stride in the ordinary run) until none is left to fail. Each time the
 * command ends with a documented status and, when it failed, says at what;
 * nothing leaks; no output is half there and no name is left behind; the doctor
 * finds the store whole; and the command run again comes through.
 *
 * usage: command_faults FOLDER STRIDE|ways|near [COMMAND [MODE [AT [CHOICE]]]]
 *   COMMAND may be "all"; without MODE what SQLite allocates goes in larger
 *   steps; with AT that trial alone, and where it struck (for addr2line).
 *   ways: the first and the last call of each way (of all its callers), and
 *   each of the disk's. near: of ways by the next eight callers the first over
 *   all commands, and one in eight of the disk's
 * usage: command_faults     is every command that devca has among those tried?
 */
#include "commands.h"
#include "faulty_calls.h"
#include "faulty_vfs.h"
#include "inputs.h"
#include "terminal.h"
#include "tree.h"
#include "ways.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    LEAKED = 120, /* exit status of a process that lost memory */
    CHILD_SECONDS = 120,
    COARSE = 100,
    COARSER = 1000,
    NEAR = 8 /* callers; and the stride over the disk's operations */
};

/* The program's own (ld's --wrap). */
int __real_main(int count, char **words);
int __wrap_main(int count, char **words);

enum mode { SOUND, CALLS, CUT, MEMORY, SQLITE_MEMORY, DISK, FULL };
static const char *const mode_names[] = {
    "sound", "calls", "cut", "memory", "SQLite memory", "disk", "full"};
#define MODES (sizeof mode_names / sizeof mode_names[0])

/* How much coarser a mode is gone through than the stride says, unless it is
 * asked for by name: SQLite takes memory a thousand times in one command. */
static unsigned long coarser(enum mode mode, bool every)
{
    if (mode == SQLITE_MEMORY)
        return 37;
    return mode == MEMORY && !every ? 3 : 1;
}

struct trial {
    const struct command *command;
    enum mode mode;
    unsigned long at;
    int choice;
    struct calls_report *report; /* shared with the child */
    struct fault_ways *ways;     /* as well; NULL: they are not kept */
};

static char top[3000];
static bool near; /* ways, but no further than to the next few callers */

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "command_faults: %s\n", what);
    exit(2);
}

static const char *place(const char *name)
{
    static char path[4][4096];
    static unsigned turn;
    char *own = path[turn++ % 4];

    snprintf(own, sizeof path[0], "%s/%s", top, name);
    return own;
}

/* ---- a command in a process of its own ---- */

#ifdef __SANITIZE_ADDRESS__
int __lsan_do_recoverable_leak_check(void);
static bool leaks(void)
{
    return __lsan_do_recoverable_leak_check() != 0;
}
#else
static bool leaks(void)
{
    return false;
}
#endif

static void arm(const struct trial *trial)
{
    static const enum fault_mode disk[MODES] = {
        [DISK] = FAULT_ERROR, [FULL] = FAULT_FULL};

    calls_under_sqlite(trial->mode == SQLITE_MEMORY);
    if (trial->ways != NULL)
        fault_record_ways(trial->ways,
                          &(struct fault_way){trial->mode, near ? NEAR : 64,
                                              trial->mode == SQLITE_MEMORY});
    switch (trial->mode) {
    case SOUND:
        break;
    case CALLS:
    case CUT:
        calls_arm(trial->report, trial->mode == CALLS ? CALLS_FAIL : CALLS_CUT,
                  trial->at, trial->choice);
        break;
    case MEMORY:
    case SQLITE_MEMORY:
        fault_arm_memory(trial->at);
        fault_memory_traced(trial->report->traced);
        break;
    case DISK:
    case FULL:
        fault_arm(disk[trial->mode], trial->at);
        break;
    }
}

/* For the modes that keep no report. */
static void disarm(const struct trial *trial)
{
    struct calls_report *report = trial->report;

    calls_arm(report, CALLS_SOUND, 0, 0);
    if (trial->mode < MEMORY)
        return;
    report->count = trial->mode >= DISK ? fault_count() : fault_memory_count();
    fault_arm_memory(0);
    report->hit = report->count >= trial->at;
    report->quiet = trial->mode != MEMORY;
    snprintf(report->name, sizeof report->name, "%s", mode_names[trial->mode]);
}

static void redirect(void)
{
    int out = open(place("out"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int err = open(place("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    int in = open("/dev/null", O_RDONLY);

    if (dup2(in, 0) != 0 || dup2(out, 1) != 1 || dup2(err, 2) != 2)
        die("no descriptors");
    stdout = calls_output();
    if (stdout == NULL)
        die("no stream");
}

static _Noreturn void run_in_child(const struct trial *trial,
                                   const char *folder,
                                   const char *const words[])
{
    char *copies[WORDS_MAX + 2];
    int count = 1, status;

    redirect();
    (void)alarm(CHILD_SECONDS);
    if (chdir(folder) != 0)
        die(folder);
    copies[0] = strdup("devca");
    for (; words[count - 1] != NULL; count++)
        copies[count] = strcmp(words[count - 1], VERIFIER) == 0
                            ? inputs_kept_key()
                            : strdup(words[count - 1]);
    copies[count] = NULL;
    if (trial->command != NULL && trial->command->on_terminal) {
        terminal_open("correct horse");
        calls_on_terminal(true);
    }
    arm(trial);
    status = __real_main(count, copies);
    disarm(trial);
    while (count > 0)
        free(copies[--count]);
    (void)fflush(stdout);
    _exit(leaks() ? LEAKED : status);
}

/* Its exit status, or what killed it, negative. */
static int run(const struct trial *trial, const char *folder,
               const char *const words[])
{
    int status;
    pid_t child = fork();

    if (child == 0)
        run_in_child(trial, folder, words);
    if (child < 0 || waitpid(child, &status, 0) != child)
        die("no child");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static int run_as(const struct command *command, const char *folder,
                  const char *const words[])
{
    struct calls_report report = {0};
    struct trial sound = {.command = command, .mode = SOUND, .report = &report};

    return run(&sound, folder, words);
}

static int run_soundly(const char *folder, const char *const words[])
{
    return run_as(NULL, folder, words);
}

static int run_again(const char *folder, const struct command *command)
{
    return run_as(command, folder, command->words);
}

static char last_words[4096];

/* What the last command said on standard error. */
static const char *words_said(void)
{
    FILE *file = fopen(place("err"), "r");
    size_t len =
        file != NULL ? fread(last_words, 1, sizeof last_words - 1, file) : 0;

    last_words[len] = '\0';
    if (file != NULL)
        (void)fclose(file);
    return last_words;
}

/* ---- what the commands are tried on ---- */

static void begin_fixture(const char *name, const char *from)
{
    tree_copy(place(from), place(name));
    if (strcmp(name, "token") == 0)
        inputs_token(place(name));
}

static void make_fixtures(void)
{
    static const struct {
        const char *name;
        const char *from;
    } begins[] = {{"full", "bare"},
                  {"parts", "bare"},
                  {"offline", "bare"},
                  {"sealed", "empty"},
                  {"token", "empty"}};
    size_t i, j;

    if (mkdir(top, 0700) != 0 || mkdir(place("empty"), 0700) != 0)
        die(top);
    inputs_make(top);
    tree_copy(place("empty"), place("bare"));
    for (i = 0; i < step_count; i++) {
        for (j = 0; j < sizeof begins / sizeof begins[0]; j++)
            if (strcmp(begins[j].name, steps[i].folder) == 0 &&
                access(place(begins[j].name), F_OK) != 0)
                begin_fixture(begins[j].name, begins[j].from);
        if (run_soundly(place(steps[i].folder), steps[i].words) != 0)
            die(words_said());
        if (strcmp(steps[i].words[2], "--json") == 0)
            inputs_keep_key(place("out"), place(steps[i].folder));
        if (i == 0)
            tree_copy(place("bare"), place("rootless"));
    }
}

/* ---- what is left after a trial ---- */

static bool is_there(const char *name)
{
    return access(place(name), F_OK) == 0;
}

/* The object of an error: what was asked for, be it not the path itself. */
static bool names_it(const char *said)
{
    const char *colon = strstr(said, ": ");

    if (said[0] == '{')
        return strstr(said, "\"object\":\"\"") == NULL;
    return colon != NULL && strstr(colon + 2, ": ") != NULL;
}

static const char *judge_answer(const struct trial *trial, int status)
{
    const struct calls_report *report = trial->report;
    const char *said = words_said();

    if (status < 0)
        return "was killed";
    if (status == LEAKED)
        return "lost memory";
    if (status > 7)
        return "ended with no documented status";
    if (!report->hit)
        return status == 0 ? NULL : "failed without a fault";
    if (status == 0 && !report->quiet && !trial->command->looks_twice &&
        trial->mode != CUT)
        return "said nothing of the failure";
    if (status == 0)
        return NULL;
    if (trial->mode == CUT)
        return "did not go on after a part or an interruption";
    if (strncmp(said, "{\"schema\"", 9) != 0 &&
        strncmp(said, "devca: ", 7) != 0)
        return "failed without a word";
    if (strstr(said, ": ok") != NULL || strstr(said, "not on record") != NULL)
        return "failed with another's words";
    return report->object[0] == '\0' || names_it(said)
               ? NULL
               : "failed and did not say at what";
}

/* What is on a token, which is nobody's but its own; what could not be removed;
 * SQLite's log beside a store, which the next command takes in. */
static bool may_stay(const char *failed, const char *name)
{
    size_t len = strlen(name);

    return strncmp(name, "/tokens/", 8) == 0 ||
           strncmp(failed, "unlink", 6) == 0 || strcmp(failed, "rmdir") == 0 ||
           strcmp(failed, "SQLite unlink") == 0 ||
           (len > 4 && (strcmp(name + len - 4, "-wal") == 0 ||
                        strcmp(name + len - 4, "-shm") == 0));
}

static const char *judge_remains(const struct trial *trial)
{
    static const char *const doctors[][5] = {
        {"--store", "store", "doctor", "--full", NULL},
        {"--store", "other", "doctor", "--full", NULL}};
    static char fault[400];
    const struct command *command = trial->command;
    const char *stranger;
    char path[200];
    size_t i;

    for (i = 0; i < sizeof doctors / sizeof doctors[0]; i++) {
        snprintf(path, sizeof path, "tried/%s/identity.db", doctors[i][1]);
        if (is_there(path) && run_soundly(place("tried"), doctors[i]) != 0)
            return "the doctor found a fault";
    }
    stranger = tree_stranger(place("tried"), place("done"));
    if (stranger != NULL && !may_stay(trial->report->name, stranger)) {
        snprintf(fault, sizeof fault, "left behind: %s", stranger);
        return fault;
    }
    snprintf(path, sizeof path, "tried/%s",
             command->output != NULL ? command->output : "-");
    if (is_there(path) && run_soundly(place("tried"), command->judge) != 0)
        return "its output is not whole";
    return NULL;
}

static const char *judge_again(const struct trial *trial)
{
    const struct command *command = trial->command;
    int status = run_again(place("tried"), command);

    /* What was done before the failure is not done twice. */
    if (status == 0 || strstr(words_said(), "already") != NULL ||
        strstr(last_words, "is not on hold") != NULL ||
        strstr(last_words, "was done by the run that was cut off") != NULL ||
        strstr(words_said(), "a backup is restored to where") != NULL)
        return NULL;
    return "cannot be run again";
}

/* Where nothing has changed, nothing is new to the doctor, and the command
 * comes through as make_done() has shown. */
static const char *judge(const struct trial *trial, int status)
{
    const char *fault = judge_answer(trial, status);

    if (fault == NULL && status != 0 &&
        tree_same(place("tried"), place(trial->command->from)))
        return NULL;
    if (fault == NULL)
        fault = judge_remains(trial);
    if (fault == NULL && status != 0)
        fault = judge_again(trial);
    return fault;
}

/* ---- all trials ---- */

static bool try_one(struct trial *trial)
{
    struct calls_report *report = trial->report;
    const char *fault;
    char said[sizeof last_words];
    int status;

    tree_copy(place(trial->command->from), place("tried"));
    memset(report, 0, offsetof(struct calls_report, traced));
    report->choices = 1;
    status = run(trial, place("tried"), trial->command->words);
    snprintf(said, sizeof said, "%s", words_said());
    fault = judge(trial, status);
    if (fault == NULL)
        return true;
    fprintf(stderr, "%s, %s %lu %d: %s %s (%s): exit %d: %s\n    %s",
            trial->command->name, mode_names[trial->mode], trial->at,
            trial->choice, report->name, report->object,
            strerror(report->error), status, fault, said);
    if (strcmp(said, words_said()) != 0)
        fprintf(stderr, "  then: %s", last_words);
    return false;
}

/* The kinds of failure that the call knows, or one of them. */
static int try_choices(struct trial *trial, bool every, unsigned long *trials)
{
    int bad = 0;

    do {
        *trials += 1;
        bad += !try_one(trial);
        trial->choice++;
    } while (every && trial->choice < trial->report->choices);
    return bad;
}

static void tell_trials(const struct trial *trial, unsigned long trials,
                        int bad)
{
    printf("%-14s %-14s %5lu trials over %5lu calls, %d bad\n",
           trial->command->name, mode_names[trial->mode], trials, trial->at,
           bad);
    (void)fflush(stdout);
}

static int try_all(struct trial *trial, unsigned long stride, bool alone)
{
    unsigned long trials = 0;
    int bad = 0, every = stride == 1;

    stride *= alone ? 1 : coarser(trial->mode, every);
    for (trial->at = 1;; trial->at += stride) {
        trial->choice = every ? 0 : (int)(trial->at / stride % 3);
        bad += try_choices(trial, every, &trials);
        if (!trial->report->hit || bad > 50)
            break;
    }
    tell_trials(trial, trials, bad);
    return bad;
}

/* ---- by ways ---- */

static struct fault_ways *ways;

/* The command once, with no fault; how many calls it made. */
static unsigned long record(struct trial *trial)
{
    struct calls_report *report = trial->report;

    tree_copy(place(trial->command->from), place("tried"));
    memset(report, 0, offsetof(struct calls_report, traced));
    memset(ways, 0, sizeof *ways);
    trial->at = ULONG_MAX;
    trial->ways = ways;
    if (run(trial, place("tried"), trial->command->words) != 0)
        die(words_said());
    trial->ways = NULL;
    if (report->count > FAULT_WAYS_MAX)
        die("more calls than there is room for");
    return report->count;
}

static int try_ways(struct trial *trial)
{
    unsigned long count = record(trial), trials = 0, i;
    unsigned long *due = ways_due(ways, count, near);
    int bad = 0;

    if (due == NULL)
        die("no memory");
    for (i = 0; due[i] != 0 && bad <= 50; i++) {
        trial->at = due[i];
        trial->choice = 0;
        bad += try_choices(trial, true, &trials);
    }
    free(due);
    trial->at = count;
    tell_trials(trial, trials, bad);
    return bad;
}

static void make_done(const struct command *command)
{
    tree_copy(place(command->from), place("done"));
    if (run_again(place("done"), command) != 0)
        die(words_said());
}

/* A coarse run takes every other mode of a command, and of the next command the
 * others; a coarser one every fourth. */
static bool is_due(const struct trial *trial, unsigned long stride)
{
    size_t row = (size_t)trial->mode + (size_t)(trial->command - commands);

    return row % (stride < COARSE ? 1 : stride < COARSER ? 2 : 4) == 0;
}

static int try_command(struct trial *trial, unsigned long stride,
                       const char *only)
{
    int bad = 0, mode;

    make_done(trial->command);
    for (mode = CALLS; mode < (int)MODES; mode++) {
        trial->mode = (enum mode)mode;
        if (only != NULL ? strcmp(only, mode_names[mode]) != 0
                         : !is_due(trial, stride))
            continue;
        if (ways != NULL && trial->mode < DISK)
            bad += try_ways(trial);
        else
            bad += try_all(trial, near ? NEAR : stride, only != NULL);
    }
    return bad;
}

static int repeat(struct trial *trial, int count, char **words)
{
    size_t i;

    for (i = 0; i < command_count; i++)
        if (strcmp(words[3], commands[i].name) == 0)
            trial->command = &commands[i];
    for (i = 0; i < MODES; i++)
        if (strcmp(words[4], mode_names[i]) == 0)
            trial->mode = (enum mode)i;
    trial->at = strtoul(words[5], NULL, 10);
    trial->choice = count > 6 ? (int)strtoul(words[6], NULL, 10) : 0;
    if (trial->command == NULL)
        die("no such command");
    trial->report->traced = true;
    make_done(trial->command);
    return try_one(trial) ? 0 : 1;
}

static void *share(size_t len)
{
    void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED)
        die("no shared memory");
    return memory;
}

int __wrap_main(int count, char **words)
{
    struct trial trial = {0};
    unsigned long stride;
    size_t i;
    int bad = 0;

    if (count == 1)
        return commands_tell_missing();
    if (count < 3 || strlen(words[1]) > sizeof top - 100)
        return 2;
    snprintf(top, sizeof top, "%s", words[1]);
    stride = strtoul(words[2], NULL, 10);
    trial.report = share(sizeof *trial.report);
    near = strcmp(words[2], "near") == 0;
    if (near || strcmp(words[2], "ways") == 0)
        ways = share(sizeof *ways);
    /* So that ours, which may fail, are what jansson calls, too. */
    json_set_alloc_funcs(malloc, free);
    (void)setenv("SOFTHSM2_CONF", "../softhsm2.conf", 1);
    tree_remove(top);
    make_fixtures();
    if (count > 5)
        return repeat(&trial, count, words);
    for (i = 0; i < command_count; i++) {
        trial.command = &commands[i];
        if (count < 4 || strcmp(words[3], "all") == 0 ||
            strcmp(words[3], commands[i].name) == 0)
            bad += try_command(&trial, stride > 0 ? stride : 1,
                               count > 4 ? words[4] : NULL);
    }
    return bad == 0 ? 0 : 1;
}
