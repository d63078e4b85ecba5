/* What the boot manager needs of its board. */
#ifndef BOOT_PLATFORM_H
#define BOOT_PLATFORM_H

#include <stdint.h>

/* Where things lie in flash. */
#define IMAGE_BASE 0x00020000u
#define APPLICATION_BASE 0x00021000u
#define FLASH_END 0x00040000u

void platform_say(const char *text);

/* Loads stack and program counter from the vector table at base. */
void platform_start(uint32_t base) __attribute__((noreturn));

#endif
