/* What copying and arithmetic leave in the processor. */
#ifndef DEVCA_BASE_REGISTERS_H
#define DEVCA_BASE_REGISTERS_H

/*
 * Clears the vector registers of x86-64 (up to AVX-512's thirty-two) and
 * AArch64; nothing on other processors. The C library copies through them, what
 * it copied last stays there, and the kernel writes them into core files.
 */
void wipe_registers(void);

#endif
