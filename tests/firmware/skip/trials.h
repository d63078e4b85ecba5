/*
 * One case walked once without a fault; at the chosen points of the walk a
 * second machine takes over its state with one thing upset, and runs to an end.
 */
#ifndef SKIP_TRIALS_H
#define SKIP_TRIALS_H

#include "oracle.h"

enum outcome { REFUSED, STOPPED, ACCEPTED, OUTCOMES };

/* An instruction left out, or a register changed in front of one. */
enum fault { FAULT_SKIP, FAULT_REGISTER, FAULTS };

/* Which points are tried. */
enum { EVERY_TIME = UINT16_MAX };
struct plan {
    uint16_t skips;         /* at each address the first so many times */
    uint16_t branches;      /* the same for registers, where blocks begin */
    uint16_t port_skips;    /* both for the port, whose loops over a message */
    uint16_t port_branches; /* make a new question for it of each fault */
    unsigned values;        /* how many of the wrong values a register gets */
    unsigned thin;          /* registers at each so many-th address alone, each
                               case at others: as many cases try them all */
    unsigned crypto_every;  /* each so many-th instruction of big numbers and
                               hashes; 0: the port is not walked at all */
};

struct tally {
    unsigned long count[FAULTS][ROOMS][OUTCOMES];
    unsigned long walked; /* instructions of the walks */
};

/* Called for each fault that ends in acceptance. */
struct accepted {
    enum fault fault;
    uint32_t at;
    unsigned long when;       /* instruction of the walk */
    unsigned register_number; /* and what it was set to, for FAULT_REGISTER */
    uint32_t value;
};
typedef void accepted_report(void *user, const struct accepted *accepted);

struct request {
    struct oracle *oracle;
    unsigned which; /* case of image_skip.c */
    bool good;      /* it has to be accepted, and no fault is tried */
    struct plan plan;
    accepted_report *report;
    void *user;
};

/* Ends the program when the walk itself does not end as it has to. */
void trials_run(const struct request *request, struct tally *tally);

#endif
