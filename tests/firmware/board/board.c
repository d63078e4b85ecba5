/* SysTick and stack painting. */
#include "board.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)

enum { TICK_MASK = 0xFFFFFF, LOOP = 1000000, PAINT = 0x5A5A5A5A, GUARD = 64 };

extern uint32_t image_stack_low[];
extern uint32_t image_stack_top[];

static uint32_t painted_top;

uint32_t board_ticks(void)
{
    if (SYST_CSR != 5) {
        SYST_RVR = TICK_MASK;
        SYST_CVR = 0;
        SYST_CSR = 5;
    }
    return SYST_CVR & TICK_MASK;
}

uint32_t board_ticks_since(uint32_t from)
{
    return (from - SYST_CVR) & TICK_MASK;
}

uint32_t board_instructions(uint32_t ticks)
{
    static uint32_t loop_ticks;

    if (loop_ticks == 0) {
        uint32_t count = LOOP;
        uint32_t start = board_ticks();

        __asm__ volatile(".syntax unified\n1: subs %0, %0, #1\n bne 1b"
                         : "+l"(count)
                         :
                         : "cc");
        loop_ticks = board_ticks_since(start);
    }
    return (uint32_t)((uint64_t)ticks * (2 * LOOP) / loop_ticks);
}

__attribute__((noinline)) void board_paint_stack(void)
{
    uint32_t here;

    __asm__ volatile("mov %0, sp" : "=r"(here));
    painted_top = here;
    for (uint32_t *at = image_stack_low; (uint32_t)at < here - GUARD; at++)
        *at = PAINT;
}

uint32_t board_stack_used(void)
{
    uint32_t *at = image_stack_low;

    while (at < image_stack_top && *at == PAINT)
        at++;
    return painted_top - (uint32_t)at;
}
