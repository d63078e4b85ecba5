/*
 * Faults in a boot manager's decision, one at a time, under Unicorn.
 *
 * simulate CORE FOLDER plain|hardened short|long
 *
 * Exits 0 when no fault in a hardened image led to acceptance, and one in a
 * plain image did: a simulator that finds nothing there would find nothing
 * anywhere. In the short form three cases of a plain image show that.
 */
#include "trials.h"

#include <stdio.h>
#include <string.h>

/* In the order of image_skip.c. */
struct fault_case {
    const char *what;
    bool good;
    bool port;    /* the port's answer decides: it is walked too, where the
                     plan has the time */
    bool control; /* a plain image's faults are found here: short */
};

static const struct fault_case cases[] = {
    {"all as it should be", true, false, true},
    {"device signed by a stranger", false, true, false},
    {"CA signed by a stranger", false, false, true},
    {"CA of another root", false, false, false},
    {"expired", false, false, false},
    {"another chip", false, false, true},
    {"CA that is no CA", false, false, false},
    {"device without the purpose", false, false, false},
    {"application signed by a stranger", false, true, false},
};

enum { CASES = sizeof cases / sizeof cases[0], SHOWN = 40 };

static const char *const rooms[ROOMS] = {"elsewhere", "the caller",
                                         "lib/devid and mem*", "the port",
                                         "its big numbers and hash"};

struct simulation {
    struct image image;
    struct oracle oracle;
    struct tally tally;
    const char *what;
    unsigned shown;
    unsigned crypto_every; /* long: an M0 takes so many more instructions */
};

static void report(void *user, const struct accepted *accepted)
{
    struct simulation *simulation = user;
    uint32_t offset;
    const char *function;

    if (simulation->shown++ >= SHOWN)
        return;
    function = image_function(&simulation->image, accepted->at, &offset);
    printf("  accepted: %s: %s+%u (%06x), step %lu: ", simulation->what,
           function, offset, accepted->at, accepted->when);
    if (accepted->fault == FAULT_SKIP)
        printf("skipped\n");
    else
        printf("r%u = %08x\n", accepted->register_number, accepted->value);
}

static void run_case(struct simulation *simulation, unsigned which, bool whole)
{
    const struct plan quick = {1, 1, 1, 0, 1, 3, 0};
    const struct plan full = {EVERY_TIME, 4, 8, 1, 5, 1, 0};
    struct request request = {.oracle = &simulation->oracle,
                              .which = which,
                              .good = cases[which].good,
                              .plan = whole ? full : quick,
                              .report = report,
                              .user = simulation};

    if (cases[which].port && (whole || which == 1))
        request.plan.crypto_every = whole ? simulation->crypto_every : 500009;
    simulation->what = cases[which].what;
    trials_run(&request, &simulation->tally);
}

static void print_table(const struct tally *tally)
{
    printf("| fault | in | trials | refused | stopped | accepted |\n"
           "|---|---|---|---|---|---|\n");
    for (unsigned fault = 0; fault < FAULTS; fault++) {
        for (unsigned room = 0; room < ROOMS; room++) {
            const unsigned long *count = tally->count[fault][room];
            unsigned long all =
                count[REFUSED] + count[STOPPED] + count[ACCEPTED];

            if (all != 0)
                printf("| %s | %s | %lu | %lu | %lu | %lu |\n",
                       fault == FAULT_SKIP ? "instruction skipped"
                                           : "register upset",
                       rooms[room], all, count[REFUSED], count[STOPPED],
                       count[ACCEPTED]);
        }
    }
}

static unsigned long accepted(const struct tally *tally)
{
    unsigned long sum = 0;

    for (unsigned fault = 0; fault < FAULTS; fault++) {
        for (unsigned room = 0; room < ROOMS; room++)
            sum += tally->count[fault][room][ACCEPTED];
    }
    return sum;
}

int main(int argc, char **argv)
{
    static struct simulation simulation;
    unsigned ran = 0;
    bool hardened, whole;

    must(argc == 5, "usage: simulate CORE FOLDER plain|hardened short|long");
    hardened = strcmp(argv[3], "hardened") == 0;
    whole = strcmp(argv[4], "long") == 0;
    simulation.crypto_every = strcmp(argv[1], "m0") == 0 ? 50021 : 10007;
    image_read(&simulation.image, argv[1], argv[2]);
    oracle_open(&simulation.oracle, &simulation.image);
    for (unsigned i = 0; i < CASES; i++) {
        if (whole || hardened || cases[i].control) {
            run_case(&simulation, i, whole);
            ran++;
        }
    }
    printf("%s, %s: %u cases, %lu instructions walked, %lu calls of the port "
           "computed\n",
           argv[1], argv[3], ran, simulation.tally.walked,
           simulation.oracle.runs);
    print_table(&simulation.tally);
    oracle_close(&simulation.oracle);
    image_clear(&simulation.image);
    return hardened == (accepted(&simulation.tally) == 0) ? 0 : 1;
}
