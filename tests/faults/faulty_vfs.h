/*
 * A VFS around SQLite's own that fails, or dies as a machine does when its
 * power is cut, at the n-th read, write, sync or truncation.
 */
#ifndef TESTS_FAULTS_FAULTY_VFS_H
#define TESTS_FAULTS_FAULTY_VFS_H

#include <stdbool.h>
#include <stdint.h>

enum fault_mode {
    FAULT_NONE,
    FAULT_MEMORY, /* not the disk: the n-th allocation finds no memory */
    FAULT_ERROR,  /* that operation fails with an I/O error, once */
    FAULT_FULL,   /* from there on no write finds room */
    FAULT_CRASH,  /* the process ends; what was not synced is lost */
    FAULT_TORN    /* the same, but some of what was not synced is on the disk,
                     and of the write under way the first half */
};
#define FAULT_CRASHED 99 /* exit status of a process that died so */

/* The VFS becomes the default one of this process; `at` counts from 1. */
void fault_arm(enum fault_mode mode, unsigned long at);

/* The same for allocations, wherever they are. */
void fault_arm_memory(unsigned long at);
unsigned long fault_memory_count(void);
/* Asked by each allocation: is this the one? Counts it. */
bool fault_memory_fails(void);
/* Shall it tell who its callers are when it strikes? */
void fault_memory_traced(bool traced);
/* Addresses for addr2line on standard error. */
void fault_trace(void);

/* The way that led to each call or allocation since arming: a digest of the
 * addresses on the stack, comparable within one process. In memory that a
 * parent shares with its child. */
#define FAULT_WAYS_MAX (1ul << 20)
struct fault_ways {
    uint64_t of[FAULT_WAYS_MAX]; /* the first is call 1 */
};
struct fault_way {
    unsigned salt; /* ways of different salts are never the same */
    int callers;   /* how many of them count, the innermost first */
    bool only_own; /* those in this program alone */
};
/* From here on ways are kept. `into` lives as long as the process. */
void fault_record_ways(struct fault_ways *into, const struct fault_way *kind);
/* Keeps the way to this call, its number counted from 1. */
void fault_record(unsigned long number);

/* How many operations there were; did the fault come to pass? */
unsigned long fault_count(void);

#endif
