/*
 * The calls that our libraries and the command make of the C library, and that
 * SQLite makes of the system, pass through here; the n-th since arming fails,
 * or does half its work.
 */
#ifndef TESTS_FAULTS_FAULTY_CALLS_H
#define TESTS_FAULTS_FAULTY_CALLS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>

enum calls_mode {
    CALLS_SOUND,
    CALLS_FAIL, /* with an error that fits; `choice` says which */
    CALLS_CUT   /* reads and writes only: a part, or EINTR */
};

/* What became of it, in memory that a parent shares with its child. */
struct calls_report {
    atomic_ulong count; /* of calls that could have failed */
    bool hit;
    bool quiet;  /* it may go unnoticed: see calls[] */
    int choices; /* kinds of failure that this call knows */
    int error;   /* the errno it had */
    char name[32];
    char object[256]; /* the path, where the call has one */
    bool traced;      /* asked for: the callers, on standard error */
};

/* report lives as long as the process; `at` counts from 1. */
void calls_arm(struct calls_report *report, enum calls_mode mode,
               unsigned long at, int choice);

/* Before the first use of SQLite in a process: its system calls fail like
 * ours, its allocations like those of wrap_memory.c when `memory`. */
void calls_under_sqlite(bool memory);

/* Standard output's stream: what leaves it may fail like any other call. NULL
 * when there is none. */
FILE *calls_output(void);

/* Shall standard output and error seem a terminal? */
void calls_on_terminal(bool seem);

/* A call and the errors that it can have, at most three. */
struct call {
    const char *name;
    int errors[3]; /* negative: there is another way, it may go unnoticed */
    bool quiet;    /* what it is for is not worth an error */
};

/* Does this call fail now? Then errno is set. object may be NULL. */
bool calls_fails(const struct call *call, const char *object);

/* Of `len` octets, how many is this call to move? 0: none, it fails with
 * EINTR. Where a call is not cut, the same as before. */
unsigned long calls_cut(const char *name, unsigned long len);

#endif
