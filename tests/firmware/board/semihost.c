/* ARM semihosting: bkpt 0xAB with the operation in r0. */
#include "semihost.h"

enum {
    SYS_WRITE0 = 0x04,
    SYS_EXIT = 0x18,
    ADP_APPLICATION_EXIT = 0x20026,
    ADP_RUNTIME_ERROR = 0x20023
};

static void call(uint32_t operation, uint32_t argument)
{
    register uint32_t r0 __asm__("r0") = operation;
    register uint32_t r1 __asm__("r1") = argument;

    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}

void semihost_write(const char *text)
{
    call(SYS_WRITE0, (uint32_t)text);
}

void semihost_write_number(uint32_t number)
{
    static const uint32_t powers[] = {1000000000, 100000000, 10000000, 1000000,
                                      100000,     10000,     1000,     100,
                                      10,         1};
    char text[2] = {0, 0};
    int started = 0;

    for (unsigned i = 0; i < sizeof powers / sizeof powers[0]; i++) {
        text[0] = '0';
        for (; number >= powers[i]; number -= powers[i])
            text[0]++;
        started |= text[0] != '0' || powers[i] == 1;
        if (started)
            semihost_write(text);
    }
}

void semihost_exit(int status)
{
    for (;;)
        call(SYS_EXIT, status == 0 ? ADP_APPLICATION_EXIT : ADP_RUNTIME_ERROR);
}
