/*
 * wolfCrypt for firmware with the assembly for Cortex-M: five to seven times
 * as fast as the small C, for some kilobytes more.
 */
#ifndef DEVCA_WOLFSSL_TARGET_FAST_USER_SETTINGS_H
#define DEVCA_WOLFSSL_TARGET_FAST_USER_SETTINGS_H

#include "../target.h"

#define WOLFSSL_SP_ASM
#if defined(__ARM_ARCH_6M__)
#define WOLFSSL_SP_ARM_THUMB_ASM
#else
#define WOLFSSL_SP_ARM_CORTEX_M_ASM
#endif

#endif
