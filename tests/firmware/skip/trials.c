/* The walk, its points, and what each fault leads to. */
#include "trials.h"

#include <stdlib.h>
#include <string.h>

enum { CONTROL_EVERY = 499, SLACK = 2000, COND_MASK = 0xF000, COND = 0xD000 };

struct trials {
    const struct request *request;
    const struct image *image;
    struct tally *tally;
    struct machine walker;
    struct machine runner;
    uint16_t *skipped; /* times each address was tried */
    uint16_t *entered;
    struct registers before; /* of the instruction that was walked last */
    uint32_t next;           /* behind it */
    enum room room;          /* of the instruction at hand */
    uint32_t back;           /* where the port returns to; 0: not in it */
    bool started;            /* skip_decide() was reached */
    bool loaded;             /* that instruction read memory */
    unsigned long when;
    unsigned long crypto; /* instructions of that room */
    unsigned long blocks; /* of the run at hand */
    unsigned long most;   /* that it may take */
    unsigned long limit;  /* for a run that knows the port's answers */
    enum outcome outcome;
};

/* The runner */

static void at_end(uc_engine *uc, uint64_t at, uint32_t size, void *user)
{
    struct trials *trials = user;

    (void)size;
    trials->outcome = at == trials->image->accepted ? ACCEPTED : REFUSED;
    (void)uc_emu_stop(uc);
}

static void at_block(uc_engine *uc, uint64_t at, uint32_t size, void *user)
{
    struct trials *trials = user;

    (void)at;
    (void)size;
    if (++trials->blocks > trials->most)
        (void)uc_emu_stop(uc);
}

static bool find_port(const struct image *image, uint32_t at, enum port *port)
{
    for (unsigned i = 0; i < PORTS; i++) {
        if (image->ports[i] == at) {
            *port = (enum port)i;
            return true;
        }
    }
    return false;
}

static void at_port(uc_engine *uc, uint64_t at, uint32_t size, void *user)
{
    struct trials *trials = user;
    enum port port = PORT_HASH;

    (void)size;
    (void)find_port(trials->image, (uint32_t)at, &port);
    if (!oracle_answer(trials->request->oracle, &trials->runner, port))
        (void)uc_emu_stop(uc);
}

static enum outcome run(struct trials *trials, const struct registers *from)
{
    memcpy(trials->runner.ram, trials->walker.ram, RAM_SIZE);
    trials->outcome = STOPPED;
    trials->blocks = 0;
    trials->most = trials->limit;
    /* A run that begins inside the port ends the computation itself. */
    if (trials->back != 0)
        trials->most += 2 * trials->request->oracle->longest;
    (void)machine_run(&trials->runner, from, TRAP);
    return trials->outcome;
}

/* The walk's points */

static void try_fault(struct trials *trials, const struct registers *from,
                      const struct accepted *fault)
{
    enum outcome outcome = run(trials, from);

    trials->tally->count[fault->fault][trials->room][outcome]++;
    if (outcome == ACCEPTED && trials->request->report != NULL)
        trials->request->report(trials->request->user, fault);
}

/* ITSTATE as if the instruction had been done: ARMv7-M, A7.3.2. */
static uint32_t advance_it(uint32_t xpsr)
{
    uint32_t it = (xpsr >> 8 & 0xFC) | (xpsr >> 25 & 3);

    it = (it & 7) == 0 ? 0 : (it & 0xE0) | (it << 1 & 0x1F);
    return (xpsr & ~0x0600FC00u) | (it & 0xFC) << 8 | (it & 3) << 25;
}

static void try_skip(struct trials *trials, const struct registers *now,
                     uint32_t size)
{
    struct registers from = *now;
    struct accepted fault = {FAULT_SKIP, now->r[PC], trials->when, 0, 0};

    from.r[PC] += size;
    from.r[XPSR] = advance_it(from.r[XPSR]);
    try_fault(trials, &from, &fault);
}

static void try_register(struct trials *trials, const struct registers *now,
                         unsigned which)
{
    uint32_t right = now->r[which];
    const uint32_t values[] = {0, 0xFFFFFFFF, right ^ 1, right ^ 0x80,
                               right ^ 1u << 31};

    for (unsigned i = 0; i < trials->request->plan.values; i++) {
        struct registers from = *now;
        struct accepted fault = {FAULT_REGISTER, now->r[PC], trials->when,
                                 which, values[i]};

        if (values[i] == right)
            continue;
        from.r[which] = values[i];
        try_fault(trials, &from, &fault);
    }
}

