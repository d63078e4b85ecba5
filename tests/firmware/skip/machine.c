/* The image's files, and one Unicorn engine over a copy of them. */
#include "machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "skip: %s\n", what);
    exit(2);
}

static FILE *open_part(const char *folder, const char *name)
{
    char path[512];
    FILE *file;

    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    file = fopen(path, "rb");
    must(file != NULL, path);
    return file;
}

static void add_symbol(struct image *image, uint32_t at, const char *name)
{
    struct symbol *symbol;

    image->symbols = realloc(image->symbols, (image->symbol_count + 1) *
                                                 sizeof *image->symbols);
    must(image->symbols != NULL, "no memory");
    symbol = &image->symbols[image->symbol_count++];
    symbol->at = at & ~1u;
    (void)snprintf(symbol->name, sizeof symbol->name, "%s", name);
}

static uint32_t find(const struct image *image, const char *name)
{
    for (size_t i = 0; i < image->symbol_count; i++) {
        if (strcmp(image->symbols[i].name, name) == 0)
            return image->symbols[i].at;
    }
    must(false, name);
    return 0;
}

static void read_symbols(struct image *image, const char *folder)
{
    FILE *file = open_part(folder, "image.symbols");
    char name[60];
    uint32_t at;
    char kind;

    while (fscanf(file, "%x %c %59s", &at, &kind, name) == 3) {
        if (strchr("tT", kind) != NULL)
            add_symbol(image, at, name);
    }
    (void)fclose(file);
    image->decide = find(image, "skip_decide");
    image->accepted = find(image, "skip_accepted");
    image->refused = find(image, "skip_refused");
    image->ports[PORT_HASH] = find(image, "devid_port_hash");
    image->ports[PORT_CHECK_POINT] = find(image, "devid_port_check_point");
    image->ports[PORT_ECDSA_VERIFY] = find(image, "devid_port_ecdsa_verify");
}

static enum room room_of(const char *name)
{
    static const char *const names[ROOMS] = {"", "caller", "devid", "port",
                                             "crypto"};

    for (unsigned i = 1; i < ROOMS; i++) {
        if (strcmp(name, names[i]) == 0)
            return (enum room)i;
    }
    return ROOM_NONE;
}

static void read_rooms(struct image *image, const char *folder)
{
    FILE *file = open_part(folder, "image.rooms");
    char name[20];
    uint32_t at;
    uint32_t len;

    while (fscanf(file, "%19s %x %x", name, &at, &len) == 3) {
        must(at <= FLASH_SIZE && len <= FLASH_SIZE - at, "image.rooms");
        memset(image->rooms + at / 2, room_of(name), (len + 1) / 2);
    }
    (void)fclose(file);
}

void image_read(struct image *image, const char *core, const char *folder)
{
    FILE *file = open_part(folder, "image.bin");

    memset(image, 0, sizeof *image);
    memset(image->flash, 0xFF, sizeof image->flash);
    must(fread(image->flash, 1, TRAP, file) > 0, "image.bin");
    (void)fclose(file);
    image->core =
        strcmp(core, "m0") == 0 ? UC_CPU_ARM_CORTEX_M0 : UC_CPU_ARM_CORTEX_M4;
    read_symbols(image, folder);
    read_rooms(image, folder);
}

void image_clear(struct image *image)
{
    free(image->symbols);
}

const char *image_function(const struct image *image, uint32_t at,
                           uint32_t *offset)
{
    const struct symbol *best = NULL;

    for (size_t i = 0; i < image->symbol_count; i++) {
        const struct symbol *symbol = &image->symbols[i];

        if (symbol->at <= at && symbol->name[0] != '$' &&
            (best == NULL || symbol->at > best->at))
            best = symbol;
    }
    *offset = best != NULL ? at - best->at : at;
    return best != NULL ? best->name : "?";
}

void machine_open(struct machine *machine, const struct image *image)
{
    machine->image = image;
    machine->flash = aligned_alloc(0x1000, FLASH_SIZE);
    machine->ram = aligned_alloc(0x1000, RAM_SIZE);
    must(machine->flash != NULL && machine->ram != NULL, "no memory");
    memcpy(machine->flash, image->flash, FLASH_SIZE);
    memset(machine->ram, 0, RAM_SIZE);
    must(uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &machine->uc) ==
                 UC_ERR_OK &&
             uc_ctl_set_cpu_model(machine->uc, image->core) == UC_ERR_OK &&
             uc_mem_map_ptr(machine->uc, 0, FLASH_SIZE,
                            UC_PROT_READ | UC_PROT_EXEC,
                            machine->flash) == UC_ERR_OK &&
             uc_mem_map_ptr(machine->uc, RAM_BASE, RAM_SIZE,
                            UC_PROT_READ | UC_PROT_WRITE,
                            machine->ram) == UC_ERR_OK &&
             uc_context_alloc(machine->uc, &machine->fresh) == UC_ERR_OK &&
             uc_context_save(machine->uc, machine->fresh) == UC_ERR_OK,
         "Unicorn gives no machine");
}

void machine_close(struct machine *machine)
{
    (void)uc_context_free(machine->fresh);
    (void)uc_close(machine->uc);
    free(machine->flash);
    free(machine->ram);
}

static int ids[REGISTERS] = {UC_ARM_REG_R0,  UC_ARM_REG_R1,  UC_ARM_REG_R2,
                             UC_ARM_REG_R3,  UC_ARM_REG_R4,  UC_ARM_REG_R5,
                             UC_ARM_REG_R6,  UC_ARM_REG_R7,  UC_ARM_REG_R8,
                             UC_ARM_REG_R9,  UC_ARM_REG_R10, UC_ARM_REG_R11,
                             UC_ARM_REG_R12, UC_ARM_REG_R13, UC_ARM_REG_R14,
                             UC_ARM_REG_R15, UC_ARM_REG_XPSR};

void machine_read(const struct machine *machine, struct registers *registers)
{
    void *values[REGISTERS];

    for (unsigned i = 0; i < REGISTERS; i++)
        values[i] = &registers->r[i];
    must(uc_reg_read_batch(machine->uc, ids, values, REGISTERS) == UC_ERR_OK,
         "registers");
    registers->r[PC] &= ~1u;
}

void machine_write(const struct machine *machine,
                   const struct registers *registers)
{
    struct registers copy = *registers;
    void *values[REGISTERS];

    copy.r[PC] |= 1;
    for (unsigned i = 0; i < REGISTERS; i++)
        values[i] = &copy.r[i];
    must(uc_reg_write_batch(machine->uc, ids, values, REGISTERS) == UC_ERR_OK,
         "registers");
}

uc_err machine_run(const struct machine *machine,
                   const struct registers *registers, uint32_t until)
{
    /* A run that ended in an exception may have left more than registers. */
    must(uc_context_restore(machine->uc, machine->fresh) == UC_ERR_OK,
         "no state to begin from");
    machine_write(machine, registers);
    return uc_emu_start(machine->uc, registers->r[PC] | 1, until, 0, 0);
}

uint8_t *machine_octets(const struct machine *machine, uint32_t at, size_t len)
{
    if (at < FLASH_SIZE && len <= FLASH_SIZE - at)
        return machine->flash + at;
    if (at - RAM_BASE < RAM_SIZE && len <= RAM_SIZE - (at - RAM_BASE))
        return machine->ram + (at - RAM_BASE);
    return NULL;
}
