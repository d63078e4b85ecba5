/* What an image can measure about itself under QEMU. */
#ifndef TEST_BOARD_H
#define TEST_BOARD_H

#include <stdint.h>

/* SysTick at the core's clock: ticks since `from`, up to 2^24. */
uint32_t board_ticks(void);
uint32_t board_ticks_since(uint32_t from);

/* Instructions for ticks, by a loop counted at the first call. QEMU's
 * -icount shift=0 makes the two proportional. */
uint32_t board_instructions(uint32_t ticks);

/* Paints the unused stack; how much of it was used after painting, octets. */
void board_paint_stack(void);
uint32_t board_stack_used(void);

#endif