/* The registers that the instruction before has loaded. */
static void try_loaded(struct trials *trials, const struct registers *now)
{
    for (unsigned i = 0; i < SP; i++) {
        if (now->r[i] != trials->before.r[i])
            try_register(trials, now, i);
    }
}

static bool may_try(uint16_t *times, uint32_t at, uint16_t most)
{
    if (most == EVERY_TIME)
        return true;
    if (times[at / 2] >= most)
        return false;
    times[at / 2]++;
    return true;
}

static bool is_conditional_branch(const struct trials *trials)
{
    const uint8_t *code = trials->image->flash + trials->before.r[PC];

    return (code[1] << 8 & COND_MASK) == COND;
}

static bool is_block_start(const struct trials *trials, uint32_t at)
{
    return trials->next != at || is_conditional_branch(trials);
}

/* A run without a fault has to end as the walk does. */
static void try_nothing(struct trials *trials, const struct registers *now)
{
    must(run(trials, now) == (trials->request->good ? ACCEPTED : REFUSED),
         "a run without a fault ends otherwise than the walk");
}

static bool is_tried(struct trials *trials, enum room room)
{
    unsigned every = trials->request->plan.crypto_every;

    return !trials->request->good && room != ROOM_NONE &&
           (room != ROOM_CRYPTO || trials->crypto++ % every == 0);
}

/* What the big numbers call is theirs. */
static enum room enter_room(struct trials *trials, const struct registers *now)
{
    enum room room = (enum room)trials->image->rooms[now->r[PC] / 2];
    enum port port;

    if (now->r[PC] == trials->back)
        trials->back = 0;
    else if (find_port(trials->image, now->r[PC], &port))
        trials->back = now->r[LR] & ~1u;
    return trials->back != 0 && room != ROOM_PORT ? ROOM_CRYPTO : room;
}

static bool is_left_out(const struct trials *trials, uint32_t at)
{
    return (at / 2 + trials->request->which) % trials->request->plan.thin != 0;
}

static void try_registers(struct trials *trials, const struct registers *now,
                          uint16_t most)
{
    bool begins = is_block_start(trials, now->r[PC]);

    if ((!trials->loaded && !begins) || is_left_out(trials, now->r[PC]) ||
        !may_try(trials->entered, now->r[PC], most))
        return;
    if (!begins) {
        try_loaded(trials, now);
        return;
    }
    for (unsigned i = 0; i < SP; i++)
        try_register(trials, now, i);
}

/* An instruction of big numbers or hashes that is not tried, of which there are
 * millions: of these registers are not read. */
static bool is_passed(struct trials *trials, uint32_t at)
{
    enum port port;

    if (trials->back == 0 || at == trials->back ||
        trials->image->rooms[at / 2] == ROOM_PORT ||
        find_port(trials->image, at, &port) ||
        trials->crypto % trials->request->plan.crypto_every == 0)
        return false;
    trials->crypto++;
    trials->before.r[PC] = at;
    return true;
}

static void go_on(struct trials *trials, uint32_t at, uint32_t size)
{
    trials->next = at + size;
    trials->loaded = false;
    trials->when++;
}

static void at_point(struct trials *trials, uint32_t at, uint32_t size)
{
    const struct plan *plan = &trials->request->plan;
    struct registers now;
    enum room room;

    machine_read(&trials->walker, &now);
    now.r[PC] = at;
    room = enter_room(trials, &now);
    trials->room = room;
    if (trials->when % CONTROL_EVERY == 0 && room != ROOM_CRYPTO)
        try_nothing(trials, &now);
    if (is_tried(trials, room)) {
        bool port = room == ROOM_PORT;

        if (room == ROOM_CRYPTO ||
            may_try(trials->skipped, at, port ? plan->port_skips : plan->skips))
            try_skip(trials, &now, size);
        if (room != ROOM_CRYPTO)
            try_registers(trials, &now,
                          port ? plan->port_branches : plan->branches);
    }
    trials->before = now;
    go_on(trials, at, size);
}

