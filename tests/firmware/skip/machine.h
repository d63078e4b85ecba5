/* A Cortex-M with a linked image in its flash, on Unicorn. */
#ifndef SKIP_MACHINE_H
#define SKIP_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <unicorn/unicorn.h>

/* As in board/microbit.ld. */
enum {
    FLASH_SIZE = 0x40000,
    RAM_BASE = 0x20000000,
    RAM_SIZE = 0x4000,
    TRAP = FLASH_SIZE - 0x100, /* nothing is linked there */
    CASE_AT = TRAP + 0x40      /* where image_skip.c looks for its case */
};

/* Where an instruction stands. */
enum room { ROOM_NONE, ROOM_CALLER, ROOM_DEVID, ROOM_PORT, ROOM_CRYPTO, ROOMS };

enum port { PORT_HASH, PORT_CHECK_POINT, PORT_ECDSA_VERIFY, PORTS };

/* The image, and what is known of its addresses. */
struct image {
    int core; /* UC_CPU_ARM_* */
    uint8_t flash[FLASH_SIZE];
    uint8_t rooms[FLASH_SIZE / 2]; /* enum room of each halfword */
    uint32_t decide;               /* trials begin here */
    uint32_t accepted;
    uint32_t refused;
    uint32_t ports[PORTS];
    struct symbol *symbols;
    size_t symbol_count;
};

struct symbol {
    uint32_t at;
    char name[60];
};

/* Reads FOLDER/image.bin, FOLDER/image.symbols (nm -n) and FOLDER/image.rooms
 * ("room start length" in hexadecimal, a line each). Ends the program with a
 * message when it cannot. Clear it. */
void image_read(struct image *image, const char *core, const char *folder);
void image_clear(struct image *image);

/* The function around an address, and how far in. */
const char *image_function(const struct image *image, uint32_t at,
                           uint32_t *offset);

/* r0 to r15, then xPSR with the state of an IT block. */
enum { REGISTERS = 17, SP = 13, LR = 14, PC = 15, XPSR = 16 };
struct registers {
    uint32_t r[REGISTERS];
};

struct machine {
    uc_engine *uc;
    uc_context *fresh; /* as it was opened */
    const struct image *image;
    uint8_t *flash; /* of its own, FLASH_SIZE */
    uint8_t *ram;   /* RAM_SIZE, never executed */
};

/* A machine at reset. Ends the program when Unicorn gives none. */
void machine_open(struct machine *machine, const struct image *image);
void machine_close(struct machine *machine);

void machine_read(const struct machine *machine, struct registers *registers);
void machine_write(const struct machine *machine,
                   const struct registers *registers);

/* Runs from registers->r[PC] on, until hooks stop it or an exception does. */
uc_err machine_run(const struct machine *machine,
                   const struct registers *registers, uint32_t until);

/* The octets at an address, or NULL where the machine has not so many. */
uint8_t *machine_octets(const struct machine *machine, uint32_t at, size_t len);

void must(bool good, const char *what);

#endif
