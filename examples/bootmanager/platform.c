/* QEMU's boards: output by semihosting, the start of an application. */
#include "platform.h"

#include "board/semihost.h"

void platform_say(const char *text)
{
    semihost_write(text);
}

void platform_start(uint32_t base)
{
    const uint32_t *vectors = (const uint32_t *)base;

    __asm__ volatile("msr msp, %0\n bx %1"
                     :
                     : "r"(vectors[0]), "r"(vectors[1]));
    __builtin_unreachable();
}
