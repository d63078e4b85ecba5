/* The port's answers, by what it was asked. */
#include "oracle.h"

#include <stdlib.h>
#include <string.h>

enum {
    BUCKETS = 4096,
    QUESTION = 2048, /* the longest message that the images hash is shorter */
    HASH = 32,
    BLOCK_LIMIT = 20000000 /* of the first run; then by the longest */
};

struct question {
    uint8_t octets[QUESTION + 64];
    size_t len;
};

/* Registers of the caller's that the function leaves changed. */
enum { SCRATCH = 5 };
static const unsigned scratch[SCRATCH] = {0, 1, 2, 3, 12};

struct answer {
    struct answer *next;
    bool ends;
    uint32_t left[SCRATCH];
    uint8_t hash[HASH];
    size_t len;
    uint8_t question[];
};

static unsigned long limit(const struct oracle *oracle)
{
    return oracle->longest != 0 ? 2 * oracle->longest : BLOCK_LIMIT;
}

static void count_block(uc_engine *uc, uint64_t at, uint32_t size, void *user)
{
    struct oracle *oracle = user;

    (void)at;
    (void)size;
    if (++oracle->blocks > limit(oracle))
        (void)uc_emu_stop(uc);
}

void oracle_open(struct oracle *oracle, const struct image *image)
{
    uc_hook hook;

    machine_open(&oracle->machine, image);
    oracle->table = calloc(BUCKETS, sizeof *oracle->table);
    oracle->runs = 0;
    oracle->longest = 0;
    must(oracle->table != NULL, "no memory");
    must(uc_hook_add(oracle->machine.uc, &hook, UC_HOOK_BLOCK,
                     (void *)count_block, oracle, 1, 0) == UC_ERR_OK,
         "no hook");
}

void oracle_close(struct oracle *oracle)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        struct answer *next;

        for (struct answer *at = oracle->table[i]; at != NULL; at = next) {
            next = at->next;
            free(at);
        }
    }
    free(oracle->table);
    machine_close(&oracle->machine);
}

static bool add(struct question *question, const struct machine *machine,
                uint32_t at, size_t len)
{
    const uint8_t *octets =
        len <= QUESTION ? machine_octets(machine, at, len) : NULL;

    if (octets == NULL || len > sizeof question->octets - question->len)
        return false;
    memcpy(question->octets + question->len, octets, len);
    question->len += len;
    return true;
}

/* Function, curve and every octet that it reads. */
static bool ask(struct question *question, const struct machine *machine,
                enum port port, const uint32_t *r)
{
    question->octets[0] = (uint8_t)port;
    memcpy(question->octets + 1, &r[0], 4);
    question->len = 5;
    switch (port) {
    case PORT_HASH:
        return machine_octets(machine, r[3], HASH) != NULL &&
               add(question, machine, r[1], r[2]);
    case PORT_CHECK_POINT:
        return add(question, machine, r[1], 65);
    default:
        return add(question, machine, r[1], 65) &&
               add(question, machine, r[2], HASH) &&
               add(question, machine, r[3], 2 * HASH);
    }
}

/* Runs the port for the machine's registers. */
static void run(struct oracle *oracle, const struct machine *machine,
                const struct registers *registers, struct answer *answer)
{
    const struct machine *own = &oracle->machine;
    struct registers now = *registers;
    const uint8_t *hash;

    memcpy(own->ram, machine->ram, RAM_SIZE);
    now.r[LR] = TRAP | 1;
    oracle->blocks = 0;
    oracle->runs++;
    answer->ends = machine_run(own, &now, TRAP) == UC_ERR_OK &&
                   oracle->blocks <= limit(oracle);
    if (answer->ends && answer->question[0] == PORT_ECDSA_VERIFY &&
        oracle->blocks > oracle->longest)
        oracle->longest = oracle->blocks;
    machine_read(own, &now);
    for (unsigned i = 0; i < SCRATCH; i++)
        answer->left[i] = now.r[scratch[i]];
    hash = machine_octets(own, registers->r[3], HASH);
    if (hash != NULL)
        memcpy(answer->hash, hash, HASH);
}

static struct answer *look_up(struct oracle *oracle,
                              const struct machine *machine,
                              const struct registers *registers,
                              const struct question *question)
{
    uint32_t bucket = 2166136261u;
    struct answer *answer;

    for (size_t i = 0; i < question->len; i++)
        bucket = (bucket ^ question->octets[i]) * 16777619u;
    bucket %= BUCKETS;
    for (answer = oracle->table[bucket]; answer != NULL;
         answer = answer->next) {
        if (answer->len == question->len &&
            memcmp(answer->question, question->octets, question->len) == 0)
            return answer;
    }
    answer = calloc(1, sizeof *answer + question->len);
    must(answer != NULL, "no memory");
    answer->len = question->len;
    memcpy(answer->question, question->octets, question->len);
    run(oracle, machine, registers, answer);
    answer->next = oracle->table[bucket];
    oracle->table[bucket] = answer;
    return answer;
}

bool oracle_answer(struct oracle *oracle, const struct machine *machine,
                   enum port port)
{
    struct registers registers;
    struct question question;
    const struct answer *answer;

    machine_read(machine, &registers);
    if (!ask(&question, machine, port, registers.r))
        return false;
    answer = look_up(oracle, machine, &registers, &question);
    if (!answer->ends || (registers.r[LR] & 1) == 0)
        return false;
    if (port == PORT_HASH) {
        if (registers.r[3] < RAM_BASE)
            return false;
        memcpy(machine_octets(machine, registers.r[3], HASH), answer->hash,
               HASH);
    }
    for (unsigned i = 0; i < SCRATCH; i++)
        registers.r[scratch[i]] = answer->left[i];
    registers.r[PC] = registers.r[LR] & ~1u;
    machine_write(machine, &registers);
    return true;
}
