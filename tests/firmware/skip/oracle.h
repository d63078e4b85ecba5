/*
 * What the port answers. Each answer is found once, by running the image's own
 * port on its own machine, and kept by the octets that were asked about.
 */
#ifndef SKIP_ORACLE_H
#define SKIP_ORACLE_H

#include "machine.h"

struct answer;

struct oracle {
    struct machine machine;
    struct answer **table;
    unsigned long runs;    /* of the port */
    unsigned long blocks;  /* of the run at hand */
    unsigned long longest; /* of all runs, in blocks */
};

void oracle_open(struct oracle *oracle, const struct image *image);
void oracle_close(struct oracle *oracle);

/*
 * The machine stands at the entry of a port function: puts it behind the call,
 * with the registers and the hash that the function leaves. false: the call
 * would fault, or never end.
 */
bool oracle_answer(struct oracle *oracle, const struct machine *machine,
                   enum port port);

#endif