/* The walker */

static void at_walk(uc_engine *uc, uint64_t address, uint32_t size, void *user)
{
    struct trials *trials = user;
    const struct image *image = trials->image;
    uint32_t at = (uint32_t)address;
    enum port port;

    trials->started |= at == image->decide;
    if (at == image->accepted || at == image->refused) {
        at_end(uc, address, size, user);
        return;
    }
    if (!trials->started)
        return;
    if (trials->request->plan.crypto_every == 0 &&
        find_port(image, at, &port)) {
        must(oracle_answer(trials->request->oracle, &trials->walker, port),
             "the port does not end");
        return;
    }
    if (is_passed(trials, at))
        go_on(trials, at, size);
    else
        at_point(trials, at, size);
}

static void at_load(uc_engine *uc, uc_mem_type type, uint64_t at, int size,
                    int64_t value, void *user)
{
    struct trials *trials = user;

    (void)uc;
    (void)type;
    (void)at;
    (void)size;
    (void)value;
    trials->loaded = true;
}

static void add_hook(const struct machine *machine, int type, void *hook,
                     struct trials *trials, uint64_t begin, uint64_t end)
{
    uc_hook handle;

    must(uc_hook_add(machine->uc, &handle, type, hook, trials, begin, end) ==
             UC_ERR_OK,
         "no hook");
}

static void open(struct trials *trials, const struct request *request,
                 struct tally *tally)
{
    const struct image *image = request->oracle->machine.image;
    uint32_t ends[2] = {image->accepted, image->refused};

    memset(trials, 0, sizeof *trials);
    trials->request = request;
    trials->image = image;
    trials->tally = tally;
    trials->skipped = calloc(FLASH_SIZE / 2, sizeof *trials->skipped);
    trials->entered = calloc(FLASH_SIZE / 2, sizeof *trials->entered);
    must(trials->skipped != NULL && trials->entered != NULL, "no memory");
    machine_open(&trials->walker, image);
    machine_open(&trials->runner, image);
    for (unsigned i = 0; i < 2; i++)
        add_hook(&trials->runner, UC_HOOK_CODE, (void *)at_end, trials, ends[i],
                 ends[i]);
    for (unsigned i = 0; i < PORTS; i++)
        add_hook(&trials->runner, UC_HOOK_CODE, (void *)at_port, trials,
                 image->ports[i], image->ports[i]);
    add_hook(&trials->runner, UC_HOOK_BLOCK, (void *)at_block, trials, 1, 0);
    add_hook(&trials->walker, UC_HOOK_CODE, (void *)at_walk, trials, 1, 0);
    add_hook(&trials->walker, UC_HOOK_MEM_READ, (void *)at_load, trials, 1, 0);
}

static void start_from_reset(const struct machine *machine,
                             struct registers *registers)
{
    const uint8_t *vectors = machine->flash;

    memset(registers, 0, sizeof *registers);
    for (unsigned i = 0; i < 4; i++) {
        registers->r[SP] |= (uint32_t)vectors[i] << 8 * i;
        registers->r[PC] |= (uint32_t)vectors[4 + i] << 8 * i;
    }
    registers->r[PC] &= ~1u;
    registers->r[LR] = 0xFFFFFFFF;
    registers->r[XPSR] = 1u << 24;
}

void trials_run(const struct request *request, struct tally *tally)
{
    struct trials trials;
    struct registers reset;

    open(&trials, request, tally);
    memcpy(trials.walker.flash + CASE_AT, &request->which, 4);
    memcpy(trials.runner.flash + CASE_AT, &request->which, 4);
    start_from_reset(&trials.runner, &reset);
    trials.limit = 100000000;
    must(run(&trials, &reset) == (request->good ? ACCEPTED : REFUSED),
         "the case does not end as it has to");
    trials.limit = 2 * trials.blocks + SLACK;
    trials.outcome = STOPPED;
    (void)machine_run(&trials.walker, &reset, TRAP);
    must(trials.when != 0, "skip_decide() was not reached");
    tally->walked += trials.when;
    machine_close(&trials.walker);
    machine_close(&trials.runner);
    free(trials.skipped);
    free(trials.entered);
}
